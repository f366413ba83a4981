/** Everything that a vGIC knows of one vCPU's CPU interface, in words. */
import { CONTROL, ISR_FIQ, ISR_IRQ } from "../../vgic/cpu-interface.ts";
import { ISR } from "../../vgic/registers/system-registers.ts";
import { CPU, CPU_FIELDS } from "../../vgic/state.ts";
import type { Vgic } from "../../vgic/vgic.ts";
import type { Cell } from "../table.ts";

/** The state of a vCPU's interface: always the same rows for the same model. */
export function cpuInterfaceState(vgic: Vgic, cpu: number): Cell[] {
  const { state, options } = vgic;
  const control = state.cpu(CPU.control, cpu);
  const onOff = (name: string, bit: number): Cell => ({ name, text: (control & bit) !== 0 ? "on" : "off" });
  const byte = (value: number) => `0x${value.toString(16).padStart(2, "0")}`;
  const own = options.model === "v2" ? [onOff("AckCtl", CONTROL.ackCtl), onOff("FIQEn", CONTROL.fiqEn)] : [];
  return [
    onOff("Group 0", CONTROL.enableGroup0),
    onOff("Group 1", CONTROL.enableGroup1),
    { name: "priority mask", text: byte(state.cpu(CPU.priorityMask, cpu)) },
    {
      name: "binary points",
      text: `${state.cpu(CPU.binaryPoint0, cpu)}, ${state.cpu(CPU.binaryPoint1, cpu)}`,
    },
    onOff("CBPR", CONTROL.commonBinaryPoint),
    onOff("EOImode", CONTROL.eoiMode),
    ...own,
    { name: "active priorities, Group 0", text: activeWords(state.cpu(CPU.activePriorities0, cpu)) },
    { name: "active priorities, Group 1", text: activeWords(state.cpu(CPU.activePriorities1, cpu)) },
    { name: "queue", text: queueWords(vgic, cpu) },
    { name: "signals", text: signalWords(vgic, cpu) },
    { name: "has run", text: state.cpu(CPU.hasRun, cpu) !== 0 ? "yes" : "no" },
  ];
}

/** Whether a vCPU is as in a fresh one of the same VM. */
export function isCpuReset({ state }: Vgic, fresh: Vgic, cpu: number): boolean {
  return CPU_FIELDS.every((field) => state.cpu(CPU[field], cpu) === fresh.state.cpu(CPU[field], cpu));
}

/** Bit n stands for priority 8n. */
function activeWords(levels: number): string {
  const priorities = Array.from({ length: 32 }, (_, level) => level).filter(
    (level) => (levels >>> level) & 1,
  );
  return priorities.map((level) => `0x${(level * 8).toString(16).padStart(2, "0")}`).join(", ") || "none";
}

function queueWords(vgic: Vgic, cpu: number): string {
  return vgic.queue(cpu).join(", ") || "empty";
}

/** What ISR_EL1 would show the guest now. Reading it takes the vCPU into the guest, so the state is put back. */
function signalWords(vgic: Vgic, cpu: number): string {
  const before = vgic.snapshot();
  vgic.readSystemRegister(cpu, ISR.offset);
  const shown = vgic.low;
  vgic.restore(before);
  const signals = [...((shown & ISR_IRQ) !== 0 ? ["IRQ"] : []), ...((shown & ISR_FIQ) !== 0 ? ["FIQ"] : [])];
  return signals.join(", ") || "none";
}
