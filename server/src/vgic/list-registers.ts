/**
 * The list registers: how KVM hands a vCPU its interrupts at entry and takes them back at exit.
 * Follows KVM of Linux 6.12 (vgic_flush_lr_state, vgic_fold_lr_state, vgic_prune_ap_list).
 */
import {
  ACTIVE,
  deliveryTarget,
  EDGE,
  ENABLED,
  enqueue,
  flagsOf,
  GROUP,
  isPending,
  LINE,
  leaveQueue,
  MAPPED,
  nextOf,
  priorityOf,
  queueOf,
  setActiveState,
  setLatch,
  setNext,
  setQueue,
  sourceOf,
} from "./interrupts.ts";
import type { Machine } from "./machine.ts";
import { CPU } from "./state.ts";

/** What the recorded host has, as most cores do. */
export const LIST_REGISTER_COUNT = 4;

export const LR_PENDING = 1;
export const LR_ACTIVE = 2;

/** The list registers of the vCPU that is in the guest. They hold nothing between operations. */
export class ListRegisters {
  used = 0;
  readonly slot = new Int32Array(LIST_REGISTER_COUNT);
  readonly intid = new Int32Array(LIST_REGISTER_COUNT);
  /** LR_PENDING and LR_ACTIVE. */
  readonly state = new Uint8Array(LIST_REGISTER_COUNT);
  readonly group = new Uint8Array(LIST_REGISTER_COUNT);
  readonly priority = new Uint8Array(LIST_REGISTER_COUNT);
  /** GICv2 SGIs: the sending vCPU. */
  readonly source = new Uint8Array(LIST_REGISTER_COUNT);
}

/** How many list registers an interrupt asks for: a GICv2 SGI one for each sender, and one more while active. */
function demand(m: Machine, slot: number, flags: number): number {
  const source = sourceOf(m, slot);
  const active = (flags & ACTIVE) !== 0;
  if (source !== 0) return bitCount(source) + (active ? 1 : 0);
  return active || isPending(flags) ? 1 : 0;
}

function bitCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The order of a queue that does not fit: active ones, then what is enabled and pending by priority. */
function byUrgency(m: Machine): (a: number, b: number) => number {
  const rank = (slot: number) => {
    const flags = flagsOf(m, slot);
    if ((flags & ACTIVE) !== 0) return -1;
    if ((flags & ENABLED) === 0 || !isPending(flags)) return 0x100;
    return priorityOf(m, slot);
  };
  return (a, b) => rank(a) - rank(b);
}

/** Guest entry: fills the list registers from the vCPU's queue. */
export function fill(m: Machine, cpu: number): void {
  const { state, listRegisters: lrs } = m;
  lrs.used = 0;
  let depth = 0;
  let several = false;
  const first = state.cpu(CPU.queueHead, cpu);
  // One alone needs no order.
  for (
    let next = first === state.cpu(CPU.queueTail, cpu) ? 0 : first;
    next !== 0;
    next = nextOf(m, next - 1)
  ) {
    const count = demand(m, next - 1, flagsOf(m, next - 1));
    depth += count;
    several ||= count > 1;
  }
  if (depth > LIST_REGISTER_COUNT || several) setQueue(m, cpu, queueOf(m, cpu).sort(byUrgency(m)));
  // While an SGI has senders left, nothing of a lower priority may overtake it.
  let floor = 0xff;
  for (let next = state.cpu(CPU.queueHead, cpu); next !== 0; next = nextOf(m, next - 1)) {
    const slot = next - 1;
    if (several && priorityOf(m, slot) > floor) break;
    const flags = flagsOf(m, slot);
    if (deliveryTarget(m, slot, flags) === cpu + 1) {
      load(m, slot, flags, lrs.used++);
      if (sourceOf(m, slot) !== 0) floor = priorityOf(m, slot);
    }
    if (lrs.used === LIST_REGISTER_COUNT) break;
  }
}

function load(m: Machine, slot: number, flags: number, lr: number): void {
  const { state, layout, listRegisters: lrs } = m;
  const intid = layout.intid(slot);
  const isSgi = m.model === "v2" && intid < 16;
  const edge = (flags & EDGE) !== 0;
  const active = (flags & ACTIVE) !== 0;
  const mapped = (flags & MAPPED) !== 0;
  // Pending is held back from an active interrupt that is level sensitive, mapped, or wanted more than once.
  let allowPending = true;
  if (active && (!edge || mapped || (isSgi && demand(m, slot, flags) > 1))) allowPending = false;

  lrs.slot[lr] = slot;
  lrs.intid[lr] = intid;
  lrs.group[lr] = (flags & GROUP) !== 0 ? 1 : 0;
  lrs.priority[lr] = priorityOf(m, slot);
  lrs.source[lr] = isSgi && active ? state.bytes[layout.bytes.activeSource + slot] : 0;
  lrs.state[lr] = active ? LR_ACTIVE : 0;
  if (!allowPending || !isPending(flags)) return;

  lrs.state[lr] |= LR_PENDING;
  if (edge) setLatch(m, slot, false);
  if (isSgi) {
    const source = state.bytes[layout.bytes.source + slot];
    if (source === 0) {
      // Kernels before 5.4 let the guest pend an SGI that nobody sent; KVM warns and drops it.
      lrs.state[lr] &= ~LR_PENDING;
      return;
    }
    const sender = 31 - Math.clz32(source & -source);
    lrs.source[lr] = sender & 7;
    const rest = source & (source - 1);
    state.setByte(layout.bytes.source + slot, rest);
    if (rest !== 0) state.setBit(layout.bits.latch, slot, true);
  }
  // Only rising edges of a mapped level interrupt reach the vGIC.
  if (mapped && !edge) state.setBit(layout.bits.line, slot, false);
}

/** Guest exit: takes the list registers back into the interrupts' state, then cleans the queue. */
export function fold(m: Machine, cpu: number): void {
  const { state, layout, listRegisters: lrs } = m;
  for (let lr = 0; lr < lrs.used; lr++) {
    const slot = lrs.slot[lr];
    const lrState = lrs.state[lr];
    const flags = flagsOf(m, slot);
    const edge = (flags & EDGE) !== 0;
    const isSgi = m.model === "v2" && lrs.intid[lr] < 16;
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
    if (!edge && lrState === 0) state.setBit(layout.bits.latch, slot, false);
    if (!edge && (flags & MAPPED) !== 0) {
      const resample = (lrState & LR_PENDING) !== 0 || (deactivated && (flags & LINE) !== 0);
      if (resample) state.setBit(layout.bits.line, slot, state.bit(layout.bits.output, slot));
    }
  }
  lrs.used = 0;
  prune(m, cpu);
}

/** Drops from a vCPU's queue what has nothing to deliver, and moves on what belongs to another vCPU by now. */
function prune(m: Machine, cpu: number): void {
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
