/**
 * The orders in which VMMs put a saved vGIC back into a fresh VM: one table for each VMM, version and model, to be read
 * against the VMM's source. What a table writes as it was saved is also what the VMM saves, and the order in which
 * snapshots of VMMs that save arrays of words hold them: imports read the same rows.
 */
import { type Manager, type ManagerName, managerVersion } from "../program/manager.ts";
import type { Model } from "../vgic/kvm-abi.ts";

/**
 * One step of an order. An array means its words in turn; the words of SGIs and PPIs of a GICv2 distributor are written
 * for each vCPU before the next word.
 */
export type Step =
  /** A register or array gets back what was saved. */
  | string
  /** All ones: everything is cleared, whatever the fresh VM has set. */
  | { readonly clear: string }
  /** Zero, which clears nothing: a clear register that the VMM meant to clear everything with. */
  | { readonly zero: string }
  /** What was saved, unless it is 0: KVM turns a 0 that is written into these registers into something else. */
  | { readonly unlessZero: string }
  /** A pending register gets back what was saved, without what the lines of the VMM's devices explain. */
  | { readonly withoutLines: string }
  /** The VMM's devices drive their lines again (KVM_IRQ_LINE). */
  | { readonly lines: "all" }
  /** QEMU's loop over routes: both words at 4 bytes an INTID, where the registers lie 8 bytes apart. */
  | { readonly strideOf4: string }
  /** Every word of a frame, in the order of addresses: the registers, and zero where there is none. */
  | { readonly frame: "GICD" | "GICR" }
  /** All steps for the first word of their arrays, then for the second, … */
  | { readonly words: readonly Step[] }
  /** All steps for vCPU 0, then for vCPU 1, …: its own registers, and of a GICv2 distributor its SGIs and PPIs. */
  | { readonly cpus: readonly Step[] }
  /** The same for vCPU 0 alone. */
  | { readonly firstCpu: readonly Step[] }
  /** For each vCPU, but on vCPU 0 each time: the VMM takes the vCPU's number from the wrong bits. */
  | { readonly cpusAsFirst: readonly Step[] }
  /** Only in a VM with an ITS. */
  | { readonly its: readonly Step[] }
  /** KVM_DEV_ARM_ITS_RESTORE_TABLES: the ITS reads its tables from guest memory. */
  | { readonly tables: "restore" }
  /** Steps whose arrays cover other INTIDs. */
  | { readonly interrupts: Interrupts; readonly steps: readonly Step[] };

/** The first and the last INTID that a VMM's arrays cover; without a last one all. */
export interface Interrupts {
  readonly first: number;
  readonly last?: number;
}

export interface Order {
  readonly interrupts: Interrupts;
  readonly restore: readonly Step[];
  /** What the VMM has the kernel write into guest memory before it saves: LPIs pending, the tables of the ITS. */
  readonly save?: readonly ("pending" | "tables")[];
  /** The VMM saves vCPU 0's redistributor and CPU interface in the place of every vCPU's. */
  readonly savesFirstCpuForAll?: true;
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

/** The CPU interface but for its active priorities. */
const CPU_INTERFACE_V3 = [
  "ICC_SRE_EL1",
  "ICC_CTLR_EL1",
  "ICC_IGRPEN0_EL1",
  "ICC_IGRPEN1_EL1",
  "ICC_PMR_EL1",
  "ICC_BPR0_EL1",
  "ICC_BPR1_EL1",
] as const satisfies Step[];

/** Those that the host's priority bits do not need are left out. */
const ACTIVE_PRIORITIES = [
  "ICC_AP0R0_EL1",
  "ICC_AP0R1_EL1",
  "ICC_AP0R2_EL1",
  "ICC_AP0R3_EL1",
  "ICC_AP1R0_EL1",
  "ICC_AP1R1_EL1",
  "ICC_AP1R2_EL1",
  "ICC_AP1R3_EL1",
] as const satisfies Step[];

/** The order in which every VMM restores the ITS, when all else is restored. */
function translation(queue: Step): Step {
  return {
    its: [
      "GITS_IIDR",
      queue,
      "GITS_CREADR",
      "GITS_CWRITER",
      "GITS_BASER0",
      "GITS_BASER1",
      "GITS_BASER",
      { tables: "restore" },
      "GITS_CTLR",
    ],
  };
}
const TRANSLATION = translation("GITS_CBASER");
const SAVES_TABLES = ["pending", "tables"] as const;

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
      { cpus: [...CPU_INTERFACE_V3, ...ACTIVE_PRIORITIES] },
      // A 0 that is written reads with cacheability: a guest that has no queue yet would see it.
      translation({ unlessZero: "GITS_CBASER" }),
    ],
    save: SAVES_TABLES,
  },
};

