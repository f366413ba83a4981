/** Other ways to write a value: with a name, as fields, as the interrupts that its bits stand for; and all answers. */

import { widthOf } from "../../program/operation.ts";
import { expectationWritten, plainExpectation } from "../../rules/expectation-text.ts";
import { type Fix, lineInserted, replaced } from "../../rules/fix.ts";
import { lineOf, type PlacedEvaluation } from "../../rules/operations.ts";
import type { Expression } from "../../syntax/statement.ts";
import type { Analysis } from "../analysis.ts";
import { interruptsOf, intidsIn, type ValuePlace, valuePlaceOf } from "../decode.ts";
import { partAt, type Value } from "../part.ts";
import { nameAt, operationOn, scenarioAt } from "../place.ts";

/** What can be done with the number at a column of an operation; nothing where no number stands. */
export function numberRewritings(analysis: Analysis, line: number, column: number): Fix[] {
  const placed = scenarioAt(analysis, line);
  const index = placed && operationOn(placed, line);
  const { statement } = analysis.document.lines.at(line).parsed;
  const part = statement && partAt(statement, column);
  if (placed === undefined || index === undefined || part?.kind !== "value" || part.node.kind !== "number")
    return [];
  const place = valuePlaceOf(placed.evaluation.scenario.operations.at(index));
  const words = place && inWords(part.value, place);
  return [
    ...(words === undefined ? [] : [written(line, part.value.expression, words)]),
    named(analysis, line, part.node),
  ];
}

/** A value of a register as its fields or interrupts; undefined where that says less, or not the same. */
function inWords({ role, expression }: Value, place: ValuePlace): string | undefined {
  if (expression.kind !== "number" || expression.value === 0n) return undefined;
  if (role !== "written" && role !== "expected" && role !== "mask") return undefined;
  return fieldWords(expression.value, place) ?? interruptWords(expression.value, place);
}

const MOST_PARTS = 4;

/** "GICD_CTLR.EnableGrp1 | GICD_CTLR.ARE_NS": only where the fields' masks give the value. */
function fieldWords(value: bigint, { register: { row, name }, byte }: ValuePlace): string | undefined {
  if (byte !== 0) return undefined;
  const masks = row.fields.map(({ name: field, high, low }) => ({
    field,
    mask: ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low),
  }));
  const parts = masks.filter(({ mask }) => (value & mask) === mask);
  const sum = parts.reduce((all, { mask }) => all | mask, 0n);
  if (sum !== value || parts.length > MOST_PARTS) return undefined;
  return parts.map(({ field }) => `${name}.${field}`).join(" | ");
}

/** "1 << (40 - 32) | 1 << (41 - 32)". */
function interruptWords(value: bigint, place: ValuePlace): string | undefined {
  const held = interruptsOf(place);
  if (held?.bits !== 1) return undefined;
  const intids = intidsIn(value, place);
  if (intids.length === 0 || intids.length > MOST_PARTS) return undefined;
  return intids
    .map((intid) => (held.first === 0 ? `1 << ${intid}` : `1 << (${intid} - ${held.first})`))
    .join(" | ");
}

function written(line: number, expression: Expression, text: string): Fix {
  return { title: `Write it as \`${text}\``, edits: [replaced(line, expression, text)], safe: false };
}

function named(analysis: Analysis, line: number, number: Expression): Fix {
  const { lines } = analysis.document;
  const text = lines.at(line).text.slice(number.start, number.end);
  let name = "VALUE";
  for (let next = 2; nameAt(analysis, line, name) !== undefined; next++) name = `VALUE${next}`;
  const edits = [lineInserted(lines, line, `let ${name} = ${text}`), replaced(line, number, name)];
  return { title: `Give \`${text}\` a name (\`let\`)`, edits, safe: false };
}

/** Expects what each read of a scenario answers that expects nothing yet; undefined where fewer than two do. */
export function allExpected({ document }: Analysis, placed: PlacedEvaluation): Fix | undefined {
  const { evaluation } = placed;
  const { operations } = evaluation.scenario;
  const edits = Array.from(operations, (operation, index) => {
    const outcome = evaluation.outcome(index, 0);
    if (outcome.value === undefined || operations.expectation(index) !== undefined) return [];
    const line = lineOf(placed, index);
    const text = plainExpectation(outcome, { width: widthOf(operation) });
    return expectationWritten(document.lines.at(line), line, text);
  }).filter((all) => all.length > 0);
  if (edits.length < 2) return undefined;
  const title = `Expect what all ${edits.length} reads of the scenario answer`;
  return { title, edits: edits.flat(), safe: false };
}
