/**
 * What happens to LPIs: their configuration is read from guest memory when KVM is told to, their pending bits move between
 * memory and the LPIs, and vCPUs start and stop taking them. Follows vgic-its.c and vgic-v3.c (KVM behaviour).
 */
import type { Errno } from "./errno.ts";
import { leaveQueue, queue, queueOf, setLatch, setQueue } from "./interrupts.ts";
import { FIRST_LPI } from "./limits.ts";
import {
  createdLpis,
  createLpi,
  lpiExists,
  lpiField,
  releaseLpi,
  setLpiField,
  setLpiFlag,
} from "./lpi-record.ts";
import type { Machine } from "./machine.ts";
import type { DeviceEvent, LpiConfiguration } from "./notice.ts";
import { LPI, LPI_FLAGS } from "./sparse-state.ts";
import { CPU, VM } from "./state.ts";

/** INTIDs of 16 bits, however many GICR_PROPBASER asks for. */
const MOST_LPI_BITS = 16;
const CONFIGURATION_ENABLED = 1;
const CONFIGURATION_PRIORITY = 0xfc;

/** One more than the highest INTID that commands can map, by GICR_PROPBASER.IDbits. */
export function lpiLimit(m: Machine): number {
  return 2 ** Math.min((m.state.vm(VM.propbaserLow) & 0x1f) + 1, MOST_LPI_BITS);
}

/** All LPIs of the VM, in the order in which KVM goes through them. */
export function lpisOf(m: Machine): number[] {
  const intids = createdLpis(m);
  return m.traits.lpisInOrderOfCreation ? intids : intids.sort((a, b) => a - b);
}

/** The vCPU that an LPI is for (n+1; 0: none). */
export function lpiTarget(m: Machine, intid: number): number {
  return lpiField(m, intid, LPI.flags) >>> 16;
}

export function setLpiTarget(m: Machine, intid: number, target: number): void {
  setLpiField(m, intid, LPI.flags, (lpiField(m, intid, LPI.flags) & 0xffff) | (target << 16));
}

/** The address of an LPI's byte in the configuration table. */
export function configurationAddress(m: Machine, intid: number): number {
  const low = (m.state.vm(VM.propbaserLow) & 0xfffff000) >>> 0;
  return (m.state.vm(VM.propbaserHigh) & 0xfffff) * 2 ** 32 + low + intid - FIRST_LPI;
}

/** The address of the byte with an LPI's bit in a vCPU's pending table. */
export function pendingAddress(m: Machine, cpu: number, intid: number): number {
  const low = (m.state.cpu(CPU.pendbaserLow, cpu) & 0xffff0000) >>> 0;
  return (m.state.cpu(CPU.pendbaserHigh, cpu) & 0xfffff) * 2 ** 32 + low + Math.floor(intid / 8);
}

/** A byte of the configuration table as an LPI's enable and priority. */
function configured(byte: number): number {
  return (
    ((byte & CONFIGURATION_PRIORITY) << 8) | ((byte & CONFIGURATION_ENABLED) !== 0 ? LPI_FLAGS.enabled : 0)
  );
}

/**
 * Reads an LPI's byte in the configuration table.
 * @param target only if the LPI is for this vCPU (n+1); absent: in any case
 */
export function readConfiguration(m: Machine, intid: number, target?: number): Errno | undefined {
  const address = configurationAddress(m, intid);
  if (m.memory?.has(address, 1) !== true) return "EFAULT";
  const flags = lpiField(m, intid, LPI.flags);
  if (target !== undefined && target !== flags >>> 16) return undefined;
  const kept = flags & ~(LPI_FLAGS.enabled | 0xff00);
  setLpiField(m, intid, LPI.flags, kept | configured(m.memory.read(address, 1)));
  queue(m, m.layout.slot(0, intid));
  return undefined;
}

/** Takes a byte in front of the configuration table for that of an SPI, as kernels did that did not ask for an LPI. */
export function readConfigurationOfSpi(m: Machine, intid: number): void {
  const address = configurationAddress(m, intid);
  if (m.memory?.has(address, 1) !== true) return;
  const byte = m.memory.read(address, 1);
  const slot = m.layout.slot(0, intid);
  m.state.setBit(m.layout.bits.enabled, slot, (byte & CONFIGURATION_ENABLED) !== 0);
  m.state.setByte(m.layout.bytes.priority + slot, byte & CONFIGURATION_PRIORITY);
  queue(m, slot);
}

/** Reads the configuration of all LPIs that are for a vCPU. */
export function readConfigurations(m: Machine, cpu: number): void {
  for (const intid of lpisOf(m)) readConfiguration(m, intid, cpu + 1);
}

