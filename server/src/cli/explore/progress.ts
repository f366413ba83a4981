/** How a search goes: differences as they are found, and on a terminal a line of progress, on standard error. */
import type { Findings } from "../../explore/findings.ts";
import type { SearchRequest } from "../../explore/request.ts";
import { tell } from "../terminal/terminal.ts";
import { counted } from "../terminal/words.ts";

/** Milliseconds between two lines. */
const PAUSE = 100;

export class SearchProgress {
  readonly #model: string;
  readonly #partsOfPairs: number;
  #parts = 0;
  #shown = 0;

  constructor({ model }: SearchRequest, partsOfPairs: number) {
    this.#model = `GIC${model}`;
    this.#partsOfPairs = partsOfPairs;
  }

  /** @param scenario the lines that show it; a plainer one may be found later */
  found(words: string, scenario: readonly string[]): void {
    this.clear();
    tell(`found: ${words}`);
    for (const line of scenario) tell(`  ${line}`);
  }

  /** @param elapsed milliseconds */
  show(findings: Findings, elapsed: number): void {
    this.#parts++;
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#shown < PAUSE) return;
    this.#shown = now;
    const pairs = Math.min(100, Math.floor((this.#parts / this.#partsOfPairs) * 100));
    const scenarios = (findings.scenarios / 1e6).toFixed(1);
    const speed = (findings.scenarios / 1e6 / (elapsed / 60_000)).toFixed(1);
    process.stderr.write(
      `\r\x1b[K${this.#model}: ${Math.round(elapsed / 1000)} s, ${scenarios} million scenarios (${speed} a minute), pairs ${pairs} %, ${counted(findings.count, "difference")}`,
    );
  }

  clear(): void {
    if (this.#shown > 0) process.stderr.write("\r\x1b[K");
  }
}
