/** What a VM is set up with: the facts that a trace declares, with defaults for the rest. */
import type { Span } from "../syntax/statement.ts";
import type { Bases } from "../vgic/frame-table.ts";
import type { Host } from "../vgic/hosts.ts";
import type { Model } from "../vgic/kvm-abi.ts";

/** What a declaration is about; at most one declaration of each in force. */
export type Fact = "gic" | "revision" | "cpus" | "irqs" | "compare" | "host" | `base ${keyof Bases}`;

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
}

/** Where a declaration stands: in the header, or in the scenario with lines counted from its first. */
export interface DeclarationPlace extends Span {
  readonly inHeader: boolean;
  readonly line: number;
}

/** The facts declared so far, each as it was declared last. */
export interface Declarations {
  readonly facts: Partial<Omit<Setup, "bases">> & { readonly bases: Partial<Bases> };
  readonly places: Readonly<Partial<Record<Fact, DeclarationPlace>>>;
  /** Declarations whose line cannot be read or whose value is wrong: they count as present. */
  readonly attempted: ReadonlySet<string>;
}
