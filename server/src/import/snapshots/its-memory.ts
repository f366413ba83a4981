/** What the ITS and LPIs have in guest memory: found by the registers of a snapshot, read from its memory. */

import { itemAt } from "../../syntax/item-at.ts";
import type { Vgic } from "../../vgic/vgic.ts";
import { type GuestRam, type ItsMemory, isWithin, type MemoryPart, type Stretch } from "./guest-ram.ts";
import { commandsLeft, type ItsTable, lpiTables, queueOf, tableOf } from "./memory.ts";
import type { Snapshot } from "./snapshot.ts";

const ENTRY = 8;
/** DeviceIDs and collections have 16 bits in KVM. */
const MOST_ENTRIES = 0x1_0000;
/** Pages of the tables that hold the devices, where the device table names pages. */
const PAGE = 0x1_0000;
const ADDRESS = 0xf_ffff_ffff_0000n;
const MOST_EVENT_BITS = 16;
/** Bytes of all parts; tables of real guests have a few hundred KB. */
const MOST_BYTES = 64 << 20;
const MOST_MISSING = 8;
/** LPIs have the bits from the 1024th byte on. */
const FIRST_PENDING = 0x400;

/**
 * A snapshot with what the ITS and LPIs have in guest memory.
 * @param ram the memory, or why it cannot be read
 */
export function withMemory(snapshot: Snapshot, ram: GuestRam | string): Snapshot {
  if (typeof ram === "string") {
    const remark = `Its guest memory is not read: ${ram}.`;
    return { ...snapshot, remarks: [...snapshot.remarks, remark] };
  }
  return { ...snapshot, ram: ram.stretches, memory: itsMemory(snapshot, ram) };
}

/** The queue's commands that are not done, and of the tables what KVM reads of them. */
function itsMemory(snapshot: Snapshot, ram: GuestRam): ItsMemory {
  const reading = new Reading(ram);
  const { translation } = snapshot;
  if (translation !== undefined) {
    const queue = queueOf(translation);
    for (const { start, size } of queue === undefined ? [] : commandsLeft(translation, queue))
      reading.take("commands that the ITS has not done yet", start, Number(size));
    const devices = tableOf(translation, 0);
    if (devices !== undefined) for (const entry of reading.devices(devices)) reading.events(entry);
    const collections = tableOf(translation, 1);
    if (collections !== undefined) reading.collections(collections);
  }
  for (const { what, start, size, isPending } of lpiTables(snapshot)) {
    const skipped = isPending ? FIRST_PENDING : 0;
    reading.take(what, start + BigInt(skipped), Number(size) - skipped);
  }
  return reading;
}

const VALID = 1n << 63n;

/** How RESTORE_TABLES walks a table: from valid entry to valid entry, each saying how far the next one is. */
interface Walk {
  readonly isValid: (entry: bigint) => boolean;
  /** In entries; 0: it is the last. */
  readonly next: (entry: bigint) => bigint;
}

const DEVICES: Walk = {
  isValid: (entry) => (entry & VALID) !== 0n,
  next: (entry) => (entry >> 49n) & 0x3fffn,
};
const EVENTS: Walk = {
  isValid: (entry) => ((entry >> 16n) & 0xffff_ffffn) !== 0n,
  next: (entry) => entry >> 48n,
};

class Reading implements ItsMemory {
  readonly parts: MemoryPart[] = [];
  readonly missing: string[] = [];
  readonly #ram: GuestRam;
  readonly #taken = new Set<string>();
  #bytes = 0;

  constructor(ram: GuestRam) {
    this.#ram = ram;
  }

  /** Takes a part as it is. */
  take(what: string, start: bigint, length: number): void {
    const bytes = this.#read(what, start, length);
    if (bytes !== undefined) this.parts.push({ what, start, bytes });
  }

  /** The entries of devices; undefined after the last. */
  devices({ start, size, isIndirect }: ItsTable): bigint[] {
    const most = MOST_ENTRIES * ENTRY;
    if (!isIndirect)
      return this.#walk("the device table", start, Math.min(Number(size), most), DEVICES).entries;
    const first = "the first level of the device table";
    const bytes = this.#read(first, start, Math.min(Number(size), (most / PAGE) * ENTRY));
    if (bytes === undefined) return [];
    this.parts.push({ what: first, start, bytes });
    const found: bigint[] = [];
    for (const page of words(bytes).filter(DEVICES.isValid)) {
      const { entries, isLast } = this.#walk("a page of the device table", page & ADDRESS, PAGE, DEVICES);
      found.push(...entries);
      if (isLast) break;
    }
    return found;
  }

  /** The events of a device, by its entry: the table's address in bits [48:5], the number of event bits - 1 in [4:0]. */
  events(entry: bigint): void {
    const start = ((entry >> 5n) & 0xfff_ffff_ffffn) << 8n;
    const bits = Number(entry & 0x1fn) + 1;
    if (bits <= MOST_EVENT_BITS) this.#walk("the events of a device", start, 2 ** bits * ENTRY, EVENTS);
  }

