/** Numbers of KVM's device API for the vGIC (Documentation/virt/kvm/devices/arm-vgic*.rst, api.rst: KVM_IRQ_LINE). */

/** The GIC model a VM was created with: KVM_DEV_TYPE_ARM_VGIC_V2 or _V3. */
export type Model = "v2" | "v3";

/** Groups of device attributes: KVM_DEV_ARM_VGIC_GRP_*. */
export const ATTRIBUTE_GROUPS = {
  addresses: 0,
  distributor: 1,
  cpuInterface: 2,
  irqs: 3,
  control: 4,
  redistributor: 5,
  systemRegisters: 6,
  levelInfo: 7,
  its: 8,
  maintenanceInterrupt: 9,
} as const;

/** Attributes of the group `addresses`: KVM_VGIC_V2_ADDR_TYPE_* and KVM_VGIC_V3_ADDR_TYPE_*. */
export const ADDRESS_TYPES = { dist2: 0, cpu: 1, dist3: 2, redist: 3, its: 4, redistRegion: 5 } as const;

/**
 * The affinity that KVM gives a vCPU: Aff0 = id[3:0] in bits [7:0], Aff1 = id[11:4] in bits [15:8], Aff2 = id[19:12] in
 * bits [23:16].
 */
export function affinityOf(cpu: number): number {
  return (cpu & 0xf) | (((cpu >> 4) & 0xff) << 8) | (((cpu >> 12) & 0xff) << 16);
}

/** The vCPU with exactly that affinity, among the first `cpus` ones; else undefined. */
export function cpuOfAffinity(affinity: number, cpus: number): number | undefined {
  if ((affinity & 0xf0) !== 0) return undefined;
  const cpu = (affinity & 0xf) | (((affinity >> 8) & 0xff) << 4) | (((affinity >> 16) & 0xff) << 12);
  return cpu < cpus ? cpu : undefined;
}

/** Types of KVM_IRQ_LINE: KVM_ARM_IRQ_TYPE_SPI and _PPI. */
const LINE_TYPES = { spi: 1, ppi: 2 } as const;

/** The `irq` of struct kvm_irq_level: the line of a PPI of a vCPU, or without one of an SPI; there need not be such a line. */
export function lineNumber(intid: number, cpu: number | undefined): number {
  const type = cpu === undefined ? LINE_TYPES.spi : LINE_TYPES.ppi;
  const index = cpu ?? 0;
  return (((index >> 8) << 28) | (type << 24) | ((index & 0xff) << 16) | (intid & 0xffff)) >>> 0;
}

/** The line that an `irq` of struct kvm_irq_level names; undefined for a type that the vGIC does not take. */
export function lineNumbered(irq: number): { readonly intid: number; readonly cpu?: number } | undefined {
  const type = (irq >>> 24) & 0xf;
  const intid = irq & 0xffff;
  if (type === LINE_TYPES.spi) return { intid };
  return type === LINE_TYPES.ppi
    ? { intid, cpu: (((irq >>> 28) & 0xf) << 8) | ((irq >>> 16) & 0xff) }
    : undefined;
}
