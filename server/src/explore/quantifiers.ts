/** What expectations ask of all orders of a scenario, or of some. */

import { declaredRevision } from "../evaluate/variant.ts";
import type { Expectation } from "../program/operation.ts";
import type { Scenario } from "../program/program.ts";
import { holds } from "../rules/expectation.ts";
import type { Outcome } from "../vgic/answer.ts";
import type { Interleavings } from "./interleave.ts";

export interface Unmet {
  readonly operation: number;
  /** "is not as expected in 3 of 6 orders, for example …" */
  readonly words: string;
}

/** The expectations that the orders of a scenario do not meet. */
export function unmet(scenario: Scenario, { endings, tried }: Interleavings): Unmet[] {
  const found: Unmet[] = [];
  for (let operation = 0; operation < scenario.operations.length; operation++) {
    const expectation = scenario.operations.expectation(operation);
    const wrong = endings.filter(({ outcomes }) => !isMet(scenario, expectation, outcomes[operation]));
    const orders = wrong.reduce((sum, ending) => sum + ending.orders, 0n);
    if (orders === 0n) continue;
    found.push({ operation, words: `does not answer as expected in ${orders} of ${tried} orders` });
  }
  return found;
}

function isMet(scenario: Scenario, expectation: Expectation | undefined, outcome: Outcome): boolean {
  if (expectation === undefined) return outcome.ending === "ok";
  const revision = declaredRevision(scenario.setup);
  const asked = expectation.cases.find(
    ({ first, last }) => expectation.declaredOnly || (revision >= first && revision <= last),
  );
  return asked === undefined || holds(asked.expected, expectation.mask, outcome);
}
