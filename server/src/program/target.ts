/** What an access is aimed at: a register or frame by name, or a guest physical address. */

import type { CpuRef, Target } from "../syntax/statement.ts";
import { FRAMES, type Frame, frameNamed, isInMemory } from "../vgic/frame-table.ts";
import type { RegisterMatch } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import { type Environment, otherModel } from "./environment.ts";
import { fit } from "./expectation.ts";
import type { Report } from "./problem.ts";
import type { Scope } from "./scope.ts";

/** What resolving a target needs; `otherModelToo` where an access that fails is expected. */
export interface TargetContext {
  readonly environment: Environment;
  readonly scope: Scope;
  readonly report: Report;
  readonly otherModelToo: boolean;
}

/** A place in a frame, before offsets are added. */
interface Named {
  readonly frame: Frame;
  readonly offset: number;
  readonly register?: RegisterMatch;
}

/** Finds a register by name: one of this model, or one of the other where that is meant to fail. */
export function findRegister(name: string, context: TargetContext): RegisterMatch | undefined {
  const { environment, otherModelToo } = context;
  const own = environment.registers.find(name);
  if (own !== undefined || !otherModelToo) return own;
  return registers(otherModel(environment.setup.model)).find(name);
}

function findNamed({ base }: Target, context: TargetContext): Named | undefined {
  if (base.kind !== "name") return undefined;
  const register = findRegister(base.name, context);
  if (register !== undefined) return { frame: register.row.frame, offset: register.offset, register };
  const frame = frameNamed(base.name);
  return frame === undefined ? undefined : { frame, offset: 0 };
}

/** Whether a place is in an ITS that the VM does not have. Where no failure is expected, that is reported. */
function lacksIts(
  named: Named | undefined,
  { base }: Target,
  { environment, report, otherModelToo }: TargetContext,
): boolean {
  const { its, model } = environment.setup;
  if (named?.frame !== "GITS" || its || model === "v2" || otherModelToo) return false;
  report(base, { code: "missing-declaration", declaration: "its" });
  return true;
}

/** LEVEL_INFO of INTIDs that no VM has: KVM's attribute can name them, and refuses some of them. */
function levelBeyond({ base }: Target, { environment }: TargetContext): Named | undefined {
  const index = base.kind === "name" ? /^LEVEL_INFO([1-9]\d{0,5})$/.exec(base.name)?.[1] : undefined;
  if (index === undefined || environment.setup.model === "v2") return undefined;
  return { frame: "LEVEL", offset: Number(index) * 32 };
}

/** The index of a vCPU; undefined, and reported, if there is no such one. */
export function resolveCpu(cpu: CpuRef, { environment, report }: TargetContext): number | undefined {
  const { cpus } = environment.setup;
  if (cpu.index < cpus) return cpu.index;
  report(cpu, { code: "invalid-value", reason: "no-such-cpu", cpu: cpu.index, cpus });
  return undefined;
}

/** The sum of the offsets in bytes, or undefined if one has no value. */
function sumOffsets(target: Target, { scope, report }: TargetContext): bigint | undefined {
  let sum: bigint | undefined = 0n;
  for (const offset of target.offsets) {
    const value = scope.evaluate(offset, report);
    sum = value === undefined || sum === undefined ? undefined : BigInt.asUintN(64, sum + value);
  }
  return sum;
}

export interface MemoryTarget {
  readonly address: number;
  readonly register?: RegisterMatch;
}

