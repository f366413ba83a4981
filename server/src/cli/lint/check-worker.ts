/** A thread that checks one trace after the other. */
import { parentPort } from "node:worker_threads";
import { LineCache } from "../../api/index.ts";
import { check, type Target } from "./check.ts";

const cache = new LineCache();

parentPort?.on("message", async (target: Target) => {
  parentPort?.postMessage(await check(target, cache));
});
