/** From a word to what it means, to all that means the same, and from a difference to what caused it. */

import type { Position, TextChange } from "../../document/document.ts";
import { lineOf, spanOf } from "../../rules/operations.ts";
import type { Expression, Statement } from "../../syntax/statement.ts";
import { registers } from "../../vgic/registers/registers.ts";
import type { Analysis, Range } from "../analysis.ts";
import { partAt } from "../part.ts";
import { operationOn, operationsAbove, operationsBetween, rangeOn, scenarioAt, setupAt } from "../place.ts";
import { idsNamed } from "../state/its-state.ts";
import { nameAtPosition, objectionTo, occurrencesOf } from "./names.ts";
import { meet, reaches, type Touching, touchingOf, touchOfRegister } from "./touches.ts";

/**
 * Where the name at a position is declared; on a line whose answer differs between revisions, what caused that; of a
 * register, an address or an interrupt, the write in the scenario that last shaped it.
 */
export function definition(analysis: Analysis, position: Position): Range[] {
  const name = nameAtPosition(analysis, position);
  if (name !== undefined) return [name.declared.range];
  const differing = causes(analysis, position.line);
  return differing.length > 0 ? differing : lastWrite(analysis, position);
}

/** The last operation above a line that writes what its register, address or interrupt at a position stands for. */
function lastWrite(analysis: Analysis, position: Position): Range[] {
  const placed = scenarioAt(analysis, position.line);
  const isMeant = meantAt(analysis, position);
  if (placed === undefined || isMeant === undefined) return [];
  for (let index = operationsAbove(placed, position.line) - 1; index >= 0; index--) {
    const touching = touchingOf(placed, index);
    if (touching?.writes === true && isMeant(touching)) return [rangeOn(touching.line, touching.span)];
  }
  return [];
}

/** The operations that made the state diverge, for a line whose answer differs between revisions. */
export function causes(analysis: Analysis, line: number): Range[] {
  const placed = scenarioAt(analysis, line);
  const operation = placed && operationOn(placed, line);
  if (placed === undefined || operation === undefined) return [];
  const differences = placed.evaluation.differences.get(operation) ?? [];
  const indexes = new Set(differences.flatMap((difference) => difference.causes));
  return [...indexes]
    .sort((one, other) => one - other)
    .map((index) => rangeOn(lineOf(placed, index), spanOf(placed, index)));
}

/** A place that speaks of the same. */
export interface Reference {
  readonly range: Range;
  readonly role: "declaration" | "read" | "write";
}

/**
 * Every word that means the same name; or every access that touches the same state as the register, the address or
 * the interrupt at a position, whatever it calls it.
 */
export function references(analysis: Analysis, position: Position): Reference[] {
  const name = nameAtPosition(analysis, position);
  if (name !== undefined) {
    return occurrencesOf(analysis, name.declared).map(({ range, declares }) => ({
      range,
      role: declares ? "declaration" : "read",
    }));
  }
  const isMeant = meantAt(analysis, position);
  if (isMeant === undefined) return [];
  const found: Reference[] = [];
  for (const { placed, index } of operationsBetween(analysis, 0, analysis.document.lines.length)) {
    const touching = touchingOf(placed, index);
    if (touching === undefined || !isMeant(touching)) continue;
    found.push({ range: rangeOn(touching.line, touching.span), role: touching.writes ? "write" : "read" });
  }
  return found;
}

/** What the accesses have in common that a position asks for. */
function meantAt(
  analysis: Analysis,
  { line, character }: Position,
): ((other: Touching) => boolean) | undefined {
  const { statement } = analysis.document.lines.at(line).parsed;
  const placed = scenarioAt(analysis, line);
  if (statement === undefined || placed === undefined) return undefined;
  const operation = operationOn(placed, line);
  const own = operation === undefined ? undefined : touchingOf(placed, operation);
  if (own?.touch.named !== undefined)
    return meantByIds(analysis, own.touch.named, operandAt(statement, character));
  if (own !== undefined && own.span.start <= character && character <= own.span.end) {
    const { interrupts, cpu } = own.touch;
    if (statement.kind !== "line" || interrupts === undefined) return ({ touch }) => meet(own.touch, touch);
    return ({ touch }) => reaches(touch, interrupts.first, interrupts.count, cpu);
  }
  const part = partAt(statement, character);
  const register =
    part?.kind === "register" ? registers(setupAt(analysis, line).model).find(part.name) : undefined;
  if (register === undefined) return undefined;
  const spoken = touchOfRegister(register);
  return ({ touch }) => meet(spoken, touch);
}

type Ids = NonNullable<Touching["touch"]["named"]>;

/** Which id of a command or an MSI a column is on; on other words the event is meant, or what there is instead. */
function operandAt(statement: Statement, character: number): keyof Ids | undefined {
  const part = partAt(statement, character);
  if (part?.kind !== "value") return undefined;
  const { value } = part;
  const operands = operandsOf(statement);
  return IDS.find((id) => operands[id] === value.expression);
}

const IDS = ["device", "event", "collection", "lpi"] as const;

function operandsOf(statement: Statement): { readonly [id in keyof Ids]?: Expression } {
  if (statement.kind === "its-command") return statement.operands;
  return statement.kind === "msi" ? { device: statement.device, event: statement.event } : {};
}

/** What the operations have in common that name the same device, event, collection or LPI. */
function meantByIds(
  analysis: Analysis,
  ids: Ids,
  asked: keyof Ids | undefined,
): ((other: Touching) => boolean) | undefined {
  const { device, event, collection, lpi } = ids;
  const meant = asked ?? (event !== undefined ? "event" : device !== undefined ? "device" : "collection");
  switch (meant) {
    case "device":
      return ({ touch: { named } }) => named?.device !== undefined && named.device === device;
    case "event":
      return ({ touch: { named } }) =>
        named?.device !== undefined && named.device === device && named.event === event;
    case "collection":
      return collection === undefined
        ? undefined
        : ({ touch: { named } }) => named?.collection === collection;
    case "lpi":
      return lpi === undefined ? undefined : ofLpi(analysis, lpi);
  }
}

/** Whether an operation is about an LPI: it maps an event to it, names such an event, or takes or ends it. */
function ofLpi(analysis: Analysis, lpi: number): (other: Touching) => boolean {
  const events = new Set<string>();
  const keyOf = ({ device, event }: Ids) => `${device} ${event}`;
  for (const { placed, index } of operationsBetween(analysis, 0, analysis.document.lines.length)) {
    const named = idsNamed(placed.evaluation.scenario.operations.at(index));
    if (named?.lpi === lpi) events.add(keyOf(named));
  }
  return ({ touch }) =>
    touch.named === undefined
      ? reaches(touch, lpi, 1, undefined)
      : touch.named.lpi === lpi ||
        (touch.named.event !== undefined && touch.named.lpi === undefined && events.has(keyOf(touch.named)));
}

/** The name at a position, if it can be called something else. */
export function renameable(
  analysis: Analysis,
  position: Position,
): { readonly range: Range; readonly name: string } | undefined {
  const found = nameAtPosition(analysis, position);
  return found && { range: found.range, name: found.declared.name };
}

/** The edits that call the name at a position something else, or why that cannot be done. */
export function rename(analysis: Analysis, position: Position, name: string): TextChange[] | string {
  const found = nameAtPosition(analysis, position);
  if (found === undefined) return "only `let` names can be renamed: put the cursor on one";
  if (found.declared.name === name) return [];
  const objection = objectionTo(analysis, found.declared, name);
  return objection ?? occurrencesOf(analysis, found.declared).map(({ range }) => ({ range, text: name }));
}
