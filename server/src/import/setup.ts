/** What the declarations of an imported VM are, each with the reason: from flags, from the log, or assumed. */
import type { Model } from "../vgic/register-table.ts";
import { interruptsAt } from "../vgic/register-table.ts";
import { registers } from "../vgic/registers.ts";
import { LATEST_REVISION, REVISIONS, revisionOf } from "../vgic/revisions.ts";
import { DEFAULT_BASES } from "../vgic/vgic.ts";
import { hex } from "./numbers.ts";
import { type Known, type Page, pageSize, type Seen, type TaskFacts } from "./survey.ts";

/** What the user knows of the VM: it goes before what the log shows. */
export interface Given {
  readonly model?: Model;
  readonly cpus?: number;
  readonly irqs?: number;
  readonly revision?: number;
  readonly dist?: number;
  readonly redist?: number;
  readonly cpu?: number;
}

/** The declarations of a VM. */
export interface Setup {
  readonly model: Known<Model>;
  readonly revision: Known<number>;
  readonly cpus: Known<number>;
  readonly irqs: Known<number>;
  readonly dist: Known<number>;
  /** On GICv3. */
  readonly redist?: Known<number>;
  /** On GICv2. */
  readonly cpu?: Known<number>;
  /** The VM has an ITS: a trace cannot declare one. */
  readonly its: boolean;
}

const given = "given";
const typer = 0x4;
const iidr = 0x8;
const highDistributor = 0x3fff0000;
const groupsOffset = 0x80;
const peripheralId2 = 0xffe8;
const most = { v2: 8, v3: 512 } as const;
/** Bytes of a frame of GICv3. */
const frameSize = 0x10000;
const redistributorSize = 2 * frameSize;

/** Infers the setup of a VM from what its tasks' lines tell. */
export function inferSetup(tasks: readonly TaskFacts[], flags: Given, vcpus: number): Setup {
  const small = merge(tasks.map(({ pages }) => pages));
  const pages = regroup(small);
  const frames = merge(tasks.map(({ frames }) => frames));
  const first = <T>(pick: (task: TaskFacts) => Known<T> | undefined) =>
    tasks.map(pick).find((fact) => fact !== undefined);
  const explicit = (value: number | undefined): Known<number> | undefined =>
    value === undefined ? undefined : { value, reason: given };

  const dist =
    explicit(flags.dist) ??
    first(({ bases }) => bases.dist) ??
    findDistributor(pages) ??
    findDistributor(small) ??
    usualDistributor(pages);
  const model: Known<Model> =
    (flags.model && { value: flags.model, reason: given }) ??
    first(({ model }) => model) ??
    (flags.redist !== undefined
      ? { value: "v3", reason: "a redistributor's address was given" }
      : undefined) ??
    findModel(pages, frames.get("GICD") ?? pageAt(small, dist?.value), frames, dist?.value);
  const named = frames.get("GICD");
  const addressed = pageAt(small, dist?.value);
  const distributor = named === undefined ? addressed : bothPages(addressed, named);
  const redist =
    explicit(flags.redist) ?? first(({ bases }) => bases.redist) ?? findRedistributors(pages, dist?.value);
  const cpus =
    explicit(flags.cpus) ?? findCpus(tasks, { model: model.value, distributor, pages, redist, vcpus });
  const cpu = explicit(flags.cpu) ?? first(({ bases }) => bases.cpu);
  return {
    model,
    revision: explicit(flags.revision) ?? findRevision(distributor),
    cpus: { ...cpus, value: Math.min(Math.max(cpus.value, 1), most[model.value]) },
    irqs: legalIrqs(
      explicit(flags.irqs) ?? first(({ irqs }) => irqs) ?? findIrqs(tasks, model.value, distributor),
    ),
    dist: dist ?? assumedBase(DEFAULT_BASES.dist),
    ...(model.value === "v3"
      ? { redist: redist ?? assumedRedistributors(dist?.value, cpus.value) }
      : { cpu: cpu ?? assumedInterface(dist?.value) }),
    its: tasks.some(({ its }) => its) || ((distributor.get(typer)?.value ?? 0n) & 0x20000n) !== 0n,
  };
}

function assumedBase(value: number): Known<number> {
  return { value, reason: "assumed: the log does not show it" };
}

/** kvmtool, crosvm and Firecracker put the redistributors directly below a distributor that is directly below 1 GB. */
function assumedRedistributors(dist: number | undefined, cpus: number): Known<number> {
  const below = dist === highDistributor ? dist - cpus * redistributorSize : DEFAULT_BASES.redist;
  return assumedBase(below);
}

/** kvmtool puts a GICv2's CPU interface below its distributor; KVM does not trap its accesses. */
function assumedInterface(dist: number | undefined): Known<number> {
  if (dist === undefined || Math.abs(dist - DEFAULT_BASES.cpu) >= frameSize * 4) {
    return assumedBase(dist === undefined ? DEFAULT_BASES.cpu : dist - 2 * frameSize);
  }
  return assumedBase(DEFAULT_BASES.cpu);
}

