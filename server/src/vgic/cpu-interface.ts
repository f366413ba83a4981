/**
 * The virtual CPU interface that the guest sees, on the list registers: what GICv2 (GICV) and GICv3 (ICV_*)
 * share. The hardware's part of the story (IHI 0048 4.4, IHI 0069 4.8).
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
/** Where the active priorities registers of each group are in the state. */
export const ACTIVE_PRIORITIES = [
  [CPU.activePriorities0, CPU.furtherPriorities0A, CPU.furtherPriorities0B, CPU.furtherPriorities0C],
  [CPU.activePriorities1, CPU.furtherPriorities1A, CPU.furtherPriorities1B, CPU.furtherPriorities1C],
] as const;

/** ISR_EL1 bits. */
export const ISR_IRQ = 0x80;
export const ISR_FIQ = 0x40;

/**
 * Loading a vCPU's interface into the hardware raises the binary points to their minimum, and nothing else: a
 * priority mask that the VMM stored keeps its low bits (learned from the recordings).
 */
export function loadInterface(m: Machine, cpu: number): void {
  const { state } = m;
  const { minBinaryPoint0, minBinaryPoint1 } = m.priorities;
  if (state.cpu(CPU.binaryPoint0, cpu) < minBinaryPoint0)
    state.setCpu(CPU.binaryPoint0, cpu, minBinaryPoint0);
  if (state.cpu(CPU.binaryPoint1, cpu) < minBinaryPoint1)
    state.setCpu(CPU.binaryPoint1, cpu, minBinaryPoint1);
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

/** The highest active priority of a group; IDLE_PRIORITY if none is. */
export function activePriority(m: Machine, cpu: number, group: 0 | 1): number {
  const { registers, levelShift } = m.priorities;
  for (let index = 0; index < registers; index++) {
    const word = m.state.cpu(ACTIVE_PRIORITIES[group][index], cpu);
    if (word !== 0) return (index * 32 + 31 - Math.clz32(word & -word)) << levelShift;
  }
  return IDLE_PRIORITY;
}

/** Makes a group priority active. */
export function activate(m: Machine, cpu: number, group: 0 | 1, priority: number): void {
  const level = priority >> m.priorities.levelShift;
  const register = ACTIVE_PRIORITIES[group][level >> 5];
  m.state.setCpu(register, cpu, m.state.cpu(register, cpu) | (1 << (level & 31)));
}

/** Drops the highest active priority of a group, if it has one. */
export function dropActive(m: Machine, cpu: number, group: 0 | 1): void {
  for (let index = 0; index < m.priorities.registers; index++) {
    const register = ACTIVE_PRIORITIES[group][index];
    const word = m.state.cpu(register, cpu);
    if (word === 0) continue;
    m.state.setCpu(register, cpu, word & (word - 1));
    return;
  }
}