/** QEMU's order for a GICv3 but for what changed over its versions. */
interface QemuV3 {
  /** How it writes a clear register. */
  readonly clear: (name: string) => Step;
  /** Which words its bitmaps cover; absent: those of all interrupts. */
  readonly bitmaps?: Interrupts;
  /** Whether it restores GICD_TYPER2. */
  readonly identifies?: true;
}

function qemuV3({ clear, bitmaps, identifies }: QemuV3): Order {
  const covered = (steps: readonly Step[]): readonly Step[] =>
    bitmaps === undefined ? steps : [{ interrupts: bitmaps, steps }];
  const setAfterClear = (clears: string, sets: string): Step => ({ words: [clear(clears), sets] });
  return {
    interrupts: SHARED,
    save: ["tables", "pending"],
    restore: [
      "GICD_CTLR",
      { its: [{ cpus: ["GICR_PROPBASER", "GICR_PENDBASER"] }] },
      {
        cpus: [
          "GICR_CTLR",
          "GICR_STATUSR",
          "GICR_WAKER",
          "GICR_IGROUPR0",
          clear("GICR_ICENABLER0"),
          "GICR_ISENABLER0",
          "GICR_ICFGR1",
          "LEVEL_INFO",
          clear("GICR_ICPENDR0"),
          "GICR_ISPENDR0",
          clear("GICR_ICACTIVER0"),
          "GICR_ISACTIVER0",
          "GICR_IPRIORITYR",
        ],
      },
      ...(identifies ? ["GICD_TYPER2"] : []),
      "GICD_STATUSR",
      ...covered([setAfterClear("GICD_ICENABLER", "GICD_ISENABLER"), "GICD_IGROUPR"]),
      { strideOf4: "GICD_IROUTER" },
      ...covered(["GICD_ICFGR"]),
      "LEVEL_INFO",
      ...covered([
        setAfterClear("GICD_ICPENDR", "GICD_ISPENDR"),
        setAfterClear("GICD_ICACTIVER", "GICD_ISACTIVER"),
      ]),
      "GICD_IPRIORITYR",
      {
        cpus: [
          ...CPU_INTERFACE_V3,
          "ICC_AP0R3_EL1",
          "ICC_AP0R2_EL1",
          "ICC_AP0R1_EL1",
          "ICC_AP0R0_EL1",
          "ICC_AP1R3_EL1",
          "ICC_AP1R2_EL1",
          "ICC_AP1R1_EL1",
          "ICC_AP1R0_EL1",
        ],
      },
      TRANSLATION,
    ],
  };
}

const allOnes = (clear: string): Step => ({ clear });
const nothing = (zero: string): Step => ({ zero });
/** Up to version 2.12 the loop leaves out the first 32 interrupts, but begins at the first register. */
const QEMU_BITMAPS_BEFORE_3 = { first: 0, last: 255 } as const;

/** QEMU for a GICv2 (hw/intc/arm_gic_kvm.c), as version 7.2 was recorded doing it. */
const QEMU_V2: Order = {
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
};

/** Firecracker for a GICv2 (src/vmm/src/arch/aarch64/gic/gicv2). */
const FIRECRACKER_V2: Order = {
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
    { cpusAsFirst: CPU_INTERFACE_V2 },
  ],
};

const LPI_TABLES = ["GICR_PROPBASER", "GICR_PENDBASER"] as const;

/** Firecracker for a GICv3 (src/vmm/src/arch/aarch64/gic/gicv3), with its order of the redistributor's first frame. */
function firecrackerV3(redistributor: readonly Step[], its: readonly Step[]): Order {
  return {
    interrupts: FIRECRACKER_INTERRUPTS,
    save: its.length === 0 ? undefined : SAVES_TABLES,
    restore: [
      "GICD_CTLR",
      ...DISTRIBUTOR_V3,
      { cpus: [...redistributor, ...SGI_FRAME, ...CPU_INTERFACE_V3, ...ACTIVE_PRIORITIES] },
      ...its,
    ],
  };
}

/** cloud-hypervisor (hypervisor/src/kvm/aarch64/gic), with its order of the redistributor's first frame. */
function cloudHypervisor(redistributor: readonly Step[], its: readonly Step[]): Order {
  return {
    interrupts: SHARED,
    save: its.length === 0 ? undefined : SAVES_TABLES,
    restore: [
      "GICD_CTLR",
      ...DISTRIBUTOR_V3,
      { cpus: redistributor },
      { cpus: SGI_FRAME },
      { cpus: [...CPU_INTERFACE_V3, ...ACTIVE_PRIORITIES] },
      ...its,
    ],
  };
}

const REDISTRIBUTOR_CTLR_LAST = ["GICR_STATUSR", "GICR_WAKER", ...LPI_TABLES, "GICR_CTLR"] as const;
const REDISTRIBUTOR_CTLR_FIRST = ["GICR_CTLR", "GICR_STATUSR", "GICR_WAKER", ...LPI_TABLES] as const;
const CLOUD_HYPERVISOR_17 = cloudHypervisor(REDISTRIBUTOR_CTLR_LAST, [TRANSLATION]);

