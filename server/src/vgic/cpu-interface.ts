/**
 * The virtual CPU interface that the guest sees, on the list registers: what GICv2 (GICV) and GICv3 (ICV_*)
 * share. The hardware's part of the story: 5 priority bits, 32 preemption levels (IHI 0048 4.4, IHI 0069 4.8).
 */
import { LR_ACTIVE, LR_PENDING } from "./list-registers/register-file.ts";
import type { Machine } from "./machine.ts";
import { CPU } from "./state.ts";

export const CONTROL = {
  enableGroup0: 1 << 0,
  enableGroup1: 1 << 1,
  ackCtl: 1 << 2,
  fiqEn: 1 << 3,
  commonBinaryPoint: 1 << 4,
  eoiMode: 1 << 9,
} as const;

export const SPURIOUS = 1023;
/** What is read while idle: lower than every priority. */
export const IDLE_PRIORITY = 0x100;
/** Priority bits that are implemented: 5 of 8. */
export const PRIORITY_MASK = 0xf8;
export const MIN_BINARY_POINT_0 = 2;
export const MIN_BINARY_POINT_1 = 3;

/** ISR_EL1 bits. */
export const ISR_IRQ = 0x80;
export const ISR_FIQ = 0x40;

/**
 * Loading a vCPU's interface into the hardware raises the binary points to their minimum, and nothing else: a
 * priority mask that the VMM stored keeps its low bits (learned from the recordings).
 */
export function loadInterface(m: Machine, cpu: number): void {
  const { state } = m;
  if (state.cpu(CPU.binaryPoint0, cpu) < MIN_BINARY_POINT_0)
    state.setCpu(CPU.binaryPoint0, cpu, MIN_BINARY_POINT_0);
  if (state.cpu(CPU.binaryPoint1, cpu) < MIN_BINARY_POINT_1)
    state.setCpu(CPU.binaryPoint1, cpu, MIN_BINARY_POINT_1);
}

/**
 * The list register with the pending interrupt of the highest priority; -1: none.
 * @param groups which to look at: bit 0 for Group 0, bit 1 for Group 1
 */
export function highestPending(m: Machine, groups: number): number {
  const lrs = m.listRegisters;
  let best = -1;
  for (let lr = 0; lr < lrs.used; lr++) {
    // An interrupt that is active as well is not offered again; of equal priorities the first register wins.
    if (lrs.state[lr] !== LR_PENDING || ((groups >>> lrs.group[lr]) & 1) === 0) continue;
    if (best < 0 || lrs.priority[lr] < lrs.priority[best]) best = lr;
  }
  return best;
}

/** The list register that holds an INTID as active; -1: none does. */
export function activeRegister({ listRegisters: lrs }: Machine, intid: number): number {
  for (let lr = 0; lr < lrs.used; lr++) {
    if ((lrs.state[lr] & LR_ACTIVE) !== 0 && lrs.intid[lr] === intid) return lr;
  }
  return -1;
}

/** The part of a priority that decides preemption, by the group's binary point. */
export function groupPriority(m: Machine, cpu: number, group: number, priority: number): number {
  const { state } = m;
  const own = group === 1 && (state.cpu(CPU.control, cpu) & CONTROL.commonBinaryPoint) === 0;
  const shift = own ? state.cpu(CPU.binaryPoint1, cpu) : state.cpu(CPU.binaryPoint0, cpu) + 1;
  return priority & (0xff << shift) & 0xff;
}

/** The index of the lowest set bit; 32 for none. */
export function lowestBit(word: number): number {
  return word === 0 ? 32 : 31 - Math.clz32(word & -word);
}

/** The priority that an active-priorities bit stands for. */
export function priorityOfLevel(level: number): number {
  return level << 3;
}
