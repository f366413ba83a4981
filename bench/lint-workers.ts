/**
 * From how many traces on do threads pay? `node tools/run.js bench/lint-workers.ts` checks corpora of traces as large
 * as the examples with one thread and with several, and prints how many times faster several are.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import type { Target } from "../server/src/cli/lint/check.ts";
import { checkAll } from "../server/src/cli/lint/check-all.ts";

const examples = readdirSync("examples").filter((name) => name.endsWith(".vgic"));
const texts = examples.map((name) => readFileSync(path.join("examples", name), "utf8"));

/** Distinct traces, as those of a corpus are: nothing of one can be kept for another. */
function corpus(size: number): Target[] {
  return Array.from({ length: size }, (_, index) => ({
    trace: `${index}.vgic`,
    path: `${index}.vgic`,
    text: texts[index % texts.length].replace(/0x[0-9a-f]+(?=\s*(#|$))/gm, (value) => `${value}  # ${index}`),
    options: {},
  }));
}

/** A process of its own: the command, too, starts cold each time. */
function milliseconds(size: number, threads: number): number {
  const times = [0, 1, 2].map(() => {
    const printed = execFileSync(process.execPath, [process.argv[1], String(size), String(threads)]);
    return Number(printed.toString());
  });
  return Math.min(...times);
}

async function compare(): Promise<void> {
  const threads = Math.min(availableParallelism(), 8);
  console.log(`traces  1 thread  ${threads} threads  ratio`);
  for (const size of [100, 200, 400, 800, 1600, 3200, 6400]) {
    const one = milliseconds(size, 1);
    const several = milliseconds(size, threads);
    const cells = [`${one.toFixed(0)} ms`.padStart(8), `${several.toFixed(0)} ms`.padStart(9)];
    console.log(
      `${String(size).padStart(6)}  ${cells.join("  ")}  ${(one / several).toFixed(2).padStart(5)}`,
    );
  }
}

const [size, threads] = process.argv.slice(2).map(Number);
if (size === undefined) {
  // The thread's program stands where it stands beside the built command.
  await build({
    entryPoints: ["server/src/cli/lint/check-worker.ts"],
    outfile: path.join(import.meta.dirname, "..", "check-worker.js"),
    bundle: true,
    format: "esm",
    platform: "node",
    minify: true,
  });
  await compare();
} else {
  const targets = corpus(size);
  const started = performance.now();
  const ignore = () => {};
  await checkAll(targets, ignore, ignore, threads);
  console.log(performance.now() - started);
}
