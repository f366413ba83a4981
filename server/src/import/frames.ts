/** Where the frames of a GIC are, and which model it is, by what accesses look like. */

import { DEFAULT_BASES, FRAMES, type MemoryFrame } from "../vgic/frame-table.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { LIMITS } from "../vgic/limits.ts";
import { hex } from "./numbers.ts";
import { frameSize, within } from "./pages.ts";
import type { Known, Page, Seen } from "./survey.ts";

/** The offset of GICD_TYPER. */
export const typer = 0x4;

/** Where kvmtool, crosvm and Firecracker have the distributor. */
export const highDistributor = 0x3fff0000;

const peripheralId2 = 0xffe8;

/** Bytes of a redistributor. */
export const redistributorSize = FRAMES.GICR.bytes.v3;

const wide = ({ widths }: Seen) => (widths & 8) !== 0;

const isId = (page: Page) => ((page.get(peripheralId2)?.value ?? 0n) & 0xf0n) === 0x30n;

/** An ITS has 64-bit registers where a redistributor's first frame has none; it too has a GITS_TYPER at 8. */
function isTranslationService(page: Page): boolean {
  return within(page, 0x80, 0x140, wide);
}

/** Where an ITS's registers are accessed. */
export function findTranslationService(
  pages: ReadonlyMap<number, Page>,
  dist: number | undefined,
): Known<number> | undefined {
  const found = [...pages].find(([base, page]) => base !== dist && isTranslationService(page));
  return found && { value: found[0], reason: "the accesses there are an ITS's" };
}

export function isRedistributor(page: Page): boolean {
  if (isTranslationService(page)) return false;
  const typerRead = page.get(8);
  return (
    (typerRead !== undefined && wide(typerRead) && typerRead.reads > 0) ||
    (page.has(0x14) && !within(page, 0x400, 0x1000))
  );
}

/** The registers of a distributor that every guest sets up: from IGROUPR, IPRIORITYR, ITARGETSR, ICFGR. */
const configuredParts: readonly (readonly [from: number, to: number])[] = [
  [0x80, 0x400],
  [0x400, 0x800],
  [0x820, 0xc00],
  [0xc08, 0xd00],
];

/** How much a page looks like a distributor; 0: not at all. */
function likeDistributor(base: number, page: Page): number {
  const usual = base === DEFAULT_BASES.dist;
  if (!usual && (isTranslationService(page) || isRedistributor(page))) return 0;
  const configured = configuredParts.filter(([from, to]) =>
    within(page, from, to, ({ widths }) => widths <= 7),
  ).length;
  const routed = within(page, 0x6100, 0x8000, wide) ? 4 : 0;
  const typerRead = page.get(typer)?.reads ? 2 : 0;
  return (
    (usual ? leastScore : 0) +
    configured +
    routed +
    typerRead +
    (isId(page) ? 2 : 0) +
    (page.has(0xf00) ? 1 : 0)
  );
}

/** Fewer signs can be any device's. */
const leastScore = 3;

/** QEMU's, and kvmtool's, crosvm's and Firecracker's. */
const usualDistributors = [DEFAULT_BASES.dist, highDistributor];

export function findDistributor(pages: ReadonlyMap<number, Page>): Known<number> | undefined {
  const candidates = [...pages]
    .map(([base, page]) => ({ base, score: likeDistributor(base, page) }))
    .filter(({ score }) => score >= leastScore)
    .sort((a, b) => b.score - a.score);
  const best = candidates[0];
  return best && { value: best.base, reason: "the accesses there are a distributor's" };
}

/** An excerpt may have too few accesses to know a distributor by them. */
export function usualDistributor(pages: ReadonlyMap<number, Page>): Known<number> | undefined {
  const value = usualDistributors.find((base) => pages.has(base));
  return value === undefined ? undefined : { value, reason: "there are accesses where VMMs have it" };
}