function merge<Key>(all: readonly ReadonlyMap<Key, Page>[]): Map<Key, Page> {
  const merged = new Map<Key, Page>();
  for (const pages of all) {
    for (const [base, page] of pages) {
      merged.set(base, bothPages(merged.get(base) ?? new Map(), page));
    }
  }
  return merged;
}

function bothPages(one: Page, other: Page): Page {
  const merged = new Map(one);
  for (const [offset, seen] of other) {
    const before = merged.get(offset);
    merged.set(offset, before === undefined ? seen : both(before, seen));
  }
  return merged;
}

/** Pages of 64 KB, as the frames of GICv3 are. */
function regroup(small: ReadonlyMap<number, Page>): Map<number, Page> {
  const large = new Map<number, Page>();
  for (const address of small.keys()) {
    const base = address - (address % frameSize);
    if (!large.has(base)) large.set(base, pageAt(small, base));
  }
  return large;
}

/** What was seen in the 64 KB from an address on. */
function pageAt(small: ReadonlyMap<number, Page>, base = Number.NaN): Page {
  const all: Page = new Map();
  for (let start = 0; start < frameSize; start += pageSize) {
    for (const [offset, seen] of small.get(base + start) ?? []) all.set(start + offset, seen);
  }
  return all;
}

function both(a: Seen, b: Seen): Seen {
  return {
    reads: a.reads + b.reads,
    writes: a.writes + b.writes,
    widths: a.widths | b.widths,
    value: a.value ?? b.value,
    nonzero: a.nonzero ?? b.nonzero,
  };
}

const within = (page: Page, from: number, to: number, test: (seen: Seen) => boolean = () => true) =>
  [...page].some(([offset, seen]) => offset >= from && offset < to && test(seen));
const wide = ({ widths }: Seen) => (widths & 8) !== 0;
const isId = (page: Page) => ((page.get(peripheralId2)?.value ?? 0n) & 0xf0n) === 0x30n;

/** An ITS has 64-bit registers where a redistributor's first frame has none; it too has a GITS_TYPER at 8. */
function isTranslationService(page: Page): boolean {
  return within(page, 0x80, 0x140, wide);
}

function isRedistributor(page: Page): boolean {
  if (isTranslationService(page)) return false;
  const typerRead = page.get(8);
  return (
    (typerRead !== undefined && wide(typerRead) && typerRead.reads > 0) ||
    (page.has(0x14) && !within(page, 0x400, 0x1000))
  );
}

/** How much a page looks like a distributor; 0: not at all. */
function likeDistributor(page: Page): number {
  if (isTranslationService(page) || isRedistributor(page)) return 0;
  const configured = [
    [0x80, 0x400],
    [0x400, 0x800],
    [0x820, 0xc00],
    [0xc08, 0xd00],
  ].filter(([from, to]) => within(page, from, to, ({ widths }) => widths <= 7)).length;
  const routed = within(page, 0x6100, 0x8000, wide) ? 4 : 0;
  const typerRead = page.get(typer)?.reads ? 2 : 0;
  return configured + routed + typerRead + (isId(page) ? 2 : 0) + (page.has(0xf00) ? 1 : 0);
}

/** Fewer signs can be any device's. */
const leastScore = 3;
/** QEMU's, and kvmtool's, crosvm's and Firecracker's. */
const usualDistributors = [DEFAULT_BASES.dist, highDistributor];

function findDistributor(pages: ReadonlyMap<number, Page>): Known<number> | undefined {
  const candidates = [...pages]
    .map(([base, page]) => ({ base, score: likeDistributor(page) }))
    .filter(({ score }) => score >= leastScore)
    .sort((a, b) => b.score - a.score);
  const best = candidates[0];
  return best && { value: best.base, reason: "the accesses there are a distributor's" };
}

/** An excerpt may have too few accesses to know a distributor by them. */
function usualDistributor(pages: ReadonlyMap<number, Page>): Known<number> | undefined {
  const value = usualDistributors.find((base) => pages.has(base));
  return value === undefined ? undefined : { value, reason: "there are accesses where VMMs have it" };
}

