/**
 * What an interrupt is (pending, deliverable, queued) and the transitions that registers, lines and SGIs cause.
 * Follows KVM's vgic.c: an interrupt reaches a vCPU only through that vCPU's queue, and joins the queue only on a
 * queueing event, not because its state happens to allow it.
 * Private interrupts and SPIs are kept in the dense part of the state, LPIs in the sparse one; the functions here take the
 * slot of either.
 */

import { lpiField, releaseLpi, setLpiField, setLpiFlag } from "./lpi-record.ts";
import type { Machine } from "./machine.ts";
import { LPI, LPI_FLAGS } from "./sparse-state.ts";
import { CPU, VM } from "./state.ts";

/** What `flagsOf` tells of an interrupt. */
export const ENABLED = 1 << 0;
export const LATCH = 1 << 1;
export const LINE = 1 << 2;
export const ACTIVE = 1 << 3;
export const EDGE = 1 << 4;
export const GROUP = 1 << 5;
export const MAPPED = 1 << 6;

/** The bit fields of one interrupt in one number: delivering one asks for nearly all of them. */
export function flagsOf(m: Machine, slot: number): number {
  if (slot >= m.layout.slots) return lpiFlags(lpiField(m, m.layout.intid(slot), LPI.flags));
  const { words } = m.state;
  const { bits } = m.layout;
  const word = slot >>> 5;
  const bit = slot & 31;
  return (
    ((words[bits.enabled + word] >>> bit) & 1) |
    (((words[bits.latch + word] >>> bit) & 1) << 1) |
    (((words[bits.line + word] >>> bit) & 1) << 2) |
    (((words[bits.active + word] >>> bit) & 1) << 3) |
    (((words[bits.edge + word] >>> bit) & 1) << 4) |
    (((words[bits.group + word] >>> bit) & 1) << 5) |
    (((words[bits.mapped + word] >>> bit) & 1) << 6)
  );
}

/** LPIs are edge triggered and of Group 1. */
function lpiFlags(word: number): number {
  return (
    EDGE |
    GROUP |
    ((word & LPI_FLAGS.enabled) !== 0 ? ENABLED : 0) |
    ((word & LPI_FLAGS.latch) !== 0 ? LATCH : 0) |
    ((word & LPI_FLAGS.active) !== 0 ? ACTIVE : 0)
  );
}

export function priorityOf(m: Machine, slot: number): number {
  if (slot >= m.layout.slots) return (lpiField(m, m.layout.intid(slot), LPI.flags) >>> 8) & 0xff;
  return m.state.bytes[m.layout.bytes.priority + slot];
}

/** The vCPU that an interrupt is for (n+1; 0: none). */
export function targetOf(m: Machine, slot: number): number {
  if (slot >= m.layout.slots) return lpiField(m, m.layout.intid(slot), LPI.flags) >>> 16;
  return m.state.halves[m.layout.halves.target + slot];
}

/** The vCPU whose queue an interrupt is on (n+1; 0: none). */
export function queuedOn(m: Machine, slot: number): number {
  if (slot >= m.layout.slots) return lpiField(m, m.layout.intid(slot), LPI.queuedOn);
  return m.state.halves[m.layout.halves.queuedOn + slot];
}

function setQueuedOn(m: Machine, slot: number, queued: number): void {
  if (slot >= m.layout.slots) setLpiField(m, m.layout.intid(slot), LPI.queuedOn, queued);
  else m.state.setHalf(m.layout.halves.queuedOn + slot, queued);
}

/** What follows an interrupt in its queue (slot+1; 0: nothing). */
export function nextOf(m: Machine, slot: number): number {
  if (slot >= m.layout.slots) return lpiField(m, m.layout.intid(slot), LPI.next);
  return m.state.words[m.layout.next + slot];
}

export function setNext(m: Machine, slot: number, next: number): void {
  if (slot >= m.layout.slots) setLpiField(m, m.layout.intid(slot), LPI.next, next);
  else m.state.setWord(m.layout.next + slot, next);
}

export function setLatch(m: Machine, slot: number, on: boolean): void {
  if (slot >= m.layout.slots) setLpiFlag(m, m.layout.intid(slot), LPI_FLAGS.latch, on);
  else m.state.setBit(m.layout.bits.latch, slot, on);
}

export function setActiveState(m: Machine, slot: number, on: boolean): void {
  if (slot >= m.layout.slots) setLpiFlag(m, m.layout.intid(slot), LPI_FLAGS.active, on);
  else m.state.setBit(m.layout.bits.active, slot, on);
}

/** The senders of a GICv2 SGI, a bit each; 0 for all other interrupts. */
export function sourceOf(m: Machine, slot: number): number {
  return slot >= m.layout.slots ? 0 : m.state.bytes[m.layout.bytes.source + slot];
}

/** Whether a slot is an SPI's. */
export function isSpi({ layout }: Machine, slot: number): boolean {
  return slot < layout.slots && layout.owner(slot) === undefined;
}

