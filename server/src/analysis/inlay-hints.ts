/** What a trace leaves unsaid, shown behind its words: values that reads give, registers, interrupts. */

import type { Position, TextChange } from "../document/document.ts";
import { Environment } from "../program/environment.ts";
import type { Operation } from "../program/operation.ts";
import {
  expectationWritten,
  needsCases,
  plainExpectation,
  revisionsExpectation,
} from "../rules/expectation-text.ts";
import { outcomesOf, type PlacedEvaluation, widthOf } from "../rules/operations.ts";
import { outcomeText } from "../rules/words.ts";
import type { Statement } from "../syntax/statement.ts";
import type { Analysis, Range } from "./analysis.ts";
import { interruptsOf, intidsIn, intidWords, valuePlaceOf } from "./decode.ts";
import { valuesOf } from "./part.ts";
import { operationsBetween, valueOn } from "./place.ts";
import { namedTarget } from "./target-text.ts";

/** Which kinds of hints to show. */
export interface InlayHintSettings {
  /** The values of reads without an expectation. */
  readonly values: boolean;
  /** The registers behind addresses and offsets. */
  readonly registers: boolean;
  /** The INTIDs behind the bits of a value. */
  readonly interrupts: boolean;
}

export interface InlayHint {
  readonly position: Position;
  readonly label: string;
  readonly kind: keyof InlayHintSettings;
  /** What accepting the hint writes; only where that makes sense. */
  readonly edits?: readonly TextChange[];
}

/** A line with its operation. */
interface Line {
  readonly placed: PlacedEvaluation;
  readonly index: number;
  readonly line: number;
  readonly operation: Operation;
  readonly statement: Statement;
}

/** The hints on the lines of a range, in order. */
export function inlayHints(analysis: Analysis, range: Range, settings: InlayHintSettings): InlayHint[] {
  const hints: InlayHint[] = [];
  for (const { placed, index, line } of operationsBetween(analysis, range.start.line, range.end.line)) {
    const { statement } = analysis.document.lines.at(line).parsed;
    if (statement === undefined) continue;
    const operation = placed.evaluation.scenario.operations.at(index);
    const one: Line = { placed, index, line, operation, statement };
    if (settings.registers) hints.push(...registerHints(one));
    if (settings.interrupts) hints.push(...interruptHints(analysis, one));
    if (settings.values) hints.push(...valueHints(analysis, one));
  }
  return hints;
}

function valueHints(
  { document }: Analysis,
  { placed, index, line, operation, statement }: Line,
): InlayHint[] {
  const outcomes = outcomesOf(placed, index);
  const isRead = outcomes.some(({ outcome }) => outcome.value !== undefined);
  if (!isRead || ("outcome" in statement && statement.outcome !== undefined)) return [];
  const compared = { width: widthOf(operation) };
  const [declared, ...others] = outcomes;
  const text = needsCases(outcomes, compared)
    ? revisionsExpectation(outcomes, compared)
    : plainExpectation(declared.outcome, compared);
  const answer = (one: typeof declared) => outcomeText(one.outcome, compared.width);
  const hosts = others.filter((one) => one.label.startsWith("linux") && answer(one) !== answer(declared));
  const ends = hosts.map((one) => `, ${one.label}: ${answer(one)}`);
  return [
    {
      position: { line, character: statement.end },
      label: `${text.replace("==", "=")}${ends.join("")}`,
      kind: "values",
      edits: expectationWritten(document.lines.at(line), line, text),
    },
  ];
}

function registerHints({ placed, line, operation, statement }: Line): InlayHint[] {
  if (statement.kind !== "mmio" && statement.kind !== "user") return [];
  const { target } = statement;
  const environment = new Environment(placed.evaluation.scenario.setup);
  const isNamed = target.base.kind === "name" && environment.registers.find(target.base.name);
  const label = isNamed && target.offsets.length === 0 ? undefined : namedTarget(operation, environment);
  if (label === undefined) return [];
  return [{ position: { line, character: target.end }, label, kind: "registers" }];
}

function interruptHints(analysis: Analysis, { line, operation, statement }: Line): InlayHint[] {
  const place = valuePlaceOf(operation);
  if (place === undefined || interruptsOf(place)?.bits !== 1) return [];
  return valuesOf(statement).flatMap(({ role, expression }): InlayHint[] => {
    const isOfRegister = role === "written" || role === "expected" || role === "mask";
    const value = isOfRegister ? valueOn(analysis, line, expression) : undefined;
    const intids = value === undefined ? [] : intidsIn(value, place);
    if (intids.length === 0) return [];
    return [{ position: { line, character: expression.end }, label: intidLabel(intids), kind: "interrupts" }];
  });
}

const longestLabel = 30;

function intidLabel(intids: readonly number[]): string {
  const words = intidWords(intids);
  if (words.length > longestLabel) return `${intids.length} INTIDs`;
  return `INTID${intids.length > 1 ? "s" : ""} ${words}`;
}
