/** Which entries of the table of kernels a search names. */
import { expect, test } from "vitest";
import { NEEDS } from "../../server/src/explore/attribution.ts";
import { CHANGES } from "../../server/src/vgic/kernels/kernels.ts";

test("what came with one answer of a kernel is told apart by what a scenario has, and nothing else is", () => {
  const together = CHANGES.map(({ shows }) => shows.filter(({ hostFails }) => hostFails === undefined))
    .filter(({ length }) => length > 1)
    .flat();
  expect(Object.keys(NEEDS).sort()).toEqual(together.map(({ id }) => id).sort());
});
