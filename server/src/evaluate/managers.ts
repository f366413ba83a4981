/**
 * The orders in which VMMs put a saved vGIC back into a fresh VM: one table for each VMM and model, to be read against
 * the VMM's source. What a table writes as it was saved is also what the VMM saves.
 */
import type { Manager } from "../program/program.ts";
import type { Model } from "../vgic/register-table.ts";

/**
 * One step of an order. An array means its words in turn; the words of SGIs and PPIs of a GICv2 distributor are written
 * for each vCPU before the next word.
 */
export type Step =
  /** A register or array gets back what was saved. */
  | string
  /** All ones: everything is cleared, whatever the fresh VM has set. */
  | { readonly clear: string }
  /** What was saved, unless it is 0: KVM turns a 0 that is written into these registers into something else. */
  | { readonly unlessZero: string }
  /** A pending register gets back what was saved, without what the lines of the VMM's devices explain. */
  | { readonly withoutLines: string }
  /** The VMM's devices drive their lines again (KVM_IRQ_LINE). */
  | { readonly lines: "all" }
  /** QEMU's loop over routes: both words at 4 bytes an INTID, where the registers lie 8 bytes apart. */
  | { readonly strideOf4: string }
  /** All steps for the first word of their arrays, then for the second, … */
  | { readonly words: readonly Step[] }
  /** All steps for vCPU 0, then for vCPU 1, …: its own registers, and of a GICv2 distributor its SGIs and PPIs. */
  | { readonly cpus: readonly Step[] }
  /** The same for vCPU 0 alone. */
  | { readonly firstCpu: readonly Step[] };

export interface Order {
  /** The first and the last INTID that the VMM's arrays cover; without a last one all. */
  readonly interrupts: { readonly first: number; readonly last?: number };
  readonly restore: readonly Step[];
}

/** INTIDs 0 to 31 have a redistributor of their own on GICv3; Firecracker and others leave them out on GICv2 too. */
const SHARED = { first: 32 } as const;
/** Firecracker's VMs have interrupts up to 127. */
const FIRECRACKER_INTERRUPTS = { first: 32, last: 127 } as const;

const CPU_INTERFACE_V2 = [
  "GICC_CTLR",
  "GICC_PMR",
  "GICC_BPR",
  "GICC_ABPR",
  "GICC_APR",
] as const satisfies Step[];

const CPU_INTERFACE_V3 = [
  "ICC_SRE_EL1",
  "ICC_CTLR_EL1",
  "ICC_IGRPEN0_EL1",
  "ICC_IGRPEN1_EL1",
  "ICC_PMR_EL1",
  "ICC_BPR0_EL1",
  "ICC_BPR1_EL1",
  "ICC_AP0R0_EL1",
  "ICC_AP1R0_EL1",
] as const satisfies Step[];

/** What Firecracker and cloud-hypervisor write in the redistributor's SGI frame. */
const SGI_FRAME = [
  "GICR_IGROUPR0",
  "GICR_ICENABLER0",
  "GICR_ISENABLER0",
  "GICR_ICFGR",
  "GICR_ICPENDR0",
  "GICR_ISPENDR0",
  "GICR_ICACTIVER0",
  "GICR_ISACTIVER0",
  "GICR_IPRIORITYR",
] as const satisfies Step[];

/** What Firecracker and cloud-hypervisor write in the distributor, after GICD_CTLR. */
const DISTRIBUTOR_V3 = [
  "GICD_STATUSR",
  "GICD_ICENABLER",
  "GICD_ISENABLER",
  "GICD_IGROUPR",
  "GICD_IROUTER",
  "GICD_ICFGR",
  "GICD_ICPENDR",
  "GICD_ISPENDR",
  "GICD_ICACTIVER",
  "GICD_ISACTIVER",
  "GICD_IPRIORITYR",
] as const satisfies Step[];

