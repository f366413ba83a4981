/** What a VM is set up with: the facts that a trace declares, with defaults for the rest. */
import type { Span } from "../syntax/statement.ts";
import { type Bases, DEFAULT_BASES } from "../vgic/frame-table.ts";
import { DEFAULT_HARDWARE, type Hardware } from "../vgic/kernels/hardware.ts";
import { DEFAULT_HOST, type Host } from "../vgic/kernels/hosts.ts";
import { LATEST_REVISION } from "../vgic/kernels/revisions.ts";
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

export const noDeclarations: Declarations = {
  facts: { bases: {} },
  places: {},
  attempted: new Set(),
  wrong: new Set(),
};

/** Guest memory of a VM with an ITS. */
const defaultRam: Ram = { start: 0x4000_0000, size: 0x4000_0000 };

/** The setup that declarations amount to; what is missing is replaced. */
export function setupOf({ facts, attempted }: Declarations): Setup {
  // A host without a revision runs at its own default; a revision that cannot be read is no such choice.
  const created = facts.created ?? false;
  const hostDecides = created || (facts.host !== undefined && !attempted.has("revision"));
  const its = facts.its ?? false;
  return {
    model: facts.model ?? "v3",
    // Of a VM that is only created nobody has written GICD_IIDR.
    revision: created ? undefined : (facts.revision ?? (hostDecides ? undefined : LATEST_REVISION)),
    host: facts.host ?? DEFAULT_HOST,
    cpus: facts.cpus ?? 1,
    irqs: facts.irqs ?? 256,
    compare: facts.compare,
    bases: { ...DEFAULT_BASES, ...facts.bases },
    regions: facts.regions,
    hardware: { ...DEFAULT_HARDWARE, ...facts.hardware },
    created,
    its,
    ram: facts.ram ?? (its ? defaultRam : undefined),
  };
}

/** Which required declarations are missing: `gic`, and `revision` unless a `host` decides it or the VM is only created. */
export function missingDeclarations({ attempted }: Declarations): ("gic" | "revision")[] {
  const missing: ("gic" | "revision")[] = [];
  // A line that is like nothing may have been one of them.
  if (attempted.has("")) return missing;
  if (!attempted.has("gic")) missing.push("gic");
  const isDecided = attempted.has("revision") || attempted.has("host") || attempted.has("created");
  if (!isDecided) missing.push("revision");
  return missing;
}
