/**
 * LPIs as objects: one for each INTID in the VM, from when an event is mapped to it until no event is any more and no vCPU
 * has it on its queue. They are kept in a list in the order in which they were created.
 */

import { FIRST_LPI } from "./limits.ts";
import type { Machine } from "./machine.ts";
import { LPI, LPI_FLAGS, lpiWord } from "./sparse-state.ts";
import { VM } from "./state.ts";

/** A word of an LPI. */
export function lpiField(m: Machine, intid: number, field: number): number {
  return m.state.sparse?.lpis.get(lpiWord(intid, field)) ?? 0;
}

export function setLpiField(m: Machine, intid: number, field: number, value: number): void {
  m.state.sparse?.lpis.set(lpiWord(intid, field), value);
}

export function setLpiFlag(m: Machine, intid: number, flag: number, on: boolean): void {
  const flags = lpiField(m, intid, LPI.flags);
  setLpiField(m, intid, LPI.flags, on ? flags | flag : flags & ~flag);
}

export function lpiExists(m: Machine, intid: number): boolean {
  return (lpiField(m, intid, LPI.flags) & LPI_FLAGS.exists) !== 0;
}

/** Makes an LPI: disabled, not pending, for a vCPU (n+1; 0: none). */
export function createLpi(m: Machine, intid: number, target: number): void {
  const { state } = m;
  const link = intid - FIRST_LPI + 1;
  const last = state.vm(VM.newestLpi);
  setLpiField(m, intid, LPI.flags, LPI_FLAGS.exists | (target << 16));
  setLpiField(m, intid, LPI.older, last);
  if (last === 0) state.setVm(VM.oldestLpi, link);
  else setLpiField(m, last + FIRST_LPI - 1, LPI.newer, link);
  state.setVm(VM.newestLpi, link);
}

/** Ends an LPI that nothing refers to any more. */
export function releaseLpi(m: Machine, intid: number): void {
  if (lpiField(m, intid, LPI.events) !== 0 || lpiField(m, intid, LPI.queuedOn) !== 0) return;
  const { state } = m;
  const older = lpiField(m, intid, LPI.older);
  const newer = lpiField(m, intid, LPI.newer);
  if (older === 0) state.setVm(VM.oldestLpi, newer);
  else setLpiField(m, older + FIRST_LPI - 1, LPI.newer, newer);
  if (newer === 0) state.setVm(VM.newestLpi, older);
  else setLpiField(m, newer + FIRST_LPI - 1, LPI.older, older);
  for (const field of Object.values(LPI)) setLpiField(m, intid, field, 0);
}

/** The LPIs of the VM in the order in which they were created. */
export function createdLpis(m: Machine): number[] {
  const intids: number[] = [];
  for (let link = m.state.vm(VM.oldestLpi); link !== 0; ) {
    const intid = link + FIRST_LPI - 1;
    intids.push(intid);
    link = lpiField(m, intid, LPI.newer);
  }
  return intids;
}
