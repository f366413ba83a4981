/** vgic-trace as a library: checks, runs and parses traces, as the command does. Text in, plain data out; no I/O. */
import { type Analysis, analyse, answerText } from "../analysis/analysis.ts";
import { unreadIn } from "../analysis/faults.ts";
import { type Standing, type Untested, verdicts } from "../analysis/verdicts.ts";
import { analysisOptions, type CheckOptions } from "../config/check-options.ts";
import { TraceDocument } from "../document/document.ts";
import { LineCache } from "../document/shapes/line-cache.ts";
import { labelOf } from "../evaluate/variant.ts";
import type { Incomplete } from "../rules/verdict.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { ParsedLine } from "../syntax/statement.ts";
import { type LintResult, lintResult } from "./lint-result.ts";

export type { Severities } from "../analysis/analysis.ts";
export type { Standing, Untested } from "../analysis/verdicts.ts";
export type { CheckOptions, Defaults } from "../config/check-options.ts";
export type { TextChange } from "../document/document.ts";
export type { Code } from "../rules/finding.ts";
export type { Fix } from "../rules/fix.ts";
export type { Severity } from "../rules/rule.ts";
export type { Incomplete } from "../rules/verdict.ts";
export type { ParsedLine, Statement } from "../syntax/statement.ts";
export type {
  LintDiagnostic,
  LintFailure,
  LintResult,
  LintScenario,
  LintVerdict,
  Range,
} from "./lint-result.ts";
export { LineCache };

/**
 * Checks a trace.
 * @param cache shared by the checks of several traces: lines that are alike are read once
 * @throws RangeError when an option names a revision or host that does not exist; never because of the text
 */
export function lint(text: string, options: CheckOptions = {}, cache?: LineCache): LintResult {
  return lintResult(analyse(TraceDocument.of(text, cache), analysisOptions(options)));
}

/** An operation and what it answered. */
export interface RunOperation {
  /** Counted from 0. */
  readonly line: number;
  /** The statement, without a comment. */
  readonly text: string;
  /** Where in the text an expectation begins; its length when there is none. */
  readonly expectationStart: number;
  /** By label: `0x` and as many digits as the access is wide, `ok`, an errno name, `abort` or `exit`. */
  readonly outcomes: Readonly<Record<string, string>>;
}

export interface RunScenario {
  readonly title: string;
  /** The labels of the revisions and hosts that it ran under, the declared one first. */
  readonly variants: readonly string[];
  readonly operations: readonly RunOperation[];
  /** Why nothing was tested, under none of its variants. */
  readonly untested?: Untested;
  /** How it goes under each of the variants, in their order. */
  readonly verdicts: readonly RunVerdict[];
}

/** How a scenario goes under one revision or host. */
export interface RunVerdict {
  readonly label: string;
  /** Why it runs under this one, where it is not only compared with it. */
  readonly standing?: Standing;
  /** How many errors there would be if this one were declared. */
  readonly errors: number;
  /** How many lines differ from the declared one, which no case accounts for. */
  readonly differences: number;
  /** Why it is no verdict although there is no error: lines did not run. */
  readonly incomplete?: Incomplete;
}

export interface RunResult {
  readonly scenarios: readonly RunScenario[];
  /** How many lines could not be read or done; `lint` says why. */
  readonly unread: number;
}

/**
 * Runs a trace under all revisions that it is compared with.
 * @throws RangeError when an option names a revision or host that does not exist; never because of the text
 */
export function run(text: string, options: CheckOptions = {}): RunResult {
  const analysis = analyse(TraceDocument.of(text), analysisOptions(options));
  return { scenarios: runScenarios(analysis), unread: unreadIn(analysis.program).length };
}

/** What the scenarios of an analysis answered. */
export function runScenarios(analysis: Analysis): RunScenario[] {
  const { document, scenarios } = analysis;
  const judged = verdicts(analysis);
  return scenarios.map(({ firstLine, evaluation }, index) => {
    const { scenario } = evaluation;
    const variants = evaluation.variants.map(({ id }) => labelOf(id));
    const operations = Array.from(scenario.operations, (_, operation): RunOperation => {
      const line = firstLine + scenario.operations.lineNumber(operation);
      const { text, parsed } = document.lines.at(line);
      const { start, end } = parsed.statement ?? { start: 0, end: text.length };
      const outcome =
        parsed.statement && "outcome" in parsed.statement ? parsed.statement.outcome : undefined;
      const answers = variants.map((label, variant) => [label, answerText(evaluation, operation, variant)]);
      return {
        line,
        text: text.slice(start, end),
        expectationStart: (outcome?.start ?? end) - start,
        outcomes: Object.fromEntries(answers),
      };
    });
    const counts = new Map(
      itemAt(judged, index).verdicts.map(
        ({ variant, standing, errors, differences, incomplete }): [string, RunVerdict] => {
          const label = labelOf(variant);
          const counts = { errors: errors.length, differences: differences.length };
          return [label, { label, standing, ...counts, incomplete }];
        },
      ),
    );
    return {
      title: scenario.title,
      variants,
      operations,
      untested: itemAt(judged, index).untested,
      verdicts: variants.flatMap((label) => counts.get(label) ?? []),
    };
  });
}

/** A line of a trace, without its line end: a statement or a problem or neither, and a comment. */
export interface Line extends ParsedLine {
  readonly text: string;
}

/** Parses a trace, line by line: what one line says never depends on another. */
export function parse(text: string): Line[] {
  return TraceDocument.of(text).lines.all.map(({ text, parsed }) => ({ text, ...parsed }));
}
