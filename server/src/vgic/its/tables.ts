/**
 * The ITS's tables in guest memory, ABI revision 0: KVM writes them when the VMM says SAVE_TABLES and reads them back at
 * RESTORE_TABLES (vgic_its_save_tables_v0, vgic_its_restore_tables_v0). All entries have 8 bytes, little endian:
 *
 * - device: [63] valid, [62:49] distance to the next device, [48:5] ITT address >> 8, [4:0] event bits - 1
 * - event: [63:48] distance to the next event, [47:16] LPI, [15:0] collection
 * - collection: [63] valid, [47:16] vCPU, [15:0] collection
 */
import type { Errno } from "../errno.ts";
import { FIRST_LPI } from "../limits.ts";
import { lpiField } from "../lpi-record.ts";
import { mapLpi } from "../lpis.ts";
import type { Machine } from "../machine.ts";
import { LPI } from "../sparse-state.ts";
import {
  collectionFits,
  collectionTable,
  deviceEntry,
  deviceTable,
  ENTRY,
  eventProblem,
  pageOfEntry,
  TABLE_PAGE,
} from "./id-checks.ts";
import { memoryOf, readEntry, writeEntry } from "./its-state.ts";
import {
  addCollection,
  addDevice,
  addEvent,
  collectionOf,
  collectionsOf,
  collectionTarget,
  deviceId,
  devicesOf,
  devicesWithId,
  eventBits,
  eventLpi,
  eventsOf,
  hasCollection,
  ittAddress,
  removeCollections,
  removeDevice,
  removeDevices,
  reverseDuplicates,
  takeEventBack,
} from "./mapping.ts";

/** How a call on the tables ended. A kernel with a fault of its own may take its host with it. */
export type TablesResult = "ok" | "host-failure" | Errno;

/** The target of a collection that has none. */
const NO_TARGET = 0xffffffff;
const FARTHEST_DEVICE = 0x3fff;
const FARTHEST_EVENT = 0xffff;
const MOST_EVENT_BITS = 16;
const VALID = 1 << 31;

export function saveTables(m: Machine): TablesResult {
  const devices = saveDevices(m);
  return devices === "ok" ? saveCollections(m) : devices;
}

function saveDevices(m: Machine): TablesResult {
  if (!deviceTable(m).isValid) return "ok";
  // KVM sorts by id, and of several devices with the same id the last one comes first.
  reverseDuplicates(m);
  const ids = new Set(devicesOf(m).map((place) => deviceId(m, place)));
  const places = [...ids].sort((a, b) => a - b).flatMap((id) => devicesWithId(m, id));
  const isReachable = (place: number) => deviceEntry(m, deviceId(m, place)) !== undefined;
  const reachable = m.traits.unreachableDevicesSkipped ? places.filter(isReachable) : places;
  for (const [i, place] of reachable.entries()) {
    const id = deviceId(m, place);
    const entry = deviceEntry(m, id);
    if (entry === undefined) return "EINVAL";
    const saved = saveEvents(m, place);
    if (saved !== "ok") return saved;
    const next = i + 1 < reachable.length ? Math.min(deviceId(m, reachable[i + 1]) - id, FARTHEST_DEVICE) : 0;
    const itt = ittAddress(m, place) / 0x100;
    const low = ((itt % 2 ** 27) * 2 ** 5) | (eventBits(m, place) - 1);
    const high = VALID | (next << 17) | Math.floor(itt / 2 ** 27);
    if (!writeEntry(m, entry, low, high)) return "EFAULT";
  }
  return "ok";
}

function saveEvents(m: Machine, place: number): TablesResult {
  const all = eventsOf(m, place);
  const isLost = (event: number) => collectionOf(m, place, event) === undefined;
  const kept = m.traits.nextSkipsLostCollections ? all.filter((event) => !isLost(event)) : all;
  let following = 0;
  for (const event of all) {
    while (following < kept.length && kept[following] <= event) following++;
    const address = ittAddress(m, place) + event * ENTRY;
    let low = 0;
    let high = 0;
    const collection = collectionOf(m, place, event);
    if (collection !== undefined) {
      const next = following < kept.length ? Math.min(kept[following] - event, FARTHEST_EVENT) : 0;
      const lpi = eventLpi(m, place, event);
      low = (lpi << 16) | collection;
      high = (next << 16) | (lpi >>> 16);
    } else if (m.traits.lostCollectionSave === "crash") {
      m.notices.push({ kind: "lost-collection-saved", device: deviceId(m, place), event });
      return "host-failure";
    }
    if (!writeEntry(m, address, low, high)) return "EFAULT";
  }
  return "ok";
}

function saveCollections(m: Machine): TablesResult {
  const { isValid, address, size } = collectionTable(m);
  if (!isValid) return "ok";
  let at = 0;
  for (const id of collectionsOf(m)) {
    const target = collectionTarget(m, id);
    const saved = target === 0 ? NO_TARGET : target - 1;
    if (!writeEntry(m, address + at, (saved << 16) | id, VALID | (saved >>> 16))) return "EFAULT";
    at += ENTRY;
  }
  if (at === size) return "ok";
  return writeEntry(m, address + at, 0, 0) ? "ok" : "EFAULT";
}

export function restoreTables(m: Machine): TablesResult {
  const collections = restoreCollections(m);
  if (collections !== undefined) {
    if (m.traits.failedRestoreForgets) removeCollections(m);
    return collections;
  }
  const devices = restoreDevices(m);
  if (devices === undefined) return "ok";
  if (m.traits.failedRestoreForgets) {
    removeDevices(m);
    removeCollections(m);
  }
  return devices;
}

