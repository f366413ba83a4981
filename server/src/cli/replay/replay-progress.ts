/** A progress line on standard error, on a terminal only, while kernels answer. */
export class ReplayProgress {
  readonly #total: number;
  #answered = 0;
  #shown = 0;

  /** @param total answers that are expected of all machines together */
  constructor(total: number) {
    this.#total = total;
  }

  /** Takes note of further answers. */
  answered(count: number): void {
    this.#answered += count;
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#shown < 100) return;
    this.#shown = now;
    const percent = Math.floor((100 * this.#answered) / this.#total);
    process.stderr.write(`\r\x1b[Kthe kernel answers: ${percent} %`);
  }

  /** Takes the line away, so that other output can follow. */
  clear(): void {
    if (this.#shown > 0) process.stderr.write("\r\x1b[K");
  }
}
