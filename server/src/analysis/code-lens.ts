/** The verdict over each scenario: does the trace hold under every variant. */
import type { PlacedEvaluation } from "../rules/operations.ts";
import type { Analysis, Diagnostic, Range } from "./analysis.ts";
import { rangeOn, scenarioAt } from "./place.ts";

export interface CodeLens {
  /** The scenario's title line; the first line of a file without scenarios. */
  readonly range: Range;
  /** "rev 1 ✓ · rev 2 ✗ 2 · rev 3 ✓ declared". */
  readonly title: string;
  readonly verdicts: readonly Verdict[];
}

export interface Verdict {
  /** A revision number, or a host. */
  readonly label: string;
  readonly isDeclared: boolean;
  /**
   * The lines that are wrong under this variant: every error under the declared one; under the others what differs
   * and is not accounted for, and cases that do not hold.
   */
  readonly lines: readonly number[];
}

/** A lens for each scenario that has operations. Silenced diagnostics do not count. */
export function codeLens(analysis: Analysis): CodeLens[] {
  const wrong = wrongLines(analysis);
  return analysis.scenarios
    .filter(({ evaluation }) => evaluation.scenario.operations.length > 0)
    .map((placed) => {
      const { firstLine, evaluation } = placed;
      const verdicts = evaluation.variants
        .map(({ label }, variant): Verdict => {
          const lines = [...(wrong.get(placed)?.get(label) ?? [])];
          return { label, isDeclared: variant === 0, lines };
        })
        .sort((a, b) => (a.label < b.label ? -1 : 1));
      const end = analysis.document.lines.at(firstLine).text.length;
      return {
        range: rangeOn(firstLine, { start: 0, end }),
        title: verdicts.map(verdictText).join(" · "),
        verdicts,
      };
    });
}

function verdictText({ label, isDeclared, lines }: Verdict): string {
  const name = /^\d+$/.test(label) ? `rev ${label}` : label;
  const sign = lines.length === 0 ? "✓" : `✗ ${lines.length}`;
  return `${name} ${sign}${isDeclared ? " declared" : ""}`;
}

/** The lines that are wrong, by scenario and by the label of the variant. */
function wrongLines(analysis: Analysis): Map<PlacedEvaluation, Map<string, Set<number>>> {
  const wrong = new Map<PlacedEvaluation, Map<string, Set<number>>>();
  for (const diagnostic of analysis.diagnostics) {
    const { line } = diagnostic.range.start;
    const placed = scenarioAt(analysis, line);
    if (placed === undefined) continue;
    const byLabel = wrong.get(placed) ?? new Map<string, Set<number>>();
    wrong.set(placed, byLabel);
    for (const label of labelsOf(diagnostic, placed)) {
      byLabel.set(label, (byLabel.get(label) ?? new Set()).add(line));
    }
  }
  return wrong;
}

/** The variants under which a diagnostic says that its line is wrong, by label. */
export function labelsOf(
  { finding, severity }: Diagnostic,
  { evaluation }: PlacedEvaluation,
): readonly string[] {
  switch (finding.code) {
    case "expectation":
      return finding.actual.map(({ label }) => label);
    case "revision-difference":
      return finding.unaccounted;
    default:
      return severity === "error" ? [evaluation.variants[0].label] : [];
  }
}
