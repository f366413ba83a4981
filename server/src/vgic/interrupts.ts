/**
 * What an interrupt is (pending, deliverable, queued) and the transitions that registers, lines and SGIs cause.
 * Follows KVM's vgic.c: an interrupt reaches a vCPU only through that vCPU's queue, and joins the queue only on a
 * queueing event, not because its state happens to allow it.
 */
import type { Machine } from "./machine.ts";
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

/** Level-sensitive interrupts are pending while their line is high or their latch is set, edge ones by the latch alone. */
export function isPending(flags: number): boolean {
  return (flags & LATCH) !== 0 || (flags & (LINE | EDGE)) === LINE;
}

/** The vCPU that an interrupt should be on now (n+1; 0: none): KVM's target oracle. */
export function deliveryTarget(m: Machine, slot: number, flags: number): number {
  const { state, layout } = m;
  const target = state.halves[layout.halves.target + slot];
  if ((flags & ACTIVE) !== 0) return state.halves[layout.halves.queuedOn + slot] || target;
  if ((flags & ENABLED) === 0 || !isPending(flags)) return 0;
  return state.vm(VM.distributorEnabled) ? target : 0;
}

/** Appends an interrupt to a vCPU's queue. */
export function enqueue(m: Machine, cpu: number, slot: number): void {
  const { state, layout } = m;
  const tail = state.cpu(CPU.queueTail, cpu);
  if (tail === 0) state.setCpu(CPU.queueHead, cpu, slot + 1);
  else state.setHalf(layout.halves.next + tail - 1, slot + 1);
  state.setCpu(CPU.queueTail, cpu, slot + 1);
  state.setHalf(layout.halves.next + slot, 0);
  state.setHalf(layout.halves.queuedOn + slot, cpu + 1);
}

/** The slots on a vCPU's queue, first in first. */
export function queueOf(m: Machine, cpu: number): number[] {
  const { state, layout } = m;
  const slots: number[] = [];
  for (
    let next = state.cpu(CPU.queueHead, cpu);
    next !== 0;
    next = state.halves[layout.halves.next + next - 1]
  ) {
    slots.push(next - 1);
  }
  return slots;
}

/** Replaces a vCPU's queue. */
export function setQueue(m: Machine, cpu: number, slots: readonly number[]): void {
  const { state, layout } = m;
  state.setCpu(CPU.queueHead, cpu, slots.length === 0 ? 0 : slots[0] + 1);
  state.setCpu(CPU.queueTail, cpu, slots.length === 0 ? 0 : slots[slots.length - 1] + 1);
  for (let i = 0; i < slots.length; i++) {
    const next = i + 1 < slots.length ? slots[i + 1] + 1 : 0;
    state.setHalf(layout.halves.next + slots[i], next);
  }
}

/** A queueing event: puts the interrupt on its target's queue unless it is on one already. */
export function queue(m: Machine, slot: number): void {
  if (m.state.halves[m.layout.halves.queuedOn + slot] !== 0) return;
  const target = deliveryTarget(m, slot, flagsOf(m, slot));
  if (target !== 0) enqueue(m, target - 1, slot);
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
