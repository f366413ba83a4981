/** One operation of a trace to one for the emulator. */

import type { TraceLine } from "../document/line.ts";
import {
  type HostRef,
  type IntegerLiteral,
  isOperation,
  type OperationStatement,
} from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { FRAMES } from "../vgic/frame-table.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import { resolveFill, resolveItsCommand, resolveMemory, resolveMsi, resolveTables } from "./compile-its.ts";
import { resolveSetting } from "./compile-setting.ts";
import type { Environment } from "./environment.ts";
import { expectsFailure, fit } from "./expectation.ts";
import { readHost } from "./host.ts";
import { managerNamed } from "./manager.ts";
import type { Operation } from "./operation.ts";
import type { LineProblem, Report } from "./problem.ts";
import { isOfOlderHost, knownRevision } from "./revision-set.ts";
import type { Scope } from "./scope.ts";
import {
  findRegister,
  resolveAttribute,
  resolveCpu,
  resolveMemoryTarget,
  type TargetContext,
} from "./target.ts";
import { type Request, Template } from "./template.ts";
import { type Of, resolveOutcome, resolveWritten } from "./values.ts";

/** What a line came to: what an operation is made from, unless the line makes no sense, and problems. */
export interface CompiledLine {
  readonly template?: Template;
  readonly problems: readonly LineProblem[];
}

/** What a statement came to. */
export interface CompiledStatement extends Partial<Request> {
  readonly problems: readonly LineProblem[];
}

const noProblems: readonly LineProblem[] = [];

/** Compiles the operation of a line. What does not depend on names is kept for lines that are like it. */
export function compileOperation(line: TraceLine, environment: Environment, scope: Scope): CompiledLine {
  const known = environment.templates.find(line);
  if (known !== undefined) return { template: known, problems: noProblems };
  const { statement } = line.parsed;
  if (!isOperation(statement)) return { problems: noProblems };
  const before = scope.consultations;
  const { operation, expectation, problems } = compileStatement(statement, environment, scope);
  if (operation === undefined) return { problems };
  const usesNames = scope.consultations !== before;
  const request = { operation, expectation };
  const template =
    usesNames || problems.length > 0
      ? new Template(request, { usesNames })
      : environment.templates.keep(line, request);
  return { template, problems };
}

/** Compiles a statement. */
export function compileStatement(
  statement: OperationStatement,
  environment: Environment,
  scope: Scope,
): CompiledStatement {
  let problems = noProblems;
  const report: Report = (span, detail) => {
    problems = problems.concat({ ...detail, start: span.start, end: span.end });
  };
  const otherModelToo = "outcome" in statement && expectsFailure(statement.outcome);
  const request = resolveRequest(statement, { environment, scope, report, otherModelToo });
  return { ...request, problems };
}

function resolveRequest(statement: OperationStatement, context: TargetContext): Partial<Request> {
  switch (statement.kind) {
    case "mmio":
      return resolveMemoryAccess(statement, context);
    case "sysreg":
      return resolveSystemAccess(statement, context);
    case "user":
      return resolveUserAccess(statement, context);
    case "line": {
      const operation = resolveLine(statement, context);
      const expectation = resolveOutcome(statement.outcome, 64, context);
      return operation === undefined ? {} : { operation, expectation };
    }
    case "run": {
      const cpu = resolveCpu(statement.cpu, context);
      const expectation = resolveOutcome(statement.outcome, 64, context);
      return cpu === undefined ? {} : { operation: { kind: "run", cpu }, expectation };
    }
    case "settle": {
      const expectation = resolveOutcome(statement.outcome, 64, context);
      return { operation: { kind: "settle" }, expectation };
    }
    case "new-vm": {
      const { host } = context.environment.setup;
      const revision = resolveRevision(statement.revision, host, context.report);
      return { operation: { kind: "new-vm", keepsMemory: statement.keepsMemory, revision } };
    }
    case "migrate":
      return resolveMigration(statement, context);
    case "memory":
      return resolveMemory(statement, context);
    case "memory-fill":
      return { operation: resolveFill(statement, context) };
    case "its-command":
      return { operation: resolveItsCommand(statement, context) };
    case "msi":
      return resolveMsi(statement, context);
    case "tables":
      return resolveTables(statement, context);
    case "setting":
      return resolveSetting(statement, context);
    case "init":
      return {
        operation: { kind: "init", verb: statement.verb },
        expectation: resolveOutcome(statement.outcome, 64, context),
      };
    default:
      return unreachable(statement);
  }
}

