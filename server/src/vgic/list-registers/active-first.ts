/**
 * List registers up to Linux 6.18 (vgic_flush_lr_state, vgic_fold_lr_state): active interrupts get them first. One
 * that is left out cannot be ended, so it stays active.
 */
import {
  ACTIVE,
  deliveryTarget,
  ENABLED,
  flagsOf,
  isPending,
  nextOf,
  priorityOf,
  queueOf,
  setQueue,
  sourceOf,
} from "../interrupts.ts";
import type { Machine } from "../machine.ts";
import { CPU } from "../state.ts";
import { foldRegister, load, multiplicity, prune } from "./list-registers.ts";

/** Guest entry. */
export function fillActiveFirst(m: Machine, cpu: number): void {
  const { state, listRegisters: lrs } = m;
  lrs.clear();
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
  if (depth > lrs.count || several) setQueue(m, cpu, queueOf(m, cpu).sort(byUrgency(m)));
  // While an SGI has senders left, nothing of a lower priority may overtake it.
  let floor = 0xff;
  for (let next = state.cpu(CPU.queueHead, cpu); next !== 0; next = nextOf(m, next - 1)) {
    const slot = next - 1;
    if (several && priorityOf(m, slot) > floor) break;
    const flags = flagsOf(m, slot);
    if (deliveryTarget(m, slot, flags) === cpu + 1) {
      load(m, slot, flags);
      if (sourceOf(m, slot) !== 0) floor = priorityOf(m, slot);
    }
    if (lrs.used === lrs.count) {
      // No kernel that fills them like this asks; a search for causes gives it the other ways of newer ones.
      lrs.overflown = next !== state.cpu(CPU.queueTail, cpu) && lrs.hasActive;
      break;
    }
  }
}

/** How many list registers an interrupt asks for. */
function demand(m: Machine, slot: number, flags: number): number {
  return multiplicity(m, slot, flags) || ((flags & ACTIVE) !== 0 || isPending(flags) ? 1 : 0);
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

/** Guest exit: an end that found no list register is lost. */
export function foldOnly(m: Machine, cpu: number): void {
  const { listRegisters: lrs } = m;
  for (let lr = 0; lr < lrs.used; lr++) foldRegister(m, lr);
  lrs.clear();
  prune(m, cpu);
}
