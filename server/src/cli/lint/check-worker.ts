/** A thread that checks one trace after the other. */
import { parentPort } from "node:worker_threads";
import { check, type Target } from "./check.ts";

parentPort?.on("message", async (target: Target) => {
  parentPort?.postMessage(await check(target));
});
