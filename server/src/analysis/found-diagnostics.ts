/** The diagnostics of what was found in a document: all of them, or the most important ones, without the others. */

import type { TraceDocument } from "../document/document.ts";
import { lastBegun } from "../document/sorted.ts";
import type { Problem } from "../program/problem.ts";
import type { Program } from "../program/program.ts";
import { problemsOf } from "../program/resolve.ts";
import { type CheckedEvaluation, countsOf, foundIn } from "../rules/checks.ts";
import type { Code, Finding } from "../rules/finding.ts";
import { type Found, found, inOrder } from "../rules/found.ts";
import { declaredRefused } from "../rules/revision-not-selectable.ts";
import { SEVERITIES, type Severity } from "../rules/rule.ts";
import { ruleOf } from "../rules/rules.ts";
import { isUndeclared, oncePerCause } from "../rules/shared-cause.ts";
import { applySuppressions } from "../rules/suppressions.ts";
import { type Diagnostic, describe, type Severities, severityOf } from "./diagnostic.ts";

/** A document that was checked. */
export interface Checked {
  readonly document: TraceDocument;
  readonly program: Program;
  readonly scenarios: readonly CheckedEvaluation[];
  readonly options: {
    readonly severities?: Severities;
    readonly revision?: number;
    readonly defaults?: { readonly revision?: number };
  };
}

/** All diagnostics, in the order of the text. */
export function allDiagnostics(checked: Checked): Diagnostic[] {
  return described(oncePerCause(allFound(checked)), checked.options.severities);
}

/** All that is found and no comment silences, in the order of the text. */
function allFound(checked: Checked): readonly Found[] {
  const { document, scenarios } = checked;
  const all = problemsIn(checked);
  for (const scenario of scenarios) for (const one of foundIn(scenario)) all.push(one);
  const once = withoutRepeats(all.sort(inOrder));
  const left = applySuppressions(document, once, judgement(checked));
  return left === once ? once : [...left].sort(inOrder);
}

/**
 * Whether all was found that there is of a code, on a line or in the whole file. What is wrong with a scenario may hide what
 * its operations would show.
 */
function judgement({ program, scenarios }: Checked): (code: Code, line?: number) => boolean {
  const isRead = (problems: readonly Problem[]): boolean =>
    problems.every(({ code }) => code === "missing-declaration" || ruleOf(code).severity !== "error");
  const isHeaderRead = isRead(program.header.problems);
  const isJudged = ({ evaluation: { scenario } }: CheckedEvaluation): boolean =>
    isHeaderRead && isRead(scenario.problems) && !isUndeclared(scenario);
  return (code, line) => {
    const { check, describeUnseen } = ruleOf(code);
    if (check === undefined && describeUnseen === undefined) return true;
    if (line === undefined) return isHeaderRead && scenarios.every(isJudged);
    const placed = lastBegun(scenarios, line);
    return placed === undefined ? isHeaderRead : isJudged(placed);
  };
}

/** What is wanted of all that is found, also of what one message says for several lines. */
export function eachDiagnostic(checked: Diagnosed, isWanted: Wanted): readonly Diagnostic[] {
  const { shown } = firstDiagnostics(checked, isWanted, Number.POSITIVE_INFINITY);
  if (!shown.some(({ finding }) => finding.others !== undefined)) return shown;
  const all = described(allFound(checked), checked.options.severities);
  return all.filter(({ code, severity }) => isWanted(code, severity));
}

/** A document that was checked, with all its diagnostics if somebody asks for them. */
export interface Diagnosed extends Checked {
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Which diagnostics are asked for. */
export type Wanted = (code: Code, severity: Severity) => boolean;

/** The first of the diagnostics that are wanted, in the order of the text, and how many there are of each code. */
export interface FirstDiagnostics {
  readonly shown: readonly Diagnostic[];
  readonly counts: ReadonlyMap<Code, number>;
}

/** The first so many of the diagnostics that are wanted. The others are counted only: they may be very many. */
export function firstDiagnostics(checked: Diagnosed, isWanted: Wanted, most: number): FirstDiagnostics {
  const { document, scenarios, options } = checked;
  const problems = oncePerCause([...problemsIn(checked)].sort(inOrder));
  const counts = new Map<Code, number>();
  const count = (code: Code, times: number): void => {
    if (times > 0) counts.set(code, (counts.get(code) ?? 0) + times);
  };
  // What comments silence, and what is said once of several scenarios, takes all of them to know.
  if (document.silencingLines.length > 0 || problems.some(({ code }) => code === "revision-not-selectable")) {
    const all = checked.diagnostics.filter(({ code, severity }) => isWanted(code, severity));
    for (const { code } of all) count(code, 1);
    return { shown: all.slice(0, most), counts };
  }
  const isWantedCode = (code: Code): boolean => {
    const severity = severityOf(code, options.severities);
    return severity !== "off" && isWanted(code, severity);
  };
  const found = problems.filter(({ code }) => isWantedCode(code));
  for (const { code } of found) count(code, 1);
  let left = most;
  for (const scenario of scenarios) {
    for (const [code, times] of countsOf(scenario)) if (isWantedCode(code)) count(code, times);
    const there = foundIn(scenario, isWantedCode, left);
    left = Math.max(left - there.length, 0);
    for (const one of there) found.push(one);
  }
  return { shown: described(found.sort(inOrder).slice(0, most), options.severities), counts };
}

/**
 * As many diagnostics as may be shown, errors before warnings before others, each in the order of the text, and how
 * many others there are.
 */
export function mostImportant(
  checked: Diagnosed,
  most: number,
): { readonly shown: readonly Diagnostic[]; readonly more: number } {
  const shown: Diagnostic[] = [];
  let total = 0;
  for (const severity of SEVERITIES) {
    const first = firstDiagnostics(checked, (_, own) => own === severity, most - shown.length);
    shown.push(...first.shown);
    for (const count of first.counts.values()) total += count;
  }
  return { shown, more: total - shown.length };
}

/** What is found without a scenario's operations. */
function problemsIn({ program, scenarios, options: { revision, defaults } }: Checked): Found[] {
  const givesRevision = (revision ?? defaults?.revision) !== undefined;
  const problems: Finding[] = problemsOf(program).filter(
    (problem) => !(givesRevision && isMissingRevision(problem)),
  );
  return [...problems, ...scenarios.flatMap((scenario) => declaredRefused(scenario) ?? [])].map(found);
}

function described(ordered: readonly Found[], severities: Severities | undefined): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const one of ordered) {
    const diagnostic = describe(one, severities);
    if (diagnostic !== undefined) diagnostics.push(diagnostic);
  }
  return diagnostics;
}

function isMissingRevision(finding: Finding): boolean {
  return finding.code === "missing-declaration" && finding.declaration === "revision";
}

/** A revision that the header declares for several scenarios is refused once. */
function withoutRepeats(all: readonly Found[]): readonly Found[] {
  if (!all.some(({ code }) => code === "revision-not-selectable")) return all;
  return all.filter((one, i) => {
    const before = all[i - 1];
    return one.code !== "revision-not-selectable" || before?.code !== one.code || inOrder(before, one) !== 0;
  });
}
