/** What stands on a line: its scenario, its operation, the setup and the names that hold there. */

import type { Position } from "../document/document.ts";
import { firstIndex, lastBegun } from "../document/sorted.ts";
import type { Name } from "../program/program.ts";
import { fieldMask, rowOf } from "../program/scope.ts";
import { type Setup, setupOf } from "../program/setup.ts";
import { lineOf, type PlacedEvaluation } from "../rules/operations.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Expression, Span } from "../syntax/statement.ts";
import { evaluate } from "../syntax/value.ts";
import type { Analysis, Diagnostic, Range } from "./analysis.ts";

/** The range of some columns of a line. */
export function rangeOn(line: number, { start, end }: Span): Range {
  return { start: { line, character: start }, end: { line, character: end } };
}

/** A position inside the document: lines beyond its end mean the last one. */
export function clamped({ document: { lines } }: Analysis, { line, character }: Position): Position {
  const inside = Math.min(Math.max(line, 0), lines.length - 1);
  return { line: inside, character: Math.min(Math.max(character, 0), lines.at(inside).text.length) };
}

/** The scenario that a line belongs to; undefined above the first. */
export function scenarioAt({ scenarios }: Analysis, line: number): PlacedEvaluation | undefined {
  return lastBegun(scenarios, line);
}

/** The number of a scenario's operations above a line of the file: the state before it is the state after them. */
export function operationsAbove({ evaluation, firstLine }: PlacedEvaluation, line: number): number {
  return evaluation.scenario.operations.above(line - firstLine);
}

/** The operation on a line of the file, by its index in the scenario; undefined when the line has none. */
export function operationOn(placed: PlacedEvaluation, line: number): number | undefined {
  const index = operationsAbove(placed, line);
  const { operations } = placed.evaluation.scenario;
  return index < operations.length && lineOf(placed, index) === line ? index : undefined;
}

/** The operations on the lines first..last of the file, with their scenarios, in order. */
export function* operationsBetween(
  analysis: Analysis,
  first: number,
  last: number,
): IterableIterator<{ readonly placed: PlacedEvaluation; readonly index: number; readonly line: number }> {
  const { scenarios } = analysis;
  const next = firstIndex(scenarios.length, (index) => itemAt(scenarios, index).firstLine > first);
  for (const placed of scenarios.slice(Math.max(next - 1, 0))) {
    if (placed.firstLine > last) return;
    const { operations } = placed.evaluation.scenario;
    for (let index = operationsAbove(placed, first); index < operations.length; index++) {
      const line = lineOf(placed, index);
      if (line > last) return;
      yield { placed, index, line };
    }
  }
}

/** The diagnostics that start on the lines first..last. */
export function diagnosticsBetween(
  { diagnostics }: Analysis,
  first: number,
  last: number,
): readonly Diagnostic[] {
  const startOf = (index: number) => itemAt(diagnostics, index).line;
  const from = firstIndex(diagnostics.length, (index) => startOf(index) >= first);
  const to = firstIndex(diagnostics.length, (index) => startOf(index) > last);
  return diagnostics.slice(from, to);
}

/** The declarations in force on a line; those of the file's head above the first scenario. */
export function setupAt(analysis: Analysis, line: number): Setup {
  const placed = scenarioAt(analysis, line);
  return placed === undefined
    ? setupOf(analysis.program.header.declarations)
    : placed.evaluation.scenario.setup;
}

/** A `let` name with the line of the file that declares it. */
export interface NameInForce {
  readonly name: string;
  readonly line: number;
  readonly declaration: Name;
}

/** The `let` names that hold on a line, those of its scenario first. */
export function namesAt(analysis: Analysis, line: number): NameInForce[] {
  const names: NameInForce[] = [];
  const placed = scenarioAt(analysis, line);
  const add = (declared: ReadonlyMap<string, Name>, firstLine: number): void => {
    for (const [name, declaration] of declared) {
      if (firstLine + declaration.line < line)
        names.push({ name, line: firstLine + declaration.line, declaration });
    }
  };
  if (placed !== undefined) add(placed.evaluation.scenario.names, placed.firstLine);
  add(analysis.program.header.names, 0);
  return names;
}

/** The `let` name that a word means on a line, also where it is being declared. */
export function nameAt(analysis: Analysis, line: number, word: string): NameInForce | undefined {
  const placed = scenarioAt(analysis, line);
  const own = placed?.evaluation.scenario.names.get(word);
  if (placed !== undefined && own !== undefined && placed.firstLine + own.line <= line)
    return { name: word, line: placed.firstLine + own.line, declaration: own };
  const inherited = analysis.program.header.names.get(word);
  if (inherited === undefined || inherited.line > line) return undefined;
  return { name: word, line: inherited.line, declaration: inherited };
}

/** The value of an expression on a line; undefined if a part of it has none. */
export function valueOn(analysis: Analysis, line: number, expression: Expression): bigint | undefined {
  const { model } = setupAt(analysis, line);
  return evaluate(expression, (reference) => {
    if (reference.kind === "name") return nameAt(analysis, line, reference.name)?.declaration.value;
    const row = rowOf(model, reference.register.text);
    const field = row?.fields.find(({ name }) => name === reference.field.text);
    return field && fieldMask(field);
  });
}
