/** Declarations that depend on each other: each may be right by itself, and wrong beside the others. */
import type { Span } from "../syntax/statement.ts";
import { type Bases, DEFAULT_BASES, FRAMES, mapFrames } from "../vgic/frame-table.ts";
import { DEFAULT_HOST } from "../vgic/kernels/hosts.ts";
import { LATEST_REVISION } from "../vgic/kernels/revisions.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import { LIMITS } from "../vgic/limits.ts";
import type { Facts } from "./facts.ts";
import type { InvalidDeclarationReason } from "./problem.ts";
import { isOfOlderHost } from "./revision-set.ts";
import type { DeclarationPlace, Fact } from "./setup.ts";

/** The facts in force in a section, and where its own declarations stand. What is wrong is replaced. */
export interface Checking {
  readonly facts: Facts;
  readonly own: Readonly<Partial<Record<Fact, DeclarationPlace>>>;
  readonly inHeader: boolean;
  /** Blamed for what no line of the section declares. */
  readonly firstLine: Span;
  readonly invalid: (fact: Fact, line: number, span: Span, reason: InvalidDeclarationReason) => void;
}

/** The frames that a model does not have. */
const FOREIGN_FRAMES: Readonly<Record<Model, readonly (keyof Bases)[]>> = {
  v2: ["redist", "its"],
  v3: ["cpu"],
};

const REDISTRIBUTOR_BYTES = FRAMES.GICR.bytes.v3;

/** Checks all that depends on more than one declaration. */
export function checkFacts(checking: Checking): void {
  checkCpus(checking);
  checkRevision(checking);
  const { model } = checking.facts;
  if (model !== undefined) {
    checkBases(model, checking);
    checkIts(model, checking);
  }
  checkRegions(checking);
  checkRam(checking);
}

/** How many vCPUs there may be depends on the model. */
function checkCpus({ facts, own, invalid }: Checking): void {
  const { cpus, model = "v3" } = facts;
  const most = LIMITS[model].mostCpus;
  if (cpus === undefined || cpus <= most) return;
  const place = own.cpus ?? own.gic;
  if (place !== undefined) {
    const value = BigInt(cpus);
    invalid("cpus", place.line, place, {
      reason: "count",
      declaration: "cpus",
      value,
      least: 1,
      most,
      model,
    });
  }
  facts.cpus = most;
}

/** Revision 0 where the host does not have it. A header leaves that to scenarios that may declare another host. */
function checkRevision({ facts, own, inHeader, firstLine, invalid }: Checking): void {
  const { host, revision } = facts;
  if (revision === undefined || !isOfOlderHost(revision, host ?? DEFAULT_HOST)) return;
  if (inHeader && host === undefined) return;
  const place = own.revision ?? own.host;
  facts.revision = LATEST_REVISION;
  if (place === undefined && host !== undefined) return;
  const { name } = host ?? DEFAULT_HOST;
  const detail = { reason: "revision-of-older-host", value: BigInt(revision), host: name } as const;
  invalid("revision", place?.line ?? 0, place ?? firstLine, detail);
}

function checkBases(model: Model, { facts, own, invalid }: Checking): void {
  for (const frame of ["dist", "redist", "cpu", "its"] as const) {
    const place = own[`base ${frame}`];
    const address = facts.bases[frame];
    if (place === undefined || address === undefined) continue;
    const alignment = LIMITS[model].baseAlignment;
    if (FOREIGN_FRAMES[model].includes(frame)) {
      invalid(`base ${frame}`, place.line, place, { reason: "base-model", frame, model });
    } else if (address % alignment !== 0) {
      const detail = { reason: "base-alignment", address: BigInt(address), alignment, model } as const;
      invalid(`base ${frame}`, place.line, place, detail);
    } else continue;
    const { [frame]: _refused, ...others } = facts.bases;
    facts.bases = others;
  }
}

function checkIts(model: Model, { facts, own, invalid }: Checking): void {
  const place = own.its ?? own.gic;
  if (model === "v3" || facts.its !== true || place === undefined) return;
  invalid("its", place.line, place, { reason: "its-model" });
  facts.its = false;
}

/** Regions must hold all vCPUs and not overlap. */
function checkRegions({ facts, own, invalid }: Checking): void {
  const { regions, cpus = 1 } = facts;
  const place = own["base redist"] ?? own.cpus;
  if (regions === undefined || place === undefined) return;
  const ends = regions.map(({ base, count }) => base + count * REDISTRIBUTOR_BYTES);
  const overlaps = regions.some(({ base }, index) =>
    regions.some((other, before) => before < index && base < ends[before] && other.base < ends[index]),
  );
  if (overlaps) invalid("base redist", place.line, place, { reason: "regions", why: "overlap" });
  const count = regions.reduce((sum, region) => sum + region.count, 0);
  if (count >= cpus) return;
  invalid("base redist", place.line, place, { reason: "too-few-redistributors", count, cpus });
  facts.regions = undefined;
}

/** What decides where frames and memory are, in the order in which it is blamed. */
const PLACES_MEMORY: readonly Fact[] = [
  "ram",
  "base dist",
  "base redist",
  "base cpu",
  "base its",
  "its",
  "cpus",
  "gic",
];

/** Where a frame is, an access reaches the frame or memory, not both: neither may lie in the other. */
function checkRam({ facts, own, invalid }: Checking): void {
  const { ram, bases, cpus = 1, model = "v3", its, regions, created } = facts;
  const place = PLACES_MEMORY.map((fact) => own[fact]).find((one) => one !== undefined);
  // A VM that is only created has no frames yet.
  if (ram === undefined || place === undefined || created) return;
  const frames = mapFrames({ model, cpus, bases: { ...DEFAULT_BASES, ...bases }, regions, its });
  const hit = frames.find(({ start, end }) => start < ram.start + ram.size && end > ram.start);
  if (hit === undefined) return;
  const { frame, start, end } = hit;
  invalid("ram", place.line, place, { reason: "ram-overlaps", frame, start, end, ram });
  facts.ram = undefined;
}
