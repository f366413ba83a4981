/** `npm run bench [-- PART…]`: measures what the project promises of its speed; see docs/performance.md. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Argument, Command } from "commander";
import { plotSvg } from "./plot-svg.ts";
import { printResults } from "./print.ts";
import type { Results } from "./row.ts";

const parts: Readonly<Record<string, () => Promise<Results> | Results>> = {
  editing: async () => (await import("./editing.ts")).editing(),
  lint: async () => (await import("./lint.ts")).lint(),
  emulator: async () => (await import("./emulator.ts")).emulator(),
  its: async () => (await import("./its.ts")).its(),
  explore: async () => (await import("./explore.ts")).explore(),
  findings: async () => (await import("./findings.ts")).findings(),
  commands: async () => (await import("./commands.ts")).commands(),
  growth: async () => (await import("./growth.ts")).growth(),
};

/** Measures the parts one after the other, so that none disturbs another; prints each as soon as it is there. */
async function run(names: readonly string[]): Promise<void> {
  const all: Record<string, Results> = {};
  for (const name of names.length === 0 ? Object.keys(parts) : names) {
    console.log(`\n${name}\n`);
    all[name] = await parts[name]();
    printResults(all[name]);
  }
  write(all);
}

function write(all: Readonly<Record<string, Results>>): void {
  writeFileSync("bench/results.json", `${JSON.stringify(all, undefined, 2)}\n`);
  mkdirSync("bench/plots", { recursive: true });
  for (const series of Object.values(all).flatMap((results) => results.series ?? [])) {
    const name = series.title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    writeFileSync(path.join("bench/plots", `${name}.svg`), plotSvg(series));
  }
}

await new Command("npm run bench --")
  .description("Measures what the project promises of its speed, each as a ratio within one run.")
  .addArgument(new Argument("[part...]", "what to measure; default: everything").choices(Object.keys(parts)))
  .action(run)
  .parseAsync();
