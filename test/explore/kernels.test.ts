/** Searches between neighbouring kernels of the table: every difference has its entry. */
import { describe, expect, test } from "vitest";
import { Findings } from "../../server/src/explore/findings.ts";
import { parts } from "../../server/src/explore/parts.ts";
import type { SearchRequest } from "../../server/src/explore/request.ts";
import { Search } from "../../server/src/explore/search.ts";
import { isSide, parseSide, type Side } from "../../server/src/explore/side.ts";
import { CHANGES, OLDEST_KERNEL, versionText } from "../../server/src/vgic/kernels/kernels.ts";
import { seed } from "../properties/seed.ts";

/** The mainline kernels that brought a change, with the oldest one in front. */
const kernels = [...new Set([versionText(OLDEST_KERNEL), ...CHANGES.map(({ since }) => since)])];

function side(text: string): Side {
  const parsed = parseSide(text);
  if (!isSide(parsed)) throw new Error(`${text} is no side`);
  return parsed;
}

/** So many parts of a search between two kernels: single accesses, some pairs, and random scenarios. */
function searched(request: SearchRequest, count: number): Findings {
  const search = new Search(request);
  const order = parts(search.catalogue.actions.length);
  const findings = new Findings();
  for (let part = 0; part < count; part++) findings.add(search.run(order.next().value));
  return findings;
}

describe.each(kernels.slice(1).map((kernel, index) => [kernels[index], kernel] as const))(
  `linux-%s and linux-%s (seed ${seed})`,
  (before, after) => {
    test.each(["v2", "v3"] as const)(
      "differ on GIC%s in what the table has, and in nothing else",
      (model) => {
        const sides = [side(`linux-${before}`), side(`linux-${after}`)] as const;
        const found = searched({ sides, model, its: false, observer: "vmm", seed }, 3).all();
        const unexplained = found.filter(({ entries }) => entries.length === 0);
        expect(unexplained).toEqual([]);
      },
    );
  },
);
