/**
 * The facade: a document in, everything that can be said of it out. The command and the language server both call
 * this one function, so they say the same.
 */
import { type Evaluation, evaluate } from "../evaluate/lockstep.ts";
import { type CheckedEvaluation, checkOperations, findingsOf } from "../rules/checks.ts";
import type { Code, Finding } from "../rules/finding.ts";
import { widthOf } from "../rules/operations.ts";
import { relatedPlaces } from "../rules/revision-difference.ts";
import { checkDeclared } from "../rules/revision-not-selectable.ts";
import type { Severity } from "../rules/rule.ts";
import { messageOf, ruleOf } from "../rules/rules.ts";
import { applySuppressions } from "../rules/suppressions.ts";
import { outcomeText } from "../rules/words.ts";
import type { Position, TraceDocument } from "../trace/document.ts";
import type { Comparison, Program, Scenario } from "../trace/program.ts";
import { problemsOf, resolve } from "../trace/resolve.ts";

/** Severities other than the rules' own; what is off is not reported. */
export type Severities = Readonly<Partial<Record<Code, Severity | "off">>>;

export interface AnalysisOptions {
  /** Evaluate every scenario as if it declared this revision. */
  readonly revision?: number;
  /** Compare every scenario with these, whatever it says. */
  readonly compare?: Comparison;
  /** What holds in scenarios that do not say it themselves. */
  readonly defaults?: { readonly revision?: number; readonly compare?: Comparison };
  readonly severities?: Severities;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A finding in words. Lines and characters count from 0, characters in UTF-16 units. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  /** What each variant answered, by label; only where the diagnostic is about a result. */
  readonly outcomes?: Readonly<Record<string, string>>;
  readonly related: readonly { readonly range: Range; readonly message: string }[];
  /** What the words were made of, for fixes. */
  readonly finding: Finding;
}

/** A document and all that is known of it. */
export interface Analysis {
  readonly document: TraceDocument;
  readonly program: Program;
  readonly scenarios: readonly CheckedEvaluation[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Analyses a document.
 * @param previous an analysis of a similar document with the same options: what is the same in both is not done again
 */
export function analyse(
  document: TraceDocument,
  options: AnalysisOptions = {},
  previous?: Analysis,
): Analysis {
  const program = resolve(document, previous?.program);
  const scenarios = evaluated(program, options, previous);
  const givesRevision = (options.revision ?? options.defaults?.revision) !== undefined;
  const findings: Finding[] = problemsOf(program).filter(
    (problem) => !(givesRevision && isMissingRevision(problem)),
  );
  for (const scenario of scenarios) {
    checkDeclared(scenario, (finding) => findings.push(finding));
    for (const finding of findingsOf(scenario)) findings.push(finding);
  }
  const left = [...applySuppressions(document, withoutRepeats(findings.sort(inOrder)))].sort(inOrder);
  const known = new Map(previous?.diagnostics.map((diagnostic) => [diagnostic.finding, diagnostic]));
  const diagnostics = left.flatMap(
    (finding) => known.get(finding) ?? describe(finding, options.severities) ?? [],
  );
  return { document, program, scenarios, diagnostics };
}

/** The scenarios of a program, evaluated and checked. */
function evaluated(
  { scenarios }: Program,
  options: AnalysisOptions,
  previous: Analysis | undefined,
): CheckedEvaluation[] {
  const before = (i: number) =>
    previous?.scenarios[i] && {
      checked: previous.scenarios[i],
      from: previous.program.scenarios[i].scenario,
    };
  const known = new Map(
    previous?.program.scenarios.map(({ scenario }, i) => [scenario, previous.scenarios[i]]),
  );
  const shift = (previous?.scenarios.length ?? 0) - scenarios.length;
  return scenarios.map(({ firstLine, scenario, edit }, i) => {
    const same = known.get(scenario);
    if (same !== undefined) return checkOperations({ evaluation: same.evaluation, firstLine }, same);
    // The edited scenario is most likely at the same place, counted from the start or from the end.
    const similar = before(i) ?? before(i + shift);
    const ownEdit = edit?.from === similar?.from ? edit : undefined;
    const evaluation = evaluate(
      overridden(scenario, options),
      similar?.checked.evaluation,
      ownEdit?.operations,
    );
    return checkOperations({ evaluation, firstLine }, similar?.checked, ownEdit?.lines);
  });
}

/** A scenario under what the options say instead of it. */
export function overridden(scenario: Scenario, { revision, compare, defaults }: AnalysisOptions): Scenario {
  const { places, setup } = scenario;
  const declared = places.revision ?? places.host;
  const otherRevision = revision ?? (declared === undefined ? defaults?.revision : undefined);
  const otherComparison = compare ?? (setup.compare === undefined ? defaults?.compare : undefined);
  if (otherRevision === undefined && otherComparison === undefined) return scenario;
  return {
    ...scenario,
    setup: {
      ...setup,
      revision: otherRevision ?? setup.revision,
      compare: otherComparison ?? setup.compare,
    },
  };
}

function isMissingRevision(finding: Finding): boolean {
  return finding.code === "missing-declaration" && finding.declaration === "revision";
}

function inOrder(a: Finding, b: Finding): number {
  return a.line - b.line || a.start - b.start || a.end - b.end;
}

/** A revision that the header declares for several scenarios is refused once. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding, i) => {
    const before = findings[i - 1];
    return (
      finding.code !== "revision-not-selectable" ||
      before?.code !== finding.code ||
      inOrder(before, finding) !== 0
    );
  });
}

/** A finding in words; undefined if its code is off. */
export function describe(finding: Finding, severities: Severities = {}): Diagnostic | undefined {
  const { code, line, start, end } = finding;
  const severity = severities[code] ?? ruleOf(code).severity;
  if (severity === "off") return undefined;
  const related = finding.code === "revision-difference" ? relatedPlaces(finding.causes) : [];
  return {
    code,
    severity,
    message: messageOf(finding),
    range: rangeOf({ line, start, end }),
    outcomes: outcomeTexts(finding),
    related: related.map((place) => ({ range: rangeOf(place), message: place.message })),
    finding,
  };
}

function rangeOf({ line, start, end }: { line: number; start: number; end: number }): Range {
  return { start: { line, character: start }, end: { line, character: end } };
}

function outcomeTexts(finding: Finding): Record<string, string> | undefined {
  if (finding.code !== "expectation" && finding.code !== "revision-difference") return undefined;
  const { width } = finding.subject;
  return Object.fromEntries(
    finding.outcomes.map(({ label, outcome }) => [label, outcomeText(outcome, width)]),
  );
}

/** What an operation answered under a variant, as the command prints it. */
export function answerText(evaluation: Evaluation, operation: number, variant: number): string {
  return outcomeText(
    evaluation.outcome(operation, variant),
    widthOf(evaluation.scenario.operations.at(operation)),
  );
}