/**
 * crosvm (devices/src/irqchip/kvm/aarch64.rs): system registers by their code, then the frames word by word in the
 * order of addresses, so that the enable and active bits that were just set are cleared again by the registers
 * after them, and GICD_IIDR comes when GICD_CTLR is written already.
 */
const CROSVM: Order = {
  interrupts: SHARED,
  restore: [
    {
      cpus: [
        "ICC_PMR_EL1",
        "ICC_BPR0_EL1",
        ...ACTIVE_PRIORITIES,
        "ICC_BPR1_EL1",
        "ICC_CTLR_EL1",
        "ICC_SRE_EL1",
        "ICC_IGRPEN0_EL1",
        "ICC_IGRPEN1_EL1",
        { frame: "GICR" },
      ],
    },
    { frame: "GICD" },
  ],
};

/** The orders of a VMM from a version on. */
interface VersionRow {
  readonly since: readonly [major: number, minor: number];
  /** What changed with it, in words; absent for the first. */
  readonly change?: string;
  /** A VMM without an order for a model saves nothing of it. */
  readonly orders: Readonly<Partial<Record<Model, Order>>>;
}

/** The orders of every VMM, the oldest version first. Of a branch its last point release is meant. */
export const MANAGERS: Readonly<Record<ManagerName, readonly VersionRow[]>> = {
  faithful: [{ since: [0, 0], orders: FAITHFUL }],
  qemu: [
    {
      since: [0, 0],
      orders: { v2: QEMU_V2, v3: qemuV3({ clear: nothing, bitmaps: QEMU_BITMAPS_BEFORE_3 }) },
    },
    {
      since: [3, 0],
      change: "a GICv3's bitmaps are no longer saved one word off, without the last 32 interrupts",
      orders: { v2: QEMU_V2, v3: qemuV3({ clear: nothing }) },
    },
    {
      since: [7, 2],
      change: "a GICv3's clear registers are written with all ones, not with 0 (7.2.20)",
      orders: { v2: QEMU_V2, v3: qemuV3({ clear: allOnes }) },
    },
    {
      since: [8, 0],
      change: "0 again: these branches ended before the mend",
      orders: { v2: QEMU_V2, v3: qemuV3({ clear: nothing }) },
    },
    {
      since: [10, 0],
      change: "a GICv3's clear registers are written with all ones (10.0.3)",
      orders: { v2: QEMU_V2, v3: qemuV3({ clear: allOnes }) },
    },
    {
      // hw/intc/arm_gicv3_kvm.c, "Migrate GICD_TYPER2", July 2025.
      since: [10, 1],
      change: "GICD_TYPER2 is restored: a host without GICv4.1 refuses a VM that had it",
      orders: { v2: QEMU_V2, v3: qemuV3({ clear: allOnes, identifies: true }) },
    },
  ],
  firecracker: [
    { since: [0, 0], orders: { v2: FIRECRACKER_V2, v3: firecrackerV3(REDISTRIBUTOR_CTLR_FIRST, []) } },
    {
      since: [1, 13],
      change: "GICR_CTLR follows the tables of LPIs, and the ITS is saved",
      orders: { v2: FIRECRACKER_V2, v3: firecrackerV3(REDISTRIBUTOR_CTLR_LAST, [TRANSLATION]) },
    },
  ],
  "cloud-hypervisor": [
    { since: [0, 0], orders: { v3: cloudHypervisor(REDISTRIBUTOR_CTLR_FIRST, []) } },
    {
      since: [17, 0],
      change: "GICR_CTLR follows the tables of LPIs, and the ITS is saved",
      orders: { v3: CLOUD_HYPERVISOR_17 },
    },
    {
      since: [29, 0],
      change: "every vCPU gets vCPU 0's redistributor and CPU interface",
      orders: { v3: { ...CLOUD_HYPERVISOR_17, savesFirstCpuForAll: true } },
    },
    {
      since: [54, 0],
      change: "every vCPU gets its own redistributor and CPU interface again",
      orders: { v3: CLOUD_HYPERVISOR_17 },
    },
  ],
  crosvm: [{ since: [0, 0], orders: { v3: CROSVM } }],
};

/** The order of a VMM for a model; undefined if it saves nothing of it. */
export function orderOf(manager: Manager, model: Model): Order | undefined {
  const version = managerVersion(manager);
  if (version === undefined) return undefined;
  const { name, major, minor } = version;
  const row = MANAGERS[name].findLast(
    ({ since: [since, sinceMinor] }) => major > since || (major === since && minor >= sinceMinor),
  );
  return row?.orders[model];
}
