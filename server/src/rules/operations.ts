/** The operations of an evaluation as rules look at them: their words, places and outcomes. */

import type { Evaluation } from "../evaluate/lockstep.ts";
import { returnsValue } from "../evaluate/perform.ts";
import { otherModel } from "../program/environment.ts";
import { type Operation, widthOf } from "../program/operation.ts";
import type { Operations } from "../program/operations.ts";
import { itemAt } from "../syntax/item-at.ts";
import { operationRow } from "../syntax/operations.ts";
import type { Span } from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { FRAMES } from "../vgic/frame-table.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { interruptsAt, type RegisterMatch } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import type { NamedAnswer } from "./case-edits.ts";
import type { Cause, Finding, FindingDetail, Subject, VariantOutcome } from "./finding.ts";
import { type Part, partOf, plainPartOf } from "./parts.ts";

/**
 * Takes what a rule found in an operation: what makes the finding once somebody wants to see it. Of many findings only the
 * first are shown, and making one costs more than to see that there is one. It is asked after edits elsewhere, too, so
 * it keeps nothing that an edit moves.
 */
export type Report = (describe: Describe) => void;

/** Makes the finding in an operation. */
export type Describe = (placed: PlacedEvaluation, operation: number) => Finding;

/** An evaluated scenario at its place in the file. */
export interface PlacedEvaluation {
  readonly evaluation: Evaluation;
  /** The file's line of the scenario's first. */
  readonly firstLine: number;
}

/** Whether an operation is a VMM's write of an attribute (KVM_SET_DEVICE_ATTR). */
export function isVmmWrite(operation: Operation): operation is Extract<Operation, { kind: "user" }> {
  return operation.kind === "user" && operation.verb === "set";
}

/** How far rules look along the writes with which a VMM restores a vGIC: far beyond the registers of most. */
const RESTORE_REACH = 4096;

/**
 * The operations beside one, the nearest first, as long as they are VMM writes and within reach: `step` 1 for those
 * after it, -1 for those before it.
 */
export function* vmmWritesBeside(
  operations: Operations,
  index: number,
  step: 1 | -1,
): Generator<number, void> {
  for (let reach = 1; reach <= RESTORE_REACH; reach++) {
    const other = index + step * reach;
    if (other < 0 || other >= operations.length || !isVmmWrite(operations.at(other))) return;
    yield other;
  }
}

/** The line of an operation in the file. */
export function lineOf({ evaluation, firstLine }: PlacedEvaluation, operation: number): number {
  return firstLine + evaluation.scenario.operations.lineNumber(operation);
}

/** The columns of an operation's statement, or of a part of it. */
export function spanOf({ evaluation }: PlacedEvaluation, operation: number, part?: Part): Span {
  const line = evaluation.scenario.operations.line(operation);
  const { text } = line;
  // Without a comment the statement is all but the blanks around it, and the line need not be read.
  if (part === undefined && !text.includes("#"))
    return { start: text.length - text.trimStart().length, end: text.trimEnd().length };
  return (part && plainPartOf(text, part)) ?? partOf(line.parsed.statement, text, part);
}

/** A finding about an operation: about a part of it, where one is named. */
export function findingAt(
  placed: PlacedEvaluation,
  operation: number,
  detail: FindingDetail,
  part?: Part,
): Finding {
  const { start, end } = spanOf(placed, operation, part);
  return { ...detail, line: lineOf(placed, operation), start, end };
}

/** The interrupts whose state an access holds: the first INTID, how many, and the bits of each. */
export interface InterruptsHeld {
  readonly first: number;
  readonly count: number;
  readonly bits: number;
}

/** The interrupts that `width` bytes from byte `byte` of a register hold; undefined if it is not about interrupts. */
export function interruptsHeld(
  { row, index }: RegisterMatch,
  byte: number,
  width: number,
): InterruptsHeld | undefined {
  const offset = row.offset + (index - (row.firstIndex ?? 0)) * row.size + byte;
  const held = interruptsAt(row, offset, width);
  return held && { ...held, bits: row.bitsPerInterrupt };
}

/** The byte of its register at which an operation's value starts. */
export function firstByteOf(operation: Operation): number {
  if (operation.kind === "mmio" && operation.register) return operation.address % operation.register.row.size;
  if (operation.kind !== "user" || !operation.register) return 0;
  const { frame, size } = operation.register.row;
  return FRAMES[frame].addressedBy !== "offset" ? 0 : operation.offset % size;
}

