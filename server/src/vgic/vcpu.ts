/** A vCPU in the guest: KVM_RUN from entry to exit, around what the guest does there. */
import { loadInterface } from "./cpu-interface.ts";
import { setLine } from "./interrupts.ts";
import { listRegisterModel } from "./list-registers/models.ts";
import { type Machine, TIMER_PPIS } from "./machine.ts";
import { CPU, CPU_STRIDE } from "./state.ts";

const TIMERS = TIMER_PPIS.reduce((bits, ppi) => bits | (1 << ppi), 0);

/**
 * Timer PPIs whose sampled line is out of sync with the timer's output, and which the timer will update. They are level
 * sensitive. While one is active so is the physical interrupt, which cannot fire again.
 */
function outOfSyncPpis(m: Machine, cpu: number): number {
  const { words } = m.state;
  const { bits } = m.layout;
  const word = m.layout.bitWord(cpu, 0);
  const output = words[bits.output + word];
  const line = words[bits.line + word];
  return ((output & ~line & ~words[bits.active + word]) | (line & ~output)) & TIMERS;
}

/** KVM_RUN starts: the in-kernel timers take their PPIs, and tell the vGIC their output. */
function load(m: Machine, cpu: number): void {
  const { state, layout } = m;
  if (state.cpu(CPU.hasRun, cpu) === 0) {
    state.setCpu(CPU.hasRun, cpu, 1);
    for (const ppi of TIMER_PPIS) state.setBit(layout.bits.mapped, layout.slot(cpu, ppi), true);
  }
  const owners = outOfSyncPpis(m, cpu);
  if (owners !== 0) {
    for (const ppi of TIMER_PPIS) {
      const slot = layout.slot(cpu, ppi);
      if (((owners >>> ppi) & 1) !== 0) setLine(m, slot, state.bit(layout.bits.output, slot), true);
    }
  }
  loadInterface(m, cpu);
}

/**
 * Whether the vCPU would enter and leave without any change, as nearly all accesses find it: it is loaded already, and
 * no interrupt is on its queue.
 */
function isIdle(m: Machine, cpu: number): boolean {
  const { words } = m.state;
  const at = cpu * CPU_STRIDE;
  return (
    words[at + CPU.queueHead] === 0 &&
    words[at + CPU.hasRun] !== 0 &&
    words[at + CPU.binaryPoint0] >= m.priorities.minBinaryPoint0 &&
    words[at + CPU.binaryPoint1] >= m.priorities.minBinaryPoint1 &&
    outOfSyncPpis(m, cpu) === 0
  );
}

/** The vCPU enters the guest. What it does there without a trap, to its CPU interface, comes between this and `leave`. */
export function enter(m: Machine, cpu: number): void {
  // Without interrupts on its queue the list registers stay empty.
  if (isIdle(m, cpu)) return;
  load(m, cpu);
  listRegisterModel(m).fill(m, cpu);
}

export function leave(m: Machine, cpu: number): void {
  if (m.state.cpu(CPU.queueHead, cpu) !== 0) listRegisterModel(m).fold(m, cpu);
}

/** The vCPU enters and traps. KVM's emulation of what it did comes between this and `resume`. */
export function trap(m: Machine, cpu: number): void {
  if (isIdle(m, cpu)) return;
  enter(m, cpu);
  leave(m, cpu);
}

/** After the emulation the vCPU enters again and leaves. */
export function resume(m: Machine, cpu: number): void {
  if (m.state.cpu(CPU.queueHead, cpu) === 0) return;
  const model = listRegisterModel(m);
  model.fill(m, cpu);
  model.fold(m, cpu);
}
