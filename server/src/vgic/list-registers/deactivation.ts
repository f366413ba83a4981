/**
 * KVM's own deactivation of an interrupt, where the guest's write of ICC_DIR_EL1 or GICC_DIR traps (from Linux 6.19 on:
 * vgic_v3_deactivate, vgic_v2_deactivate). The vCPU is out of the guest.
 */
import { CONTROL } from "../cpu-interface.ts";
import { queuedOn } from "../interrupts.ts";
import type { Machine } from "../machine.ts";
import { CPU } from "../state.ts";
import { deactivateOutside } from "./list-registers.ts";

/** Bits [12:10] are the sender of a GICv2 SGI; they are taken off on GICv3 too. */
const CPUID_SHIFT = 10;
const CPUID_MASK = 7 << CPUID_SHIFT;

/**
 * Deactivates the interrupt that a vCPU wrote. Its queue is cleaned when the vCPU that it is on enters next.
 * @param high bits [63:32] of what was written; 0 on GICv2
 */
export function deactivateByKvm(m: Machine, cpu: number, low: number, high: number): void {
  const { state, layout } = m;
  if ((state.cpu(CPU.control, cpu) & CONTROL.eoiMode) === 0) return;
  const sender = (low & CPUID_MASK) >>> CPUID_SHIFT;
  const intid = (low & ~CPUID_MASK) >>> 0;
  if (high !== 0 || intid >= layout.irqs) return;
  const slot = layout.slot(cpu, intid);
  const owner = queuedOn(m, slot);
  if (owner === 0) return;
  const isSgiOfOther =
    m.model === "v2" && intid < 16 && state.bytes[layout.bytes.activeSource + slot] !== sender;
  if (isSgiOfOther) return;
  deactivateOutside(m, slot);
  state.setCpu(CPU.cleansQueue, owner - 1, 1);
}