/** No VMM's, but what each could do: the revision first, and everything that KVM lets a VMM save. */
const FAITHFUL: Readonly<Record<Model, Order>> = {
  v2: {
    interrupts: { first: 0 },
    restore: [
      "GICD_IIDR",
      "GICD_CTLR",
      { clear: "GICD_ICENABLER" },
      "GICD_ISENABLER",
      "GICD_IGROUPR",
      "GICD_ITARGETSR",
      "GICD_ICFGR",
      { lines: "all" },
      { clear: "GICD_ICPENDR" },
      { withoutLines: "GICD_ISPENDR" },
      { clear: "GICD_ICACTIVER" },
      "GICD_ISACTIVER",
      "GICD_IPRIORITYR",
      { clear: "GICD_CPENDSGIR" },
      "GICD_SPENDSGIR",
      { cpus: CPU_INTERFACE_V2 },
    ],
  },
  v3: {
    interrupts: SHARED,
    restore: [
      "GICD_IIDR",
      "GICD_CTLR",
      {
        cpus: [
          { unlessZero: "GICR_PROPBASER" },
          "GICR_PENDBASER",
          "GICR_CTLR",
          { clear: "GICR_ICENABLER0" },
          "GICR_ISENABLER0",
          "GICR_IGROUPR0",
          "LEVEL_INFO",
          "GICR_ISPENDR0",
          { clear: "GICR_ICACTIVER0" },
          "GICR_ISACTIVER0",
          "GICR_IPRIORITYR",
        ],
      },
      { clear: "GICD_ICENABLER" },
      "GICD_ISENABLER",
      "GICD_IGROUPR",
      "GICD_IROUTER",
      "GICD_ICFGR",
      "LEVEL_INFO",
      "GICD_ISPENDR",
      { clear: "GICD_ICACTIVER" },
      "GICD_ISACTIVER",
      "GICD_IPRIORITYR",
      { cpus: CPU_INTERFACE_V3 },
    ],
  },
};

/**
 * QEMU (hw/intc/arm_gic_kvm.c, arm_gicv3_kvm.c), as version 7.2 was recorded doing it. Before this it writes its own
 * reset state the same way, of which nothing is left afterwards.
 */
const QEMU: Readonly<Record<Model, Order>> = {
  v2: {
    interrupts: { first: 0 },
    restore: [
      "GICD_CTLR",
      { clear: "GICD_ICENABLER" },
      "GICD_ISENABLER",
      "GICD_IGROUPR",
      "GICD_ITARGETSR",
      "GICD_ICFGR",
      { clear: "GICD_ICPENDR" },
      "GICD_ISPENDR",
      { clear: "GICD_ICACTIVER" },
      "GICD_ISACTIVER",
      "GICD_IPRIORITYR",
      { clear: "GICD_CPENDSGIR" },
      "GICD_SPENDSGIR",
      { cpus: CPU_INTERFACE_V2 },
    ],
  },
  v3: {
    interrupts: SHARED,
    restore: [
      "GICD_CTLR",
      {
        cpus: [
          "GICR_CTLR",
          "GICR_STATUSR",
          "GICR_WAKER",
          "GICR_IGROUPR0",
          { clear: "GICR_ICENABLER0" },
          "GICR_ISENABLER0",
          "GICR_ICFGR1",
          "LEVEL_INFO",
          { clear: "GICR_ICPENDR0" },
          "GICR_ISPENDR0",
          { clear: "GICR_ICACTIVER0" },
          "GICR_ISACTIVER0",
          "GICR_IPRIORITYR",
        ],
      },
      "GICD_STATUSR",
      { words: [{ clear: "GICD_ICENABLER" }, "GICD_ISENABLER"] },
      "GICD_IGROUPR",
      { strideOf4: "GICD_IROUTER" },
      "GICD_ICFGR",
      "LEVEL_INFO",
      { words: [{ clear: "GICD_ICPENDR" }, "GICD_ISPENDR"] },
      { words: [{ clear: "GICD_ICACTIVER" }, "GICD_ISACTIVER"] },
      "GICD_IPRIORITYR",
      { cpus: CPU_INTERFACE_V3 },
    ],
  },
};

