/** What the formats of `compat` are given. */
import type { CompatRequest, CompatUntested } from "../../analysis/compat/compat.ts";
import { coverageSentences } from "../../analysis/compat/coverage.ts";
import type { NoticedWords } from "../../analysis/compat/words.ts";
import type { Model } from "../../vgic/kvm-abi.ts";

/** How one scenario fared. Lines count from 0. */
export interface ScenarioReport {
  readonly path: string;
  readonly line: number;
  /** Empty for the unnamed scenario of a file. */
  readonly title: string;
  readonly model: Model;
  /** Absent where the trace leaves it to the host. */
  readonly declared?: number;
  /** The revision that it ran under on the first host. */
  readonly revision: number;
  /** Why it was not tested; absent where it was. */
  readonly untested?: CompatUntested;
  readonly migrations: number;
  /** Whether later operations were left out, so many were to be tried. */
  readonly isCutShort: boolean;
  readonly noticed: readonly NoticedWords[];
}

/** All scenarios on one way from host to host, by one VMM. */
export interface Cell {
  readonly request: CompatRequest;
  readonly scenarios: readonly ScenarioReport[];
}

/** The scenarios in which the guest can notice. */
export function noticedIn({ scenarios }: Cell): number {
  return scenarios.filter(({ noticed }) => noticed.length > 0).length;
}

/** The scenarios that were not tested. */
export function notTestedIn({ scenarios }: Cell): number {
  return scenarios.filter(({ untested }) => untested !== undefined).length;
}

/** What a table says of a cell: "none", "2", "2, 1 not tested". */
export function shareText(cell: Cell): string {
  const [noticed, untested, total] = [noticedIn(cell), notTestedIn(cell), cell.scenarios.length];
  if (untested === total) return "not tested";
  return `${noticed === 0 ? "none" : noticed}${untested > 0 ? `, ${untested} not tested` : ""}`;
}

/** "linux-5.10 → linux-7.1 → linux-5.10 by qemu". */
export function routeOf(request: CompatRequest): string {
  return `${wayOf(request)} by ${request.by}`;
}

/** "linux-5.10 → linux-7.1 → linux-5.10". */
export function wayOf({ from, to, back }: CompatRequest): string {
  return `${from.name} → ${to.name}${back ? ` → ${from.name}` : ""}`;
}

/** The VMMs that were tried, in order. */
export function managersOf(cells: readonly Cell[]): string[] {
  return [...new Set(cells.map(({ request }) => request.by))];
}

/** What has to be known beside the verdicts of some cells. */
export function coverageOf(cells: readonly Cell[]): string[] {
  return coverageSentences(cells.flatMap(({ request: { from, to } }) => [from, to]));
}

/** The hosts of a matrix, in order. */
export function hostsOf(cells: readonly Cell[]): string[] {
  return [...new Set(cells.map(({ request }) => request.from.name))];
}

/** A cause, and where it shows. */
export interface CauseReport {
  readonly cause: string;
  readonly scenarios: number;
  /** The first place. */
  readonly example: { readonly scenario: ScenarioReport; readonly noticed: NoticedWords };
}

/** Why the guests of a cell can notice, most frequent first. */
export function causesOf({ scenarios }: Cell): CauseReport[] {
  const causes = new Map<string, { scenarios: number; readonly example: CauseReport["example"] }>();
  for (const scenario of scenarios) {
    for (const cause of new Set(scenario.noticed.map((noticed) => noticed.cause))) {
      const known = causes.get(cause);
      const noticed = scenario.noticed.find((one) => one.cause === cause);
      if (known) known.scenarios++;
      else if (noticed) causes.set(cause, { scenarios: 1, example: { scenario, noticed } });
    }
  }
  return [...causes]
    .map(([cause, { scenarios: count, example }]) => ({ cause, scenarios: count, example }))
    .sort((a, b) => b.scenarios - a.scenarios);
}
