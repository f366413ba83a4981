/** Checks many traces, with as many threads as pay. */
import { availableParallelism } from "node:os";
import path from "node:path";
import { LineCache } from "../../api/index.ts";
import type { Failure } from "../files/failure.ts";
import { type CheckedFile, check, type Target } from "./check.ts";

/** What came of a target. */
export type Checked = CheckedFile | Failure;

/**
 * Threads pay late: each starts, warms up and meets every line for the first time, while one alone knows most lines of a corpus
 * after a while. bench/lint-workers.ts measures it.
 */
const leastPerThread = 2000;
const mostThreads = 8;

/**
 * Checks all and hands over the results in the order of the targets, as soon as that order allows.
 * @param reach is told within one trace how many are done: a large one takes long
 */
export async function checkAll(
  targets: readonly Target[],
  take: (checked: Checked, index: number) => void,
  reach: (done: number) => void = () => {},
  threads = threadsFor(targets.length),
): Promise<void> {
  if (threads < 2) {
    const cache = new LineCache();
    for (const [index, target] of targets.entries())
      take(await check(target, cache, (share) => reach(index + share)), index);
    return;
  }
  const { Worker } = await import("node:worker_threads");
  const waiting = new Map<number, Checked>();
  let next = 0;
  let taken = 0;
  const finish = (checked: Checked, index: number): void => {
    waiting.set(index, checked);
    for (let ready = waiting.get(taken); ready !== undefined; ready = waiting.get(taken)) {
      waiting.delete(taken);
      take(ready, taken++);
    }
  };
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(path.join(import.meta.dirname, "..", "check-worker.mjs"));
      let index = -1;
      const giveNext = (): void => {
        index = next++;
        if (index < targets.length) worker.postMessage(targets[index]);
        else worker.terminate().then(() => resolve(), reject);
      };
      worker.on("message", (checked: Checked) => {
        finish(checked, index);
        giveNext();
      });
      worker.on("error", reject);
      giveNext();
    });
  await Promise.all(Array.from({ length: threads }, start));
}

function threadsFor(targets: number): number {
  return Math.min(availableParallelism(), mostThreads, Math.floor(targets / leastPerThread));
}
