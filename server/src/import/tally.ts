/** What an import left out and why: nothing is dropped without a count. */

/** A reason and how many lines it holds for. */
export interface Reason {
  readonly why: string;
  readonly count: number;
  /** The first such line of the log, from 1. */
  readonly first: number;
}

const mostReasons = 200;
const others = "other events";

export class Tally {
  readonly #reasons = new Map<string, { count: number; first: number }>();

  /** Counts a line of the log that is not in the trace. */
  add(why: string, line: number): void {
    const key = this.#reasons.has(why) || this.#reasons.size < mostReasons ? why : others;
    const known = this.#reasons.get(key);
    if (known === undefined) this.#reasons.set(key, { count: 1, first: line });
    else known.count++;
  }

  /** The reasons, the most frequent first. */
  reasons(): Reason[] {
    return [...this.#reasons]
      .map(([why, { count, first }]) => ({ why, count, first }))
      .sort((a, b) => b.count - a.count || a.first - b.first);
  }
}
