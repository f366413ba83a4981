/** `--statistics`: how often each diagnostic was found. */
import type { CheckedFile } from "./check.ts";

export class Statistics {
  readonly #counts = new Map<string, number>();

  add({ diagnostics }: CheckedFile): void {
    for (const { code } of diagnostics) this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  /** A line a code, the most frequent first. */
  get text(): string {
    const counts = [...this.#counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const width = String(counts[0]?.[1] ?? 0).length;
    return counts.map(([code, count]) => `${String(count).padStart(width)}  ${code}\n`).join("");
  }
}
