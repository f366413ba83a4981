/** A thread that runs one part of a search after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { type Part, Search } from "../../explore/search.ts";

const search = new Search(workerData);

parentPort?.on("message", (part: Part) => {
  parentPort?.postMessage(search.run(part));
});
