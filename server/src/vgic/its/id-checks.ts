/** Whether the tables of the ITS can hold a device, a collection or an event (vgic_its_check_id, KVM behaviour). */
import type { Machine } from "../machine.ts";
import { VM } from "../state.ts";
import { memoryOf, readEntry } from "./its-state.ts";
import { eventBits, ittAddress } from "./mapping.ts";

/** Bytes of an entry of any of the tables. */
export const ENTRY = 8;
/** KVM's tables have pages of 64 KiB only. */
export const TABLE_PAGE = 0x10000;
const ENTRIES_IN_PAGE = TABLE_PAGE / ENTRY;
const IDS = 1 << 16;

/** GITS_BASERn, as far as it says where a table is. */
export interface Table {
  readonly isValid: boolean;
  /** Whether its entries name pages with the entries proper. */
  readonly isIndirect: boolean;
  readonly address: number;
  /** Bytes. */
  readonly size: number;
}

function table(low: number, high: number): Table {
  // Bits [51:48] of the address stand in bits [15:12] of the register.
  const top = ((low >>> 12) & 0xf) * 2 ** 48;
  return {
    isValid: high >>> 31 === 1,
    isIndirect: ((high >>> 30) & 1) === 1,
    address: top + (high & 0xffff) * 2 ** 32 + ((low & 0xffff0000) >>> 0),
    size: ((low & 0xff) + 1) * TABLE_PAGE,
  };
}

export function deviceTable(m: Machine): Table {
  return table(m.state.vm(VM.deviceTableLow), m.state.vm(VM.deviceTableHigh));
}

export function collectionTable(m: Machine): Table {
  return table(m.state.vm(VM.collectionTableLow), m.state.vm(VM.collectionTableHigh));
}

/** The address of the page that an entry of the first level names; undefined where it is not valid. */
export function pageOfEntry({ low, high }: { low: number; high: number }): number | undefined {
  return high >>> 31 === 0 ? undefined : (high & 0xfffff) * 2 ** 32 + ((low & 0xffff0000) >>> 0);
}

/** The address of a device's entry in the device table; undefined if the table cannot hold it. */
export function deviceEntry(m: Machine, id: number): number | undefined {
  const { address, size, isIndirect } = deviceTable(m);
  if (id >= IDS) return undefined;
  if (!isIndirect) return id * ENTRY < size ? inMemory(m, address + id * ENTRY) : undefined;
  const at = Math.floor(id / ENTRIES_IN_PAGE) * ENTRY;
  if (at >= size) return undefined;
  const entry = readEntry(m, address + at);
  const page = entry && pageOfEntry(entry);
  return page === undefined ? undefined : inMemory(m, page + (id % ENTRIES_IN_PAGE) * ENTRY);
}

/** Whether the collection table could hold a collection with an id, were its entries by id. */
export function collectionFits(m: Machine, id: number): boolean {
  const { address, size } = collectionTable(m);
  return id < IDS && id * ENTRY < size && inMemory(m, address + id * ENTRY) !== undefined;
}

/** Why a device's interrupt translation table cannot hold an event; undefined if it can. */
export function eventProblem(
  m: Machine,
  place: number,
  event: number,
): "event-out-of-range" | "event-outside-memory" | undefined {
  if (event >= 2 ** eventBits(m, place)) return "event-out-of-range";
  if (!m.traits.eventEntryChecked) return undefined;
  return inMemory(m, ittAddress(m, place) + event * ENTRY) === undefined ? "event-outside-memory" : undefined;
}

function inMemory(m: Machine, address: number): number | undefined {
  return memoryOf(m).hasPage(address) ? address : undefined;
}
