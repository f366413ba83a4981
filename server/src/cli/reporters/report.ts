/** What reporters are given and what they give back. One file a format holds one. */
import type { Severity } from "../../api/index.ts";
import type { CheckedFile } from "../lint/check.ts";

/** Counts over all checked files. */
export interface Summary {
  readonly files: number;
  readonly scenarios: number;
  readonly operations: number;
  /** Scenarios with operations that are not tested, under all of their variants or some. */
  readonly untested: number;
  /** Those of them for a declaration, of which no error tells so: a comment or the configuration silences it. */
  readonly silenced: number;
  /** Those of them of which lines did not run, of which no error tells so either. */
  readonly incomplete: number;
  readonly counts: Readonly<Record<Severity, number>>;
}

/** Turns findings into output, a piece at a time, so that nothing has to be kept. */
export interface Reporter {
  /** In front of all. */
  readonly start?: string;
  /** Between the pieces of files. */
  readonly separator?: string;
  /** The piece of one file; empty when there is nothing to say. */
  file(file: CheckedFile): string;
  end?(summary: Summary): string;
}

export const emptySummary: Summary = {
  files: 0,
  scenarios: 0,
  operations: 0,
  untested: 0,
  silenced: 0,
  incomplete: 0,
  counts: { error: 0, warning: 0, information: 0, hint: 0 },
};

/**
 * The summary with one more file. A file without a scenario that does anything counts no scenario.
 * @param checked the file with what a baseline knows of it
 */
export function withFile(summary: Summary, file: CheckedFile, checked = file): Summary {
  const { scenarios, diagnostics, untold } = file;
  const counts = { ...summary.counts };
  for (const { severity } of diagnostics) counts[severity]++;
  for (const { severity, count } of untold) counts[severity] += count;
  let operations = 0;
  let acting = 0;
  let { untested, incomplete } = summary;
  for (const scenario of scenarios) {
    operations += scenario.operations;
    const isIncomplete =
      scenario.untested !== "undeclared" && scenario.verdicts.some((verdict) => verdict.incomplete);
    if (!(isIncomplete || scenario.title !== "" || scenario.operations > 0)) continue;
    acting++;
    if (isIncomplete) incomplete++;
    if (isIncomplete || scenario.untested === "undeclared") untested++;
  }
  const silenced = summary.silenced + silencedIn(checked);
  return {
    files: summary.files + 1,
    scenarios: summary.scenarios + acting,
    operations: summary.operations + operations,
    untested,
    silenced,
    incomplete,
    counts,
  };
}

/** How many scenarios are not tested although no error stands in them, nor above all scenarios. */
function silencedIn({ scenarios, diagnostics, untold }: CheckedFile): number {
  if (untold.some(({ severity }) => severity === "error")) return 0;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const isAbove = (line: number): boolean => errors.some(({ range }) => range.start.line < line);
  const [first] = scenarios;
  if (first === undefined || isAbove(first.line)) return 0;
  return scenarios.filter(({ untested, line }, index) => {
    const end = scenarios[index + 1]?.line ?? Number.POSITIVE_INFINITY;
    return (
      untested === "undeclared" &&
      !errors.some(({ range }) => range.start.line >= line && range.start.line < end)
    );
  }).length;
}
