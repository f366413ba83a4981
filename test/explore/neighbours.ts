/** Searches between neighbouring kernels of the table: every difference has its entry. Half a minute of a core for each VM. */
import { afterAll, describe, expect, test } from "vitest";
import { Findings } from "../../server/src/explore/findings.ts";
import { parts } from "../../server/src/explore/parts.ts";
import type { SearchRequest } from "../../server/src/explore/request.ts";
import { Search } from "../../server/src/explore/search.ts";
import { titleOf } from "../../server/src/explore/write.ts";
import { CHANGES, OLDEST_KERNEL, versionText } from "../../server/src/vgic/kernels/kernels.ts";
import { seed } from "../properties/seed.ts";
import { side } from "./side.ts";

/** The mainline kernels that brought a change, with the oldest one in front. */
const KERNELS = [...new Set([versionText(OLDEST_KERNEL), ...CHANGES.map(({ since }) => since)])];

/** Every access alone and after those that did something new, and random scenarios: a part of the latter has 5,000. */
const PARTS = 4;

/** Tests that two neighbours answer differently in what the table has and in nothing else, for guest and VMM. */
export function testNeighbours(vm: Pick<SearchRequest, "model" | "its">): void {
  const shown = new Set<string>();
  let scenarios = 0;
  let operations = 0;
  const pairs = KERNELS.slice(1).map(
    (kernel, index) => [`linux-${KERNELS[index]}`, `linux-${kernel}`] as const,
  );
  const name = `GIC${vm.model}${vm.its ? " with an ITS" : ""}`;

  describe(`${name} (seed ${seed})`, () => {
    test.each(pairs)("%s and %s differ in what the table has", { timeout: 300_000 }, (before, after) => {
      const search = new Search({ sides: [side(before), side(after)], ...vm, observer: "vmm", seed });
      const order = parts(search.catalogue.actions.length);
      const findings = new Findings();
      for (let part = 0; part < PARTS; part++) findings.add(search.run(order.next().value));
      const found = findings.all();
      expect(found.filter(({ entries }) => entries.length === 0)).toEqual([]);
      const titles = found.map((finding) => titleOf(finding));
      expect(new Set(titles).size).toBe(titles.length);
      for (const { entries } of found) if (entries.length === 1) shown.add(entries.join());
      scenarios += findings.scenarios;
      operations += findings.operations;
    });
  });

  afterAll(() => {
    const amounts = `${scenarios.toLocaleString("en")} scenarios, ${operations.toLocaleString("en")} operations`;
    const names = [...shown].sort().join(", ");
    console.log(
      `${name}, ${pairs.length} pairs of neighbouring kernels, seed ${seed}: ${amounts}; ${shown.size} entries of the table were shown alone: ${names}`,
    );
  });
}
