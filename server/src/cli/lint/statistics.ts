/** `--statistics`: how often each diagnostic was found. */
import type { CheckedFile } from "./check.ts";

export class Statistics {
  readonly #counts = new Map<string, number>();

  add({ diagnostics, untold }: CheckedFile): void {
    for (const { code } of diagnostics) this.#count(code, 1);
    for (const { code, count } of untold) this.#count(code, count);
  }

  #count(code: string, more: number): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + more);
  }

  /** A line a code, the most frequent first. */
  get text(): string {
    const counts = [...this.#counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const width = String(counts[0]?.[1] ?? 0).length;
    return counts.map(([code, count]) => `${String(count).padStart(width)}  ${code}\n`).join("");
  }
}