function resolveMemoryAccess(statement: Of<"mmio">, context: TargetContext): Partial<Request> {
  const { width, write } = statement;
  const cpu = resolveCpu(statement.cpu, context);
  const target = resolveMemoryTarget(statement.target, cpu ?? 0, width, context);
  const written = resolveWritten(statement.value, width * 8, context);
  const expectation = resolveOutcome(statement.outcome, width * 8, context);
  if (cpu === undefined || target === undefined || written === undefined) return {};
  const { address, register } = target;
  const { low, high } = written;
  return { operation: { kind: "mmio", cpu, write, width, address, low, high, register }, expectation };
}

function resolveSystemAccess(statement: Of<"sysreg">, context: TargetContext): Partial<Request> {
  const { register: word, write } = statement;
  const { environment, report } = context;
  const cpu = resolveCpu(statement.cpu, context);
  const register = findRegister(word.text, context);
  if (register === undefined) {
    report(word, environment.unknownRegister(word.text));
  } else if (register.row.frame !== "ICC") {
    report(word, { code: "invalid-value", reason: "not-a-system-register", register: word.text });
  }
  const written = resolveWritten(statement.value, 64, context);
  const expectation = resolveOutcome(statement.outcome, 64, context);
  if (cpu === undefined || register?.row.frame !== "ICC" || written === undefined) return {};
  const { low, high } = written;
  return { operation: { kind: "sysreg", cpu, write, register, low, high }, expectation };
}

function resolveUserAccess(statement: Of<"user">, context: TargetContext): Partial<Request> {
  const { verb } = statement;
  const target = resolveAttribute(statement.target, context);
  const bits = target === undefined ? 64 : FRAMES[target.frame].attributeBytes * 8;
  const written = resolveWritten(statement.value, bits, context);
  const expectation = resolveOutcome(statement.outcome, bits, context);
  if (target === undefined || written === undefined) return {};
  const { frame, cpu, offset, register } = target;
  const { low, high } = written;
  return { operation: { kind: "user", verb, frame, cpu, offset, low, high, register }, expectation };
}

/**
 * SGIs have no line, a PPI has one for each vCPU, an SPI one for the VM. Where a failure is expected, what does not exist is
 * asked for all the same.
 */
function resolveLine(statement: Of<"line">, context: TargetContext): Operation | undefined {
  const { environment, scope, report } = context;
  const { level, byKernel } = statement;
  const { irqs } = environment.setup;
  const value = scope.evaluate(statement.intid, report);
  if (value === undefined) return undefined;
  const intid = Number(value);
  if (expectsFailure(statement.outcome)) {
    // KVM_IRQ_LINE has 16 bits for the number.
    const number = Number(fit(statement.intid, value, 16, report));
    return { kind: "line", intid: number, cpu: statement.cpu?.index, level, byKernel };
  }
  const cpu = statement.cpu === undefined ? undefined : resolveCpu(statement.cpu, context);
  if (value < 16n || value >= BigInt(irqs)) {
    report(statement.intid, { code: "invalid-value", reason: "intid", intid: value, irqs });
    return undefined;
  }
  if (intid < 32 && statement.cpu === undefined) {
    report(statement.intid, { code: "invalid-value", reason: "ppi-without-cpu", intid });
    return undefined;
  }
  if (intid >= 32 && statement.cpu !== undefined) {
    report(statement.cpu, { code: "invalid-value", reason: "spi-with-cpu", intid });
    return undefined;
  }
  if (statement.cpu !== undefined && cpu === undefined) return undefined;
  return { kind: "line", intid, cpu, level, byKernel };
}

/** A revision that an operation selects; undefined, and reported, when no kernel has it. */
function resolveRevision(
  revision: IntegerLiteral | undefined,
  host: Host,
  report: Report,
): number | undefined {
  if (revision === undefined) return undefined;
  const { value } = revision;
  const known = knownRevision(value);
  if (known === undefined) {
    report(revision, { code: "invalid-value", reason: "revision", value });
    return undefined;
  }
  if (!isOfOlderHost(known, host)) return known;
  report(revision, { code: "invalid-value", reason: "revision-of-older-host", value, host: host.name });
  return undefined;
}

function resolveMigration(statement: Of<"migrate">, context: TargetContext): Request {
  const { environment, scope, report } = context;
  const to = statement.to === undefined ? undefined : resolveHost(statement.to, scope, report);
  const revision = resolveRevision(statement.revision, to ?? environment.setup.host, report);
  const by = statement.by && managerNamed(statement.by.text);
  const expectation = resolveOutcome(statement.outcome, 64, context);
  return { operation: { kind: "migrate", to, revision, by }, expectation };
}

function resolveHost(host: HostRef, scope: Scope, report: Report): Host | undefined {
  return readHost(host, scope, report, (problem) => ({ code: "invalid-value", ...problem }));
}
