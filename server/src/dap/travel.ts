/** Goes through a scenario, forwards and backwards, to where something is waited for. */

import { itemAt } from "../syntax/item-at.ts";
import type { DebuggedScenario } from "./debugged-scenario.ts";
import { changed, type Watch } from "./watch.ts";

/** What is waited for. */
export interface Waiting {
  /** Lines of the file. */
  readonly lines: ReadonlySet<number>;
  readonly watches: readonly Watch[];
  /** Stop at an operation in which variants diverge. */
  readonly differences: boolean;
  /** Stop at an operation whose answer is not as expected. */
  readonly failures: boolean;
}

/** Where and why it stops: after so many operations. */
export interface Stop {
  readonly position: number;
  readonly reason: "breakpoint" | "data breakpoint" | "exception";
  readonly text: string;
}

/** How many operations are looked through at once on the way back. */
const BLOCK = 256;

/** The next stop after where the scenario is; the scenario is there then. Undefined: none, and it is at its end. */
export function forwards(scenario: DebuggedScenario, waiting: Waiting): Stop | undefined {
  const stop = firstStop(scenario, waiting, scenario.length);
  scenario.moveTo(stop?.position ?? scenario.length);
  return stop;
}

/** The last stop before where the scenario is; the scenario is there then. Undefined: none, and it is at its start. */
export function backwards(scenario: DebuggedScenario, waiting: Waiting): Stop | undefined {
  const { position } = scenario;
  for (let end = position; end > 0; end = Math.max(end - BLOCK, 0)) {
    scenario.moveTo(Math.max(end - BLOCK, 0));
    let last: Stop | undefined;
    for (let stop = firstStop(scenario, waiting, end - 1); stop !== undefined; ) {
      last = stop;
      stop = firstStop(scenario, waiting, end - 1);
    }
    if (last !== undefined) {
      scenario.moveTo(last.position);
      return last;
    }
  }
  scenario.moveTo(0);
  return position === 0 ? undefined : stopHere(scenario, waiting);
}

/** Why it stops where it is, if it does. A watch cannot be hit where nothing was done before. */
export function stopHere(scenario: DebuggedScenario, waiting: Waiting): Stop | undefined {
  const { position } = scenario;
  if (position === scenario.length) return undefined;
  if (!scenario.isTried(position) && waiting.lines.has(scenario.lineInFile(position)))
    return { position, reason: "breakpoint", text: `line ${scenario.lineInFile(position) + 1}` };
  const failure = waiting.failures ? scenario.failure(position) : undefined;
  if (failure !== undefined) return { position, reason: "exception", text: failure };
  if (waiting.differences && scenario.parts(position))
    return { position, reason: "exception", text: "revisions or hosts diverge here" };
  return undefined;
}

/** The first stop after at least one more operation, and at most at `end`. */
function firstStop(scenario: DebuggedScenario, waiting: Waiting, end: number): Stop | undefined {
  let before = waiting.watches.map(({ now }) => now());
  while (scenario.position < end) {
    scenario.moveTo(scenario.position + 1);
    const after = waiting.watches.map(({ now }) => now());
    const hit = watchHit(scenario, waiting.watches, before, after) ?? stopHere(scenario, waiting);
    if (hit !== undefined) return hit;
    before = after;
  }
  return undefined;
}

function watchHit(
  scenario: DebuggedScenario,
  watches: readonly Watch[],
  before: readonly (readonly string[])[],
  after: readonly (readonly string[])[],
): Stop | undefined {
  for (const [index, watch] of watches.entries()) {
    const [was, is] = [itemAt(before, index), itemAt(after, index)];
    const variant = changed(watch, was, is);
    if (variant === undefined) continue;
    const { position } = scenario;
    const by = `by line ${scenario.lineInFile(position - 1) + 1}`;
    const text = `${watch.name}: ${was[variant]} → ${is[variant]}, ${by}`;
    return { position, reason: "data breakpoint", text };
  }
  return undefined;
}
