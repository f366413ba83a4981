/** A progress bar on standard error for work that takes longer than a second, on a terminal only. */
import { printableText } from "./printable.ts";

const columns = 24;

export class ProgressBar {
  readonly #title: string;
  readonly #total: number | undefined;
  readonly #started = performance.now();
  #done = 0;
  #shown = 0;

  /** @param total bytes, or other pieces of work; undefined for bytes of which nobody knows how many there are */
  constructor(title: string, total: number | undefined) {
    this.#title = printableText(title);
    this.#total = total;
  }

  /** So many more are done. */
  step(count: number): void {
    this.#done += count;
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#started < 1000 || now - this.#shown < 100) return;
    this.#shown = now;
    process.stderr.write(`\r\x1b[K${this.#title} ${this.#bar()}`);
  }

  #bar(): string {
    if (this.#total === undefined) return `${Math.floor(this.#done / 1e6)} MB`;
    const share = Math.min(1, this.#done / Math.max(1, this.#total));
    const filled = Math.round(share * columns);
    const bar = `[${"█".repeat(filled)}${"░".repeat(columns - filled)}] ${Math.floor(share * 100)} %`;
    if (share === 0) return bar;
    const left = ((performance.now() - this.#started) * (1 - share)) / share;
    return `${bar}, ${Math.ceil(left / 1000)} s left`;
  }

  /** Takes the line away, so that other output can follow. */
  clear(): void {
    if (this.#shown > 0) process.stderr.write("\r\x1b[K");
  }
}
