/** Checks one trace: the unit of work, with plain data in and out so that any thread can do it. */
import { AnalysisRun } from "../../analysis/analysis.ts";
import type { LineCache, LintDiagnostic, LintResult, LintScenario } from "../../api/index.ts";
import { type Detail, lintResult, type Told, toldResult, type Untold } from "../../api/lint-result.ts";
import { analysisOptions, type CheckOptions } from "../../config/check-options.ts";
import { TraceDocument } from "../../document/document.ts";
import { hasLoneReturn, splitLines } from "../../document/line-ends.ts";
import { firstIndex } from "../../document/sorted.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { finishedAnalysis } from "../files/analysed.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { readTrace } from "../files/sources.ts";

/** A trace to check, and how. */
export interface Target {
  /** The file, or `-` for standard input. */
  readonly trace: string;
  /** As it is shown. */
  readonly path: string;
  /** What was read from standard input. */
  readonly text?: string;
  /** It is a link that was found in a folder and leads out of it: it is not written. */
  readonly isLinkOut?: boolean;
  readonly options: CheckOptions;
  /** What the outputs need of what is found; all of it without. */
  readonly told?: Told;
}

export interface CheckedDiagnostic extends LintDiagnostic {
  /**
   * Stays the same when lines move, and differs from that of every other finding in the file. Empty where not all is
   * told of it.
   */
  readonly fingerprint: string;
}

/** A file that was checked. */
export interface CheckedFile extends LintResult {
  readonly path: string;
  readonly diagnostics: readonly CheckedDiagnostic[];
  /** What is found beside the diagnostics, in numbers. */
  readonly untold: readonly Untold[];
  /** The lines that diagnostics and their fixes speak of, by number. */
  readonly lines: ReadonlyMap<number, string>;
}

/**
 * Reads and checks a trace, with what lines of others were read before.
 * @param reach is told how much of it is done, from 0 to 1
 */
export async function check(
  target: Target,
  cache: LineCache,
  reach: (share: number) => void = () => {},
): Promise<CheckedFile | Failure> {
  const { trace, path, options, told } = target;
  const source = target.text === undefined ? await readTrace(trace) : { text: target.text };
  if (isFailure(source)) return source;
  // Reading the file was a part of the work, and the longer the file is, the longer it takes to its first line.
  reach(0);
  const run = new AnalysisRun(TraceDocument.of(source.text, cache), analysisOptions(options), undefined);
  const analysis = finishedAnalysis(run, reach);
  const result = told ? toldResult(analysis, told) : lintResult(analysis);
  return checkedFile(path, source.text, result, told?.detail);
}

/** What was found in a text, with what reporters need. */
export async function checkedFile(
  path: string,
  text: string,
  result: LintResult & { readonly untold?: readonly Untold[] },
  detail: Detail = "all",
): Promise<CheckedFile> {
  const { untold = [] } = result;
  const lines = detail === "words" ? new Map<number, string>() : linesOf(text, result.diagnostics);
  const diagnostics =
    detail === "all"
      ? await withFingerprints(result, path, lines)
      : result.diagnostics.map((diagnostic) => ({ ...diagnostic, fingerprint: "" }));
  return { ...result, untold, path, lines, diagnostics };
}

function linesOf(text: string, diagnostics: readonly LintDiagnostic[]): Map<number, string> {
  const numbers = new Set<number>();
  const take = ({ start, end }: LintDiagnostic["range"]): void => {
    numbers.add(start.line).add(end.line);
  };
  for (const { range, related, fixes } of diagnostics) {
    take(range);
    for (const place of related) take(place.range);
    for (const { edits } of fixes) for (const edit of edits) take(edit.range);
  }
  return linesAt(text, numbers);
}

/** Some lines of a text, by number, without splitting all of it; those beyond its end are left out. */
function linesAt(text: string, numbers: ReadonlySet<number>): Map<number, string> {
  const lines = new Map<number, string>();
  if (hasLoneReturn(text)) {
    const all = splitLines(text.replace(/^\ufeff/, ""));
    for (const number of numbers) {
      const line = all[number];
      if (line !== undefined) lines.set(number, line.replace(/\r?\n$|\r$/, ""));
    }
    return lines;
  }
  let number = 0;
  let start = text.startsWith("\ufeff") ? 1 : 0;
  for (const wanted of [...numbers].sort((a, b) => a - b)) {
    for (; number < wanted && start >= 0; number++) start = text.indexOf("\n", start) + 1 || -1;
    if (start < 0) break;
    const end = text.indexOf("\n", start);
    lines.set(number, text.slice(start, end < 0 ? undefined : end).replace(/\r$/, ""));
  }
  return lines;
}

/** Tells findings apart by code, file, scenario and the words of the line; equal ones by their order. */
async function withFingerprints(
  { diagnostics, scenarios }: LintResult,
  path: string,
  lines: ReadonlyMap<number, string>,
): Promise<CheckedDiagnostic[]> {
  if (diagnostics.length === 0) return [];
  // Only now: it takes longer to load than a short trace to check.
  const { createHash } = await import("node:crypto");
  const seen = new Map<string, number>();
  return diagnostics.map((diagnostic) => {
    const { line } = diagnostic.range.start;
    const words = lines.get(line)?.trim().replace(/\s+/g, " ") ?? "";
    const what = [path, diagnostic.code, scenarioAt(scenarios, line)?.title ?? "", words].join("\0");
    const before = seen.get(what) ?? 0;
    seen.set(what, before + 1);
    const fingerprint = createHash("sha256").update(`${what}\0${before}`).digest("hex").slice(0, 32);
    return { ...diagnostic, fingerprint };
  });
}

/** The scenario that a line belongs to; undefined for the lines above all of them. */
export function scenarioAt(scenarios: readonly LintScenario[], line: number): LintScenario | undefined {
  return scenarios[firstIndex(scenarios.length, (index) => itemAt(scenarios, index).line > line) - 1];
}
