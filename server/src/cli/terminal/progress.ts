/** A progress line on standard error, for checks that take longer than a second, on a terminal only. */
export class Progress {
  readonly #total: number;
  readonly #started = process.uptime();
  #shown = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** Call before each file. */
  step(done: number): void {
    const now = process.uptime();
    if (!process.stderr.isTTY || now - this.#started < 1 || now - this.#shown < 0.1) return;
    this.#shown = now;
    process.stderr.write(`\r\x1b[Kchecking ${done + 1} of ${this.#total} files`);
  }

  /** Takes the line away, so that other output can follow. */
  clear(): void {
    if (this.#shown > 0) process.stderr.write("\r\x1b[K");
  }
}
