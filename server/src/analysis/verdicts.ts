/** How each scenario goes under each of its variants, in words: what the lens, tests, reports and views show. */
import {
  compareVariants,
  declaredRevision,
  revisionId,
  sameVariant,
  shortName,
  type VariantId,
} from "../evaluate/variant.ts";
import type { Scenario } from "../program/program.ts";
import type { Finding } from "../rules/finding.ts";
import type { Found } from "../rules/found.ts";
import type { PlacedEvaluation } from "../rules/operations.ts";
import { messageOf, ruleOf } from "../rules/rules.ts";
import { isUndeclared } from "../rules/shared-cause.ts";
import { Silence } from "../rules/suppressions.ts";
import { bearsOnVerdicts, type Incomplete, type Verdict, verdictsOf } from "../rules/verdict.ts";
import { outcomeText } from "../rules/words.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Outcome } from "../vgic/answer.ts";
import { type Analysis, type Diagnostic, overridden, type Range } from "./analysis.ts";
import { eachDiagnostic } from "./found-diagnostics.ts";
import { rangeOn, scenarioAt } from "./place.ts";

/** A line that is wrong, or differs, under a variant. */
export interface Failure {
  readonly range: Range;
  readonly code: Finding["code"];
  readonly message: string;
  /** Answers as the command prints them, after the line's mask. */
  readonly expected?: string;
  readonly actual?: string;
}

/**
 * Why a scenario runs under a variant, where it is not only compared with it: it declares the revision, leaves it to
 * its host, says nothing of it, or someone looks at it under that revision.
 */
export type Standing = "declared" | "host default" | "assumed" | "configured" | "viewed";

export interface VariantVerdict {
  readonly variant: VariantId;
  readonly standing?: Standing;
  /** What `lint` would call errors if this variant were the declared one. */
  readonly errors: readonly Found[];
  /** The lines that differ from the first variant, which no case accounts for. */
  readonly differences: readonly Found[];
  /** Why the scenario is not tested under this one, although no error tells so. */
  readonly incomplete?: Incomplete;
}

/**
 * Why the verdicts of a scenario say nothing: it has no operation, a declaration is missing or wrong, or lines did not
 * run of which a comment or the configuration makes that no error.
 */
export type Untested = "empty" | "undeclared" | Incomplete;

/** What follows "not tested: ". */
export const UNTESTED_WORDS: Readonly<Record<Untested, string>> = {
  empty: "it has no operation",
  undeclared: "a declaration that it needs is missing or wrong",
  unread: "a line of it cannot be read or done",
  ended: "the host's kernel fails in it, and the lines below did not run",
};

export interface ScenarioVerdicts {
  readonly title: string;
  /** Its first line. */
  readonly range: Range;
  readonly lastLine: number;
  /** How many operations ran. */
  readonly operations: number;
  /** Why nothing was tested; absent where one of the verdicts says something. */
  readonly untested?: Untested;
  /** The lowest revision first, hosts last. */
  readonly verdicts: readonly VariantVerdict[];
}

/** The verdicts of every scenario. What comments silence does not count. */
export function verdicts(analysis: Analysis): ScenarioVerdicts[] {
  const found = diagnosticsByScenario(analysis);
  const silence = new Silence(analysis.document);
  return analysis.scenarios.map((placed, index) => {
    const { firstLine, evaluation } = placed;
    const { title, lines, operations } = evaluation.scenario;
    const standing = standingOf(analysis, index);
    const decided = verdictsOf(placed, {
      found: found.get(placed) ?? [],
      severityOf: (code) => analysis.options.severities?.[code] ?? ruleOf(code).severity,
      isSilenced: (code, line) => silence.covers(code, line),
    });
    const all = decided.map((verdict, variant): VariantVerdict => {
      return { ...verdict, variant: itemAt(evaluation.variants, variant).id, standing: standing(variant) };
    });
    return {
      title,
      range: rangeOn(firstLine, { start: 0, end: analysis.document.lines.at(firstLine).text.length }),
      lastLine: firstLine + lines.length - 1,
      operations: operations.length,
      untested: untestedOf(evaluation.scenario, decided),
      verdicts: all.sort((a, b) => compareVariants(a.variant, b.variant)),
    };
  });
}

