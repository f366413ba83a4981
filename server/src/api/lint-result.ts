/** What an analysis found, as plain data that can be sent to a thread. */

import type { Analysis, Diagnostic } from "../analysis/analysis.ts";
import { severityOf } from "../analysis/diagnostic.ts";
import { firstDiagnostics, type Wanted } from "../analysis/found-diagnostics.ts";
import {
  failureOf,
  type Standing,
  type Untested,
  type VariantVerdict,
  verdicts,
} from "../analysis/verdicts.ts";
import type { TraceDocument } from "../document/document.ts";
import { firstStatement } from "../document/lines.ts";
import { labelOf } from "../evaluate/variant.ts";
import type { Code, Finding } from "../rules/finding.ts";
import type { Fix } from "../rules/fix.ts";
import { fixesOf } from "../rules/fixes.ts";
import type { Found } from "../rules/found.ts";
import type { Severity } from "../rules/rule.ts";
import type { Incomplete } from "../rules/verdict.ts";
import { itemAt } from "../syntax/item-at.ts";

/** Lines and characters count from 0, characters in UTF-16 units, as in the Language Server Protocol. */
export type Range = Diagnostic["range"];

/** Something that is wrong with a trace, or that other revisions answer differently. */
export interface LintDiagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  /** What each revision or host answered, by label; only where the diagnostic is about a result. */
  readonly outcomes?: Readonly<Record<string, string>>;
  /** The labels of the revisions and hosts under which it shows; only where it is about a result. */
  readonly under?: readonly string[];
  readonly related: readonly { readonly range: Range; readonly message: string }[];
  /** Ways to mend it, the most likely one first. */
  readonly fixes: readonly Fix[];
}

/** A line that is wrong under a revision or host, or differs there. */
export type LintFailure = Pick<LintDiagnostic, "code" | "message" | "range">;

/** How a scenario goes under one revision or host. */
export interface LintVerdict {
  /** A revision number, or a host. */
  readonly label: string;
  /** Why the scenario runs under this one, where it is not only compared with it. */
  readonly standing?: Standing;
  /** What would be errors if this one were declared: without any, and with all lines run, the scenario holds here. */
  readonly errors: readonly LintFailure[];
  /** The lines that differ from the declared one, which no case accounts for. */
  readonly differences: readonly LintFailure[];
  /** Why it is no verdict although there is no error: lines did not run. */
  readonly incomplete?: Incomplete;
}

/** A scenario that was checked. */
export interface LintScenario {
  /** Empty for the unnamed scenario of a file without `scenario` lines. */
  readonly title: string;
  /** Its first line, counted from 0. */
  readonly line: number;
  /** How many operations ran. */
  readonly operations: number;
  /** Why nothing was tested, under none of its variants. */
  readonly untested?: Untested;
  /** The labels of the revisions and hosts that it ran under, the declared one first. */
  readonly variants: readonly string[];
  /** One for each of them, the lowest revision first, hosts last. */
  readonly verdicts: readonly LintVerdict[];
}

/** Which findings are told in words: the others are counted. Words cost more than to find what they are about. */
export interface Told {
  readonly errorsOnly: boolean;
  /** How many of a file; the first ones. */
  readonly most: number;
  readonly detail: Detail;
}

/** What is made of a finding: its words; the lines that it shows, too; fixes and what tells it apart from others, too. */
export type Detail = "words" | "lines" | "all";

const TELL_ALL: Told = { errorsOnly: false, most: Number.POSITIVE_INFINITY, detail: "all" };

/** How many findings of a kind are not told in words. */
export interface Untold {
  readonly code: Code;
  readonly severity: Severity;
  readonly count: number;
}

export interface LintResult {
  /** In the order of their places. */
  readonly diagnostics: readonly LintDiagnostic[];
  readonly scenarios: readonly LintScenario[];
  /** Whether no line says anything: there was nothing to check. */
  readonly blank: boolean;
}

/** What is found, in the words that people read; what is not told is counted. */
export function toldResult(
  analysis: Analysis,
  { errorsOnly, most, detail }: Told,
): LintResult & { readonly untold: readonly Untold[] } {
  const { document, scenarios, options } = analysis;
  const judged = verdicts(analysis);
  const isError: Wanted = (_, severity) => severity === "error";
  const told = firstDiagnostics(analysis, errorsOnly ? isError : () => true, most);
  const all = errorsOnly ? firstDiagnostics(analysis, () => true, 0) : told;
  const untold = new Map(all.counts);
  for (const { code } of told.shown) untold.set(code, (untold.get(code) ?? 0) - 1);
  return {
    diagnostics: told.shown.map((one) => lintDiagnostic(one, detail === "all" ? document : undefined)),
    untold: [...untold].flatMap(([code, count]) => {
      const severity = severityOf(code, options.severities);
      return count === 0 || severity === "off" ? [] : [{ code, severity, count }];
    }),
    scenarios: scenarios.map(({ firstLine, evaluation: { scenario, variants } }, index) => ({
      title: scenario.title,
      line: firstLine,
      operations: scenario.operations.length,
      variants: variants.map(({ id }) => labelOf(id)),
      untested: itemAt(judged, index).untested,
      verdicts: itemAt(judged, index).verdicts.map((verdict) => lintVerdict(verdict, { errorsOnly, most })),
    })),
    blank: firstStatement(document.lines, { start: 0, end: document.lines.length }) === undefined,
  };
}

/** What is found, all of it, in the words that people read. */
export function lintResult(analysis: Analysis): LintResult {
  const { untold: _none, ...result } = toldResult(analysis, TELL_ALL);
  return result;
}

function lintVerdict(
  { variant, standing, errors, differences, incomplete }: VariantVerdict,
  { errorsOnly, most }: Pick<Told, "errorsOnly" | "most">,
): LintVerdict {
  const inWords = (found: Found): LintFailure => {
    const { code, message, range } = failureOf(found, variant);
    return { code, message, range };
  };
  return {
    label: labelOf(variant),
    standing,
    errors: errors.slice(0, most).map(inWords),
    differences: errorsOnly ? [] : differences.slice(0, most).map(inWords),
    incomplete,
  };
}

/** @param document where fixes are made for; without, there are none */
export function lintDiagnostic(diagnostic: Diagnostic, document: TraceDocument | undefined): LintDiagnostic {
  const { code, severity, message, range, outcomes, related, finding } = diagnostic;
  const under = underOf(finding);
  const fixes = document === undefined ? [] : fixesOf(finding, document.lines);
  return { code, severity, message, range, outcomes, under, related, fixes };
}

function underOf(finding: Finding): readonly string[] | undefined {
  if (finding.code === "expectation") return finding.actual.map(({ variant }) => labelOf(variant));
  return finding.code === "revision-difference" ? finding.unaccounted.map(labelOf) : undefined;
}