/** The address of a load or store of `width` bytes by vCPU `accessor`. */
export function resolveMemoryTarget(
  target: Target,
  accessor: number,
  width: number,
  context: TargetContext,
): MemoryTarget | undefined {
  const { environment, report } = context;
  const owner = target.cpu === undefined ? accessor : resolveCpu(target.cpu, context);
  const named = findNamed(target, context);
  const offsets = sumOffsets(target, context);
  const base = named === undefined ? resolveAddress(target, context) : undefined;
  if (owner === undefined || offsets === undefined || lacksIts(named, target, context)) return undefined;
  if (
    target.cpu !== undefined &&
    !(named !== undefined && FRAMES[named.frame].isPerCpu) &&
    (named !== undefined || base !== undefined)
  ) {
    const text = target.base.kind === "name" ? target.base.name : "";
    report(target.cpu, { code: "invalid-value", reason: "cpu-without-meaning", target: text });
  }
  if (named === undefined) {
    return base === undefined ? undefined : memoryAt(BigInt.asUintN(64, base + offsets), width, environment);
  }
  const { frame, offset, register } = named;
  if (!isInMemory(frame)) {
    const name = register?.name ?? frame;
    report(target.base, { code: "invalid-value", reason: "not-memory-mapped", register: name });
    return undefined;
  }
  const start = environment.baseOf(frame, owner) + offset;
  if (target.offsets.length === 0 && register !== undefined) return { address: start, register };
  return memoryAt(BigInt.asUintN(64, BigInt(start) + offsets), width, environment);
}

/** A guest physical address: a number, a `let` name or a value. */
function resolveAddress({ base }: Target, context: TargetContext): bigint | undefined {
  const { environment, scope, report } = context;
  if (base.kind !== "name") return scope.evaluate(base, report);
  const name = scope.use(base.name);
  if (name !== undefined) return name.value;
  if (!scope.isBroken(base.name)) reportTarget(base.name, base, environment, scope, report);
  return undefined;
}

/** A word that is neither register nor name: what is near, or else its case, decides what it was to be. */
function reportTarget(
  name: string,
  span: Target["base"],
  environment: Environment,
  scope: Scope,
  report: Report,
): void {
  const unknown = environment.unknownRegister(name);
  const isRegister = unknown.otherModel !== undefined || unknown.nearest !== undefined;
  const near = isRegister ? undefined : scope.nearestName(name);
  if (near !== undefined || (!isRegister && /^[a-z]/.test(name))) scope.reportName(span, name, report);
  else report(span, unknown);
}

function memoryAt(address: bigint, width: number, environment: Environment): MemoryTarget {
  const rounded = Number(address);
  const place = environment.placeOf(rounded, width);
  const register = place && environment.registers.at(place.frame, place.offset);
  return { address: rounded, register };
}

export interface AttributeTarget {
  readonly frame: Frame;
  readonly offset: number;
  readonly cpu: number;
  readonly register?: RegisterMatch;
}

/** The attribute of a VMM access. */
export function resolveAttribute(target: Target, context: TargetContext): AttributeTarget | undefined {
  const { environment, scope, report } = context;
  const cpu = target.cpu === undefined ? 0 : resolveCpu(target.cpu, context);
  const named = findNamed(target, context) ?? levelBeyond(target, context);
  const offsets = sumOffsets(target, context);
  if (named === undefined) {
    const { base } = target;
    if (base.kind !== "name" || scope.use(base.name) !== undefined) {
      const text = base.kind === "number" ? `0x${base.value.toString(16)}` : "";
      report(base, { code: "invalid-value", reason: "raw-attribute", text });
    } else if (!scope.isBroken(base.name)) {
      reportTarget(base.name, base, environment, scope, report);
    }
    return undefined;
  }
  if (cpu === undefined || offsets === undefined || lacksIts(named, target, context)) return undefined;
  const { frame, register } = named;
  if (target.offsets.length === 0) return { frame, offset: named.offset, cpu, register };
  const sum = BigInt.asUintN(64, BigInt(named.offset) + offsets);
  const offset = Number(fit(target.offsets[0], sum, 32, report));
  // Codes and INTIDs are no byte offsets: what is added there is a raw attribute.
  const found = FRAMES[frame].addressedBy !== "offset" ? undefined : environment.registers.at(frame, offset);
  return { frame, offset, cpu, register: found };
}