function findModel(
  pages: ReadonlyMap<number, Page>,
  page: Page,
  frames: ReadonlyMap<"GICD" | "GICR" | "GICC", Page>,
  dist: number | undefined,
): Known<Model> {
  if (frames.has("GICR")) return { value: "v3", reason: "there are accesses to redistributors" };
  if (frames.has("GICC")) return { value: "v2", reason: "there are accesses to a GICv2 CPU interface" };
  if (dist !== undefined && dist % frameSize !== 0) {
    return { value: "v2", reason: "a GICv3's distributor is aligned to 64 KB" };
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
  if (pages.has(DEFAULT_BASES.cpu) && dist === DEFAULT_BASES.dist) {
    return { value: "v2", reason: "there are accesses to a GICv2 CPU interface" };
  }
  if (within(page, 0, 0x80) && [...page].every(([, { widths }]) => widths <= 7) && page.size > 24) {
    return { value: "v2", reason: "the distributor is set up without IROUTER" };
  }
  return { value: "v3", reason: "assumed: the log has nothing that only one model has" };
}

function findRedistributors(
  pages: ReadonlyMap<number, Page>,
  dist: number | undefined,
): Known<number> | undefined {
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
  if (found.length > 0)
    return { value: found[0][0], reason: "the lowest address with accesses of a redistributor's" };
  // An excerpt may have the SGI frames only.
  const usual = [...pages.keys()].some(
    (base) => base >= DEFAULT_BASES.redist && base < DEFAULT_BASES.redist + 0xf60000,
  );
  return usual ? { value: DEFAULT_BASES.redist, reason: "there are accesses where QEMU has it" } : undefined;
}

interface Evidence {
  readonly model: Model;
  readonly distributor: Page;
  readonly pages: ReadonlyMap<number, Page>;
  readonly redist: Known<number> | undefined;
  /** The tasks that run vCPUs, at least this many. */
  readonly vcpus: number;
}

function findCpus(
  tasks: readonly TaskFacts[],
  { model, distributor, pages, redist, vcpus }: Evidence,
): Known<number> {
  const type = distributor.get(typer)?.value;
  if (model === "v2" && type !== undefined) {
    return { value: Number((type >> 5n) & 7n) + 1, reason: `GICD_TYPER reads as ${hex(type)}` };
  }
  for (const [base, page] of pages) {
    const value = page.get(8)?.value;
    if (model === "v3" && value !== undefined && isRedistributor(page) && (value & 0x10n) !== 0n) {
      const last = Number((value >> 8n) & 0xffffn);
      return { value: last + 1, reason: `GICR_TYPER of vCPU ${last}, at ${hex(base + 8)}, is the last` };
    }
  }
  const stated = tasks
    .map(({ cpus }) => cpus)
    .filter((cpus) => cpus !== undefined)
    .sort((a, b) => b.value - a.value)[0];
  const highest = tasks.reduce((value, { mostCpu }) => Math.max(value, mostCpu), 0);
  if (stated !== undefined && stated.value > highest) return stated;
  const reached = redist && model === "v3" ? reachedFrames(pages, redist.value) : 0;
  const value = Math.max(highest + 1, reached, vcpus, 1);
  return {
    value,
    reason: value === 1 ? "no other vCPU shows" : `the highest vCPU that shows is ${value - 1}`,
  };
}

/** How many redistributors from the first on are accessed. */
function reachedFrames(pages: ReadonlyMap<number, Page>, redist: number): number {
  let count = 0;
  for (const [base, page] of pages) {
    const frame = (base - redist) / frameSize;
    if (frame < 0 || frame >= 2 * most.v3) continue;
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

function findIrqs(tasks: readonly TaskFacts[], model: Model, distributor: Page): Known<number> {
  const type = distributor.get(typer)?.value;
  if (type !== undefined)
    return { value: (Number(type & 0x1fn) + 1) * 32, reason: `GICD_TYPER reads as ${hex(type)}` };
  // After reset every SPI of a GICv3 is in group 1: words of zeros are beyond the last.
  for (let word = 1; model === "v3" && word < 32; word++) {
    const seen = distributor.get(groupsOffset + word * 4);
    if (seen?.value === undefined || seen.nonzero) continue;
    return { value: word * 32, reason: `GICD_IGROUPR${word} reads as zero; GICD_TYPER is not read` };
  }
  let highest = tasks.reduce((value, { mostIntid }) => Math.max(value, mostIntid), 0);
  for (const offset of distributor.keys()) {
    const match = registers(model).at("GICD", offset);
    const meant = match && interruptsAt(match.row, offset, match.row.size);
    if (meant !== undefined) highest = Math.max(highest, meant.first + meant.count - 1);
  }
  return {
    value: highest + 1,
    reason: `the highest interrupt that shows is ${highest}; GICD_TYPER is not read`,
  };
}

/** irqs is a multiple of 32 from 64 to 992. */
function legalIrqs({ value, reason }: Known<number>): Known<number> {
  return { value: Math.min(Math.max(Math.ceil(value / 32) * 32, 64), 992), reason };
}

function findRevision(distributor: Page): Known<number> {
  const value = distributor.get(iidr)?.value;
  const known = value !== undefined && (value & 0xfffn) === 0x43bn && value >> 24n === 0x4bn;
  if (value === undefined || !known) {
    const why =
      value === undefined ? "GICD_IIDR is not read" : `GICD_IIDR reads as ${hex(value)}, which is not KVM's`;
    return { value: LATEST_REVISION, reason: `assumed: ${why}` };
  }
  const revision = revisionOf(Number(value));
  if (REVISIONS.some((one) => one === revision))
    return { value: revision, reason: `GICD_IIDR reads as ${hex(value)}` };
  return {
    value: LATEST_REVISION,
    reason: `assumed: GICD_IIDR reads as ${hex(value)}, a revision that is not known`,
  };
}
