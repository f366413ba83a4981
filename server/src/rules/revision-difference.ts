/** What the guest or the VMM observes on a line differs under another revision, and the line does not say so. */
import { caseFor } from "../evaluate/cases.ts";
import { itemAt } from "../syntax/item-at.ts";
import { isSameOutcome } from "../vgic/answer.ts";
import { addedCases, speaksOfHosts, written } from "./case-edits.ts";
import { expectationFix, revisionsExpectation } from "./expectation-text.ts";
import type { Cause, Subject } from "./finding.ts";
import {
  causeAt,
  decisionsOf,
  lineOf,
  namedAnswersOf,
  outcomesOf,
  type PlacedEvaluation,
  type Report,
  spanOf,
  subjectOf,
} from "./operations.ts";
import type { FindingOf, RelatedPlace, Rule } from "./rule.ts";
import { decidedPhrase, decisionsPhrase, grouped, listed, outcomesPhrase, variantWords } from "./words.ts";

const page = `
This line answers differently under a revision or on a host that the scenario is compared with, and its expectation has
no case for that. A guest notices it when its revision changes, for example because a VMM did not restore GICD_IIDR
after an upgrade of the host.

\`\`\`vgic
gic v3
revision 3
cpu0 writel GICD_IGROUPR1 0x55aa55aa
cpu0 readl  GICD_IGROUPR1 == 0x55aa55aa
\`\`\`

The message gives the answer under each revision and why they differ; the related place is the line where the states
diverged. If the difference is meant, expect both answers, and from then on each revision is held to its own:

\`\`\`
cpu0 readl GICD_IGROUPR1 == rev1: 0xffffffff, rev2+: 0x55aa55aa
\`\`\`

If other revisions do not matter here, say \`compare none\`, or silence the line with \`# vgic-ignore[revision-difference]:
reason\`.
`;

export const rule: Rule<"revision-difference"> = {
  code: "revision-difference",
  group: "revisions",
  severity: "warning",
  summary: "what is observed here differs under another revision, and no expectation accounts for it",
  page,
  check,
  message({ subject, outcomes, causes, own }) {
    const why = own ? ownPhrase(own, subject) : causesPhrase(causes);
    return `${subject.name} ${outcomesPhrase(outcomes, subject)}${why === "" ? "" : `: ${why}`}`;
  },
  fix(finding, lines) {
    const { subject, outcomes, mask, line, caseEdits } = finding;
    // No trace can expect that a host fails.
    if (outcomes.some(({ outcome }) => outcome.ending === "host-failure")) return [];
    if (caseEdits.length > 0) {
      const edits = written(caseEdits, line, { width: subject.width, mask });
      return [{ title: "Add a case for what the line says nothing of", edits, safe: false }];
    }
    const text = revisionsExpectation(outcomes, { width: subject.width, mask });
    return expectationFix(finding, lines, text, "each revision answers");
  },
};

/** Why the operation itself differs: what the register's table says of revisions, or who did what with a write. */
function ownPhrase(decisions: Cause["decisions"], subject: Subject): string {
  const { kind, name, revisions } = subject;
  if (kind !== "read" || revisions === undefined) return decisionsPhrase(decisions, name);
  return `${revisions.charAt(0).toLowerCase()}${revisions.slice(1)}`.replace(/\.$/, "");
}

/** "revision 1 ignored the write on line 8". */
function causesPhrase(causes: readonly Cause[]): string {
  const groups = grouped(causes, (cause) => refusals(cause));
  return [...groups]
    .map(([who, members]) => {
      const lines = listed(members.map(({ line }) => String(line + 1)));
      const several = members.length > 1;
      return who === ""
        ? `the states diverged on line${several ? "s" : ""} ${lines}`
        : `${who} ignored the write${several ? "s" : ""} on line${several ? "s" : ""} ${lines}`;
    })
    .join("; ");
}

function refusals({ decisions }: Cause): string {
  return variantWords(
    decisions.filter(({ decision }) => decision === "groups-ignored").map(({ variant }) => variant),
  );
}

/** The lines where the states diverged. */
export function relatedPlaces(causes: readonly Cause[]): RelatedPlace[] {
  return causes.map(({ line, span, name, decisions }) => ({
    line,
    start: span.start,
    end: span.end,
    message: `the states diverge here: ${decidedPhrase(decisions, name)}`,
  }));
}

/** Reports an operation whose outcome differs under variants that no case covers. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  if (!placed.evaluation.outcomes.differs(index)) return;
  if (differsFrom(placed, index, 0)) report((...at) => describeDifference(...at, 0));
}

/** Whether an operation that some variants answer differently would be reported if a variant were the declared one. */
export function differsFrom(placed: PlacedEvaluation, index: number, declared: number): boolean {
  return placed.evaluation.variants.some((_, variant) => isUnaccounted(placed, index, variant, declared));
}

/** Whether a variant answers differently than the declared one, and no case of the line says so. */
export function isUnaccounted(
  placed: PlacedEvaluation,
  index: number,
  variant: number,
  declared: number,
): boolean {
  const { outcomes } = placed.evaluation;
  // Where a host has failed there is nothing to compare any more.
  if (outcomes.hasEnded(index, declared) || outcomes.hasEnded(index, variant)) return false;
  const isSame =
    declared === 0
      ? outcomes.isAsDeclared(index, variant)
      : isSameOutcome(outcomes.at(index, variant), outcomes.at(index, declared));
  return !isSame && !isCovered(placed, index, variant);
}

/** What would be said of an operation if a variant were the declared one. */
export function describeDifference(
  placed: PlacedEvaluation,
  index: number,
  declared: number,
): FindingOf<"revision-difference"> {
  const { variants, scenario, differences, decisions, outcomes: all } = placed.evaluation;
  const outcomes = outcomesOf(placed, index);
  const unaccounted = [...variants.keys()].filter((variant) =>
    isUnaccounted(placed, index, variant, declared),
  );
  const diverged = (differences.get(index) ?? []).filter(
    ({ variant }) => unaccounted.includes(variant) || variant === declared,
  );
  const expectation = scenario.operations.expectation(index);
  const causes = [...new Set(diverged.flatMap((difference) => difference.causes))].sort((a, b) => a - b);
  return {
    code: "revision-difference",
    subject: subjectOf(placed, index),
    outcomes: [
      itemAt(outcomes, declared),
      ...outcomes.filter((_, variant) => variant !== declared && !all.hasEnded(index, variant)),
    ],
    mask: expectation?.mask,
    unaccounted: unaccounted.map((variant) => itemAt(variants, variant).id),
    caseEdits: speaksOfHosts(expectation)
      ? addedCases(
          expectation,
          namedAnswersOf(placed, index, declared).filter(
            (answer) => caseFor(expectation, answer, answer.isDeclared) === undefined,
          ),
        )
      : [],
    causes: causes.map((cause) => causeAt(placed, cause)),
    own: decisions.has(index) ? decisionsOf(placed, index) : undefined,
    line: lineOf(placed, index),
    ...spanOf(placed, index, "answer"),
  };
}

/** Whether a case of an operation's expectation says what a variant answers. */
function isCovered({ evaluation }: PlacedEvaluation, index: number, variant: number): boolean {
  const expectation = evaluation.scenario.operations.expectation(index);
  if (!expectation || expectation.declaredOnly) return false;
  return caseFor(expectation, evaluation.shownBy(variant), false) !== undefined;
}
