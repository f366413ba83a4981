/** `vgic-trace lint`: checks traces and reports what is wrong. */
import { type AnalysisOptions, analyse } from "../analysis/analysis.ts";
import { TraceDocument } from "../trace/document.ts";
import { readComparisonFlag, readCount, readRevision } from "./arguments.ts";
import { type ExitStatus, exitStatus } from "./exit-status.ts";
import type { LintFormat } from "./formats.ts";
import { Progress } from "./progress.ts";
import { emptySummary, type Reporter, withFile } from "./report.ts";
import { jsonReporter } from "./report-json.ts";
import { textReporter } from "./report-text.ts";
import { type Failure, findTraces, isFailure, pathToShow, readTrace } from "./sources.ts";
import { complain, outputStyle, print } from "./terminal.ts";
import { counted } from "./words.ts";

/** Flags as they were given. */
export interface LintOptions {
  readonly format: LintFormat;
  readonly maxWarnings?: string;
  readonly revision?: string;
  readonly compare?: string;
}

interface Settings {
  readonly analysis: AnalysisOptions;
  readonly maxWarnings: number;
}

/** Checks all traces at some paths. What cannot be read is said, and the rest is checked all the same. */
export async function lint(paths: readonly string[], options: LintOptions): Promise<ExitStatus> {
  const settings = readSettings(options);
  if (isFailure(settings)) {
    complain(settings.failure);
    return exitStatus.failed;
  }
  const { failures, paths: traces } = await findTraces(paths);
  for (const { failure } of failures) complain(failure);
  const reporter = reporterOf(options.format);
  const progress = new Progress(traces.length);
  let failed = failures.length > 0;
  let summary = emptySummary;
  for (const [index, trace] of traces.entries()) {
    progress.step(index);
    const source = await readTrace(trace);
    if (isFailure(source)) {
      progress.clear();
      complain(source.failure);
      failed = true;
      continue;
    }
    const path = pathToShow(trace);
    const document = TraceDocument.of(source.text);
    const analysis = analyse(document, settings.analysis);
    summary = withFile(summary, analysis);
    const report = reporter.file({ path, analysis });
    if (report !== "") progress.clear();
    print(report);
    if (isBlank(document)) {
      progress.clear();
      complain(`${path} has no statement: there was nothing to check`);
    }
  }
  progress.clear();
  print(reporter.end(summary));
  if (failed) return exitStatus.failed;
  return verdict(summary.counts, settings.maxWarnings);
}

function readSettings({ maxWarnings, revision, compare }: LintOptions): Settings | Failure {
  const most = maxWarnings === undefined ? undefined : readCount("--max-warnings", maxWarnings);
  if (most !== undefined && isFailure(most)) return most;
  const declared = revision === undefined ? undefined : readRevision("--revision", revision);
  if (declared !== undefined && isFailure(declared)) return declared;
  const compared = compare === undefined ? undefined : readComparisonFlag("--compare", compare);
  if (compared !== undefined && isFailure(compared)) return compared;
  return {
    analysis: { revision: declared?.value, compare: compared?.value },
    maxWarnings: most?.value ?? Number.POSITIVE_INFINITY,
  };
}

function reporterOf(format: LintFormat): Reporter {
  return format === "json" ? jsonReporter() : textReporter(outputStyle());
}

function isBlank({ lines }: TraceDocument): boolean {
  return lines.every(({ parsed }) => parsed.statement === undefined && parsed.problem === undefined);
}

function verdict({ error, warning }: { error: number; warning: number }, maxWarnings: number): ExitStatus {
  if (warning > maxWarnings) {
    complain(`${counted(warning, "warning")} found, --max-warnings allows ${maxWarnings}`);
  }
  return error > 0 || warning > maxWarnings ? exitStatus.errors : exitStatus.clean;
}
