/** A scenario whose last operation the two sides answer differently, reduced, and where the difference comes from. */
import { minimise } from "../reduce/minimise.ts";
import type { Action, Catalogue } from "./catalogue.ts";
import { Pair } from "./pair.ts";
import type { SearchRequest } from "./request.ts";
import { evaluated } from "./write.ts";

export interface Difference {
  /** Differences with the same key have the same cause. */
  readonly key: string;
  /** What the two sides treat differently, in words: "guest writes GICD_IGROUPR". */
  readonly causes: readonly string[];
  /** The access that shows it: "guest reads ISR_EL1". */
  readonly seen: string;
  /** The scenario's operations, as lines. */
  readonly lines: readonly string[];
}

export class Reducer {
  readonly #catalogue: Catalogue;
  readonly #request: SearchRequest;
  readonly #pair: Pair;

  constructor(catalogue: Catalogue, request: SearchRequest) {
    this.#catalogue = catalogue;
    this.#request = request;
    this.#pair = new Pair(request.model, request.sides);
  }

  /** The fewest operations with the plainest values that still end in a difference at the same kind of access. */
  reduce(scenario: readonly Action[]): Difference {
    const last = scenario[scenario.length - 1];
    const few = minimise(scenario.slice(0, -1), (kept) => this.#differs([...kept, last]));
    const plain = this.#plainest([...few, last]);
    // Plainer values may need even fewer operations.
    const left = minimise(plain.slice(0, -1), (kept) => this.#differs([...kept, plain[plain.length - 1]]));
    return this.#explained([...left, plain[plain.length - 1]]);
  }

  /** Whether the last operation is answered differently, and none before it that the observer sees. */
  #differs(actions: readonly Action[]): boolean {
    this.#pair.restart();
    for (let i = 0; i < actions.length - 1; i++) this.#pair.perform(actions[i]);
    return this.#pair.perform(actions[actions.length - 1]);
  }

  #plainest(actions: readonly Action[]): Action[] {
    const plain = [...actions];
    for (let i = 0; i < plain.length; i++) {
      const better = this.#catalogue
        .plainerThan(plain[i])
        .find((other) => this.#differs(plain.with(i, other)));
      if (better !== undefined) plain[i] = better;
    }
    return plain;
  }

  /** Where the difference comes from, as the evaluation of the scenario as a trace has it. */
  #explained(actions: readonly Action[]): Difference {
    const lines = actions.map(({ text }) => text);
    const seen = actions[actions.length - 1].subject;
    const found = evaluated(this.#request, lines).differences.get(actions.length - 1) ?? [];
    const operations = [...new Set(found.flatMap(({ causes }) => causes))];
    const causes = operations.length === 0 ? [seen] : [...new Set(operations.map((i) => actions[i].subject))];
    return { key: causes.join(" + "), causes, seen, lines };
  }
}
