/** A search finds by itself what the tables say that a guest can see: between revisions, and between kernels. */
import { expect, test } from "vitest";
import type { Difference } from "../../server/src/explore/difference.ts";
import { Findings } from "../../server/src/explore/findings.ts";
import { parts } from "../../server/src/explore/parts.ts";
import type { SearchRequest } from "../../server/src/explore/request.ts";
import { Search } from "../../server/src/explore/search.ts";
import { entriesBetween, questionsBetween } from "../../server/src/vgic/kernels/kernels.ts";
import { seed } from "../properties/seed.ts";
import { side } from "./side.ts";

type Vm = Pick<SearchRequest, "model" | "its">;

const V2: Vm = { model: "v2", its: false };
const V3: Vm = { model: "v3", its: false };
const ITS: Vm = { model: "v3", its: true };

/**
 * Searches until all that is wanted is found, and at most so many parts: what half a minute of two cores has time for.
 * Whatever the seed, some ten of them did.
 */
function found(from: string, to: string, vm: Vm, wanted: readonly Wanted[], most = 40): Difference[] {
  const search = new Search({ sides: [side(from), side(to)], ...vm, observer: "guest", seed });
  const order = parts(search.catalogue.actions.length);
  const findings = new Findings();
  const all: Difference[] = [];
  for (let part = 0; part < most && !wanted.every((one) => all.some((found) => one.is(found))); part++) {
    const next = order.next().value;
    // Pairs take longest, and find what random scenarios do as well.
    if (next.kind !== "pairs") all.push(...findings.add(search.run(next)));
  }
  return all;
}

/** Something that a search has to find. */
interface Wanted {
  readonly name: string;
  readonly is: (difference: Difference) => boolean;
}

/**
 * An entry of the table of kernels, alone or with others: what shows it alone may be rare, and whether a search of 40 parts
 * comes to it depends on the seed. test/explore/kernel-searches.test.ts finds each alone, with a seed that does.
 */
function entry(id: string): Wanted {
  return { name: id, is: ({ entries }) => entries.includes(id) };
}

/** Four of four seeds came to these in 40 parts, late; test/explore/kernel-searches.test.ts holds that a search finds them. */
const RARE = ["active-lpi-forgotten"];

/** Every entry of the table between 6.12 and 7.1 that a guest can see, and the VM in which it can. */
const KERNELS: readonly { readonly vm: Vm; readonly wanted: readonly Wanted[] }[] = [
  {
    vm: V3,
    wanted: [
      entry("pending-first"),
      entry("enabled-group-first"),
      entry("eoi-replayed"),
      entry("eoi-replayed-outside"),
      entry("dir-without-list-register"),
      entry("dir-by-another-vcpu"),
      entry("iidr-fix"),
    ],
  },
  {
    vm: V2,
    wanted: [entry("sgi-hides-nothing"), entry("gicc-dir-sender"), entry("gicc-dir-by-another-vcpu")],
  },
  {
    vm: ITS,
    wanted: [entry("unmap-clears"), entry("invlpir-checked")],
  },
];

test("each entry between 6.12 and 7.1 that a guest can see is searched for", () => {
  const [one, other] = [side("linux-6.12").host.traits, side("linux-7.1").host.traits];
  const visible = questionsBetween(one, other)
    .flatMap((question) => entriesBetween(question, one, other))
    .filter(({ shown }) => shown.seenBy.includes("guest") && shown.hostFails === undefined)
    .map(({ shown }) => shown.id);
  const searched = KERNELS.flatMap(({ wanted }) => wanted.map(({ name }) => name));
  expect([...searched, ...RARE].sort()).toEqual(visible.sort());
});

test.each(KERNELS)(
  `between 6.12 and 7.1 all of them are found: $vm (seed ${seed})`,
  { timeout: 300_000 },
  ({ vm, wanted }) => {
    const all = found("linux-6.12", "linux-7.1", vm, wanted);
    const missing = wanted.filter((one) => !all.some((difference) => one.is(difference)));
    expect(missing.map(({ name }) => name)).toEqual([]);
  },
);

/** What revisions 1 and 3 differ in: the identification, groups that are written, and GICR_CTLR. */
function because(...causes: readonly string[]): Wanted[] {
  return causes.map((name) => ({ name, is: (difference) => difference.causes.includes(name) }));
}

const REVISIONS = [
  {
    vm: V3,
    wanted: because(
      "guest reads GICD_IIDR",
      "guest reads GICR_CTLR",
      "guest writes GICD_IGROUPR",
      "guest writes GICR_IGROUPR0",
      "VMM sets GICD_IGROUPR",
      "VMM sets GICR_IGROUPR0",
    ),
  },
  {
    vm: V2,
    wanted: because("guest reads GICD_IIDR", "guest writes GICD_IGROUPR", "VMM sets GICD_IGROUPR"),
  },
];

test.each(REVISIONS)(
  `between revisions 1 and 3 all that the tables have is found: $vm (seed ${seed})`,
  { timeout: 300_000 },
  ({ vm, wanted }) => {
    const all = found("linux-7.1+revision-1 revision 1", "linux-7.1+revision-1 revision 3", vm, wanted);
    const missing = wanted.filter((one) => !all.some((difference) => one.is(difference)));
    expect(missing.map(({ name }) => name)).toEqual([]);
  },
);
