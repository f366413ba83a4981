/** What the guest or the VMM observes on a line differs under another revision, and the line does not say so. */
import { expectationWritten, revisionsExpectation } from "./expectation-text.ts";
import type { Cause, Subject } from "./finding.ts";
import {
  causeAt,
  decisionsOf,
  findingAt,
  outcomesOf,
  type PlacedEvaluation,
  type Report,
  subjectOf,
} from "./operations.ts";
import type { RelatedPlace, Rule } from "./rule.ts";
import { decidedPhrase, decisionsPhrase, grouped, listed, outcomesPhrase, variantWords } from "./words.ts";

const page = `
A value, an errno or an abort on this line is another one under a revision (or host) that the scenario is compared with,
and no per-revision expectation on the line accounts for it. This is what a guest would notice if its revision changed,
for example because a VMM did not write GICD_IIDR back after an upgrade.

\`\`\`vgic
gic v3
revision 3
cpu0 writel GICD_IGROUPR1 0x55aa55aa
cpu0 readl  GICD_IGROUPR1             == 0x55aa55aa
\`\`\`

The message gives the outcome under each revision and why they differ; the related place is the line where the states
parted. If the difference is meant, state it, and it is checked under every revision from then on:

\`\`\`
cpu0 readl  GICD_IGROUPR1             == rev1: 0xffffffff, rev2+: 0x55aa55aa
\`\`\`

If other revisions do not matter here, say \`compare none\`, or silence the line with
\`# vgic-ignore[revision-difference]: reason\`.
`;

export const rule: Rule<"revision-difference"> = {
  code: "revision-difference",
  severity: "warning",
  summary: "what is observed here differs under another revision, and no expectation accounts for it",
  page,
  message({ subject, outcomes, causes, own }) {
    const why = own ? ownPhrase(own, subject) : causesPhrase(causes);
    return `${subject.name} ${outcomesPhrase(outcomes, subject)}${why === "" ? "" : `: ${why}`}`;
  },
  fix({ line, subject: { width }, outcomes, mask }, lines) {
    const text = revisionsExpectation(outcomes, { width, mask });
    const edits = expectationWritten(lines.at(line), line, text);
    return [{ title: `Expect what each revision answers: \`${text}\``, edits, safe: false }];
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
        ? `the states parted on line${several ? "s" : ""} ${lines}`
        : `${who} ignored the write${several ? "s" : ""} on line${several ? "s" : ""} ${lines}`;
    })
    .join("; ");
}

function refusals({ decisions }: Cause): string {
  return variantWords(
    decisions.filter(({ decision }) => decision === "groups-ignored").map(({ label }) => label),
  );
}

/** The lines where the states parted. */
export function relatedPlaces(causes: readonly Cause[]): RelatedPlace[] {
  return causes.map(({ line, span, name, decisions }) => ({
    line,
    start: span.start,
    end: span.end,
    message: `the states part here: ${decidedPhrase(decisions, name)}`,
  }));
}

/** Reports an operation whose outcome differs under variants that no case covers. */
export function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { variants, scenario, outcomes, differences, decisions } = placed.evaluation;
  if (!outcomes.differs(index)) return;
  const list = differences.get(index);
  if (list === undefined) return;
  const expectation = scenario.operations.expectation(index);
  const covered = (variant: number) => {
    const { number } = variants[variant];
    if (!expectation || expectation.declaredOnly || number === undefined) return false;
    return expectation.cases.some(({ first, last }) => number >= first && number <= last);
  };
  const unaccounted = list.filter(({ variant }) => !covered(variant));
  if (unaccounted.length === 0) return;
  const causes = [...new Set(unaccounted.flatMap((difference) => difference.causes))].sort((a, b) => a - b);
  report(
    findingAt(placed, index, {
      code: "revision-difference",
      subject: subjectOf(placed, index),
      outcomes: outcomesOf(placed, index),
      mask: expectation?.mask,
      unaccounted: unaccounted.map(({ variant }) => variants[variant].label),
      causes: causes.map((cause) => causeAt(placed, cause)),
      own: decisions.has(index) ? decisionsOf(placed, index) : undefined,
    }),
  );
}
