/** The verdict over each scenario: does the trace hold under every variant. */
import { labelOf } from "../evaluate/variant.ts";
import type { Incomplete } from "../rules/verdict.ts";
import type { Analysis, Range } from "./analysis.ts";
import { UNTESTED_WORDS, verdicts, verdictText } from "./verdicts.ts";

export interface CodeLens {
  /** The scenario's title line; the first line of a file without scenarios. */
  readonly range: Range;
  /** "rev 1 ✓ ≠ 1 · rev 2 ✗ 2 · rev 3 ✓ declared". */
  readonly title: string;
  readonly verdicts: readonly Verdict[];
}

/** What a program can make of a lens; lines count from 0. */
interface Verdict {
  /** A revision number, or a host. */
  readonly label: string;
  readonly isDeclared: boolean;
  /** The lines of what would be errors if this one were declared. */
  readonly lines: readonly number[];
  /** The lines that differ from the declared one, which no case accounts for. */
  readonly differences: readonly number[];
  /** Why it is no verdict although no line is wrong: lines did not run. */
  readonly incomplete?: Incomplete;
}

/** A lens for each scenario that says something. What comments silence does not count. */
export function codeLens(analysis: Analysis): CodeLens[] {
  return verdicts(analysis).flatMap((scenario) => {
    const { range, untested, verdicts: all } = scenario;
    if (untested === "empty") return [];
    if (untested !== undefined) {
      return [{ range, title: `not tested: ${UNTESTED_WORDS[untested]}`, verdicts: [] }];
    }
    const data = all.map(({ variant, standing, errors, differences, incomplete }) => ({
      label: labelOf(variant),
      isDeclared: standing === "declared",
      lines: errors.map(({ line }) => line),
      differences: differences.map(({ line }) => line),
      incomplete,
    }));
    return [{ range, title: all.map(verdictText).join(" · "), verdicts: data }];
  });
}
