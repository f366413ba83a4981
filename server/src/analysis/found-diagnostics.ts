/** The diagnostics of what was found in a document: all of them, or the most important ones, without the others. */

import type { TraceDocument } from "../document/document.ts";
import type { Program } from "../program/program.ts";
import { problemsOf } from "../program/resolve.ts";
import { type CheckedEvaluation, countsOf, foundIn } from "../rules/checks.ts";
import type { Code, Finding } from "../rules/finding.ts";
import { type Found, found, inOrder } from "../rules/found.ts";
import { declaredRefused } from "../rules/revision-not-selectable.ts";
import { SEVERITIES } from "../rules/rule.ts";
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
  const { document, scenarios, options } = checked;
  const all = problemsIn(checked);
  for (const scenario of scenarios) for (const one of foundIn(scenario)) all.push(one);
  const once = withoutRepeats(all.sort(inOrder));
  const left = applySuppressions(document, once);
  const ordered = left === once ? once : [...left].sort(inOrder);
  return described(ordered, options.severities);
}

/** Some of the diagnostics, in the order of the text, and how many others there are. */
export interface SomeDiagnostics {
  readonly shown: readonly Diagnostic[];
  readonly more: number;
}

/**
 * As many diagnostics as may be shown, errors before warnings before others, each in the order of the text. What is
 * not shown is counted only, so that an edit among very many costs little.
 */
export function mostImportant(checked: Checked, most: number): SomeDiagnostics {
  const { document, scenarios, options } = checked;
  const problems = problemsIn(checked);
  // What comments silence, and what is said once of several scenarios, takes all of them to know.
  const needsAll =
    document.silencingLines.length > 0 || problems.some(({ code }) => code === "revision-not-selectable");
  if (needsAll) return firstOf(allDiagnostics(checked), most);
  const counts = scenarios.map(countsOf);
  const shown: Diagnostic[] = [];
  let total = 0;
  for (const severity of SEVERITIES) {
    const isWanted = (code: Code): boolean => severityOf(code, options.severities) === severity;
    const own = problems.filter(({ code }) => isWanted(code));
    total += own.length;
    for (const count of counts) for (const [code, times] of count) if (isWanted(code)) total += times;
    const left = most - shown.length;
    let inScenarios = 0;
    for (const scenario of scenarios) {
      if (inScenarios >= left) break;
      const there = foundIn(scenario, isWanted, left);
      inScenarios += there.length;
      own.push(...there);
    }
    shown.push(...described(own.sort(inOrder).slice(0, left), options.severities));
  }
  return { shown, more: total - shown.length };
}

function firstOf(all: readonly Diagnostic[], most: number): SomeDiagnostics {
  const rank = ({ severity }: Diagnostic): number => SEVERITIES.indexOf(severity);
  const shown = [...all].sort((a, b) => rank(a) - rank(b)).slice(0, most);
  return { shown, more: all.length - shown.length };
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
