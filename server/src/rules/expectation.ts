/** An operation did not answer what the trace expects. */

import type { Evaluation } from "../evaluate/lockstep.ts";
import type { Expectation, ExpectedCase } from "../program/operation.ts";
import type { Outcome } from "../vgic/answer.ts";
import {
  expectationWritten,
  needsCases,
  plainExpectation,
  revisionsExpectation,
} from "./expectation-text.ts";
import type { LabelledOutcome } from "./finding.ts";
import type { Fix } from "./fix.ts";
import {
  findingAt,
  lineOf,
  outcomesOf,
  type PlacedEvaluation,
  type Report,
  subjectOf,
} from "./operations.ts";
import type { Rule } from "./rule.ts";
import { differingParts, endingNoun, hex, outcomePhrase, variantWords } from "./words.ts";

const page = `
The result under the declared revision is not the one that the line expects, or a case of a per-revision expectation
(\`rev1: …\`) does not hold under its own revision. A line without an expectation must succeed.

\`\`\`vgic
gic v3
revision 1
compare none
cpu0 writel GICD_IGROUPR1 0
cpu0 readl  GICD_IGROUPR1  == 0
\`\`\`

Revision 1 ignores the write, so the register still reads \`0xffffffff\`. The message names the fields or INTIDs that
differ. Either the expectation is wrong (the quick fix writes what the emulator says), or the trace does something
else than intended: the notes and hovers of the lines above show the state on the way there.

\`\`\`
cpu0 readl  GICD_IGROUPR1  == rev1: 0xffffffff, rev2+: 0
\`\`\`
`;

export const rule: Rule<"expectation"> = {
  code: "expectation",
  severity: "error",
  summary: "the result is not the expected one",
  page,
  message({ subject, expected, mask, actual, byRevision }) {
    const first = actual[0];
    const under = variantWords(actual.map(({ label }) => label));
    const what = `${subject.name} ${outcomePhrase(first.outcome, subject)}${byRevision || actual.length > 0 ? ` under ${under}` : ""}`;
    if (expected !== undefined && expected.ending !== "ok")
      return `${what}, expected ${endingNoun(expected.ending)}`;
    if (expected?.value === undefined) return `${what}, but it should succeed`;
    const wanted = hex(expected.value, subject.width);
    if (first.outcome.value === undefined) return `${what}, expected ${wanted}`;
    const compared = mask === undefined ? first.outcome.value : first.outcome.value & mask;
    const masked =
      mask === undefined ? "" : ` (${hex(compared, subject.width)} after & ${hex(mask, subject.width)})`;
    const parts = differingParts(subject, compared, expected.value);
    return `${what}${masked}, expected ${wanted}${parts === "" ? "" : `: ${parts}`}`;
  },
  fix({ line, subject: { width }, mask, outcomes, byRevision }, lines) {
    const compared = { width, mask };
    const write = (text: string, whose: string): Fix => ({
      title: text === "" ? "Expect success" : `Expect what ${whose}: \`${text}\``,
      edits: expectationWritten(lines.at(line), line, text),
      safe: false,
    });
    const cases = needsCases(outcomes, compared)
      ? [write(revisionsExpectation(outcomes, compared), "each revision answers")]
      : [];
    const plain = write(plainExpectation(outcomes[0].outcome, compared), "the declared revision answers");
    return byRevision && cases.length > 0 ? cases : [plain, ...cases];
  },
};

/** Compares the outcomes of an operation with its expectation. */
export function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { evaluation } = placed;
  const { operations } = evaluation.scenario;
  const plain = operations.plainAnswer(index);
  if (plain !== undefined && evaluation.outcomes.isValue(index, plain)) return;
  const expectation = operations.expectation(index);
  if (!expectation) {
    if (evaluation.outcomes.succeeded(index, 0)) return;
    const actual = [{ label: evaluation.variants[0].label, outcome: evaluation.outcome(index, 0) }];
    report(
      findingAt(placed, index, {
        code: "expectation",
        subject: subjectOf(placed, index),
        actual,
        byRevision: false,
        outcomes: outcomesOf(placed, index),
      }),
    );
    return;
  }
  for (const item of expectation.cases) {
    const actual = unexpected(evaluation, index, expectation, item);
    if (actual.length === 0) continue;
    report({
      code: "expectation",
      subject: subjectOf(placed, index),
      expected: item.expected,
      mask: expectation.mask,
      actual,
      byRevision: !expectation.declaredOnly,
      outcomes: outcomesOf(placed, index),
      line: lineOf(placed, index),
      start: item.start,
      end: item.end,
    });
  }
}

/** What the variants answered for which a case of an expectation does not hold. */
function unexpected(
  { outcomes, variants }: Evaluation,
  index: number,
  { declaredOnly, mask }: Expectation,
  { expected, first, last }: ExpectedCase,
): LabelledOutcome[] {
  const actual: LabelledOutcome[] = [];
  for (let variant = 0; variant < variants.length; variant++) {
    const { label, number } = variants[variant];
    const isAsked = declaredOnly ? variant === 0 : number !== undefined && number >= first && number <= last;
    if (!isAsked) continue;
    const isMet =
      expected.value !== undefined
        ? outcomes.gave(index, variant, expected.value, mask)
        : holds(expected, mask, outcomes.at(index, variant));
    if (!isMet) actual.push({ label, outcome: outcomes.at(index, variant) });
  }
  return actual;
}

/** Whether an outcome is the expected one. */
export function holds(expected: Outcome, mask: bigint | undefined, { ending, value }: Outcome): boolean {
  if (expected.value === undefined) return ending === expected.ending;
  return value !== undefined && (mask === undefined ? value : value & mask) === expected.value;
}
