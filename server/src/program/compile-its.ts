/** Operations on guest memory and on the ITS. */
import type { CpuRef, Expression, Target } from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { type ItsCommand, isCommandName } from "../vgic/its/commands.ts";
import type { Operation } from "./operation.ts";
import { resolveCpu, type TargetContext } from "./target.ts";
import type { Request } from "./template.ts";
import { type Of, resolveNumber, resolveOutcome, resolveWritten } from "./values.ts";

/** The VMM's access to guest memory: naturally aligned, inside `ram`. */
export function resolveMemory(statement: Of<"memory">, context: TargetContext): Partial<Request> {
  const { write, width } = statement;
  const address = resolveRam(statement.target, width, context);
  const written = resolveWritten(statement.value, width * 8, context);
  const expectation = resolveOutcome(statement.outcome, width * 8, context);
  if (address === undefined || written === undefined) return {};
  if (address % width !== 0) {
    context.report(statement.target, { code: "invalid-value", reason: "memory-alignment", address, width });
    return {};
  }
  return { operation: { kind: "memory", write, width, address, ...written }, expectation };
}

export function resolveFill(statement: Of<"memory-fill">, context: TargetContext): Operation | undefined {
  const length = resolveNumber(statement.length, 48, context);
  const address = resolveRam(statement.target, length ?? 0, context);
  const byte = resolveNumber(statement.byte, 8, context);
  if (address === undefined || length === undefined || byte === undefined) return undefined;
  return { kind: "memory-fill", address, length, byte };
}

/** The address of some bytes of guest memory; undefined, and reported, where there is none. */
function resolveRam(target: Target, length: number, context: TargetContext): number | undefined {
  const { environment, scope, report } = context;
  const { ram } = environment.setup;
  let address = scope.evaluate(target.base, report);
  for (const offset of target.offsets) {
    const value = scope.evaluate(offset, report);
    address = address === undefined || value === undefined ? undefined : BigInt.asUintN(64, address + value);
  }
  if (ram === undefined) {
    report(target, { code: "missing-declaration", declaration: "ram" });
    return undefined;
  }
  if (address === undefined) return undefined;
  const { start, size } = ram;
  if (address < BigInt(start) || address + BigInt(length) > BigInt(start + size)) {
    report(target, { code: "invalid-value", reason: "outside-ram", address, length, start, size });
    return undefined;
  }
  return Number(address);
}

/** Whether the VM has an ITS; that it has not is reported. */
function hasIts(
  { start, end }: { start: number; end: number },
  { environment, report }: TargetContext,
): boolean {
  if (environment.setup.its) return true;
  report({ start, end }, { code: "missing-declaration", declaration: "its" });
  return false;
}

export function resolveMsi(statement: Of<"msi">, context: TargetContext): Partial<Request> {
  const device = resolveNumber(statement.device, 32, context);
  const event = resolveNumber(statement.event, 32, context);
  const expectation = resolveOutcome(statement.outcome, 32, context);
  if (!hasIts(statement, context) || device === undefined || event === undefined) return {};
  return { operation: { kind: "msi", device, event }, expectation };
}

export function resolveTables(statement: Of<"tables">, context: TargetContext): Partial<Request> {
  const { action } = statement;
  const expectation = resolveOutcome(statement.outcome, 64, context);
  // Pending tables belong to the redistributors.
  if (action !== "save pending" && !hasIts(statement, context)) return {};
  return { operation: { kind: "tables", action }, expectation };
}

export function resolveItsCommand(
  statement: Of<"its-command">,
  context: TargetContext,
): Operation | undefined {
  const cpu = resolveCpu(statement.cpu, context);
  const command = resolveCommand(statement, context);
  if (!hasIts(statement.command, context) || cpu === undefined || command === undefined) return undefined;
  return { kind: "its-command", cpu, command };
}

/** The ITT of a device: a multiple of 256 below 2^52. */
const ittBits = 52;
const ittAlignment = 256;
const mostEventBits = 32;

function resolveCommand(
  { command, operands }: Of<"its-command">,
  context: TargetContext,
): ItsCommand | undefined {
  const { report } = context;
  const number = (expression: Expression | undefined, bits: number): number | undefined =>
    expression === undefined ? undefined : resolveNumber(expression, bits, context);
  const vcpu = (cpu: CpuRef | undefined): number | undefined =>
    cpu === undefined ? undefined : resolveCpu(cpu, context);
  const device = number(operands.device, 32);
  const event = number(operands.event, 32);
  const lpi = number(operands.lpi, 32);
  const collection = number(operands.collection, 16);
  const itt = number(operands.itt, ittBits);
  const bits = number(operands.bits, 32);
  const from = vcpu(operands.from);
  const to = vcpu(operands.to);
  if (operands.itt !== undefined && itt !== undefined && itt % ittAlignment !== 0) {
    report(operands.itt, { code: "invalid-value", reason: "itt-alignment", address: itt });
    return undefined;
  }
  if (operands.bits !== undefined && bits !== undefined && (bits < 1 || bits > mostEventBits)) {
    report(operands.bits, { code: "invalid-value", reason: "event-bits", bits });
    return undefined;
  }
  const { text: name } = command;
  if (!isCommandName(name)) return undefined;
  switch (name) {
    case "mapd":
      if (device === undefined) return undefined;
      if (operands.itt === undefined) return { name, device };
      return itt === undefined || bits === undefined ? undefined : { name, device, itt, bits };
    case "mapc":
      if (collection === undefined) return undefined;
      if (operands.to === undefined) return { name, collection };
      return to === undefined ? undefined : { name, collection, to };
    case "mapti":
      if (device === undefined || event === undefined || lpi === undefined || collection === undefined) {
        return undefined;
      }
      return { name, device, event, lpi, collection };
    case "mapi":
    case "movi":
      if (device === undefined || event === undefined || collection === undefined) return undefined;
      return { name, device, event, collection };
    case "movall":
      return from === undefined || to === undefined ? undefined : { name, from, to };
    case "int":
    case "clear":
    case "inv":
    case "discard":
      return device === undefined || event === undefined ? undefined : { name, device, event };
    case "invall":
      return collection === undefined ? undefined : { name, collection };
    case "sync":
      return to === undefined ? undefined : { name, to };
    default:
      return unreachable(name);
  }
}
