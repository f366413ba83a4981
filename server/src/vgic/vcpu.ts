/** A vCPU in the guest: KVM_RUN from entry to exit, around what the guest does there. */
import { loadInterface } from "./cpu-interface.ts";
import { setLine } from "./interrupts.ts";
import { fill, fold } from "./list-registers.ts";
import { type Machine, TIMER_PPIS } from "./machine.ts";
import { CPU } from "./state.ts";

const TIMERS = TIMER_PPIS.reduce((bits, ppi) => bits | (1 << ppi), 0);

/** KVM_RUN starts: the in-kernel timers take their PPIs, and tell the vGIC their output. */
function load(m: Machine, cpu: number): void {
  const { state, layout } = m;
  if (state.cpu(CPU.hasRun, cpu) === 0) {
    state.setCpu(CPU.hasRun, cpu, 1);
    for (const ppi of TIMER_PPIS) state.setBit(layout.bits.mapped, layout.slot(cpu, ppi), true);
  }
  // PPIs are level sensitive: an output that the line shows already tells nothing new.
  const word = layout.bitWord(cpu, 0);
  const untold = state.words[layout.bits.output + word] ^ state.words[layout.bits.line + word];
  if ((untold & TIMERS) !== 0) {
    for (const ppi of TIMER_PPIS) {
      const slot = layout.slot(cpu, ppi);
      setLine(m, slot, state.bit(layout.bits.output, slot), true);
    }
  }
  loadInterface(m, cpu);
}

/** The vCPU enters the guest. What it does there without a trap, to its CPU interface, comes between this and `leave`. */
export function enter(m: Machine, cpu: number): void {
  load(m, cpu);
  fill(m, cpu);
}

export function leave(m: Machine, cpu: number): void {
  fold(m, cpu);
}

/** The vCPU enters and traps. KVM's emulation of what it did comes between this and `resume`. */
export function trap(m: Machine, cpu: number): void {
  enter(m, cpu);
  leave(m, cpu);
}

/** After the emulation the vCPU enters again and leaves. */
export function resume(m: Machine, cpu: number): void {
  fill(m, cpu);
  fold(m, cpu);
}
