/** What two sides answer, as an expectation of a trace. */
import type { Variant } from "../evaluate/variant.ts";
import { answerText, plainExpectation } from "../rules/expectation-text.ts";
import { isSameOutcome, type Outcome } from "../vgic/answer.ts";

export interface SideOutcome {
  readonly variant: Variant;
  readonly outcome: Outcome;
}

/** One answer for both sides, or a case for each; empty where both succeed without a value. */
export function expectationOf(outcomes: readonly SideOutcome[], width: number): string {
  const [first] = outcomes;
  if (outcomes.every(({ outcome }) => isSameOutcome(outcome, first.outcome))) {
    return plainExpectation(first.outcome, { width });
  }
  const isOneHost = outcomes.every(({ variant }) => variant.host.name === first.variant.host.name);
  const cases = outcomes.map(({ variant, outcome }) => {
    const side = isOneHost ? `rev${variant.number}` : `host ${variant.host.name}`;
    return `${side}: ${answerText(outcome, { width })}`;
  });
  return `== ${cases.join(", ")}`;
}
