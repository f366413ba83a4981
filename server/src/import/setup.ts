/** What the declarations of an imported VM are, each with the reason: from flags, from the log, or assumed. */

import { DEFAULT_BASES, FRAMES } from "../vgic/frame-table.ts";
import { LATEST_REVISION, REVISIONS, revisionOf } from "../vgic/kernels/revisions.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { IRQS, LIMITS } from "../vgic/limits.ts";
import { GICD_IIDR } from "../vgic/registers/gicd-iidr.ts";
import { interruptsAt } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import {
  findDistributor,
  findModel,
  findRedistributors,
  findTranslationService,
  highDistributor,
  isRedistributor,
  reachedFrames,
  redistributorSize,
  typer,
  usualDistributor,
} from "./frames.ts";
import { hex } from "./numbers.ts";
import { bothPages, frameSize, merge, pageAt, regroup } from "./pages.ts";
import { type Known, type Page, pageSize, type TaskFacts } from "./survey.ts";

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
  /** That the VM has an ITS, and where. */
  readonly its?: Known<true> & { readonly base: Known<number> };
}

const given = "given";

const groupsOffset = 0x80;

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
  const count = Math.min(Math.max(cpus.value, 1), LIMITS[model.value].mostCpus);
  const base = possible(dist, model.value);
  const itsBase = first(({ bases }) => bases.its) ?? findTranslationService(pages, dist?.value);
  const ofGicv3 =
    model.value === "v3" ? (possible(redist, "v3") ?? assumedRedistributors(base?.value, count)) : undefined;
  const its =
    ofGicv3 &&
    findIts(
      first(({ its }) => its),
      { base: possible(itsBase, "v3"), distributor, taken: [base?.value, ofGicv3.value, count] },
    );
  return {
    model,
    revision: explicit(flags.revision) ?? findRevision(distributor),
    cpus: { ...cpus, value: count },
    irqs: legalIrqs(
      explicit(flags.irqs) ?? first(({ irqs }) => irqs) ?? findIrqs(tasks, model.value, distributor),
    ),
    dist: base ?? assumedBase(DEFAULT_BASES.dist),
    ...(ofGicv3 ? { redist: ofGicv3 } : { cpu: possible(cpu, "v2") ?? assumedInterface(base?.value) }),
    its,
  };
}

/** GICD_TYPER.LPIS: with KVM it says that the VM has an ITS. */
const TYPER_LPIS = 0x20000n;
const ITS_SIZE = FRAMES.GITS.bytes.v3;

interface ItsEvidence {
  readonly base: Known<number> | undefined;
  readonly distributor: Page;
  /** The distributor, the first redistributor, and how many there are. */
  readonly taken: readonly [dist: number | undefined, redist: number, cpus: number];
}

/** Whether the VM has an ITS, and where: by what a line says, by accesses, or by GICD_TYPER. */
function findIts(fact: Known<true> | undefined, { base, distributor, taken }: ItsEvidence): Setup["its"] {
  const type = distributor.get(typer)?.value ?? 0n;
  const byType = (type & TYPER_LPIS) !== 0n;
  const reason = fact?.reason ?? base?.reason ?? (byType ? `GICD_TYPER reads as ${hex(type)}` : undefined);
  if (reason === undefined) return undefined;
  const [dist = DEFAULT_BASES.dist, redist, cpus] = taken;
  const [distEnd, redistEnd] = [dist + frameSize, redist + cpus * redistributorSize];
  const isFree = (at: number) =>
    (at + ITS_SIZE <= dist || at >= distEnd) && (at + ITS_SIZE <= redist || at >= redistEnd);
  const free = [DEFAULT_BASES.its, distEnd, redistEnd].find(isFree) ?? Math.max(distEnd, redistEnd);
  return { value: true, reason, base: base ?? assumedBase(free) };
}

function assumedBase(value: number): Known<number> {
  return { value, reason: "assumed: the log does not show it" };
}

/** kvmtool, crosvm and Firecracker put the redistributors directly below a distributor that is directly below 1 GB. */
function assumedRedistributors(dist: number | undefined, cpus: number): Known<number> {
  const size = cpus * redistributorSize;
  const below = dist === highDistributor ? dist - size : DEFAULT_BASES.redist;
  return assumedBase(freeBase(below, size, dist));
}

/** A base beside the distributor: a frame cannot begin below 0, nor lie where another is. */
function freeBase(wanted: number, size: number, dist: number | undefined): number {
  const isFree = dist === undefined || wanted + size <= dist || wanted >= dist + frameSize;
  return wanted >= 0 && isFree ? wanted : (dist ?? 0) + frameSize;
}

/** A base that the log shows, if a GIC of the model can have it there. */
function possible(base: Known<number> | undefined, model: Model): Known<number> | undefined {
  if (base === undefined || base.reason === given) return base;
  const { value } = base;
  const fits = Number.isSafeInteger(value) && value >= 0 && value < 2 ** 48;
  return fits && value % LIMITS[model].baseAlignment === 0 ? base : undefined;
}

/** kvmtool puts a GICv2's CPU interface below its distributor; KVM does not trap its accesses. */
function assumedInterface(dist: number | undefined): Known<number> {
  if (dist === undefined || Math.abs(dist - DEFAULT_BASES.cpu) >= frameSize * 4) {
    return assumedBase(
      dist === undefined ? DEFAULT_BASES.cpu : freeBase(dist - 2 * frameSize, frameSize, dist),
    );
  }
  return assumedBase(freeBase(DEFAULT_BASES.cpu, 2 * pageSize, dist));
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
      if (redist !== undefined && base !== redist.value + last * redistributorSize) continue;
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

function findIrqs(tasks: readonly TaskFacts[], model: Model, distributor: Page): Known<number> {
  const type = distributor.get(typer)?.value;
  if (type !== undefined)
    return { value: (Number(type & 0x1fn) + 1) * 32, reason: `GICD_TYPER reads as ${hex(type)}` };
  // After reset every SPI of a GICv3 is in group 1: words of zeros are beyond the last.
  for (let word = 1; model === "v3" && word < 32; word++) {
    const seen = distributor.get(groupsOffset + word * 4);
    if (seen?.value !== 0n || !seen.untouched) continue;
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

/** The nearest number of INTIDs that a VM can have. */
function legalIrqs({ value, reason }: Known<number>): Known<number> {
  return {
    value: Math.min(Math.max(Math.ceil(value / IRQS.step) * IRQS.step, IRQS.least), IRQS.most),
    reason,
  };
}

function findRevision(distributor: Page): Known<number> {
  const value = distributor.get(GICD_IIDR.offset)?.value;
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
