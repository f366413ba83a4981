/** A search finds by itself what docs/kernels.md says that it finds, with the command that stands there. */
import { describe, expect, test } from "vitest";
import { KERNEL_SEARCHES } from "../../server/src/analysis/kernels/kernel-searches.ts";
import { partsOf } from "../../server/src/explore/parts.ts";
import { Search } from "../../server/src/explore/search.ts";
import { hostName } from "../../server/src/vgic/kernels/hosts.ts";
import { CHANGES, releaseBefore, sinceOf } from "../../server/src/vgic/kernels/kernels.ts";
import { side } from "./side.ts";

const entries = CHANGES.flatMap((change) =>
  change.shows.map(({ id, hostFails }) => ({
    id,
    hostFails,
    from: hostName(releaseBefore(sinceOf(change)), []),
    to: hostName(sinceOf(change), []),
  })),
);

test("each change has its search, or a reason", () => {
  expect(Object.keys(KERNEL_SEARCHES).sort()).toEqual(entries.map(({ id }) => id).sort());
});

const searches = entries.flatMap(({ id, from, to }) => {
  const search = KERNEL_SEARCHES[id];
  return search === undefined || typeof search === "string" ? [] : [{ id, from, to, search }];
});

describe("each search finds its change alone", () => {
  test.each(searches)("$id between $from and $to", { timeout: 300_000 }, ({ id, from, to, search }) => {
    const { gic: model, its = false, observer = "guest", steps, seed = 1 } = search;
    const run = new Search({ sides: [side(from), side(to)], model, its, observer, seed });
    // A part depends on the seed and its number alone, and the last one finds it.
    const last = [...partsOf(run.catalogue.actions.length, steps)].at(-1);
    if (last === undefined) throw new Error("a search without parts");
    expect(run.run(last).differences.map((difference) => difference.entries)).toContainEqual([id]);
  });
});
