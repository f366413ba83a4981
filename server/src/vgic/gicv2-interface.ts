/**
 * GICV: the GICv2 virtual CPU interface (IHI 0048, 4.4 and 5.5). Where the architecture leaves a choice, the
 * recorded machine's is taken.
 */

import {
  activePriority,
  activeRegister,
  CONTROL,
  groupPriority,
  highestPending,
  ISR_FIQ,
  ISR_IRQ,
  SPURIOUS,
} from "./cpu-interface.ts";
import { FIRST_SPECIAL } from "./limits.ts";
import { LR_ACTIVE, LR_PENDING } from "./list-registers/register-file.ts";
import type { Machine } from "./machine.ts";
import { CPU } from "./state.ts";

/** Read instead of a Group 1 interrupt while GICC_CTLR.AckCtl is clear. */
const GROUP_1_PENDING = 1022;

function groupEnabled(control: number, group: number): boolean {
  return (control & (group === 1 ? CONTROL.enableGroup1 : CONTROL.enableGroup0)) !== 0;
}

/**
 * The list register offered to the guest: the highest pending one that passes the priority mask, whatever its
 * group, as long as any group is enabled (learned from the recordings).
 */
function candidate(m: Machine, cpu: number): number {
  const control = m.state.cpu(CPU.control, cpu);
  if ((control & (CONTROL.enableGroup0 | CONTROL.enableGroup1)) === 0) return -1;
  const lr = highestPending(m, CONTROL.enableGroup0 | CONTROL.enableGroup1);
  return lr >= 0 && m.listRegisters.priority[lr] < m.state.cpu(CPU.priorityMask, cpu) ? lr : -1;
}

function running(m: Machine, cpu: number): number {
  return activePriority(m, cpu, 0);
}

/** GICC_RPR: the running priority, 0xff when idle. */
export function runningPriority(m: Machine, cpu: number): number {
  return Math.min(running(m, cpu), 0xff);
}

/** ISR_EL1 as the vCPU reads it: Group 0 signals FIQ only with FIQEn, otherwise and Group 1 IRQ. */
export function signals(m: Machine, cpu: number): number {
  const lr = candidate(m, cpu);
  if (lr < 0 || m.listRegisters.priority[lr] >= running(m, cpu)) return 0;
  const control = m.state.cpu(CPU.control, cpu);
  const group = m.listRegisters.group[lr];
  if (!groupEnabled(control, group)) return 0;
  return group === 0 && (control & CONTROL.fiqEn) !== 0 ? ISR_FIQ : ISR_IRQ;
}

/** GICC_HPPIR without the source of an SGI. */
export function highestPendingIntid(m: Machine, cpu: number): number {
  return intidOf(m, cpu, candidate(m, cpu));
}

/** What a list register that is offered reads as; -1: none is. */
function intidOf(m: Machine, cpu: number, lr: number): number {
  if (lr < 0) return SPURIOUS;
  if (m.listRegisters.group[lr] === 1 && (m.state.cpu(CPU.control, cpu) & CONTROL.ackCtl) === 0) {
    return GROUP_1_PENDING;
  }
  return m.listRegisters.intid[lr];
}

/** GICC_IAR: acknowledges; bits [12:10] hold the sender of an SGI. */
export function acknowledge(m: Machine, cpu: number): number {
  const { listRegisters: lrs, state } = m;
  const lr = candidate(m, cpu);
  const intid = intidOf(m, cpu, lr);
  if (intid >= GROUP_1_PENDING) return intid;
  if (lrs.priority[lr] >= running(m, cpu)) return SPURIOUS;
  const level = groupPriority(m, cpu, lrs.group[lr], lrs.priority[lr]) >> 3;
  state.setCpu(CPU.activePriorities0, cpu, state.cpu(CPU.activePriorities0, cpu) | (1 << level));
  lrs.state[lr] = (lrs.state[lr] & ~LR_PENDING) | LR_ACTIVE;
  return intid < 16 ? intid | (lrs.source[lr] << 10) : intid;
}

function splitsEnd(m: Machine, cpu: number): boolean {
  return (m.state.cpu(CPU.control, cpu) & CONTROL.eoiMode) !== 0;
}

/** GICC_EOIR: drops the priority and, unless EOImode splits the two, deactivates. */
export function endOfInterrupt(m: Machine, cpu: number, value: number): void {
  const { state } = m;
  const intid = value & 0x3ff;
  if (intid >= FIRST_SPECIAL) return;
  // The priority drops even when no list register holds the INTID (learned from the recordings).
  const levels = state.cpu(CPU.activePriorities0, cpu);
  state.setCpu(CPU.activePriorities0, cpu, levels & (levels - 1));
  if (splitsEnd(m, cpu)) return;
  const lr = activeRegister(m, intid);
  if (lr >= 0) m.listRegisters.state[lr] &= ~LR_ACTIVE;
  else if (levels !== 0) m.listRegisters.countEoi();
}

/** GICC_DIR: deactivates, only while EOImode splits priority drop and deactivation. */
export function deactivate(m: Machine, cpu: number, value: number): void {
  if (!splitsEnd(m, cpu)) return;
  const lr = activeRegister(m, value & 0x3ff);
  if (lr >= 0) m.listRegisters.state[lr] &= ~LR_ACTIVE;
}
