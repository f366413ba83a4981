/** What expectations ask of all orders of a scenario (`always`, and where nothing is said), or of some (`sometimes`). */
import { caseFor } from "../evaluate/cases.ts";
import { declaredRevision } from "../evaluate/variant.ts";
import type { Expectation } from "../program/operation.ts";
import type { Scenario } from "../program/program.ts";
import { holds } from "../rules/expectation.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Outcome } from "../vgic/answer.ts";
import type { Interleavings } from "./interleave.ts";

/** An expectation that the orders of a scenario do not meet. */
export interface Unmet {
  readonly operation: number;
  /** "does not answer as expected in 3 of 6 orders". */
  readonly words: string;
}

/** The expectations that the orders of a scenario do not meet. */
export function unmet(scenario: Scenario, { endings, tried }: Interleavings): Unmet[] {
  const { operations } = scenario;
  return Array.from({ length: operations.length }, (_, operation) => operation).flatMap((operation) => {
    const expectation = operations.expectation(operation);
    const wrong = endings.filter(
      ({ outcomes }) => !isMet(scenario, expectation, itemAt(outcomes, operation)),
    );
    const orders = wrong.reduce((sum, ending) => sum + ending.orders, 0n);
    if (expectation?.quantifier === "sometimes") {
      return orders < tried ? [] : [{ operation, words: `answers as expected in none of ${tried} orders` }];
    }
    return orders === 0n
      ? []
      : [{ operation, words: `does not answer as expected in ${orders} of ${tried} orders` }];
  });
}

function isMet(scenario: Scenario, expectation: Expectation | undefined, outcome: Outcome): boolean {
  if (expectation === undefined) return outcome.ending === "ok";
  const revision = declaredRevision(scenario.setup);
  const asked = caseFor(expectation, { revision, host: scenario.setup.host }, true);
  return asked === undefined || holds(asked.expected, expectation.mask, outcome);
}