/** Takes an LPI's bit out of its target's pending table. */
function takePending(m: Machine, intid: number): Errno | undefined {
  const target = lpiTarget(m, intid);
  if (target === 0) return undefined;
  const address = pendingAddress(m, target - 1, intid);
  if (m.memory?.has(address, 1) !== true) return "EFAULT";
  const byte = m.memory.read(address, 1);
  const bit = 1 << (intid & 7);
  setLpiFlag(m, intid, LPI_FLAGS.latch, (byte & bit) !== 0);
  queue(m, m.layout.slot(0, intid));
  if ((byte & bit) !== 0) m.memory.write(address, 1, byte & ~bit);
  return undefined;
}

/**
 * An event is mapped to an LPI, which is made if there is none: then its configuration and its pending bit are read.
 * @param target the vCPU that a new LPI is for (n+1; 0: none)
 */
export function mapLpi(m: Machine, intid: number, target: number): Errno | undefined {
  const isNew = !lpiExists(m, intid);
  if (isNew) createLpi(m, intid, target);
  setLpiField(m, intid, LPI.events, lpiField(m, intid, LPI.events) + 1);
  if (!isNew) return undefined;
  const failure = readConfiguration(m, intid) ?? takePending(m, intid);
  if (failure !== undefined) unmapLpi(m, intid);
  return failure;
}

/** An event is no longer mapped to an LPI. One that is on a queue is still delivered. */
export function unmapLpi(m: Machine, intid: number): void {
  setLpiField(m, intid, LPI.events, lpiField(m, intid, LPI.events) - 1);
  releaseLpi(m, intid);
}

/**
 * Takes note of an LPI whose byte in memory no longer says what KVM knows.
 * @param by the event that makes it pending; absent: it is acknowledged
 */
export function noticeStale(m: Machine, intid: number, by?: DeviceEvent): void {
  const address = configurationAddress(m, intid);
  if (!lpiExists(m, intid) || m.memory?.has(address, 1) !== true) return;
  const byte = m.memory.read(address, 1);
  const inMemory = configured(byte);
  const known = lpiField(m, intid, LPI.flags) & (LPI_FLAGS.enabled | 0xff00);
  if (known === inMemory) return;
  m.notices.push({
    kind: "stale-configuration",
    intid,
    address,
    byte,
    inMemory: configurationOf(inMemory),
    known: configurationOf(known),
    how: by === undefined ? "acknowledged" : "made-pending",
    by,
  });
}

function configurationOf(flags: number): LpiConfiguration {
  return { enabled: (flags & LPI_FLAGS.enabled) !== 0, priority: (flags >>> 8) & 0xff };
}

/** What the byte of an LPI in the configuration table says; undefined where it is not in memory. */
export function configurationInMemory(m: Machine, address: number): LpiConfiguration | undefined {
  return m.memory?.has(address, 1) === true
    ? configurationOf(configured(m.memory.read(address, 1)))
    : undefined;
}

/** Makes an LPI pending, because of an event. */
export function pendLpi(m: Machine, intid: number, by: DeviceEvent): void {
  noticeStale(m, intid, by);
  setLpiFlag(m, intid, LPI_FLAGS.latch, true);
  queue(m, m.layout.slot(0, intid));
}

/** GICR_CTLR.EnableLPIs is set: the pending table says what is pending, unless it is known to be all zero. */
export function readPendingTable(m: Machine, cpu: number): void {
  for (const intid of lpisOf(m)) {
    const isOwn = lpiTarget(m, intid) === cpu + 1;
    if (m.traits.pendingScanSkipsOthers && !isOwn) continue;
    const address = pendingAddress(m, cpu, intid);
    if (m.memory?.has(address, 1) !== true) return;
    if (isOwn) {
      const byte = m.memory.read(address, 1);
      setLpiFlag(m, intid, LPI_FLAGS.latch, ((byte >>> (intid & 7)) & 1) !== 0);
    }
    queue(m, m.layout.slot(0, intid));
  }
}

/** GICR_CTLR.EnableLPIs is cleared: what is on the vCPU's queue is lost. */
export function dropPending(m: Machine, cpu: number): void {
  const slots = queueOf(m, cpu);
  const lpis = slots.filter((slot) => slot >= m.layout.slots);
  if (lpis.length === 0) return;
  setQueue(
    m,
    cpu,
    slots.filter((slot) => slot < m.layout.slots),
  );
  for (const slot of lpis) {
    if (m.traits.lpiDisableDrops === "pending") setLatch(m, slot, false);
    leaveQueue(m, slot);
  }
}

/** KVM_DEV_ARM_VGIC_SAVE_PENDING_TABLES: what is pending is written into the pending tables. */
export function savePendingTables(m: Machine): "ok" | Errno {
  for (const intid of lpisOf(m)) {
    const target = lpiTarget(m, intid);
    if (target === 0) continue;
    const address = pendingAddress(m, target - 1, intid);
    if (m.memory?.has(address, 1) !== true) return "EFAULT";
    const byte = m.memory.read(address, 1);
    const bit = 1 << (intid & 7);
    const isPending = (lpiField(m, intid, LPI.flags) & LPI_FLAGS.latch) !== 0;
    m.memory.write(address, 1, isPending ? byte | bit : byte & ~bit);
  }
  return "ok";
}
