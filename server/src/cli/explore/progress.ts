/** How a search goes: differences as they are found, and on a terminal a line of progress, on standard error. */
import type { Findings } from "../../explore/findings.ts";
import type { SearchRequest } from "../../explore/request.ts";
import { counted } from "../../syntax/counted.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";
import { tell } from "../terminal/terminal.ts";

/** When a search of one GIC model ends. */
export interface Budget {
  readonly milliseconds: number;
  /** Scenarios; absent: the time decides. */
  readonly steps?: number;
}

export class SearchProgress {
  readonly #bar: ProgressBar;
  readonly #isTimed: boolean;
  readonly #partsOfPairs: number;
  #parts = 0;

  /** @param budget how long the search goes on: scenarios if they are given, else milliseconds */
  constructor({ model }: SearchRequest, budget: Budget, partsOfPairs: number) {
    this.#bar = new ProgressBar(`searching GIC${model}`, budget.steps ?? budget.milliseconds);
    this.#isTimed = budget.steps === undefined;
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
    const pairs = Math.min(100, Math.floor((this.#parts / this.#partsOfPairs) * 100));
    const scenarios = (findings.scenarios / 1e6).toFixed(1);
    const speed = (findings.scenarios / 1e6 / (elapsed / 60_000)).toFixed(1);
    this.#bar.reach(
      this.#isTimed ? elapsed : findings.scenarios,
      `${counted(findings.count, "difference")}, ${scenarios} million scenarios (${speed} a minute), pairs ${pairs} %`,
    );
  }

  clear(): void {
    this.#bar.clear();
  }
}
