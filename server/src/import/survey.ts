/**
 * The first reading of a log: what it tells of the VMs in it, in bounded memory. Nothing is written yet, because the
 * vCPUs, the interrupts and the addresses of a VM are known only when all of the log is.
 */

import type { MemoryFrame } from "../vgic/frame-table.ts";
import { ADDRESS_TYPES, ATTRIBUTE_GROUPS } from "../vgic/kvm-abi.ts";
import { attributePlace } from "../vgic/kvm-attribute.ts";
import { ADDRESS_BITS, FIRST_SPECIAL, LIMITS } from "../vgic/limits.ts";
import type { LogEntry, LogEvent } from "./event.ts";

/** What was seen at one offset of a page. */
export interface Seen {
  reads: number;
  writes: number;
  /** Widths as a sum of bytes: 4, 8, 12 for both. */
  widths: number;
  /** The first value read there, of at least 32 bits. */
  value?: bigint;
  /** It was read before anything was written there. */
  untouched?: boolean;
}

/** The offsets of a page that were accessed. */
export type Page = Map<number, Seen>;

/** Bytes of the pages that accesses are collected by: the least alignment of a frame, GICv2's. A power of two. */
export const pageSize = 0x1000;
const mostPages = 4096;
const mostOffsets = 1024;
const mostTasks = 4096;

/** A fact and where it comes from. */
export interface Known<T> {
  readonly value: T;
  readonly reason: string;
}

/** What the lines of one task tell. */
export class TaskFacts {
  readonly task: string;
  name: string | undefined;
  process: string | undefined;
  /** Guest accesses and system registers: only a vCPU's task has them. */
  accesses = 0;
  /** How often its lines named a vCPU, by vCPU. */
  readonly vcpus = new Map<number, number>();
  readonly pages = new Map<number, Page>();
  /** By frame: accesses that name one. */
  readonly frames = new Map<MemoryFrame, Page>();
  model: Known<"v2" | "v3"> | undefined;
  cpus: Known<number> | undefined;
  irqs: Known<number> | undefined;
  readonly bases: {
    dist?: Known<number>;
    redist?: Known<number>;
    cpu?: Known<number>;
    its?: Known<number>;
  } = {};
  /** That the VM has an ITS. */
  its: Known<true> | undefined;
  mostIntid = 0;
  mostCpu = 0;
  /** Its lines tell interrupts from its own doing. */
  tellsInterrupts = false;

  constructor(task: string) {
    this.task = task;
  }

  /** A vCPU shows; no VM has one of a higher number than KVM's limit. */
  noteCpu(cpu = 0): void {
    if (cpu < LIMITS.v3.mostCpus) this.mostCpu = Math.max(this.mostCpu, cpu);
  }
}

/** Collects what one format's lines tell. */
export class Survey {
  readonly tasks = new Map<string, TaskFacts>();
  /** Lines that say something of a vGIC. */
  useful = 0;
  /** Accesses of a nested guest show, and others. */
  nested = false;
  direct = false;
  /** The guest's accesses show. */
  guest = false;
  /** The VMM prints its accesses itself. */
  told = false;
  /** The vGIC's own lines of interrupts show. */
  updates = false;
  /** KVM_IRQ_LINE shows. */
  calledLines = false;
  /** The times of the first and of the last line that has one, as they are printed. */
  firstTime: string | undefined;
  lastTime: string | undefined;
  /** Of the last line. */
  #last: TaskFacts | undefined;

  note({ event, origin, time }: LogEntry): void {
    if (time !== undefined) {
      this.firstTime ??= time;
      this.lastTime = time;
    }
    const facts = this.#facts(origin.task);
    if (facts === undefined) return;
    facts.name ??= origin.name;
    facts.process ??= origin.process;
    if (origin.interrupt !== undefined) facts.tellsInterrupts = true;
    if (!origin.interrupt) noteCpu(facts, event);
    this.#note(
      facts,
      event.kind === "announcement" && event.announces !== undefined ? event.announces : event,
    );
  }

  #facts(task: string): TaskFacts | undefined {
    if (this.#last?.task === task) return this.#last;
    let facts = this.tasks.get(task);
    if (facts === undefined && this.tasks.size < mostTasks) {
      facts = new TaskFacts(task);
      this.tasks.set(task, facts);
    }
    this.#last = facts;
    return facts;
  }

  #note(facts: TaskFacts, event: LogEvent): void {
    switch (event.kind) {
      case "access":
        this.useful++;
        this.guest = true;
        facts.accesses++;
        facts.noteCpu(event.cpu);
        noteAddress(facts.pages, event.address, event);
        break;
      case "frame-access":
        this.useful++;
        this.guest = true;
        this.direct = true;
        facts.accesses++;
        facts.noteCpu(event.cpu);
        facts.noteCpu(event.owner);
        noteOffset(pageOf(facts.frames, event.frame), event.offset, event);
        break;
      case "system":
        this.useful++;
        if (event.nested) this.nested = true;
        else this.direct = true;
        facts.accesses++;
        facts.noteCpu(event.cpu);
        facts.model ??= { value: "v3", reason: `the log has ${event.register}` };
        break;
      case "line":
        this.useful++;
        if (event.by === "vgic") this.updates = true;
        if (event.by === "vmm") this.calledLines = true;
        // A routed input can be a message (MSI), which has no SPI.
        if (event.by !== "route" && event.intid < FIRST_SPECIAL)
          facts.mostIntid = Math.max(facts.mostIntid, event.intid);
        // What the VMM asks for may be refused.
        if (event.by !== "vmm") facts.noteCpu(event.cpu);
        break;
      case "attribute":
        this.useful++;
        if (!event.probed) this.told = true;
        noteAttribute(facts, event);
        break;
      case "its-command":
      case "msi":
        this.useful++;
        this.guest = true;
        this.direct = true;
        facts.accesses++;
        break;
      case "told":
      case "dumped":
      case "dumped-interrupt":
        this.useful++;
        break;
      case "fact":
        facts.model ??= known(event.model, event.reason);
        facts.irqs ??= known(event.irqs, event.reason);
        facts.its ??= known(event.its, event.reason);
        facts.mostIntid = Math.max(facts.mostIntid, event.intid ?? 0);
        if (event.cpus !== undefined && event.cpus > (facts.cpus?.value ?? 0)) {
          facts.cpus = { value: event.cpus, reason: event.reason };
        }
        break;
    }
  }
}