function restoreCollections(m: Machine): Errno | undefined {
  const { isValid, address, size } = collectionTable(m);
  for (let at = 0; isValid && at < size; at += ENTRY) {
    const entry = readEntry(m, address + at);
    if (entry === undefined) return "EFAULT";
    if ((entry.high & VALID) === 0) return undefined;
    const target = ((entry.high << 16) | (entry.low >>> 16)) >>> 0;
    const id = entry.low & 0xffff;
    if (target !== NO_TARGET && target >= m.cpus) return "EINVAL";
    if (hasCollection(m, id)) return "EEXIST";
    if (!collectionFits(m, id)) {
      if (m.traits.restoredCollectionChecked) return "EINVAL";
      continue;
    }
    addCollection(m, id, target === NO_TARGET ? 0 : target + 1);
  }
  return undefined;
}

/** What becomes of a walk through a table: a failure, the end of all of it, or the end of this table. */
type Walk = Errno | "last" | "end";

/** A step to the entry so much farther; 0: that was the last. Or a failure. */
type Step = number | Errno;

/**
 * Goes through a table by the distances in its entries.
 * @param size bytes
 * @param first the id of the first entry
 * @param take of an entry that is all 0 the next one follows, without a call
 */
function walk(
  m: Machine,
  table: { readonly address: number; readonly size: number; readonly first: number },
  take: (id: number, entry: { low: number; high: number }) => Step,
): Walk {
  const { address, size, first } = table;
  const memory = memoryOf(m);
  const { restoreStaysInTable } = m.traits;
  // Kernels that stay in a table see its end after an entry, and read one where there is none.
  if (size === 0 && !restoreStaysInTable) return "end";
  let end = size;
  for (let at = 0; ; ) {
    const entry = readEntry(m, address + at);
    if (entry === undefined) return "EFAULT";
    if (entry.low === 0 && entry.high === 0) {
      // Nothing is in between, as far as there is memory.
      at =
        memory.nextEntry(address + at, Math.min(address + end, memory.ram.start + memory.ram.size)) - address;
    } else {
      const step = take(first + at / ENTRY, entry);
      if (typeof step === "string") return step;
      if (step === 0) return "last";
      at += step * ENTRY;
    }
    if (at === end || (at > end && restoreStaysInTable)) return "end";
    // The bytes that are left wrap around: what lies behind the table is taken for more of it.
    if (at > end) end = Number.POSITIVE_INFINITY;
  }
}

function restoreDevices(m: Machine): Errno | undefined {
  const { isValid, isIndirect, address, size } = deviceTable(m);
  if (!isValid) return undefined;
  const take = (id: number, entry: { low: number; high: number }) => restoreDevice(m, id, entry);
  const ended = isIndirect
    ? walk(m, { address, size, first: 0 }, (index, entry) => {
        const page = pageOfEntry(entry);
        if (page === undefined) return 1;
        const first = index * (TABLE_PAGE / ENTRY);
        const inner = walk(m, { address: page, size: TABLE_PAGE, first }, take);
        if (inner === "last") return 0;
        return inner === "end" ? 1 : inner;
      })
    : walk(m, { address, size, first: 0 }, take);
  return ended === "last" || ended === "end" ? undefined : ended;
}

function restoreDevice(m: Machine, id: number, { low, high }: { low: number; high: number }): Step {
  if ((high & VALID) === 0) return 1;
  const bits = (low & 0x1f) + 1;
  if (bits > MOST_EVENT_BITS && !m.traits.wideDevicesRestored) return "EINVAL";
  if (deviceEntry(m, id) === undefined) return "EINVAL";
  const itt = ((high & 0x1ffff) * 2 ** 27 + (low >>> 5)) * 0x100;
  const place = addDevice(m, id, itt, bits);
  if (place === undefined) return "ENOMEM";
  const failure = restoreEvents(m, place, bits);
  if (failure === undefined) return (high >>> 17) & FARTHEST_DEVICE;
  removeDevice(m, place);
  return failure;
}

function restoreEvents(m: Machine, place: number, bits: number): Errno | undefined {
  // KVM keeps the size in an int: with 29 bits or more nothing is left of it, with 28 it has no end.
  const size = bits > 28 ? 0 : bits === 28 ? Number.MAX_SAFE_INTEGER : 2 ** bits * ENTRY;
  const ended = walk(m, { address: ittAddress(m, place), size, first: 0 }, (event, entry) =>
    restoreEvent(m, { place, event, bits }, entry),
  );
  return ended === "last" || ended === "end" ? undefined : ended;
}

function restoreEvent(
  m: Machine,
  { place, event, bits }: { place: number; event: number; bits: number },
  { low, high }: { low: number; high: number },
): Step {
  const lpi = ((high << 16) | (low >>> 16)) >>> 0;
  const collection = low & 0xffff;
  const next = high >>> 16;
  if (lpi === 0) return 1;
  if (lpi < FIRST_LPI || event + next >= 2 ** bits || !hasCollection(m, collection)) return "EINVAL";
  if (eventProblem(m, place, event) !== undefined) return "EINVAL";
  if (m.traits.sharedLpiRefused && lpiField(m, lpi, LPI.events) !== 0) return next;
  if (!addEvent(m, place, event, lpi, collection)) return "ENOMEM";
  const failure = mapLpi(m, lpi, collectionTarget(m, collection));
  if (failure === undefined) return next;
  takeEventBack(m, place, event);
  return failure;
}
