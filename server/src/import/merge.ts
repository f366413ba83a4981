/** Lines of several logs in one order, in bounded memory: those of each log stay in its own order. */

import { itemAt } from "../syntax/item-at.ts";
import type { ReadLine } from "./log-reader.ts";

/** How the lines of several logs are put together: by their times, or one log after the other. */
export type MergeOrder = "time" | "given";

interface Queue {
  readonly lines: ReadLine[];
  /** How many of them are taken. */
  taken: number;
  ended: boolean;
  /** When its last line was; one without a time belongs to it. */
  seconds: number;
}

export class Merge {
  readonly #order: MergeOrder;
  readonly #queues: readonly Queue[];

  constructor(logs: number, order: MergeOrder) {
    this.#order = order;
    this.#queues = Array.from({ length: logs }, () => ({
      lines: [],
      taken: 0,
      ended: false,
      seconds: Number.NEGATIVE_INFINITY,
    }));
  }

  push(line: ReadLine): void {
    itemAt(this.#queues, line.log).lines.push(line);
  }

  /** No more lines of a log come. */
  end(log: number): void {
    itemAt(this.#queues, log).ended = true;
  }

  /** The log that has to be read on before the next line is known; undefined if none has to. */
  awaited(): number | undefined {
    const isAwaited = (queue: Queue) => !queue.ended && isEmpty(queue);
    const log =
      this.#order === "time"
        ? this.#queues.findIndex(isAwaited)
        : this.#queues.findIndex((queue) => !queue.ended || !isEmpty(queue));
    return log >= 0 && isAwaited(itemAt(this.#queues, log)) ? log : undefined;
  }

  /** The next line of all; undefined if a log is awaited, or all have ended. */
  next(): ReadLine | undefined {
    if (this.awaited() !== undefined) return undefined;
    let first: Queue | undefined;
    let earliest = 0;
    for (const queue of this.#queues) {
      const line = queue.lines[queue.taken];
      if (line === undefined) continue;
      const seconds = line.seconds ?? queue.seconds;
      if (first === undefined || (this.#order === "time" && seconds < earliest)) {
        first = queue;
        earliest = seconds;
      }
    }
    if (first === undefined) return undefined;
    const line = first.lines[first.taken++];
    first.seconds = earliest;
    if (first.taken === first.lines.length) {
      first.lines.length = 0;
      first.taken = 0;
    }
    return line;
  }
}

function isEmpty({ lines, taken }: Queue): boolean {
  return taken === lines.length;
}
