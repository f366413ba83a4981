/**
 * ICV_*_EL1: the GICv3 virtual CPU interface (IHI 0069, chapter 8 and 12.4). Where the architecture leaves a
 * choice, the recorded machine's is taken.
 */

import {
  activate,
  activePriority,
  activeRegister,
  CONTROL,
  dropActive,
  groupPriority,
  highestPending,
  IDLE_PRIORITY,
  ISR_FIQ,
  ISR_IRQ,
  SPURIOUS,
} from "./cpu-interface.ts";
import { FIRST_LPI, FIRST_SPECIAL } from "./limits.ts";
import { LR_ACTIVE, LR_PENDING } from "./list-registers/register-file.ts";
import { noticeStale } from "./lpis.ts";
import type { Machine } from "./machine.ts";
import { CPU } from "./state.ts";

/** INTIDs 1020..1023 stand for nothing. */
function isSpecial(intid: number): boolean {
  return intid >= FIRST_SPECIAL && intid < 1024;
}

function candidate(m: Machine, cpu: number): number {
  return highestPending(m, m.state.cpu(CPU.control, cpu) & (CONTROL.enableGroup0 | CONTROL.enableGroup1));
}

function running(m: Machine, cpu: number): number {
  return Math.min(activePriority(m, cpu, 0), activePriority(m, cpu, 1));
}

/** The INTID that a vCPU writes, in the bits that the hardware has. */
function intidIn(m: Machine, value: number): number {
  return value & (m.hardware.idBits === 16 ? 0xffff : 0xffffff);
}

/** ICC_RPR_EL1: the running priority, 0xff when idle. */
export function runningPriority(m: Machine, cpu: number): number {
  return Math.min(running(m, cpu), 0xff);
}

/** Whether the interrupt of a list register passes the mask and preempts what is running. */
function canPreempt(m: Machine, cpu: number, lr: number): boolean {
  const { listRegisters: lrs, state } = m;
  if (lrs.priority[lr] >= state.cpu(CPU.priorityMask, cpu)) return false;
  const active = running(m, cpu);
  if (active === IDLE_PRIORITY) return true;
  const group = lrs.group[lr];
  return groupPriority(m, cpu, group, lrs.priority[lr]) < groupPriority(m, cpu, group, active);
}

/** ISR_EL1 as the vCPU reads it: Group 0 signals FIQ, Group 1 IRQ. */
export function signals(m: Machine, cpu: number): number {
  const lr = candidate(m, cpu);
  if (lr < 0 || !canPreempt(m, cpu, lr)) return 0;
  return m.listRegisters.group[lr] === 1 ? ISR_IRQ : ISR_FIQ;
}

/** ICC_HPPIRn_EL1. */
export function highestPendingIntid(m: Machine, cpu: number, group: number): number {
  const lr = candidate(m, cpu);
  return lr >= 0 && m.listRegisters.group[lr] === group ? m.listRegisters.intid[lr] : SPURIOUS;
}

/** ICC_IARn_EL1: acknowledges. */
export function acknowledge(m: Machine, cpu: number, group: 0 | 1): number {
  const { listRegisters: lrs } = m;
  const lr = candidate(m, cpu);
  if (lr < 0 || lrs.group[lr] !== group || !canPreempt(m, cpu, lr)) return SPURIOUS;
  activate(m, cpu, group, groupPriority(m, cpu, group, lrs.priority[lr]));
  lrs.state[lr] = (lrs.state[lr] & ~LR_PENDING) | LR_ACTIVE;
  if (lrs.intid[lr] >= FIRST_LPI) noticeStale(m, lrs.intid[lr]);
  return lrs.intid[lr];
}

/** Clears the highest active priority; the priority dropped, or IDLE_PRIORITY if none was active. */
function dropPriority(m: Machine, cpu: number): number {
  const [priority0, priority1] = [activePriority(m, cpu, 0), activePriority(m, cpu, 1)];
  dropActive(m, cpu, priority0 <= priority1 ? 0 : 1);
  return Math.min(priority0, priority1);
}

function splitsEnd(m: Machine, cpu: number): boolean {
  return (m.state.cpu(CPU.control, cpu) & CONTROL.eoiMode) !== 0;
}

/** ICC_EOIRn_EL1: drops the priority and, unless EOImode splits the two, deactivates. */
export function endOfInterrupt(m: Machine, cpu: number, group: number, value: number): void {
  const intid = intidIn(m, value);
  if (isSpecial(intid)) return;
  const dropped = dropPriority(m, cpu);
  if (dropped === IDLE_PRIORITY) return;
  const lr = activeRegister(m, intid);
  if (lr < 0) {
    // The recorded machine counts this whatever EOImode says.
    if (intid < FIRST_LPI) m.listRegisters.countEoi();
    return;
  }
  const lrs = m.listRegisters;
  if (lrs.group[lr] !== group || groupPriority(m, cpu, group, lrs.priority[lr]) !== dropped) return;
  // An LPI is not deactivated by its own: GICv3 has no register for that.
  if (!splitsEnd(m, cpu) || intid >= FIRST_LPI) lrs.state[lr] &= ~LR_ACTIVE;
}

/** ICC_DIR_EL1: deactivates, only while EOImode splits priority drop and deactivation. */
export function deactivate(m: Machine, cpu: number, value: number): void {
  const intid = intidIn(m, value);
  if (intid >= FIRST_SPECIAL || !splitsEnd(m, cpu)) return;
  const lr = activeRegister(m, intid);
  if (lr >= 0) m.listRegisters.state[lr] &= ~LR_ACTIVE;
}
