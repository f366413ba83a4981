/** Expectations whose cases speak of hosts: what to write so that they hold, and leave what they say of other hosts. */
import type { TextChange } from "../document/document.ts";
import { caseFor, type Shown } from "../evaluate/cases.ts";
import type { Expectation, ExpectedCase } from "../program/operation.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Outcome } from "../vgic/answer.ts";
import { answerText, type Compared } from "./expectation-text.ts";
import type { CaseEdit } from "./finding.ts";
import { replaced } from "./fix.ts";

/** What was answered, and the words by which a case speaks of who answered it: "host linux-6.12". */
export interface NamedAnswer extends Shown {
  readonly outcome: Outcome;
  readonly isDeclared: boolean;
  /** A revision of a host has to name both: other hosts show it, too. */
  readonly names: string;
}

/** Whether an expectation has a case for a host, so that it says something of machines that are not asked here. */
export function speaksOfHosts(expectation: Expectation | undefined): expectation is Expectation {
  return expectation?.cases.some(({ when }) => when !== undefined) ?? false;
}

/**
 * A case whose answer nobody gave gets the first one that was given; whoever answers differently than the case that it is
 * asked gets one of its own in front.
 */
export function mendedCases(expectation: Expectation, answers: readonly NamedAnswer[]): CaseEdit[] {
  const compared = { width: 8, mask: expectation.mask };
  return expectation.cases.flatMap((item): CaseEdit[] => {
    const asked = answers.filter((answer) => caseFor(expectation, answer, answer.isDeclared) === item);
    const wrong = asked.filter(({ outcome }) => !isExpected(item, outcome, compared));
    if (wrong.length === 0) return [];
    const isNobodys = wrong.length === asked.length;
    const { outcome: first } = itemAt(wrong, 0);
    const others = isNobodys ? wrong.filter(({ outcome }) => !isAlike(outcome, first, compared)) : wrong;
    const { begin, start, end } = item;
    return [
      ...(others.length === 0 ? [] : [{ start: begin, end: begin, pieces: others.flatMap(asCase) }]),
      ...(isNobodys ? [{ start, end, pieces: [first] }] : []),
    ];
  });
}

/** Cases for answers that no case speaks of, after the others. */
export function addedCases({ end }: Expectation, answers: readonly NamedAnswer[]): CaseEdit[] {
  if (answers.length === 0) return [];
  return [{ start: end, end, pieces: answers.flatMap(({ names, outcome }) => [`, ${names}: `, outcome]) }];
}

/** Cases that count before all others. */
export function casesInFront({ cases: [first] }: Expectation, answers: readonly NamedAnswer[]): CaseEdit[] {
  if (first === undefined || answers.length === 0) return [];
  return [{ start: first.begin, end: first.begin, pieces: answers.flatMap(asCase) }];
}

/** The edits of a line, as text. */
export function written(edits: readonly CaseEdit[], line: number, compared: Compared): TextChange[] {
  return edits.map(({ start, end, pieces }) => {
    const texts = pieces.map((piece) => (typeof piece === "string" ? piece : answerText(piece, compared)));
    return replaced(line, { start, end }, texts.join(""));
  });
}

function asCase({ names, outcome }: NamedAnswer): (string | Outcome)[] {
  return [`${names}: `, outcome, ", "];
}

function isExpected({ expected }: ExpectedCase, outcome: Outcome, compared: Compared): boolean {
  if (expected.value === undefined) return expected.ending === outcome.ending;
  return isAlike(expected, outcome, compared);
}

function isAlike(one: Outcome, other: Outcome, compared: Compared): boolean {
  return answerText(one, compared) === answerText(other, compared);
}