export function findModel(
  pages: ReadonlyMap<number, Page>,
  page: Page,
  frames: ReadonlyMap<MemoryFrame, Page>,
  dist: number | undefined,
): Known<Model> {
  if (frames.has("GICR")) return { value: "v3", reason: "there are accesses to redistributors" };
  if (frames.has("GICC")) return { value: "v2", reason: "there are accesses to a GICv2 CPU interface" };
  if (dist !== undefined && dist % frameSize !== 0) {
    return { value: "v2", reason: "a GICv3's distributor is aligned to 64 KB" };
  }
  if (dist === DEFAULT_BASES.dist && !reachesUsualRedistributors(pages) && pages.has(DEFAULT_BASES.cpu)) {
    return { value: "v2", reason: "there are accesses to a GICv2 CPU interface" };
  }
  if (within(page, 0x1000, frameSize))
    return { value: "v3", reason: "a GICv2's distributor is not as large" };
  if (findRedistributors(pages, dist) !== undefined)
    return { value: "v3", reason: "there are accesses to redistributors" };
  if ([0x100, 0x180, 0x380].some((offset) => page.has(offset)) || within(page, 0x400, 0x420)) {
    return { value: "v2", reason: "SGIs and PPIs are set up in the distributor" };
  }
  if (within(page, 0x800, 0xc00) || page.has(0xf00))
    return { value: "v2", reason: "ITARGETSR or SGIR is used" };
  if (within(page, 0, 0x80) && [...page].every(([, { widths }]) => widths <= 7) && page.size > 24) {
    return { value: "v2", reason: "the distributor is set up without IROUTER" };
  }
  return { value: "v3", reason: "assumed: the log has nothing that only one model has" };
}

export function findRedistributors(
  pages: ReadonlyMap<number, Page>,
  dist: number | undefined,
): Known<number> | undefined {
  if ((dist === undefined || dist === DEFAULT_BASES.dist) && reachesUsualRedistributors(pages)) {
    return { value: DEFAULT_BASES.redist, reason: "there are accesses where QEMU has it" };
  }
  const found = [...pages]
    .filter(([base, page]) => base !== dist && isRedistributor(page))
    .sort(([a], [b]) => a - b);
  const numbered = found.find(([, page]) => page.get(8)?.value !== undefined);
  if (numbered !== undefined) {
    const [base, page] = numbered;
    const number = Number(((page.get(8)?.value ?? 0n) >> 8n) & 0xffffn);
    return {
      value: base - number * redistributorSize,
      reason: `GICR_TYPER of vCPU ${number} is read at ${hex(base + 8)}`,
    };
  }
  const lowest = found[0]?.[0];
  if (lowest === undefined) return undefined;
  return { value: lowest, reason: "the lowest address with accesses of a redistributor's" };
}

/** QEMU has room for 123 redistributors. */
function reachesUsualRedistributors(pages: ReadonlyMap<number, Page>): boolean {
  const { redist } = DEFAULT_BASES;
  return [...pages.keys()].some((base) => base >= redist && base < redist + 123 * redistributorSize);
}

/** How many redistributors from the first on are accessed. */
export function reachedFrames(pages: ReadonlyMap<number, Page>, redist: number): number {
  let count = 0;
  for (const [base, page] of pages) {
    const frame = (base - redist) / frameSize;
    if (frame < 0 || frame >= 2 * LIMITS.v3.mostCpus) continue;
    if (frame % 2 === 0 ? isRedistributor(page) : isInterruptFrame(page)) {
      count = Math.max(count, Math.floor(frame / 2) + 1);
    }
  }
  return count;
}

/** A redistributor's second frame has registers for 32 interrupts. */
function isInterruptFrame(page: Page): boolean {
  return [...page.keys()].every(
    (offset) =>
      (offset >= 0x80 && offset < 0x400 && offset % 0x80 === 0) ||
      (offset >= 0x400 && offset < 0x420) ||
      (offset >= 0xc00 && offset < 0xc08) ||
      offset === 0xe00 ||
      offset === 0xd00,
  );
}
