/** Whether each scenario holds under each of its variants, and the lines where it does not. */
import type { PlacedEvaluation } from "../rules/operations.ts";
import { outcomeText } from "../rules/words.ts";
import type { Outcome } from "../vgic/answer.ts";
import type { Analysis, Diagnostic, Range } from "./analysis.ts";
import { labelsOf } from "./code-lens.ts";
import { rangeOn, scenarioAt } from "./place.ts";

/** A line that does not hold under a variant. */
export interface Failure {
  readonly range: Range;
  readonly message: string;
  /** Answers as the command prints them, behind the line's mask. */
  readonly expected?: string;
  readonly actual?: string;
}

export interface VariantVerdict {
  readonly label: string;
  readonly isDeclared: boolean;
  readonly failures: readonly Failure[];
}

export interface ScenarioVerdicts {
  readonly title: string;
  /** Its first line. */
  readonly range: Range;
  readonly lastLine: number;
  /** The lowest revision first, hosts last. */
  readonly verdicts: readonly VariantVerdict[];
}

/** The verdicts of the scenarios that have operations. Silenced diagnostics do not count. */
export function verdicts(analysis: Analysis): ScenarioVerdicts[] {
  const found = diagnosticsByScenario(analysis);
  const { document, scenarios } = analysis;
  return scenarios
    .filter(({ evaluation }) => evaluation.scenario.operations.length > 0)
    .map((placed) => {
      const { firstLine, evaluation } = placed;
      const { title, lines } = evaluation.scenario;
      const diagnostics = found.get(placed) ?? [];
      return {
        title,
        range: rangeOn(firstLine, { start: 0, end: document.lines.at(firstLine).text.length }),
        lastLine: firstLine + lines.length - 1,
        verdicts: evaluation.variants
          .map(({ label }, variant) => ({
            label,
            isDeclared: variant === 0,
            failures: diagnostics
              .filter((diagnostic) => labelsOf(diagnostic, placed).includes(label))
              .map((diagnostic) => failureOf(diagnostic, label)),
          }))
          .sort((a, b) => (a.label < b.label ? -1 : 1)),
      };
    });
}

function diagnosticsByScenario(analysis: Analysis): Map<PlacedEvaluation, Diagnostic[]> {
  const found = new Map<PlacedEvaluation, Diagnostic[]>();
  for (const diagnostic of analysis.diagnostics) {
    const placed = scenarioAt(analysis, diagnostic.range.start.line);
    if (placed === undefined) continue;
    const list = found.get(placed);
    if (list) list.push(diagnostic);
    else found.set(placed, [diagnostic]);
  }
  return found;
}

/** What a variant answered instead: of what the line expects, or of what the declared one answers. */
function failureOf({ finding, message, range }: Diagnostic, label: string): Failure {
  if (finding.code !== "expectation" && finding.code !== "revision-difference") return { range, message };
  const { outcomes, mask, subject } = finding;
  const [declared] = outcomes;
  const expected = finding.code === "expectation" ? (finding.expected ?? { ending: "ok" }) : declared.outcome;
  const actual = outcomes.find((one) => one.label === label)?.outcome ?? declared.outcome;
  const text = (outcome: Outcome): string =>
    outcomeText(
      outcome.value !== undefined && mask !== undefined
        ? { ending: "ok", value: outcome.value & mask }
        : outcome,
      subject.width,
    );
  return { range, message, expected: text(expected), actual: text(actual) };
}
