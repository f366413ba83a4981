/**
 * List registers from Linux 6.19 on (vgic_flush_lr_state, vgic_fold_lr_state): what can be signalled gets them first.
 * The hardware counts ends of interrupts that are left out (EOIcount), and KVM ends as many of those.
 */
import {
  ACTIVE,
  deliveryTarget,
  ENABLED,
  flagsOf,
  GROUP,
  isPending,
  MAPPED,
  nextOf,
  priorityOf,
  queueOf,
  setQueue,
} from "../interrupts.ts";
import type { Machine } from "../machine.ts";
import { CPU, VM } from "../state.ts";
import { deactivateOutside, foldRegister, load, prune } from "./list-registers.ts";
import type { Fold } from "./model.ts";

/**
 * Guest exit, with the ends that were counted.
 * @param from where the interrupts are looked for whose end was counted: in all of the queue, or (from 6.19.9) in the
 * part of it that has no list register
 */
export function foldAndReplay(from: "head" | "tail"): Fold {
  return (m, cpu) => {
    const { state, listRegisters: lrs } = m;
    // What was counted without being asked for is not saved.
    const ends = lrs.overflown ? lrs.eoiCount : 0;
    const last = lrs.slot[lrs.count - 1];
    for (let lr = 0; lr < lrs.used; lr++) foldRegister(m, lr);
    lrs.clear();
    if (ends > 0) replay(m, from === "head" ? state.cpu(CPU.queueHead, cpu) : nextOf(m, last), ends);
    prune(m, cpu);
  };
}

/** A change of the group enables is a maintenance interrupt: KVM lets the vCPU enter once more. */
export function withGroupInterrupts(fold: Fold): Fold {
  return (m, cpu) => {
    const before = m.listRegisters.enabledGroups;
    fold(m, cpu);
    if (enabledGroups(m, cpu) === before || m.state.cpu(CPU.queueHead, cpu) === 0) return;
    fillPendingFirst(m, cpu);
    fold(m, cpu);
  };
}

/** Whether ICC_DIR_EL1 traps: where active interrupts may be outside the registers, or on another vCPU. */
export function isDeactivationTrapped({ listRegisters, state }: Machine): boolean {
  return listRegisters.overflown || state.vm(VM.activeSpis) > 0;
}

/** The groups that a vCPU's CPU interface signals: bits 0 and 1. */
function enabledGroups(m: Machine, cpu: number): number {
  return m.state.cpu(CPU.control, cpu) & 3;
}

/** Guest entry. */
export function fillPendingFirst(m: Machine, cpu: number): void {
  const { state, listRegisters: lrs } = m;
  lrs.clear();
  if (state.cpu(CPU.cleansQueue, cpu) !== 0) {
    state.setCpu(CPU.cleansQueue, cpu, 0);
    prune(m, cpu);
  }
  let active = 0;
  let pending = 0;
  for (let next = state.cpu(CPU.queueHead, cpu); next !== 0; next = nextOf(m, next - 1)) {
    const flags = flagsOf(m, next - 1);
    if (deliveryTarget(m, next - 1, flags) !== cpu + 1) continue;
    if ((flags & ACTIVE) !== 0) active++;
    else pending++;
  }
  const overflows = active + pending > lrs.count;
  if (overflows) sort(m, cpu);
  for (let next = state.cpu(CPU.queueHead, cpu); next !== 0; next = nextOf(m, next - 1)) {
    const flags = flagsOf(m, next - 1);
    if (deliveryTarget(m, next - 1, flags) === cpu + 1) load(m, next - 1, flags);
    if (lrs.used === lrs.count) break;
  }
  lrs.overflown = overflows && active > 0;
  lrs.enabledGroups = enabledGroups(m, cpu);
  // More are pending than fit, and none in a register: NPIE interrupts at once, and the next entry is the same.
  if (pending > lrs.count && !lrs.hasPending) m.state.setVm(VM.hostFailed, 1);
}

/**
 * Orders a queue that does not fit (vgic_irq_cmp): what can be delivered, then what the CPU interface has enabled the
 * group of, then what is pending alone, then by priority, then the timers; all else stays as it was queued.
 */
function sort(m: Machine, cpu: number): void {
  const enabled = enabledGroups(m, cpu);
  const ranks = new Map<number, number>();
  const queue = queueOf(m, cpu);
  for (const slot of queue) {
    const flags = flagsOf(m, slot);
    const isDeliverable = deliveryTarget(m, slot, flags) === cpu + 1;
    const isGroupEnabled = ((enabled >>> ((flags & GROUP) !== 0 ? 1 : 0)) & 1) !== 0;
    const isPendingAlone = (flags & ENABLED) !== 0 && (flags & ACTIVE) === 0 && isPending(flags);
    const rank =
      (isDeliverable ? 0 : 1 << 11) |
      (isGroupEnabled ? 0 : 1 << 10) |
      (isPendingAlone ? 0 : 1 << 9) |
      (priorityOf(m, slot) << 1) |
      ((flags & MAPPED) !== 0 ? 0 : 1);
    ranks.set(slot, rank);
  }
  const rankOf = (slot: number) => ranks.get(slot) ?? 0;
  setQueue(
    m,
    cpu,
    queue.sort((a, b) => rankOf(a) - rankOf(b)),
  );
}

/**
 * Deactivates so many active interrupts of a queue. Which INTIDs the guest wrote is not known any more.
 * @param first slot + 1 of the one to begin with; 0: none
 */
function replay(m: Machine, first: number, ends: number): void {
  let left = ends;
  for (let next = first; next !== 0 && left > 0; next = nextOf(m, next - 1)) {
    if ((flagsOf(m, next - 1) & ACTIVE) === 0) continue;
    deactivateOutside(m, next - 1);
    left--;
  }
}