/** Level-sensitive interrupts are pending while their line is high or their latch is set, edge ones by the latch alone. */
export function isPending(flags: number): boolean {
  return (flags & LATCH) !== 0 || (flags & (LINE | EDGE)) === LINE;
}

/** The vCPU that an interrupt should be on now (n+1; 0: none): KVM's target oracle. */
export function deliveryTarget(m: Machine, slot: number, flags: number): number {
  if ((flags & ACTIVE) !== 0) return queuedOn(m, slot) || targetOf(m, slot);
  if ((flags & ENABLED) === 0 || !isPending(flags)) return 0;
  return m.state.vm(VM.distributorEnabled) ? targetOf(m, slot) : 0;
}

/** Appends an interrupt to a vCPU's queue. */
export function enqueue(m: Machine, cpu: number, slot: number): void {
  const { state } = m;
  const tail = state.cpu(CPU.queueTail, cpu);
  if (tail === 0) state.setCpu(CPU.queueHead, cpu, slot + 1);
  else setNext(m, tail - 1, slot + 1);
  state.setCpu(CPU.queueTail, cpu, slot + 1);
  setNext(m, slot, 0);
  setQueuedOn(m, slot, cpu + 1);
}

/** An interrupt is on no queue any more; its neighbours there are the caller's business. */
export function leaveQueue(m: Machine, slot: number): void {
  setQueuedOn(m, slot, 0);
  if (slot >= m.layout.slots) releaseLpi(m, m.layout.intid(slot));
}

/** The slots on a vCPU's queue, first in first. */
export function queueOf(m: Machine, cpu: number): number[] {
  const slots: number[] = [];
  for (let next = m.state.cpu(CPU.queueHead, cpu); next !== 0; next = nextOf(m, next - 1))
    slots.push(next - 1);
  return slots;
}

/** Replaces a vCPU's queue. */
export function setQueue(m: Machine, cpu: number, slots: readonly number[]): void {
  const { state } = m;
  state.setCpu(CPU.queueHead, cpu, slots.length === 0 ? 0 : slots[0] + 1);
  state.setCpu(CPU.queueTail, cpu, slots.length === 0 ? 0 : slots[slots.length - 1] + 1);
  for (let i = 0; i < slots.length; i++) setNext(m, slots[i], i + 1 < slots.length ? slots[i + 1] + 1 : 0);
}

/** A queueing event: puts the interrupt on its target's queue unless it is on one already. */
export function queue(m: Machine, slot: number): void {
  if (queuedOn(m, slot) !== 0) return;
  const target = deliveryTarget(m, slot, flagsOf(m, slot));
  if (target === 0) return;
  enqueue(m, target - 1, slot);
  if (m.model === "v3" && isSpi(m, slot)) m.state.setVm(VM.activeSpis, m.state.vm(VM.activeSpis) + 1);
}

/**
 * Runs a queueing event for some interrupts of a word.
 * @param word the word, counted from that of slot 0
 * @param interrupts a bit each
 */
export function queueWord(m: Machine, word: number, interrupts: number): void {
  const { words } = m.state;
  const { bits } = m.layout;
  const pending = words[bits.latch + word] | (words[bits.line + word] & ~words[bits.edge + word]);
  const active = words[bits.active + word];
  // All others have no target, or the one that they are on.
  for (
    let rest = interrupts & (active | (words[bits.enabled + word] & pending));
    rest !== 0;
    rest &= rest - 1
  )
    queue(m, word * 32 + 31 - Math.clz32(rest & -rest));
}

/** Makes a GICv2 SGI pending from one sender. */
export function raiseSgiFrom(m: Machine, cpu: number, sgi: number, sender: number): void {
  const { state, layout } = m;
  const slot = layout.slot(cpu, sgi);
  state.setBit(layout.bits.latch, slot, true);
  state.setByte(layout.bytes.source + slot, state.bytes[layout.bytes.source + slot] | (1 << sender));
  queue(m, slot);
}

/** Makes a GICv3 SGI pending if the register that was written may raise its group. */
export function raiseSgi(m: Machine, cpu: number, sgi: number, groupOneToo: boolean): void {
  const { state, layout } = m;
  const slot = layout.slot(cpu, sgi);
  if (!groupOneToo && state.bit(layout.bits.group, slot)) return;
  state.setBit(layout.bits.latch, slot, true);
  queue(m, slot);
}

/**
 * KVM_IRQ_LINE, or an in-kernel device's output (`byOwner`): sets an interrupt's input.
 * A VMM's line for an interrupt that the kernel owns is ignored.
 */
export function setLine(m: Machine, slot: number, high: boolean, byOwner: boolean): void {
  const { state, layout } = m;
  if (byOwner) state.setBit(layout.bits.output, slot, high);
  else if (state.bit(layout.bits.mapped, slot)) return;
  if (state.bit(layout.bits.edge, slot)) {
    if (!high) return;
    state.setBit(layout.bits.latch, slot, true);
  } else {
    if (state.bit(layout.bits.line, slot) === high) return;
    state.setBit(layout.bits.line, slot, high);
  }
  queue(m, slot);
}
