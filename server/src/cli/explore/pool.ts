/** Runs the parts of a search on all cores. */
import { availableParallelism } from "node:os";
import path from "node:path";
import type { SearchRequest } from "../../explore/request.ts";
import type { Part, PartResult } from "../../explore/search.ts";

export interface Pool {
  /** The next part; undefined once there is no more to do. */
  readonly next: () => Part | undefined;
  readonly take: (result: PartResult) => void;
}

/** Resolves once every part that was begun is done. */
export async function runParts(request: SearchRequest, { next, take }: Pool): Promise<void> {
  const { Worker } = await import("node:worker_threads");
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(path.join(import.meta.dirname, "..", "explore-worker.mjs"), {
        workerData: request,
      });
      const giveNext = (): void => {
        const part = next();
        if (part !== undefined) worker.postMessage(part);
        else worker.terminate().then(() => resolve(), reject);
      };
      worker.on("message", (result: PartResult) => {
        take(result);
        giveNext();
      });
      worker.on("error", reject);
      giveNext();
    });
  await Promise.all(Array.from({ length: availableParallelism() }, start));
}