/** Whether the line of an operation names a register that only the other model has: its access must be expected to fail. */
function namesOtherModel({ evaluation }: PlacedEvaluation, index: number): boolean {
  const { operations, setup } = evaluation.scenario;
  const line = operations.line(index);
  // Where a register of its own model is named, the line need not be read.
  const [, word] = /^[ \t]*(?:cpu\d+|user)[ \t]+\w+[ \t]+(\w+)/.exec(line.text) ?? [];
  if (word !== undefined && registers(setup.model).find(word) !== undefined) return false;
  const { statement } = line.parsed;
  if (statement === undefined) return false;
  let name: string | undefined;
  if (statement.kind === "sysreg") name = statement.register.text;
  else if ("target" in statement && statement.target.base.kind === "name") name = statement.target.base.name;
  const isOf = (model: Model) => name !== undefined && registers(model).find(name) !== undefined;
  return !isOf(setup.model) && isOf(otherModel(setup.model));
}

/** What messages say of an operation. */
export function subjectOf(placed: PlacedEvaluation, index: number): Subject {
  const { evaluation } = placed;
  const operation = evaluation.scenario.operations.at(index);
  const width = widthOf(operation);
  const kind = returnsValue(operation) ? "read" : "write" in operation && operation.write ? "write" : "other";
  if (operation.kind !== "mmio" && operation.kind !== "sysreg" && operation.kind !== "user") {
    return { name: nameOf(operation), kind: returnsValue(operation) ? "read" : "other", width, fields: [] };
  }
  const { register } = operation;
  const ofOtherModel = namesOtherModel(placed, index);
  const name = nameOf(operation);
  if (!register) return { name, kind, width, ofOtherModel, fields: [] };
  const { revisions, fields } = register.row;
  const interrupts = interruptsHeld(register, firstByteOf(operation), width);
  // Made of its parts one by one: a thousand are made anew after each edit among many findings.
  return { name, kind, width, ofOtherModel, revisions, fields, interrupts };
}

/** A register or setting by its name, a statement by its words as they are written. */
function nameOf(operation: Operation): string {
  switch (operation.kind) {
    case "mmio":
      return operation.register?.name ?? `0x${operation.address.toString(16)}`;
    case "sysreg":
      return operation.register.name;
    case "user":
      return operation.register?.name ?? `${operation.frame}+0x${operation.offset.toString(16)}`;
    case "line":
      return `\`line ${operation.intid}\``;
    case "memory":
      return `memory at 0x${operation.address.toString(16)}`;
    case "its-command":
      return `\`its ${operation.command.name}\``;
    case "setting":
      return operation.setting;
    case "run":
    case "settle":
    case "new-vm":
    case "migrate":
    case "memory-fill":
    case "msi":
    case "tables":
    case "init":
      return `\`${operationRow(operation).words}\``;
    default:
      return unreachable(operation);
  }
}

/** What every variant answered; the declared one first. */
export function outcomesOf({ evaluation }: PlacedEvaluation, operation: number): VariantOutcome[] {
  return evaluation.variants.map(({ id }, variant) => ({
    variant: id,
    outcome: evaluation.outcome(operation, variant),
  }));
}

/** What every variant answered, with the words by which a case speaks of it; not where its host came to its end. */
export function namedAnswersOf(
  { evaluation }: PlacedEvaluation,
  operation: number,
  declared: number,
): NamedAnswer[] {
  return evaluation.variants
    .map(({ id, host }, variant) => ({
      ...evaluation.shownBy(variant),
      outcome: evaluation.outcome(operation, variant),
      isDeclared: variant === declared,
      names: `${id.kind === "revision" ? `rev${id.revision} ` : ""}host ${host.name}`,
    }))
    .filter(({ outcome }) => outcome.ending !== "host-failure");
}

/** What every variant decided in an operation that they decided differently. */
export function decisionsOf({ evaluation }: PlacedEvaluation, operation: number): Cause["decisions"] {
  const decided = evaluation.decisions.get(operation)?.decisions ?? [];
  return decided.map((decision, variant) => ({ variant: itemAt(evaluation.variants, variant).id, decision }));
}

/** An operation as the cause of a later difference. */
export function causeAt(placed: PlacedEvaluation, operation: number): Cause {
  return {
    line: lineOf(placed, operation),
    span: spanOf(placed, operation, "target"),
    name: nameOf(placed.evaluation.scenario.operations.at(operation)),
    decisions: decisionsOf(placed, operation),
  };
}