function known<T>(value: T | undefined, reason: string): Known<T> | undefined {
  return value === undefined ? undefined : { value, reason };
}

/** A line about a vCPU's own interrupts is printed by the task of that vCPU, mostly. */
function noteCpu({ vcpus }: TaskFacts, event: LogEvent): void {
  const cpu = event.kind === "line" && event.by !== "vgic" ? undefined : cpuNamed(event);
  if (cpu !== undefined && cpu >= 0 && cpu < LIMITS.v3.mostCpus) vcpus.set(cpu, (vcpus.get(cpu) ?? 0) + 1);
}

/** The vCPU that an event names; undefined if it names none. */
export function cpuNamed(event: LogEvent): number | undefined {
  switch (event.kind) {
    case "announcement":
      return event.announces?.kind === "access" ? event.announces.cpu : undefined;
    case "access":
    case "frame-access":
    case "system":
    case "line":
    case "its-command":
    case "left-out":
      return event.cpu;
    default:
      return undefined;
  }
}

interface Noted {
  readonly write: boolean;
  readonly width: number;
  readonly value?: bigint;
}

function noteAddress(pages: Map<number, Page>, address: number, access: Noted): void {
  const offset = address & (pageSize - 1);
  const base = address - offset;
  const page = pages.get(base) ?? (pages.size < mostPages ? pageOf(pages, base) : undefined);
  if (page !== undefined) noteOffset(page, offset, access);
}

function pageOf<Key>(pages: Map<Key, Page>, key: Key): Page {
  const known = pages.get(key);
  if (known !== undefined) return known;
  const page: Page = new Map();
  pages.set(key, page);
  return page;
}

function noteOffset(page: Page, offset: number, { write, width, value }: Noted): void {
  let seen = page.get(offset);
  if (seen === undefined) {
    if (page.size >= mostOffsets) return;
    seen = { reads: 0, writes: 0, widths: 0 };
    page.set(offset, seen);
  }
  if (write) seen.writes++;
  else {
    seen.reads++;
    if (width >= 4 && seen.value === undefined) {
      seen.value = value;
      seen.untouched = seen.writes === 0;
    }
  }
  seen.widths |= width;
}

type Attribute = Extract<LogEvent, { kind: "attribute" }>;

function noteAttribute(facts: TaskFacts, { group, attribute, value, verb, model, errno }: Attribute): void {
  if (model !== undefined) facts.model ??= { value: model, reason: `the calls are on a GIC${model}` };
  if (group >= ATTRIBUTE_GROUPS.redistributor && group <= ATTRIBUTE_GROUPS.levelInfo) {
    facts.model ??= { value: "v3", reason: `attribute group ${group} exists on GICv3 only` };
  }
  if (errno !== undefined) return;
  if (group === ATTRIBUTE_GROUPS.addresses && verb === "set" && value !== undefined)
    noteBase(facts, Number(attribute), value);
  if (group === ATTRIBUTE_GROUPS.irqs && verb === "set" && value !== undefined) {
    facts.irqs = { value: Number(value & 0xffff_ffffn), reason: "the VMM sets NR_IRQS" };
  }
  const place = attributePlace(facts.model?.value ?? "v2", group, attribute);
  facts.noteCpu(place?.cpu);
  if (group === ATTRIBUTE_GROUPS.distributor) {
    noteOffset(pageOf(facts.frames, "GICD"), Number(attribute & 0xffff_ffffn), {
      write: verb !== "get",
      width: 4,
      value,
    });
  }
}

const addressMask = 0x000f_ffff_ffff_0000n;

/** KVM_VGIC_V2/V3_ADDR_TYPE_*: the addresses that the VMM gives the frames. */
function noteBase(facts: TaskFacts, type: number, value: bigint): void {
  const at: Known<number> = { value: Number(value), reason: "the VMM sets it" };
  const { dist2, cpu, dist3, redist, its, redistRegion } = ADDRESS_TYPES;
  const isRegion = type === redistRegion;
  if (!isRegion && (value === 0n || (value & 0xfffn) !== 0n || value >> BigInt(ADDRESS_BITS) !== 0n)) return;
  if (type === dist2 || type === cpu)
    facts.model ??= { value: "v2", reason: "the VMM sets a GICv2's addresses" };
  if (type === dist3 || type === redist || isRegion)
    facts.model ??= { value: "v3", reason: "the VMM sets a GICv3's addresses" };
  if (type === dist2 || type === dist3) facts.bases.dist = at;
  if (type === cpu) facts.bases.cpu = at;
  if (type === redist) facts.bases.redist = at;
  if (type === its) {
    facts.its = { value: true, reason: at.reason };
    facts.bases.its = at;
  }
  // A redistributor region: its number in bits [11:0], the first one's base counts.
  if (isRegion && (value & 0xfffn) === 0n) facts.bases.redist = { ...at, value: Number(value & addressMask) };
}
