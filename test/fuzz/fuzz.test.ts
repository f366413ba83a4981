import fc from "fast-check";
import { test } from "vitest";
import { seed } from "../properties/seed.ts";
import { FUZZERS } from "./fuzzers.ts";

test.each(FUZZERS)("$name: $promise", async ({ property, share = 1 }) => {
  await fc.assert(property(), { seed, numRuns: 100 * share });
});
