/** Every fuzzer. A new one is a file beside this one and a line here. */
import { commandFuzzer } from "./command.ts";
import type { Fuzzer } from "./fuzzer.ts";
import { importFuzzers } from "./imports.ts";
import { rewritingFuzzers } from "./rewriting.ts";
import { serverFuzzer } from "./server.ts";
import { verdictFuzzer } from "./verdicts.ts";

export const FUZZERS: readonly Fuzzer[] = [
  ...rewritingFuzzers,
  ...importFuzzers,
  verdictFuzzer,
  serverFuzzer,
  commandFuzzer,
];
