/** An operation did not answer what the trace expects. */

import { caseFor } from "../evaluate/cases.ts";
import type { Evaluation } from "../evaluate/lockstep.ts";
import type { Expectation, ExpectedCase } from "../program/operation.ts";
import { itemAt } from "../syntax/item-at.ts";
import { isSameOutcome, type Outcome } from "../vgic/answer.ts";
import { mendedCases, speaksOfHosts, written } from "./case-edits.ts";
import { expectationFix, needsCases, plainExpectation, revisionsExpectation } from "./expectation-text.ts";
import type { Fix } from "./fix.ts";
import {
  lineOf,
  namedAnswersOf,
  outcomesOf,
  type PlacedEvaluation,
  type Report,
  spanOf,
  subjectOf,
} from "./operations.ts";
import type { FindingOf, Rule } from "./rule.ts";
import { differingParts, endingNoun, hex, outcomesPhrase } from "./words.ts";

const page = `
The result under the declared revision is not the one that the line expects, or a case of a per-revision expectation
(\`rev1: …\`) does not hold under its own revision. A line without an expectation must succeed.

\`\`\`vgic
gic v3
revision 1
compare none
cpu0 writel GICD_IGROUPR1 0
cpu0 readl  GICD_IGROUPR1 == 0
\`\`\`

Revision 1 ignores the write, so the register still reads \`0xffffffff\`. The message names the fields or INTIDs that
differ. Either the expectation is wrong (the quick fix writes what the emulator says), or the trace does something other
than intended: hovers on the lines above show the state on the way there.

\`\`\`
cpu0 readl GICD_IGROUPR1 == rev1: 0xffffffff, rev2+: 0
\`\`\`

Cases may speak of host kernels as well: \`before\` and \`from\` compare versions alone, \`host\` names one kernel. The first
case that covers a host and revision is asked, of the declared one and of all that are compared.

\`\`\`
cpu0 mrs ICC_HPPIR1_EL1 == before linux-6.19: 1023, from linux-6.19: 44
\`\`\`
`;

export const rule: Rule<"expectation"> = {
  code: "expectation",
  group: "answers",
  severity: "error",
  summary: "the result is not the expected one",
  page,
  check,
  message({ subject, expected, mask, actual }) {
    const { outcome: first } = itemAt(actual, 0);
    const what = `${subject.name} ${outcomesPhrase(actual, subject)}`;
    if (expected !== undefined && expected.ending !== "ok")
      return `${what}, expected ${endingNoun(expected.ending)}`;
    if (expected?.value === undefined) return `${what}, but it should succeed`;
    const wanted = hex(expected.value, subject.width);
    if (first.value === undefined) return `${what}, expected ${wanted}`;
    const compared = mask === undefined ? first.value : first.value & mask;
    const masked =
      mask === undefined ? "" : ` (${hex(compared, subject.width)} after & ${hex(mask, subject.width)})`;
    const isAlike = actual.every(({ outcome }) => isSameOutcome(outcome, first));
    if (!isAlike)
      return `${what}, expected ${wanted}${mask === undefined ? "" : ` after & ${hex(mask, subject.width)}`}`;
    const parts = differingParts(subject, compared, expected.value);
    return `${what}${masked}, expected ${wanted}${parts === "" ? "" : `: ${parts}`}`;
  },
  fix(finding, lines) {
    const { line, subject, mask, outcomes, byRevision, caseEdits } = finding;
    // No trace can expect that a host fails.
    if (outcomes.some(({ outcome }) => outcome.ending === "host-failure")) return [];
    const compared = { width: subject.width, mask };
    if (caseEdits.length > 0) {
      const edits = written(caseEdits, line, compared);
      return [{ title: "Expect what the emulator answers in each case", edits, safe: false }];
    }
    const cases = (): Fix[] =>
      expectationFix(finding, lines, revisionsExpectation(outcomes, compared), "each revision answers");
    // What is asked of each revision stays asked of each.
    if (byRevision) return cases();
    const plain = plainExpectation(itemAt(outcomes, 0).outcome, compared);
    const declared = expectationFix(finding, lines, plain, "the declared revision answers");
    return needsCases(outcomes, compared) ? declared.concat(cases()) : declared;
  },
};

