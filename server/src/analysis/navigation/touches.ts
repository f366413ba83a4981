/** What operations touch, so that all that touch the same are found, whatever name they use for it. */

import { Environment } from "../../program/environment.ts";
import type { Operation } from "../../program/operation.ts";
import type { Setup } from "../../program/setup.ts";
import { lineOf, type PlacedEvaluation } from "../../rules/operations.ts";
import { operationRow } from "../../syntax/operations.ts";
import type { Span, Statement } from "../../syntax/statement.ts";
import { unreachable } from "../../syntax/unreachable.ts";
import { FRAMES } from "../../vgic/frame-table.ts";
import { FIRST_LPI, FIRST_SPECIAL } from "../../vgic/limits.ts";
import { interruptsAt, type RegisterMatch } from "../../vgic/registers/register-table.ts";
import { idsNamed, type Named } from "../state/its-state.ts";

/** What an access reaches. */
export interface Touch {
  readonly register?: RegisterMatch;
  /** The vCPU whose state is meant, where each has its own; absent: any. */
  readonly cpu?: number;
  /** The interrupts that it is about. */
  readonly interrupts?: { readonly first: number; readonly count: number };
  /** The parts of their state that it reaches. */
  readonly shows: readonly string[];
  /** The ids that a command of the ITS or an MSI names. */
  readonly named?: Named;
}

/** What an operation touches, at its place. */
export interface Touching {
  readonly line: number;
  /** The columns of what names it. */
  readonly span: Span;
  readonly writes: boolean;
  readonly touch: Touch;
}

/** What an operation of a scenario touches; undefined if nothing in particular. */
export function touchingOf(placed: PlacedEvaluation, index: number): Touching | undefined {
  const { scenario } = placed.evaluation;
  const operation = scenario.operations.at(index);
  const { statement } = scenario.operations.line(index).parsed;
  const touch = touchOf(operation, scenario.setup, acknowledged(placed, index));
  const span = statement && namingSpan(statement);
  if (touch === undefined || span === undefined) return undefined;
  return { line: lineOf(placed, index), span, writes: writes(operation), touch };
}

/** The touch of a register wherever it is spoken of. */
export function touchOfRegister(register: RegisterMatch): Touch {
  const { row, offset } = register;
  return { register, interrupts: interruptsAt(row, offset, row.size), shows: row.shows };
}

/** Whether two touch the same state, or the same register where that holds no interrupt's state. */
export function meet(one: Touch, other: Touch): boolean {
  if (one.interrupts === undefined || other.interrupts === undefined || one.shows.length === 0) {
    const [register, otherRegister] = [one.register, other.register];
    if (register?.row !== otherRegister?.row || register?.offset !== otherRegister?.offset) return false;
    return register !== undefined && (isShared(register) || sameCpu(one, other));
  }
  if (!one.shows.some((part) => other.shows.includes(part))) return false;
  const { first, count } = one.interrupts;
  return reaches(other, first, count, one.cpu);
}

/** Whether a touch is about one of some interrupts. Those below 32 are each vCPU's own. */
export function reaches(touch: Touch, first: number, count: number, cpu: number | undefined): boolean {
  if (touch.interrupts === undefined) return false;
  const least = Math.max(first, touch.interrupts.first);
  const beyond = Math.min(first + count, touch.interrupts.first + touch.interrupts.count);
  return least < beyond && (beyond > firstShared || sameCpu(touch, { cpu }));
}

const firstShared = 32;

function sameCpu({ cpu }: { readonly cpu?: number }, other: { readonly cpu?: number }): boolean {
  return cpu === undefined || other.cpu === undefined || cpu === other.cpu;
}

/** Whether all vCPUs see the same register, apart from private interrupts in it. */
function isShared({ row }: RegisterMatch): boolean {
  return !FRAMES[row.frame].isPrivate;
}

function touchOf(operation: Operation, setup: Setup, intid: number | undefined): Touch | undefined {
  switch (operation.kind) {
    case "line": {
      const { cpu, intid: first } = operation;
      return { cpu, interrupts: { first, count: 1 }, shows: ["line", "latch"] };
    }
    case "sysreg":
      return accessTouch(operation.register, operation.cpu, operation.register.offset, 8, intid);
    case "mmio": {
      const { register, address, cpu, width } = operation;
      const place = new Environment(setup).placeOf(address, width);
      return place && register && accessTouch(register, place.cpu ?? cpu, place.offset, width, intid);
    }
    case "user": {
      const { register, cpu, offset } = operation;
      if (register === undefined) return undefined;
      // LEVEL_INFO is named by INTID; its row holds a word for 32 of them.
      return accessTouch(register, cpu, register.row.frame === "LEVEL" ? offset / 8 : offset, 4, undefined);
    }
    case "msi":
    case "its-command":
      return { shows: [], named: idsNamed(operation) };
    case "memory":
    case "memory-fill":
    case "tables":
    case "setting":
    case "init":
    case "run":
    case "settle":
    case "new-vm":
    case "migrate":
      return undefined;
    default:
      return unreachable(operation);
  }
}

function accessTouch(
  register: RegisterMatch,
  cpu: number,
  offset: number,
  width: number,
  intid: number | undefined,
): Touch {
  const { row } = register;
  if (intid !== undefined) return { register, cpu, interrupts: { first: intid, count: 1 }, shows: [] };
  return { register, cpu, interrupts: interruptsAt(row, offset, width), shows: row.shows };
}

/** The interrupt that an operation takes or ends, under the declared revision. */
function acknowledged({ evaluation }: PlacedEvaluation, index: number): number | undefined {
  const operation = evaluation.scenario.operations.at(index);
  if (operation.kind !== "mmio" && operation.kind !== "sysreg") return undefined;
  const { register, write, low } = operation;
  if (register === undefined) return undefined;
  const { role } = register.row;
  const outcome = evaluation.outcome(index, 0);
  const isTaken =
    !write && outcome.value !== undefined && (role === "acknowledge" || role === "highest-pending");
  const isEnded = write && (role === "end" || role === "deactivate");
  if (!isTaken && !isEnded) return undefined;
  const value = isTaken ? Number(outcome.value & 0xff_ffffn) : low & 0xff_ffff;
  // A GICv2 has the sender of an SGI above the INTID.
  const intid = register.row.frame === "GICC" ? value & 0x3ff : value;
  return intid < FIRST_SPECIAL || intid >= FIRST_LPI ? intid : undefined;
}

function writes(operation: Operation): boolean {
  return operation.kind === "line" || operationRow(operation).writes;
}

/** The columns of what an operation acts on. */
function namingSpan(statement: Statement): Span | undefined {
  switch (statement.kind) {
    case "mmio":
    case "user":
      return statement.target;
    case "sysreg":
      return statement.register;
    case "line":
      return statement.intid;
    case "msi":
    case "its-command":
      return statement;
    default:
      return undefined;
  }
}
