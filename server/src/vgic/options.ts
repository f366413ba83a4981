/** What a VM is made of, and what a fresh one gets. */
import type { Bases } from "./frame-table.ts";
import type { Ram } from "./guest-memory.ts";
import type { Hardware } from "./kernels/hardware.ts";
import type { Host } from "./kernels/hosts.ts";
import type { Model } from "./kvm-abi.ts";
import type { RedistributorRegion, SetUp } from "./set-up.ts";

export interface VgicOptions {
  readonly model: Model;
  /** vCPUs, from 1: see LIMITS. */
  readonly cpus: number;
  /** INTIDs 0 to irqs-1: see IRQS. */
  readonly irqs: number;
  readonly host: Host;
  /** What the VMM writes into GICD_IIDR after creation; absent: nothing, the host's default shows. */
  readonly revision?: number;
  readonly bases?: Bases;
  /** Regions of redistributors, in order; absent: one for all vCPUs. */
  readonly regions?: readonly RedistributorRegion[];
  /** What the host's hardware has; absent: what the recorded machine has. */
  readonly hardware?: Hardware;
  /** Whether the VMM has only created the vGIC, and sets it up itself. */
  readonly created?: boolean;
  /** Whether the VM has an ITS. */
  readonly its?: boolean;
  /** Guest memory; absent: none, or with an ITS 1 GiB from 1 GiB on. */
  readonly ram?: Ram;
}

/** What a VM with an ITS has for memory unless it says otherwise. */
export const DEFAULT_RAM: Ram = { start: 0x40000000, size: 0x40000000 };

/** What a fresh VM gets. */
export interface NewVm {
  /** How far the VMM sets it up; absent: as the options say. */
  readonly setUp?: SetUp;
  /** The host that the VM is made on; absent: the one that it was on. */
  readonly host?: Host;
  /** What the VMM writes into GICD_IIDR after creation; absent: nothing, the host's default shows. */
  readonly revision?: number;
  /** Whether guest memory keeps its contents; else it reads as zero. */
  readonly keepsMemory?: boolean;
}
