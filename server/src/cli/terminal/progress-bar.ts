/** The progress of all that takes longer than a second: a line on standard error, on a terminal only. */
import { printableText } from "./printable.ts";

const columns = 24;
/** Milliseconds: before the first line, and between two. */
const FIRST_AFTER = 1000;
const PAUSE = 100;

export class ProgressBar {
  readonly #title: string;
  readonly #total: number | undefined;
  readonly #started = performance.now();
  #done = 0;
  #shown = 0;

  /** @param total pieces of work of any kind; undefined where nobody knows how many there are: no estimate then */
  constructor(title: string, total: number | undefined) {
    this.#title = printableText(title);
    this.#total = total;
  }

  /** So many more are done. */
  step(count: number): void {
    this.reach(this.#done + count);
  }

  /**
   * So many are done in all.
   * @param note what else is to be said of the work
   */
  reach(done: number, note = ""): void {
    this.#done = done;
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#started < FIRST_AFTER || now - this.#shown < PAUSE) return;
    this.#shown = now;
    const parts = [`${this.#title} ${this.#bar(now)}`.trimEnd(), note].filter((part) => part !== "");
    // A line that is wrapped could not be taken away.
    const line = parts.join("; ").slice(0, process.stderr.columns - 1);
    process.stderr.write(`\r\x1b[K${line}`);
  }

  #bar(now: number): string {
    const seconds = (milliseconds: number) => `${Math.ceil(milliseconds / 1000)} s`;
    if (this.#total === undefined) return `(${seconds(now - this.#started)})`;
    const share = Math.min(1, this.#done / Math.max(1, this.#total));
    const filled = Math.round(share * columns);
    const bar = `[${"█".repeat(filled)}${"░".repeat(columns - filled)}] ${Math.floor(share * 100)} %`;
    if (share === 0) return bar;
    return `${bar}, ${seconds(((now - this.#started) * (1 - share)) / share)} left`;
  }

  /** Takes the line away, so that other output can follow. */
  clear(): void {
    if (this.#shown > 0) process.stderr.write("\r\x1b[K");
  }
}