/** "rev 1 ✓", "rev 2 ✗ 1 ≠ 2", "rev 3 ✓ declared". */
export function verdictText({ variant, standing, errors, differences, incomplete }: VariantVerdict): string {
  const text = `${shortName(variant)} ${signs(errors.length, differences.length, incomplete)}`;
  return standing === undefined ? text : `${text} ${standing}`;
}

/** "✓", "✗ 1", "✓ ≠ 2", "not tested". */
export function signs(errors: number, differences: number, incomplete?: Untested): string {
  if (incomplete !== undefined) return "not tested";
  const sign = errors === 0 ? "✓" : `✗ ${errors}`;
  return differences === 0 ? sign : `${sign} ≠ ${differences}`;
}

/** Why a scenario runs under each variant, where it is not only compared with it. */
function standingOf(analysis: Analysis, index: number): (variant: number) => Standing | undefined {
  const { defaults } = analysis.options;
  const { variants } = itemAt(analysis.scenarios, index).evaluation;
  const { scenario } = itemAt(analysis.program.scenarios, index);
  const own = ownStanding(scenario.places, defaults?.revision);
  const ownId = revisionId(declaredRevision(overridden(scenario, { defaults }).setup));
  return (variant) => {
    if (sameVariant(itemAt(variants, variant).id, ownId)) return own;
    return variant === 0 ? "viewed" : undefined;
  };
}

function ownStanding({ revision, host }: Scenario["places"], configured: number | undefined): Standing {
  if (revision !== undefined) return "declared";
  if (host !== undefined) return "host default";
  return configured === undefined ? "assumed" : "configured";
}

function untestedOf(scenario: Scenario, all: readonly Verdict[]): Untested | undefined {
  if (isUndeclared(scenario)) return "undeclared";
  const [first] = all;
  if (first?.incomplete && all.every(({ incomplete }) => incomplete === first.incomplete))
    return first.incomplete;
  const nothingRan = scenario.operations.length === 0 && all.every(({ errors }) => errors.length === 0);
  return nothingRan ? "empty" : undefined;
}

function diagnosticsByScenario(analysis: Analysis): Map<PlacedEvaluation, Diagnostic[]> {
  const found = new Map<PlacedEvaluation, Diagnostic[]>();
  for (const diagnostic of eachDiagnostic(analysis, bearsOnVerdicts)) {
    const placed = scenarioAt(analysis, diagnostic.line);
    if (placed === undefined) continue;
    const list = found.get(placed);
    if (list) list.push(diagnostic);
    else found.set(placed, [diagnostic]);
  }
  return found;
}

/** An error or difference in words. What a variant answered instead: of what the line expects, or of what the declared one answers. */
export function failureOf({ finding }: Found, variant: VariantId): Failure {
  const { code, line, start, end } = finding;
  const failure = { range: rangeOn(line, { start, end }), code, message: messageOf(finding) };
  if (finding.code !== "expectation" && finding.code !== "revision-difference") return failure;
  const { outcomes, mask, subject } = finding;
  const declared = itemAt(outcomes, 0);
  const expected = finding.code === "expectation" ? (finding.expected ?? { ending: "ok" }) : declared.outcome;
  const actual = outcomes.find((one) => sameVariant(one.variant, variant))?.outcome ?? declared.outcome;
  const text = (outcome: Outcome): string =>
    outcomeText(
      outcome.value !== undefined && mask !== undefined
        ? { ending: "ok", value: outcome.value & mask }
        : outcome,
      subject.width,
    );
  return { ...failure, expected: text(expected), actual: text(actual) };
}
