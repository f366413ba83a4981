/**
 * The list registers of the vCPU that is in the guest, and what moves between one of them and the state of its
 * interrupt: the same on all kernels. Which interrupts get one is told by the two models beside this file.
 * Follows KVM's vgic_v3_compute_lr, vgic_v3_populate_lr and vgic_v3_fold_lr, and their GICv2 twins.
 */

import {
  ACTIVE,
  deliveryTarget,
  EDGE,
  enqueue,
  flagsOf,
  GROUP,
  isPending,
  isSpi,
  LINE,
  leaveQueue,
  MAPPED,
  nextOf,
  priorityOf,
  setActiveState,
  setLatch,
  setNext,
  sourceOf,
} from "../interrupts.ts";
import { FIRST_LPI } from "../limits.ts";
import type { Machine } from "../machine.ts";
import { CPU, VM } from "../state.ts";
import { LR_ACTIVE, LR_PENDING } from "./register-file.ts";

/** How often a GICv2 SGI is wanted: once by each sender, and once more while active. 0 for other interrupts. */
export function multiplicity(m: Machine, slot: number, flags: number): number {
  const source = sourceOf(m, slot);
  return source === 0 ? 0 : bitCount(source) + ((flags & ACTIVE) !== 0 ? 1 : 0);
}

function bitCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function isSgiV2(m: Machine, intid: number): boolean {
  return m.model === "v2" && intid < 16;
}

/**
 * Writes into register `lr` what it is to hold for an interrupt.
 * @returns whether what makes the interrupt pending goes into the register
 */
function compute(m: Machine, slot: number, flags: number, lr: number): boolean {
  const { state, layout, listRegisters: lrs } = m;
  const intid = layout.intid(slot);
  const isSgi = isSgiV2(m, intid);
  const active = (flags & ACTIVE) !== 0;
  // Pending is held back from an active interrupt that is level sensitive, mapped, or wanted more than once.
  const several = isSgi && multiplicity(m, slot, flags) > 1;
  const heldBack = active && ((flags & EDGE) === 0 || (flags & MAPPED) !== 0 || several);

  lrs.slot[lr] = slot;
  lrs.intid[lr] = intid;
  lrs.group[lr] = (flags & GROUP) !== 0 ? 1 : 0;
  // The hardware keeps as many bits as it has, of an LPI's priority too.
  lrs.priority[lr] = priorityOf(m, slot) & (0xff << (8 - m.hardware.priorityBits));
  lrs.source[lr] = isSgi && active ? state.bytes[layout.bytes.activeSource + slot] : 0;
  lrs.state[lr] = active ? LR_ACTIVE : 0;
  if (heldBack || !isPending(flags)) return false;
  const source = sourceOf(m, slot);
  if (isSgi) lrs.source[lr] = source === 0 ? lrs.source[lr] : (31 - Math.clz32(source & -source)) & 7;
  // Kernels before 5.4 let the guest pend an SGI that nobody sent; KVM warns and drops it.
  if (!isSgi || source !== 0) lrs.state[lr] |= LR_PENDING;
  return true;
}

/** Puts an interrupt into the next list register. What the register holds as pending is taken out of the state. */
export function load(m: Machine, slot: number, flags: number): void {
  const { state, layout, listRegisters: lrs } = m;
  const lr = lrs.used++;
  if (!compute(m, slot, flags, lr)) return;
  const edge = (flags & EDGE) !== 0;
  if (edge) setLatch(m, slot, false);
  if (isSgiV2(m, lrs.intid[lr])) {
    const source = state.bytes[layout.bytes.source + slot];
    const rest = source & (source - 1);
    state.setByte(layout.bytes.source + slot, rest);
    if (rest !== 0) state.setBit(layout.bits.latch, slot, true);
  }
  // Only rising edges of a mapped level interrupt reach the vGIC.
  if ((flags & MAPPED) !== 0 && !edge) state.setBit(layout.bits.line, slot, false);
}

/** Takes a list register back into its interrupt's state. */
export function foldRegister(m: Machine, lr: number): void {
  const { state, layout, listRegisters: lrs } = m;
  const slot = lrs.slot[lr];
  const isForgotten = m.traits.activeLpisForgotten && lrs.intid[lr] >= FIRST_LPI;
  const lrState = isForgotten ? lrs.state[lr] & ~LR_ACTIVE : lrs.state[lr];
  const flags = flagsOf(m, slot);
  const edge = (flags & EDGE) !== 0;
  const mapped = (flags & MAPPED) !== 0;
  const isSgi = isSgiV2(m, lrs.intid[lr]);
  const active = (lrState & LR_ACTIVE) !== 0;
  const deactivated = (flags & ACTIVE) !== 0 && !active;
  setActiveState(m, slot, active);
  if (active && isSgi) state.setByte(layout.bytes.activeSource + slot, lrs.source[lr]);
  if (edge && (lrState & LR_PENDING) !== 0) {
    setLatch(m, slot, true);
    if (isSgi) {
      const source = state.bytes[layout.bytes.source + slot];
      state.setByte(layout.bytes.source + slot, source | (1 << lrs.source[lr]));
    }
  }
  if (edge) return;
  if (lrState === 0) state.setBit(layout.bits.latch, slot, false);
  if (mapped) {
    const resample = (lrState & LR_PENDING) !== 0 || (deactivated && (flags & LINE) !== 0);
    if (resample) state.setBit(layout.bits.line, slot, state.bit(layout.bits.output, slot));
  } else if (deactivated && lrState === 0 && isSpi(m, slot)) {
    noteEndOfLevelSpi(m);
  }
}

/** KVM's count of SPIs that may be in use (active_spis), which decides whether ICC_DIR_EL1 traps from 6.19 on. */
function noteEndOfLevelSpi(m: Machine): void {
  const count = m.state.vm(VM.activeSpis);
  if (count > 0) m.state.setVm(VM.activeSpis, count - 1);
}

/** Deactivates an interrupt that no list register holds, as if the guest had ended it in one. */
export function deactivateOutside(m: Machine, slot: number): void {
  const { listRegisters: lrs } = m;
  const lr = lrs.count;
  compute(m, slot, flagsOf(m, slot), lr);
  lrs.state[lr] &= ~LR_ACTIVE;
  foldRegister(m, lr);
}

/** Drops from a vCPU's queue what has nothing to deliver, and moves on what belongs to another vCPU by now. */
export function prune(m: Machine, cpu: number): void {
  const { state } = m;
  let kept = 0;
  let gap = false;
  for (let next = state.cpu(CPU.queueHead, cpu); next !== 0; ) {
    const slot = next - 1;
    next = nextOf(m, next - 1);
    const target = deliveryTarget(m, slot, flagsOf(m, slot));
    if (target === cpu + 1) {
      if (gap) link(m, cpu, kept, slot + 1);
      kept = slot + 1;
    } else {
      gap = true;
      if (target !== 0) enqueue(m, target - 1, slot);
      else leaveQueue(m, slot);
    }
  }
  if (!gap) return;
  link(m, cpu, kept, 0);
  state.setCpu(CPU.queueTail, cpu, kept);
}

/** Lets `next` follow `last` in a vCPU's queue, or, if that is 0, begin it. */
function link(m: Machine, cpu: number, last: number, next: number): void {
  if (last === 0) m.state.setCpu(CPU.queueHead, cpu, next);
  else setNext(m, last - 1, next);
}
