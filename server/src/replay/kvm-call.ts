/** How operations are put to KVM: attributes of the vGIC device, and interrupt lines (Documentation/virt/kvm). */
import type { Operation } from "../program/operation.ts";
import type { Setup } from "../program/setup.ts";
import type { Frame } from "../vgic/register-table.ts";

export type UserOperation = Extract<Operation, { kind: "user" }>;
export type LineOperation = Extract<Operation, { kind: "line" }>;

/** The attribute group of each frame (KVM_DEV_ARM_VGIC_GRP_*). */
export const GROUPS: Readonly<Record<Frame, number>> = { GICD: 1, GICC: 2, GICR: 5, ICC: 6, LEVEL: 7 };

/** The attribute of a register: who in the upper half, which register in the lower. */
export function attributeOf({ frame, cpu, offset }: UserOperation, { model }: Pick<Setup, "model">): bigint {
  const who = model === "v2" ? BigInt(cpu) : frame === "GICD" ? 0n : affinityOf(cpu);
  return (who << 32n) | BigInt(offset);
}

/** The affinity that KVM gives a vCPU: 16 of them in each Aff0, then Aff1 and Aff2. */
function affinityOf(cpu: number): bigint {
  return BigInt((cpu & 0xf) | (((cpu >> 4) & 0xff) << 8) | ((cpu >> 12) << 16));
}

/** The `irq` of struct kvm_irq_level. */
export function lineNumber({ intid, cpu = 0 }: LineOperation): number {
  const type = intid < 32 ? 2 : 1;
  return (((cpu >> 8) << 28) | (type << 24) | ((cpu & 0xff) << 16) | intid) >>> 0;
}
