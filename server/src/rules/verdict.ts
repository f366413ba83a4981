/**
 * Whether a scenario holds under each of its variants. A variant holds when `lint` would find no error in the scenario
 * if that variant were the declared one. This is decided here and nowhere else.
 */
import { selectableRevisions } from "../vgic/kernels/revisions.ts";
import type { CheckedEvaluation } from "./checks.ts";
import type { Code, Finding } from "./finding.ts";
import type { PlacedEvaluation } from "./operations.ts";
import { differenceFrom } from "./revision-difference.ts";
import { checkDeclared } from "./revision-not-selectable.ts";
import type { Severity } from "./rule.ts";

/** How a scenario goes under one variant. */
export interface Verdict {
  /** What would be errors if the variant were the declared one, by line. */
  readonly errors: readonly Finding[];
  /** The lines that differ from the declared variant and whose difference no case accounts for. */
  readonly differences: readonly Finding[];
}

/** What is found in a scenario, and what would be made of a finding there. */
export interface Judged {
  /** What is reported in the scenario's lines. */
  readonly found: readonly { readonly finding: Finding; readonly severity: Severity }[];
  severityOf(code: Code): Severity | "off";
  isSilenced(code: Code, line: number): boolean;
}

/** The verdicts of a scenario, by variant. */
export function verdictsOf(placed: CheckedEvaluation, judged: Judged): Verdict[] {
  const { evaluation } = placed;
  const alike: Finding[] = [];
  const errors: Finding[][] = evaluation.variants.map(() => []);
  for (const { finding, severity } of judged.found) {
    if (severity !== "error") continue;
    if (standsUnderAll(placed, finding)) alike.push(finding);
    else errors[0].push(finding);
  }
  const isError = (finding: Finding): boolean =>
    judged.severityOf(finding.code) === "error" && !judged.isSilenced(finding.code, finding.line);
  checkDeclared(placed, (finding) => {
    // What stands above the scenarios is not among what was found in this one.
    if (finding.line < placed.firstLine && isError(finding)) errors[0].push(finding);
  });
  const differences = judged.found.filter(({ finding }) => finding.code === "revision-difference");
  for (let variant = 1; variant < errors.length; variant++) {
    for (const finding of resultsUnder(placed, judged, variant)) {
      if (isError(finding)) errors[variant].push(finding);
    }
  }
  return evaluation.variants.map(({ label }, variant) => ({
    errors: alike.concat(errors[variant]).sort((a, b) => a.line - b.line || a.start - b.start),
    differences: differences.flatMap(({ finding }) =>
      finding.code === "revision-difference" && finding.unaccounted.includes(label) ? [finding] : [],
    ),
  }));
}

/** Whether an error of the declared variant is one whichever variant is declared. */
function standsUnderAll({ evaluation, firstLine }: PlacedEvaluation, finding: Finding): boolean {
  const { setup, places, operations } = evaluation.scenario;
  switch (finding.code) {
    case "expectation": {
      if (!finding.byRevision) return false;
      // Its case is asked wherever the revision runs; the declared one runs even where the host cannot show it.
      const { label, number } = evaluation.variants[0];
      const runsAnyway = selectableRevisions(setup.host.profile).some((revision) => revision === number);
      return runsAnyway || finding.actual.some((one) => one.label !== label);
    }
    case "revision-difference":
    case "host-failure":
      return false;
    case "revision-not-selectable": {
      const operation = operations.above(finding.line - firstLine);
      return operation < operations.length && operations.lineNumber(operation) === finding.line - firstLine;
    }
    case "missing-declaration":
      return finding.declaration !== "revision" || places.revision !== undefined;
    default:
      return true;
  }
}

/** What is found in results if another variant is the declared one, and does not stand under all. */
function* resultsUnder(
  placed: CheckedEvaluation,
  { found, severityOf }: Judged,
  variant: number,
): Generator<Finding> {
  const { evaluation, firstLine } = placed;
  const { outcomes, scenario, variants, differences } = evaluation;
  const { label } = variants[variant];
  const known = new Set<string>();
  for (const { finding } of found) {
    if (finding.code !== "expectation" && finding.code !== "host-failure") continue;
    const operation = scenario.operations.above(finding.line - firstLine);
    if (finding.code === "host-failure") {
      if (outcomes.isAsDeclared(operation, variant)) yield { ...finding, host: variants[variant].host.name };
      continue;
    }
    known.add(placeOf(finding));
    if (finding.byRevision || !outcomes.isAsDeclared(operation, variant)) continue;
    yield { ...finding, actual: [{ label, outcome: finding.actual[0].outcome }] };
  }
  for (const { finding, variant: under } of placed.foundUnder) {
    if (under !== variant) continue;
    if (finding.code === "host-failure") yield finding;
    else if (finding.code !== "expectation") continue;
    else if (!finding.byRevision || !known.has(placeOf(finding))) yield finding;
  }
  if (severityOf("revision-difference") !== "error") return;
  for (const operation of differences.keys()) {
    const difference = differenceFrom(placed, operation, variant);
    if (difference !== undefined) yield difference;
  }
}

function placeOf({ line, start }: Finding): string {
  return `${line}:${start}`;
}
