/**
 * What a trace leaves unsaid, shown at the ends of its lines: values that reads give, registers, interrupts. There it
 * moves nothing that people have aligned, and splits no expectation.
 */

import type { Position, TextChange } from "../document/document.ts";
import { shortName } from "../evaluate/variant.ts";
import { Environment } from "../program/environment.ts";
import { type Operation, widthOf } from "../program/operation.ts";
import {
  expectationWritten,
  needsCases,
  plainExpectation,
  revisionsExpectation,
} from "../rules/expectation-text.ts";
import type { VariantOutcome } from "../rules/finding.ts";
import { outcomesOf, type PlacedEvaluation } from "../rules/operations.ts";
import { grouped } from "../rules/words.ts";
import { itemAt } from "../syntax/item-at.ts";
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
  /** The INTIDs of the bits of a value. */
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

/** The hints on the lines of a range, in order; of a line, the value first, since editors cut what is long. */
export function inlayHints(analysis: Analysis, range: Range, settings: InlayHintSettings): InlayHint[] {
  const hints: InlayHint[] = [];
  for (const { placed, index, line } of operationsBetween(analysis, range.start.line, range.end.line)) {
    const { statement } = analysis.document.lines.at(line).parsed;
    if (statement === undefined) continue;
    const operation = placed.evaluation.scenario.operations.at(index);
    const one: Line = { placed, index, line, operation, statement };
    if (settings.values) hints.push(...valueHints(analysis, one));
    if (settings.registers) hints.push(...registerHints(analysis, one));
    if (settings.interrupts) hints.push(...interruptHints(analysis, one));
  }
  return hints;
}

/** The end of a line, comment included. */
function endOf({ document }: Analysis, line: number): Position {
  return { line, character: document.lines.at(line).text.trimEnd().length };
}

/** VS Code cuts the hints of a line at 43 characters by default. */
const LONGEST_VALUE = 42;

function valueHints(analysis: Analysis, { placed, index, line, operation, statement }: Line): InlayHint[] {
  const outcomes = outcomesOf(placed, index);
  const isRead = outcomes.some(({ outcome }) => outcome.value !== undefined);
  if (!isRead || ("outcome" in statement && statement.outcome !== undefined)) return [];
  const compared = { width: widthOf(operation) };
  const text = needsCases(outcomes, compared)
    ? revisionsExpectation(outcomes, compared)
    : plainExpectation(itemAt(outcomes, 0).outcome, compared);
  return [
    {
      position: endOf(analysis, line),
      label: valueLabel(outcomes, compared.width),
      kind: "values",
      edits: expectationWritten(analysis.document.lines.at(line), line, text),
    },
  ];
}

/** "= 0x6", "= 0x6 ≠ rev 1, rev 2: 0x0": what is declared first, then who answers differently, and what if that is short. */
function valueLabel(outcomes: readonly VariantOutcome[], width: number): string {
  const answer = ({ outcome }: VariantOutcome) =>
    plainExpectation(outcome, { width }).replace(/^== /, "") || "ok";
  const own = answer(itemAt(outcomes, 0));
  const differing = outcomes.filter((one) => answer(one) !== own);
  if (differing.length === 0) return `= ${own}`;
  const groups = grouped(differing, answer);
  const names = (all: readonly VariantOutcome[]) => all.map(({ variant }) => shortName(variant)).join(", ");
  const whole = `= ${own} ≠ ${[...groups].map(([text, who]) => `${names(who)}: ${text}`).join(", ")}`;
  return whole.length <= LONGEST_VALUE ? whole : `= ${own} ≠ ${names(differing)}`;
}

function registerHints(analysis: Analysis, { placed, line, operation, statement }: Line): InlayHint[] {
  if (statement.kind !== "mmio" && statement.kind !== "user") return [];
  const { target } = statement;
  const environment = new Environment(placed.evaluation.scenario.setup);
  const isNamed = target.base.kind === "name" && environment.registers.find(target.base.name);
  const label = isNamed && target.offsets.length === 0 ? undefined : namedTarget(operation, environment);
  // `GICD_IROUTER40+4` says it already.
  const written = analysis.document.lines.at(line).text.slice(target.start, target.end);
  if (label === undefined || label === written) return [];
  return [{ position: endOf(analysis, line), label, kind: "registers" }];
}

function interruptHints(analysis: Analysis, { line, operation, statement }: Line): InlayHint[] {
  const place = valuePlaceOf(operation);
  if (place === undefined || interruptsOf(place)?.bits !== 1) return [];
  const labels = valuesOf(statement).flatMap(({ role, expression }): string[] => {
    const isOfRegister = role === "written" || role === "expected" || role === "mask";
    const value = isOfRegister ? valueOn(analysis, line, expression) : undefined;
    const intids = value === undefined ? [] : intidsIn(value, place);
    const words = intidWords(intids);
    // A longer list says no more than the value does.
    if (intids.length === 0 || words.length > LONGEST_LIST) return [];
    return [`INTID${intids.length > 1 ? "s" : ""} ${words}`];
  });
  if (labels.length === 0) return [];
  return [{ position: endOf(analysis, line), label: [...new Set(labels)].join(" · "), kind: "interrupts" }];
}

const LONGEST_LIST = 24;