  /** Collections stand one after the other, up to the first that is not valid. */
  collections({ start, size }: Stretch): void {
    const what = "the collection table";
    const bytes = this.#read(what, start, Math.min(Number(size), MOST_ENTRIES * ENTRY));
    if (bytes === undefined) return;
    const all = words(bytes);
    const end = all.findIndex((entry) => !DEVICES.isValid(entry));
    this.parts.push({ what, start, bytes: bytes.subarray(0, (end < 0 ? all.length : end) * ENTRY) });
  }

  /** Takes the entries of a table that a walk reaches. */
  #walk(what: string, start: bigint, length: number, { isValid, next }: Walk) {
    const bytes = this.#read(what, start, length);
    if (bytes === undefined) return { entries: [], isLast: true };
    const all = words(bytes);
    const kept = new Uint8Array(bytes.length);
    const entries: bigint[] = [];
    let isLast = false;
    for (let i = 0; i < all.length && !isLast; ) {
      const entry = itemAt(all, i);
      if (!isValid(entry)) {
        i++;
        continue;
      }
      entries.push(entry);
      kept.set(bytes.subarray(i * ENTRY, (i + 1) * ENTRY), i * ENTRY);
      isLast = next(entry) === 0n;
      i += Number(next(entry));
    }
    this.parts.push({ what, start, bytes: kept });
    return { entries, isLast };
  }

  #read(what: string, start: bigint, length: number): Uint8Array | undefined {
    // Redistributors may share a table.
    const key = `${start} ${length}`;
    if (length <= 0 || this.#taken.has(key)) return undefined;
    this.#taken.add(key);
    const place = `${what} at 0x${start.toString(16)}`;
    if (this.#bytes + length > MOST_BYTES)
      return this.#miss(`${place}: with it there would be more than 64 MB`);
    if (!this.#ram.stretches.some((one) => isWithin(start, length, one)))
      return this.#miss(`${place}: it is not in the guest's memory`);
    const bytes = this.#ram.read(start, length);
    if (bytes === undefined) return this.#miss(`${place}: the file ends before it`);
    this.#bytes += length;
    return bytes;
  }

  #miss(what: string): undefined {
    if (this.missing.length < MOST_MISSING) this.missing.push(what);
    return undefined;
  }
}

function words(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / ENTRY) }, (_, i) =>
    view.getBigUint64(i * ENTRY, true),
  );
}

/** Guest memory as statements of a trace. */
export interface MemoryLines {
  /** With a comment above each part. */
  readonly lines: readonly string[];
  readonly runs: readonly Run[];
  /** What is not among them, and why. */
  readonly missing: readonly string[];
}

/** The same eight bytes, over and over. */
interface Run {
  readonly start: bigint;
  readonly word: bigint;
  readonly count: number;
}

const MOST_LINES = 50_000;

/** Guest memory as statements: what is not zero, runs of one byte as one statement. */
export function memoryLines(memory: ItsMemory | undefined): MemoryLines | undefined {
  if (memory === undefined) return undefined;
  const lines: string[] = [];
  const runs: Run[] = [];
  const missing = [...memory.missing];
  for (const { what, start, bytes } of memory.parts) {
    const own = runsOf(start, bytes);
    const texts = own.flatMap(textsOf);
    if (lines.length + texts.length > MOST_LINES) {
      missing.push(`${what} at 0x${start.toString(16)}: it takes more than ${MOST_LINES} statements`);
      continue;
    }
    if (texts.length > 0) lines.push(`# ${what.charAt(0).toUpperCase()}${what.slice(1)}.`, ...texts);
    runs.push(...own);
  }
  return { lines, runs, missing };
}

/** Writes the memory of an emulator as the statements do. */
export function loadMemory({ runs }: MemoryLines, vgic: Vgic): void {
  for (const { start, word, count } of runs) {
    for (let i = 0; i < count; i++) {
      vgic.memoryWrite(Number(start) + i * ENTRY, ENTRY, Number(word & 0xffff_ffffn), Number(word >> 32n));
    }
  }
}

function runsOf(start: bigint, bytes: Uint8Array): Run[] {
  const runs: Run[] = [];
  const all = words(bytes);
  for (let i = 0; i < all.length; ) {
    const word = itemAt(all, i);
    let end = i + 1;
    while (all[end] === word) end++;
    if (word !== 0n) runs.push({ start: start + BigInt(i * ENTRY), word, count: end - i });
    i = end;
  }
  return runs;
}

/** Shorter runs are words. */
const FEWEST_FILLED = 3;

function textsOf({ start, word, count }: Run): string[] {
  const byte = word & 0xffn;
  const at = (i: number) => `0x${(start + BigInt(i * ENTRY)).toString(16)}`;
  if (count >= FEWEST_FILLED && word === byte * 0x0101_0101_0101_0101n)
    return [`memory fill ${at(0)} ${count * ENTRY} 0x${byte.toString(16)}`];
  return Array.from({ length: count }, (_, i) => `memory writeq ${at(i)} 0x${word.toString(16)}`);
}
