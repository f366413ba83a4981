/** A vCPU in the guest: KVM_RUN from entry to exit, around what the guest does there. */
import { loadInterface } from "./cpu-interface.ts";
import { setLine } from "./interrupts.ts";
import { fill, fold } from "./list-registers.ts";
import { type Machine, TIMER_PPIS } from "./machine.ts";

/** KVM_RUN starts: the in-kernel timers take their PPIs, and tell the vGIC their output. */
function load(m: Machine, cpu: number): void {
  const { state, layout } = m;
  if (state.cpu("hasRun", cpu) === 0) {
    state.setCpu("hasRun", cpu, 1);
    for (const ppi of TIMER_PPIS) state.setBit(layout.bits.mapped, layout.slot(cpu, ppi), true);
  }
  for (const ppi of TIMER_PPIS) {
    const slot = layout.slot(cpu, ppi);
    setLine(m, slot, state.bit(layout.bits.output, slot), true);
  }
  loadInterface(m, cpu);
}

/** The vCPU enters and leaves once, and does in between what does not trap: the CPU interface. */
export function inGuest<T>(m: Machine, cpu: number, action: () => T): T {
  load(m, cpu);
  fill(m, cpu);
  const result = action();
  fold(m, cpu);
  return result;
}

/** The vCPU enters, traps, lets KVM emulate the access, enters again and leaves. */
export function trapped<T>(m: Machine, cpu: number, emulate: () => T): T {
  load(m, cpu);
  fill(m, cpu);
  fold(m, cpu);
  const result = emulate();
  fill(m, cpu);
  fold(m, cpu);
  return result;
}
