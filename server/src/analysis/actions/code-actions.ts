/** What an editor can do about the findings in a range, and about the operation that stands there. */

import type { Position, TextChange } from "../../document/document.ts";
import { Environment } from "../../program/environment.ts";
import { type Operation, widthOf } from "../../program/operation.ts";
import { expectationWritten, plainExpectation } from "../../rules/expectation-text.ts";
import { type Fix, replaced } from "../../rules/fix.ts";
import { fixesOf, safeEdits, silenced } from "../../rules/fixes.ts";
import type { PlacedEvaluation } from "../../rules/operations.ts";
import type { Statement } from "../../syntax/statement.ts";
import { registers } from "../../vgic/registers/registers.ts";
import type { Analysis, Diagnostic, Range } from "../analysis.ts";
import { diagnosticsBetween, operationsBetween, scenarioAt } from "../place.ts";
import { namedTarget } from "../target-text.ts";
import { allExpected, numberRewritings } from "./rewriting.ts";
import { showDifference } from "./show-difference.ts";

export interface CodeAction {
  readonly title: string;
  /** `quickfix` mends a diagnostic; `refactor` writes the same, or more, in another way. */
  readonly kind: "quickfix" | "refactor";
  /** All refer to the text as it is; they do not overlap. */
  readonly edits: readonly TextChange[];
  /** What a quick fix mends. */
  readonly diagnostic?: Diagnostic;
  /** Whether it is the most likely remedy. */
  readonly isPreferred: boolean;
}

/**
 * Everything that can be done in a range, fixes first, silence last. Findings underline the part of a line that they
 * mean, and are mended from anywhere in the line: those that the range touches come first.
 */
export function codeActions(analysis: Analysis, range: Range): CodeAction[] {
  const { document } = analysis;
  const onLines = diagnosticsBetween(analysis, range.start.line, range.end.line);
  const isTouched = (diagnostic: Diagnostic): boolean => touches(diagnostic.range, range);
  const touched = [...onLines.filter(isTouched), ...onLines.filter((found) => !isTouched(found))];
  const fixes = touched.flatMap((diagnostic) =>
    remedies(analysis, diagnostic).map(
      ({ title, edits }, index): CodeAction => ({
        title,
        kind: "quickfix",
        edits,
        diagnostic,
        isPreferred: index === 0,
      }),
    ),
  );
  const silences = touched
    .filter(({ severity, code }) => severity !== "error" && code !== "unused-suppression")
    .map((diagnostic): CodeAction => {
      const { title, edits } = silenced(diagnostic.code, diagnostic.range.start.line, document.lines);
      return { title, kind: "quickfix", edits, diagnostic, isPreferred: false };
    });
  return withoutRepeats([...fixes, ...refactorings(analysis, range), ...silences]);
}

/** Two findings on a line may have the same remedy. */
function withoutRepeats(actions: readonly CodeAction[]): CodeAction[] {
  const seen = new Set<string>();
  return actions.filter(({ title, edits }) => {
    const key = JSON.stringify([title, edits]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** The fixes of the rule, and what needs the emulator to be known. */
function remedies(analysis: Analysis, { code, finding, range }: Diagnostic): readonly Fix[] {
  if (code !== "latent-revision-difference") return fixesOf(finding, analysis.document.lines);
  const fix = showDifference(analysis, range.start.line);
  return fix === undefined ? [] : [fix];
}

/** The edits that mend everything that can be mended without a change of meaning. */
export function fixAll({ diagnostics, document }: Analysis): TextChange[] {
  return safeEdits(
    diagnostics.map(({ finding }) => finding),
    document.lines,
  );
}

/** Whether two ranges have a place in common; the ends count. */
function touches(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

/** Of a range over several lines, what can be done on its first. */
function refactorings(analysis: Analysis, { start }: Range): CodeAction[] {
  const placed = scenarioAt(analysis, start.line);
  const all = placed && allExpected(analysis, placed);
  const rewritings = [
    ...numberRewritings(analysis, start.line, start.character),
    ...(all === undefined ? [] : [all]),
  ];
  return [
    ...operationActions(analysis, start),
    ...rewritings.map(({ title, edits }) => refactor(title, edits)),
  ];
}

function operationActions(analysis: Analysis, start: Position): CodeAction[] {
  for (const { placed, index, line } of operationsBetween(analysis, start.line, start.line)) {
    const { statement } = analysis.document.lines.at(line).parsed;
    if (statement === undefined) continue;
    const operation = placed.evaluation.scenario.operations.at(index);
    return [
      ...expectActions(analysis, placed, index, line),
      ...targetActions(placed, operation, statement, line),
    ];
  }
  return [];
}

/** States what a read gives. */
function expectActions(
  { document }: Analysis,
  { evaluation }: PlacedEvaluation,
  index: number,
  line: number,
): CodeAction[] {
  const operation = evaluation.scenario.operations.at(index);
  const outcome = evaluation.outcome(index, 0);
  if (outcome.value === undefined || evaluation.scenario.operations.expectation(index)) return [];
  const text = plainExpectation(outcome, { width: widthOf(operation) });
  const title = `Expect what the declared revision answers: \`${text}\``;
  return [refactor(title, expectationWritten(document.lines.at(line), line, text))];
}

/** Names the register of an address or offset. */
function targetActions(
  { evaluation }: PlacedEvaluation,
  operation: Operation,
  statement: Statement,
  line: number,
): CodeAction[] {
  if (statement.kind !== "mmio" && statement.kind !== "user") return [];
  const { target } = statement;
  const environment = new Environment(evaluation.scenario.setup);
  const isNamed = target.base.kind === "name" && registers(environment.setup.model).find(target.base.name);
  const text = isNamed ? undefined : namedTarget(operation, environment);
  if (text === undefined) return [];
  return [refactor(`Name the register: \`${text}\``, [replaced(line, target, text)])];
}

function refactor(title: string, edits: readonly TextChange[]): CodeAction {
  return { title, kind: "refactor", edits, isPreferred: false };
}
