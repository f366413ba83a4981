/** What an operation would answer if it stood on a line: for lines that are only being typed. */

import { Lines } from "../document/lines.ts";
import type { Shown } from "../evaluate/cases.ts";
import { Outcomes } from "../evaluate/outcomes.ts";
import { perform, returnsValue } from "../evaluate/perform.ts";
import { compileStatement } from "../program/compile.ts";
import { Environment } from "../program/environment.ts";
import { type Operation, widthOf } from "../program/operation.ts";
import { Scope } from "../program/scope.ts";
import type { Setup } from "../program/setup.ts";
import type { Request } from "../program/template.ts";
import type { VariantOutcome } from "../rules/finding.ts";
import type { PlacedEvaluation } from "../rules/operations.ts";
import { itemAt } from "../syntax/item-at.ts";
import { parseLine } from "../syntax/parse.ts";
import { isOperation, type ParsedLine } from "../syntax/statement.ts";
import type { Analysis } from "./analysis.ts";
import { namesAt, operationsAbove, scenarioAt } from "./place.ts";

export interface Probe {
  readonly operation: Operation;
  /** Bytes of its value; 0 when it has none. */
  readonly width: number;
  /** That of its expectation. */
  readonly mask?: bigint;
  /** Every variant; the declared one first. */
  readonly outcomes: readonly VariantOutcome[];
  /** What cases know each variant by. */
  readonly shown: readonly Shown[];
}

/** Tries an operation on a line, after all that stands above; undefined when the text is none, or makes no sense. */
export function probe(analysis: Analysis, line: number, text: string): Probe | undefined {
  const placed = scenarioAt(analysis, line);
  return placed && tried(analysis, placed, line, operationsAbove(placed, line), text);
}

/** Tries an operation below a line. */
export function probeBelow(analysis: Analysis, line: number, text: string): Probe | undefined {
  const placed = scenarioAt(analysis, line);
  return placed && tried(analysis, placed, line, operationsAbove(placed, line + 1), text);
}

function tried(
  analysis: Analysis,
  { evaluation }: PlacedEvaluation,
  line: number,
  done: number,
  text: string,
): Probe | undefined {
  const { variants, scenario } = evaluation;
  const { operation, expectation } = requestOf(analysis, scenario.setup, line, parseLine(text));
  if (operation === undefined) return undefined;
  const outcomes = new Outcomes(1);
  evaluation.stateBefore(done).forEach((vgic, variant) => {
    const answer = perform(vgic, operation, itemAt(variants, variant));
    outcomes.record(0, variant, answer, returnsValue(operation), vgic);
  });
  return {
    operation,
    width: widthOf(operation),
    mask: expectation?.mask,
    outcomes: variants.map(({ id }, variant) => ({ variant: id, outcome: outcomes.at(0, variant) })),
    shown: variants.map((_, variant) => evaluation.shownBy(variant)),
  };
}

function requestOf(analysis: Analysis, setup: Setup, line: number, parsed: ParsedLine): Partial<Request> {
  const { statement } = parsed;
  if (!isOperation(statement) || !("outcome" in statement)) return {};
  const names = namesAt(analysis, line).map(({ name, declaration }) => [name, declaration] as const);
  // Names of the scenario come first, and must win.
  const inherited = { ...analysis.program.header, names: new Map(names.reverse()) };
  const scope = new Scope(inherited, Lines.of([]));
  scope.model = setup.model;
  return compileStatement(statement, new Environment(setup), scope);
}