/** Compares the outcomes of an operation with its expectation. */
function check(placed: PlacedEvaluation, index: number, report: Report): void {
  const { operations } = placed.evaluation.scenario;
  const plain = operations.plainAnswer(index);
  if (plain !== undefined && placed.evaluation.outcomes.isValue(index, plain)) return;
  checkUnder(placed, index, 0, report);
}

/** Reports each case of an operation's expectation that would not hold if a variant were the declared one. */
export function checkUnder(placed: PlacedEvaluation, index: number, declared: number, report: Report): void {
  const { evaluation } = placed;
  const { outcomes } = evaluation;
  const expectation = evaluation.scenario.operations.expectation(index);
  if (!expectation) {
    if (!outcomes.succeeded(index, declared) && !outcomes.failsHost(index, declared))
      report((...at) => describeFailure(...at, declared));
    return;
  }
  // In the order as it is written nothing is asked of it.
  if (expectation.quantifier === "sometimes") return;
  for (const item of expectation.cases) {
    const asked = { expectation, item, declared };
    if (unexpected(evaluation, index, asked).length > 0) report((...at) => describeCase(...at, asked));
  }
}

/** What is said of an operation that fails though nothing says that it may. */
function describeFailure(
  placed: PlacedEvaluation,
  index: number,
  declared: number,
): FindingOf<"expectation"> {
  const { outcomes, variants } = placed.evaluation;
  const actual = [{ variant: itemAt(variants, declared).id, outcome: outcomes.at(index, declared) }];
  const about = { subject: subjectOf(placed, index), outcomes: outcomesOf(placed, index) };
  const place = { line: lineOf(placed, index), ...spanOf(placed, index, "target") };
  return { code: "expectation", ...about, actual, byRevision: false, caseEdits: [], ...place };
}

/** What is said of a case that does not hold. */
function describeCase(placed: PlacedEvaluation, index: number, asked: Asked): FindingOf<"expectation"> {
  const { evaluation } = placed;
  const { outcomes, variants } = evaluation;
  const { expectation, item, declared } = asked;
  const { start, end, expected } = item;
  const wrong = unexpected(evaluation, index, asked);
  return {
    code: "expectation",
    subject: subjectOf(placed, index),
    expected,
    mask: expectation.mask,
    actual: wrong.map((variant) => ({
      variant: itemAt(variants, variant).id,
      outcome: outcomes.at(index, variant),
    })),
    byRevision: !expectation.declaredOnly,
    caseEdits: speaksOfHosts(expectation)
      ? mendedCases(expectation, namedAnswersOf(placed, index, declared))
      : [],
    outcomes: outcomesOf(placed, index),
    line: lineOf(placed, index),
    start,
    end,
  };
}

/** A case of an operation's expectation, and the variant that counts as the declared one. */
interface Asked {
  readonly expectation: Expectation;
  readonly item: ExpectedCase;
  readonly declared: number;
}

/** The variants for which a case of an expectation does not hold. */
function unexpected(
  evaluation: Evaluation,
  index: number,
  { expectation, item, declared }: Asked,
): readonly number[] {
  const { outcomes, variants } = evaluation;
  const { expected } = item;
  const { mask } = expectation;
  const wrong: number[] = [];
  for (let variant = 0; variant < variants.length; variant++) {
    if (caseFor(expectation, evaluation.shownBy(variant), variant === declared) !== item) continue;
    // That the host fails is a finding of its own, and what would come after it is not known.
    if (outcomes.hasEnded(index, variant) || (variant === declared && outcomes.failsHost(index, variant)))
      continue;
    const isMet =
      expected.value !== undefined
        ? outcomes.gave(index, variant, expected.value, mask)
        : holds(expected, mask, outcomes.at(index, variant));
    if (!isMet) wrong.push(variant);
  }
  return wrong;
}

/** Whether an outcome is the expected one. */
export function holds(expected: Outcome, mask: bigint | undefined, { ending, value }: Outcome): boolean {
  if (expected.value === undefined) return ending === expected.ending;
  return value !== undefined && (mask === undefined ? value : value & mask) === expected.value;
}
