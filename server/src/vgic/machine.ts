/** What the parts of the emulator share: the state, the VM's fixed set-up, and the list registers in use. */

import { GuestMemory, type Ram } from "./guest-memory.ts";
import { type Hardware, type PriorityFormat, priorityFormat } from "./kernels/hardware.ts";
import type { Host } from "./kernels/hosts.ts";
import type { VersionTraits } from "./kernels/kernels.ts";
import type { REVISIONS } from "./kernels/revisions.ts";
import type { Model } from "./kvm-abi.ts";
import { ListRegisters } from "./list-registers/register-file.ts";
import type { MemoryTable, Notice } from "./notice.ts";
import { Layout, State } from "./state.ts";

/** The arch timers' PPIs: in-kernel devices own them once their vCPU has run (KVM behaviour). */
export const TIMER_PPIS = [27, 30] as const;

/** A list with one word for each of another. */
type OnePer<List extends readonly unknown[]> = { readonly [index in keyof List]: string };

/** That GICD_IIDR showed a revision, by its number. */
export const REVISION_SHOWN = [
  "revision-0-shown",
  "revision-1-shown",
  "revision-2-shown",
  "revision-3-shown",
] as const satisfies OnePer<typeof REVISIONS>;

/** How KVM decided, in one access, on something that revisions or hosts do differently. */
export type Decision =
  | "groups-stored"
  | "groups-ignored"
  | "groups-read-as-ones"
  | "invalidate-shown"
  | "invalidate-hidden"
  | "iidr-selected"
  | "iidr-ignored"
  | "iidr-refused"
  | "sgi-pending"
  | "timer-pending"
  | "sgi-register-undefined"
  | "register-missing"
  | "last-hidden"
  | (typeof REVISION_SHOWN)[number];

/** Why a register ignored a write. */
export type IgnoredWrite =
  /** It takes writes from others only. */
  | "ignored"
  /** The VMM's groups, on a host that wants GICD_IIDR written first. */
  | "before-iidr"
  /** Groups that cannot be written under this revision on this host. */
  | "fixed-groups"
  /** GICD_IIDR, on a host that accepts a revision and keeps its own. */
  | "revision-kept"
  /** A register for LPIs, in a VM without an ITS. */
  | "without-its"
  /** A register for the tables of LPIs, while the vCPU has LPIs enabled. */
  | "lpis-enabled"
  /** GICR_INVLPIR or INVALLR, while the vCPU has LPIs disabled. */
  | "lpis-disabled"
  /** A register for the tables or the queue of the ITS, while that is enabled. */
  | "its-enabled"
  /** GITS_CTLR.Enabled, while the queue or a table is not valid. */
  | "its-incomplete"
  /** GITS_CWRITER, beyond the queue. */
  | "beyond-queue";

export class Machine {
  readonly model: Model;
  readonly layout: Layout;
  readonly state: State;
  readonly hardware: Hardware;
  readonly priorities: PriorityFormat;
  readonly listRegisters: ListRegisters;
  readonly memory: GuestMemory | undefined;
  /** Whether the vGIC is initialised. */
  initialised = true;
  /** By vCPU: whether its redistributor is the last of its region. */
  lastOfRegion: readonly boolean[] = [];
  /** The host that the VM is on; a migration changes it. */
  host: Host;

  /** What was decided in the access at hand; undefined when nothing in it depends on revision or host. */
  decision: Decision | undefined;
  /** Set by a handler whose register did not take the VMM's or anyone's write. */
  ignoredWrite: IgnoredWrite | undefined;

  /** Whether the VM has an ITS, so that there are LPIs. */
  readonly hasIts: boolean;
  /** What the operation at hand did that nobody is told. */
  readonly notices: Notice[] = [];

  /** Takes note of a table that is put to use, if it does not lie in guest memory. @param size bytes */
  noticeOutside(table: MemoryTable, address: number, size: number): void {
    if (this.memory === undefined || size <= 0 || this.memory.has(address, size)) return;
    this.notices.push({ kind: "outside-memory", table, address, size, ram: this.memory.ram });
  }

  /** @param ram guest memory; absent in a VM whose vGIC needs none */
  constructor(
    model: Model,
    cpus: number,
    irqs: number,
    host: Host,
    hardware: Hardware,
    { hasIts = false, ram }: { readonly hasIts?: boolean; readonly ram?: Ram } = {},
  ) {
    this.hasIts = hasIts;
    this.model = model;
    this.host = host;
    this.hardware = hardware;
    // The virtual interface of a GICv2 has five bits.
    this.priorities = priorityFormat(model === "v2" ? 5 : hardware.priorityBits);
    this.listRegisters = new ListRegisters(hardware.lrs);
    this.layout = new Layout(cpus, irqs);
    this.state = new State(this.layout, ram !== undefined);
    const { sparse } = this.state;
    if (ram !== undefined && sparse !== undefined) this.memory = new GuestMemory(ram, sparse.memory);
  }

  /** What the host's version decides. */
  get traits(): VersionTraits {
    return this.host.traits;
  }

  /** The number of vCPUs. */
  get cpus(): number {
    return this.layout.cpus;
  }
}
