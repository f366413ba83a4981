/** `npm run fuzz [-- NAME… --time SECONDS --seed N]`: feeds random input to the product until something breaks. */
import { Argument, Command, InvalidArgumentError } from "commander";
import fc from "fast-check";
import type { Fuzzer } from "./fuzzer.ts";
import { FUZZERS } from "./fuzzers.ts";

/** Inputs of one fuzzer before the next one has its turn: some hundred milliseconds. */
const INPUTS_PER_ROUND = 50;

interface Options {
  readonly time: number;
  readonly seed?: number;
}

/** Runs fuzzers in turns until the time is over; one that failed is out. @returns the names of those that failed */
async function fuzz(names: readonly string[], { time, seed }: Options): Promise<readonly string[]> {
  const chosen = FUZZERS.filter(({ name }) => names.length === 0 || names.includes(name));
  const first = seed ?? Date.now() % 0x7fffffff;
  console.log(`fuzz: seed ${first}, ${time} s: ${chosen.map(({ name }) => name).join(", ")}`);
  const inputs = new Map(chosen.map(({ name }) => [name, 0]));
  const failed = new Set<string>();
  const end = Date.now() + time * 1000;
  for (let round = first; round === first || (Date.now() < end && failed.size < chosen.length); round++) {
    for (const fuzzer of chosen) {
      if (failed.has(fuzzer.name) || (round > first && Date.now() >= end)) continue;
      const { failure, runs } = await playRound(fuzzer, round);
      inputs.set(fuzzer.name, (inputs.get(fuzzer.name) ?? 0) + runs);
      if (failure === undefined) continue;
      failed.add(fuzzer.name);
      console.error(`\n${fuzzer.name} failed: ${fuzzer.promise}\n${failure}`);
      console.error(`repeat with: npm run fuzz -- ${fuzzer.name} --seed ${round} --time 0\n`);
    }
  }
  for (const [name, count] of inputs) {
    console.log(`${failed.has(name) ? "FAILED" : "passed"}  ${name}: ${count} inputs`);
  }
  return [...failed];
}

async function playRound(
  { property, share = 1 }: Fuzzer,
  seed: number,
): Promise<{ readonly failure?: string; readonly runs: number }> {
  const result = await fc.check(property(), {
    seed,
    numRuns: INPUTS_PER_ROUND * share,
    includeErrorInReport: true,
  });
  if (!result.failed) return { runs: result.numRuns };
  return { runs: result.numRuns, failure: fc.defaultReportMessage(result) };
}

function readNumber(text: string): number {
  if (/^\d{1,9}$/.test(text) || /^\d{10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes a number, 0 or more.");
}

await new Command("npm run fuzz --")
  .description("Feeds random input to the product until something breaks. A failure prints how to repeat it.")
  .addArgument(
    new Argument("[name...]", "which fuzzers to run; default: all").choices(FUZZERS.map(({ name }) => name)),
  )
  .option("--time <seconds>", "how long to look, all fuzzers together; 0: one round", readNumber, 60)
  .option("--seed <number>", "where to begin; default: from the clock", readNumber)
  .action(async (names: readonly string[], options: Options) => {
    const failed = await fuzz(names, options);
    if (failed.length > 0) process.exitCode = 1;
  })
  .parseAsync();
