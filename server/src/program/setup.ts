/** What a VM is set up with: the facts that a trace declares, with defaults for the rest. */
import type { Span } from "../syntax/statement.ts";
import type { Bases } from "../vgic/frame-table.ts";
import type { Hardware } from "../vgic/kernels/hardware.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import type { RedistributorRegion } from "../vgic/set-up.ts";

/** What a declaration is about; at most one declaration of each in force, but for regions of redistributors. */
export type Fact =
  | "gic"
  | "revision"
  | "cpus"
  | "irqs"
  | "compare"
  | "host"
  | "hardware"
  | "created"
  | "its"
  | "ram"
  | `base ${keyof Bases}`;

/** Guest memory, in bytes. */
export interface Ram {
  readonly start: number;
  readonly size: number;
}

/** What to compare with: nothing when both lists are empty. */
export interface Comparison {
  /** Revisions first..last; `last` is Infinity for `rev2+`. */
  readonly revisions: readonly { readonly first: number; readonly last: number }[];
  readonly hosts: readonly Host[];
}

/** The declarations in force in a scenario. Always usable: what is missing or wrong was replaced. */
export interface Setup {
  readonly model: Model;
  /** What the VMM writes into GICD_IIDR; absent with a `host` and no `revision`: the host's default shows. */
  readonly revision?: number;
  readonly host: Host;
  /** From 1: see LIMITS. */
  readonly cpus: number;
  /** See IRQS. */
  readonly irqs: number;
  /** Absent: all known revisions. */
  readonly compare?: Comparison;
  readonly bases: Bases;
  /** In order; absent: one region at `bases.redist` for all vCPUs. */
  readonly regions?: readonly RedistributorRegion[];
  readonly hardware: Hardware;
  /** The vGIC exists and nothing else was done: the VMM sets it up in operations. */
  readonly created: boolean;
  readonly its: boolean;
  /** Absent: no guest memory. */
  readonly ram?: Ram;
}

/** What of a setup is the machine: equal for scenarios whose operations mean and do the same under each revision. */
export type MachineSetup = Omit<Setup, "revision" | "compare">;

const machineParts: { readonly [Part in keyof MachineSetup]-?: (setup: MachineSetup) => unknown } = {
  model: ({ model }) => model,
  host: ({ host }) => host.name,
  cpus: ({ cpus }) => cpus,
  irqs: ({ irqs }) => irqs,
  bases: ({ bases: { dist, redist, cpu, its } }) => [dist, redist, cpu, its],
  regions: ({ regions }) => regions,
  hardware: ({ hardware: { lrs, priorityBits, idBits } }) => [lrs, priorityBits, idBits],
  created: ({ created }) => created,
  its: ({ its }) => its,
  ram: ({ ram }) => ram,
};

/** A text that is the same for equal machines. */
export function machineKey(setup: MachineSetup): string {
  return JSON.stringify(Object.values(machineParts).map((part) => part(setup)));
}

/** Where a declaration stands: in the header, or in the scenario with lines counted from its first. */
export interface DeclarationPlace extends Span {
  readonly inHeader: boolean;
  readonly line: number;
  /** Whether the header declares the same, so that nothing is due to this one. */
  readonly isRedundant?: boolean;
}

/** The facts declared so far, each as it was declared last. */
export interface Declarations {
  readonly facts: Partial<Omit<Setup, "bases" | "hardware">> & {
    readonly bases: Partial<Bases>;
    readonly hardware?: Partial<Hardware>;
  };
  readonly places: Readonly<Partial<Record<Fact, DeclarationPlace>>>;
  /** Declarations whose line cannot be read or whose value is wrong: they count as present. */
  readonly attempted: ReadonlySet<string>;
  /** Of these the facts that say what the VM is, and that nothing right replaces; the keyword of a line that cannot be read. */
  readonly wrong: ReadonlySet<string>;
}