/** Firecracker (src/vmm/src/arch/aarch64/gic). */
const FIRECRACKER: Readonly<Record<Model, Order>> = {
  v2: {
    interrupts: FIRECRACKER_INTERRUPTS,
    restore: [
      "GICD_CTLR",
      "GICD_ICENABLER",
      "GICD_ISENABLER",
      "GICD_IGROUPR",
      "GICD_ICFGR",
      "GICD_ICPENDR",
      "GICD_ISPENDR",
      "GICD_ICACTIVER",
      "GICD_ISACTIVER",
      "GICD_IPRIORITYR",
      { firstCpu: ["GICD_CPENDSGIR", "GICD_SPENDSGIR"] },
      { cpus: CPU_INTERFACE_V2 },
    ],
  },
  v3: {
    interrupts: FIRECRACKER_INTERRUPTS,
    restore: [
      "GICD_CTLR",
      ...DISTRIBUTOR_V3,
      {
        cpus: [
          "GICR_CTLR",
          "GICR_STATUSR",
          "GICR_WAKER",
          "GICR_PROPBASER",
          "GICR_PENDBASER",
          ...SGI_FRAME,
          ...CPU_INTERFACE_V3,
        ],
      },
    ],
  },
};

/** cloud-hypervisor (hypervisor/src/kvm/aarch64/gic), without the ITS. */
const CLOUD_HYPERVISOR: Order = {
  interrupts: SHARED,
  restore: [
    "GICD_CTLR",
    ...DISTRIBUTOR_V3,
    { cpus: ["GICR_STATUSR", "GICR_WAKER", "GICR_PROPBASER", "GICR_PENDBASER", "GICR_CTLR"] },
    { cpus: SGI_FRAME },
    { cpus: CPU_INTERFACE_V3 },
  ],
};

/**
 * crosvm (devices/src/irqchip/kvm/aarch64.rs): system registers by their code, then the frames word by word in the
 * order of addresses, so that the enable and active bits that were just set are cleared again by the registers
 * behind them. Only registers that keep what is written are listed, and GICD_IIDR is not among them.
 */
const CROSVM: Order = {
  interrupts: SHARED,
  restore: [
    {
      cpus: [
        "ICC_PMR_EL1",
        "ICC_BPR0_EL1",
        "ICC_AP0R0_EL1",
        "ICC_AP1R0_EL1",
        "ICC_BPR1_EL1",
        "ICC_CTLR_EL1",
        "ICC_SRE_EL1",
        "ICC_IGRPEN0_EL1",
        "ICC_IGRPEN1_EL1",
        "GICR_CTLR",
        "GICR_PROPBASER",
        "GICR_PENDBASER",
        "GICR_IGROUPR0",
        "GICR_ISENABLER0",
        "GICR_ICENABLER0",
        "GICR_ISPENDR0",
        "GICR_ICPENDR0",
        "GICR_ISACTIVER0",
        "GICR_ICACTIVER0",
        "GICR_IPRIORITYR",
        "GICR_ICFGR",
      ],
    },
    "GICD_CTLR",
    "GICD_IGROUPR",
    "GICD_ISENABLER",
    "GICD_ICENABLER",
    "GICD_ISPENDR",
    "GICD_ICPENDR",
    "GICD_ISACTIVER",
    "GICD_ICACTIVER",
    "GICD_IPRIORITYR",
    "GICD_ICFGR",
    "GICD_IROUTER",
  ],
};

/** The orders; a VMM without one for a model saves nothing of it. */
export const ORDERS: Readonly<Record<Manager, Readonly<Partial<Record<Model, Order>>>>> = {
  faithful: FAITHFUL,
  qemu: QEMU,
  firecracker: FIRECRACKER,
  "cloud-hypervisor": { v3: CLOUD_HYPERVISOR },
  crosvm: { v3: CROSVM },
};
