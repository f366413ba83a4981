/** What an import left out and why: nothing is dropped without a count. */

/** A reason and how many lines it holds for. */
export interface Reason {
  readonly why: string;
  readonly count: number;
  readonly first: LinePlace;
}

/** A line of a log, from 1; where there are several logs with which one. */
export interface LinePlace {
  readonly line: number;
  readonly log?: number;
}

const mostReasons = 200;
const others = "other events";

export class Tally {
  readonly #reasons = new Map<string, { count: number; first: LinePlace }>();

  /** Counts a line of the log that is not in the trace; where there are several logs, with which one. */
  add(why: string, line: number, log: number | undefined): void {
    const known = this.#reasons.get(why);
    if (known !== undefined) known.count++;
    else if (this.#reasons.size >= mostReasons && why !== others) this.add(others, line, log);
    else this.#reasons.set(why, { count: 1, first: { line, log } });
  }

  /** The reasons, the most frequent first. */
  reasons(): Reason[] {
    return [...this.#reasons]
      .map(([why, { count, first }]) => ({ why, count, first }))
      .sort((a, b) => b.count - a.count || a.first.line - b.first.line);
  }
}
