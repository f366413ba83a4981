/** What reporters are given and what they give back. One file a format holds one. */
import type { Analysis, Diagnostic } from "../analysis/analysis.ts";

/** A file that was checked. */
export interface CheckedFile {
  /** As it is shown. */
  readonly path: string;
  readonly analysis: Analysis;
}

/** Counts over all checked files. */
export interface Summary {
  readonly files: number;
  readonly scenarios: number;
  readonly operations: number;
  readonly counts: Readonly<Record<Diagnostic["severity"], number>>;
}

/** Turns findings into output, a piece at a time: the pieces one after the other are the whole. */
export interface Reporter {
  file(file: CheckedFile): string;
  end(summary: Summary): string;
}

export const emptySummary: Summary = {
  files: 0,
  scenarios: 0,
  operations: 0,
  counts: { error: 0, warning: 0, information: 0, hint: 0 },
};

/** The summary with one more file. A file without a scenario that does anything counts no scenario. */
export function withFile(summary: Summary, { scenarios, diagnostics }: Analysis): Summary {
  const counts = { ...summary.counts };
  for (const { severity } of diagnostics) counts[severity]++;
  let operations = 0;
  let acting = 0;
  for (const { evaluation } of scenarios) {
    const { title, operations: own } = evaluation.scenario;
    operations += own.length;
    if (title !== "" || own.length > 0) acting++;
  }
  return {
    files: summary.files + 1,
    scenarios: summary.scenarios + acting,
    operations: summary.operations + operations,
    counts,
  };
}
