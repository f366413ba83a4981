import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recordingsIn, type Tally, tally } from "./agreement.ts";

const root = join(import.meta.dirname, "recordings");

describe("the emulator answers as the recorded kernel did", () => {
  for (const folder of ["v2", "v3", "overflow", "stock", "hosts", "its", "set-up"]) {
    test(folder, () => {
      const tallies = new Map<string, Tally>();
      for (const file of recordingsIn(join(root, folder))) tally(file, tallies);
      const all = [...tallies.values()];
      expect(all.flatMap(({ disagreements }) => disagreements)).toEqual([]);
      expect(all.reduce((sum, { operations }) => sum + operations, 0)).toBeGreaterThan(10_000);
    });
  }
});
