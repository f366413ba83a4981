/** A search cut into parts, in the order in which they are worth doing. */
import type { Part } from "./search.ts";

/** First actions of one part of the pairs; each is followed by every other. */
const FIRST_ACTIONS = 32;
/** Scenarios of a random part: enough that handing it out costs nothing. */
const RANDOM_SCENARIOS = 5000;

/** Random parts for each part of pairs: what takes many operations to come about takes many scenarios to find. */
const RANDOM_PER_PAIRS = 4;

/**
 * Single actions first; then random scenarios and all pairs of actions by turns; after the pairs, random scenarios
 * without end. The order depends on the catalogue's size alone.
 */
export function* parts(actions: number): Generator<Part, never> {
  yield { kind: "singles" };
  let random = 0;
  const stride = Math.ceil(actions / FIRST_ACTIONS);
  for (const isReady of [true, false]) {
    for (let from = 0; from < stride; from++) {
      for (let i = 0; i < RANDOM_PER_PAIRS; i++) {
        yield { kind: "random", index: random++, scenarios: RANDOM_SCENARIOS };
      }
      yield { kind: "pairs", isReady, from, stride };
    }
  }
  for (;;) yield { kind: "random", index: random++, scenarios: RANDOM_SCENARIOS };
}

/** The parts of a search that ends once so many scenarios are tried, or a few more: to the end of a part. */
export function* partsOf(actions: number, steps: number): Generator<Part, undefined> {
  let planned = 0;
  for (const part of parts(actions)) {
    if (planned >= steps) return undefined;
    planned += scenariosOf(part, actions);
    yield part;
  }
}

/** How many parts there are until all pairs are done. */
export function partsUntilPairsAreDone(actions: number): number {
  return 1 + 2 * (1 + RANDOM_PER_PAIRS) * Math.ceil(actions / FIRST_ACTIONS);
}

/** How many scenarios a part tries. */
export function scenariosOf(part: Part, actions: number): number {
  switch (part.kind) {
    case "singles":
      return 2 * actions;
    case "pairs":
      return Math.ceil((actions - part.from) / part.stride) * (actions + 1);
    case "random":
      return part.scenarios;
  }
}
