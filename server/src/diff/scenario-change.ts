/** What a change of one scenario changes. */

import { answerText, type Diagnostic } from "../analysis/analysis.ts";
import type { ScenarioVerdicts, Untested } from "../analysis/verdicts.ts";
import { labelOf, sameVariant } from "../evaluate/variant.ts";
import { itemAt } from "../syntax/item-at.ts";
import { align, type Item } from "./align.ts";
import { Causes } from "./cause.ts";
import type {
  AnswerChange,
  ExpectationChange,
  FindingChange,
  ScenarioChange,
  ScenarioPlace,
  Standing,
  VerdictChange,
} from "./change.ts";
import type { Side, Statement } from "./statements.ts";

/** Verdicts and findings of a scenario, which are made for all scenarios of a file at once. */
export interface Judged {
  readonly side: Side;
  readonly verdicts: ScenarioVerdicts;
  readonly findings: readonly Diagnostic[];
}

/** A scenario that is new. */
export function added(after: Judged): ScenarioChange {
  return {
    ...unchanged,
    after: placeOf(after.side),
    operations: { ...noOperations, added: operationsOf(after.side) },
    verdicts: verdictChanges(undefined, after.verdicts),
    untested: untestedOn(undefined, after),
    findings: { appeared: after.findings, gone: 0 },
  };
}

/** A scenario that is gone. */
export function gone(before: Judged): ScenarioChange {
  return {
    ...unchanged,
    before: placeOf(before.side),
    operations: { ...noOperations, gone: operationsOf(before.side) },
  };
}

/** A scenario that stands on both sides. */
export function changeOf(before: Judged, after: Judged, moved: boolean): ScenarioChange {
  const items = align(before.side, after.side);
  const declaredOn = ({ side }: Judged) => labelOf(itemAt(side.placed.evaluation.variants, 0).id);
  const [own, declared] = [declaredOn(before), declaredOn(after)];
  return {
    before: placeOf(before.side),
    after: placeOf(after.side),
    moved,
    declared: own === declared ? undefined : { before: own, after: declared },
    operations: operationChanges(items),
    answers: isUndeclared(before) || isUndeclared(after) ? [] : answerChanges(before.side, after.side, items),
    expectations: items.flatMap(expectationChange),
    verdicts: verdictChanges(before.verdicts, after.verdicts),
    untested: untestedOn(before, after),
    findings: findingChange(findingKeys(before), findingKeys(after)),
  };
}

function untestedOn(before: Judged | undefined, after: Judged): ScenarioChange["untested"] {
  const untested = { before: before && reasonOf(before), after: reasonOf(after) };
  return untested.before || untested.after ? untested : undefined;
}

/** Why a scenario that has operations is not tested. */
function reasonOf({ verdicts: { untested } }: Judged): Untested | undefined {
  return untested === "empty" ? undefined : untested;
}

/** Whether it is not known what the VM is: then its answers say nothing. */
function isUndeclared({ verdicts }: Judged): boolean {
  return verdicts.untested === "undeclared";
}

const noOperations = { added: 0, gone: 0, edited: 0 };
const unchanged = {
  moved: false,
  operations: noOperations,
  answers: [],
  expectations: [],
  verdicts: [],
  findings: { appeared: [], gone: 0 },
};

function placeOf({ path, placed: { firstLine, evaluation } }: Side): ScenarioPlace {
  return { path, line: firstLine, title: evaluation.scenario.title };
}

function operationsOf({ placed }: Side): number {
  return placed.evaluation.scenario.operations.length;
}

function operationChanges(items: readonly Item[]): ScenarioChange["operations"] {
  const counts = { ...noOperations };
  for (const { isSame, before, after } of items) {
    if (isSame) continue;
    const [was, is] = [before?.operation !== undefined, after?.operation !== undefined];
    if (was && is) counts.edited++;
    else if (was) counts.gone++;
    else if (is) counts.added++;
  }
  return counts;
}

function expectationChange({ isSame, before, after }: Item): ExpectationChange[] {
  if (!isSame || before === undefined || after === undefined || before.expected === after.expected) return [];
  return [{ line: after.line, text: after.key, before: before.expected, after: after.expected }];
}

function answerChanges(before: Side, after: Side, items: readonly Item[]): AnswerChange[] {
  // The same machine and the same operations: nothing to look for.
  if (items.every(({ isSame }) => isSame)) return [];
  const causes = new Causes(before, after, items);
  const [own, other] = [before.placed.evaluation, after.placed.evaluation];
  const labels = own.variants.flatMap(({ id }, variant) => {
    const counterpart = other.variants.findIndex((one) => sameVariant(one.id, id));
    return counterpart < 0 ? [] : [{ label: labelOf(id), variant, counterpart }];
  });
  return items.flatMap(({ isSame, before: was, after: is }): AnswerChange[] => {
    if (!isSame || was?.operation === undefined || is?.operation === undefined) return [];
    const [line, operations] = [is.line, { was: was.operation, is: is.operation }];
    const answers = labels.flatMap(({ label, variant, counterpart }) => {
      const [old, now] = [
        answerText(own, operations.was, variant),
        answerText(other, operations.is, counterpart),
      ];
      if (old === now) return [];
      return [{ label, before: old, after: now, because: causes.of(line, label, now) }];
    });
    return answers.length === 0 ? [] : [{ line, text: is.key, answers }];
  });
}

function verdictChanges(before: ScenarioVerdicts | undefined, after: ScenarioVerdicts): VerdictChange[] {
  const [was, is] = [standings(before), standings(after)];
  const labels = [...new Set([...was.keys(), ...is.keys()])].sort();
  return labels.flatMap((label): VerdictChange[] => {
    const change = { label, before: was.get(label), after: is.get(label) };
    const isSame =
      change.before?.errors === change.after?.errors &&
      change.before?.differences === change.after?.differences &&
      change.before?.incomplete === change.after?.incomplete;
    return isSame ? [] : [change];
  });
}

function standings(judged: ScenarioVerdicts | undefined): Map<string, Standing> {
  return new Map(
    // What was not tested has no verdict.
    (judged?.untested === undefined ? judged?.verdicts : [])?.map(
      ({ variant, errors, differences, incomplete }) => [
        labelOf(variant),
        { errors: errors.length, differences: differences.length, incomplete },
      ],
    ),
  );
}

/** A finding, and what it has in common with the same one on the other side. */
interface Keyed {
  readonly key: string;
  readonly finding: Diagnostic;
}

/** Findings by code and statement. */
export function keyed(findings: readonly Diagnostic[], statements: readonly Statement[]): Keyed[] {
  const byLine = new Map(statements.map(({ line, key }) => [line, key]));
  return findings.map((finding) => ({
    key: `${finding.code} ${byLine.get(finding.range.start.line) ?? ""}`,
    finding,
  }));
}

function findingKeys({ findings, side: { head, own } }: Judged): Keyed[] {
  return keyed(findings, [...head, ...own]);
}

/** Which findings are new; of those with the same key, the last ones. */
export function findingChange(before: readonly Keyed[], after: readonly Keyed[]): FindingChange {
  const left = new Map<string, number>();
  for (const { key } of before) left.set(key, (left.get(key) ?? 0) + 1);
  const appeared = after.flatMap(({ key, finding }) => {
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count > 0 ? [] : [finding];
  });
  return { appeared, gone: [...left.values()].reduce((sum, count) => sum + count, 0) };
}
