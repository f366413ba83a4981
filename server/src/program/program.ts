/** A trace ready to run: names resolved, values computed, everything checked that can be before running. */

import type { TraceDocument } from "../document/document.ts";
import type { Edit } from "../document/edit.ts";
import type { Lines } from "../document/lines.ts";
import type { Span, Width } from "../syntax/statement.ts";
import type { Outcome } from "../vgic/answer.ts";
import type { Bases } from "../vgic/frames.ts";
import type { Frame, Model, RegisterMatch } from "../vgic/register-table.ts";
import type { Host } from "../vgic/revisions.ts";
import type { Manager } from "./manager.ts";
import type { Operations } from "./operations.ts";
import type { Problem } from "./problem.ts";
import type { RevisionsNamed } from "./revisions-named.ts";

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
  /** 1 to 8 on GICv2, 1 to 512 on GICv3. */
  readonly cpus: number;
  /** A multiple of 32, 64 to 992. */
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

/** What an operation must answer under revisions first..last. */
export interface ExpectedCase extends Span {
  readonly first: number;
  readonly last: number;
  /** Success without a value stands for success with any. */
  readonly expected: Outcome;
}

/** What an operation must answer. Values and the mask are as wide as the access. */
export interface Expectation extends Span {
  readonly mask?: bigint;
  readonly cases: readonly ExpectedCase[];
  /** One answer without revisions: it is asked of the declared revision alone. */
  readonly declaredOnly: boolean;
}

/** `low` and `high` are bits [31:0] and [63:32] of what is written, unsigned; 0 for reads. */
export type Operation =
  | {
      readonly kind: "mmio";
      readonly cpu: number;
      readonly write: boolean;
      readonly width: Width;
      /** Guest physical; above 2^53 rounded. */
      readonly address: number;
      readonly low: number;
      readonly high: number;
      /** The register at the address, when there is one. */
      readonly register?: RegisterMatch;
    }
  | {
      readonly kind: "sysreg";
      readonly cpu: number;
      readonly write: boolean;
      readonly register: RegisterMatch;
      readonly low: number;
      readonly high: number;
    }
  | {
      readonly kind: "user";
      readonly verb: "get" | "set" | "has";
      readonly frame: Frame;
      /** The vCPU that the attribute names. */
      readonly cpu: number;
      /** Bytes in the frame; the attribute code for ICC, the first INTID for LEVEL. */
      readonly offset: number;
      readonly low: number;
      readonly high: number;
      readonly register?: RegisterMatch;
    }
  | {
      readonly kind: "line";
      readonly intid: number;
      /** Of a PPI. */
      readonly cpu?: number;
      readonly level: "high" | "low" | "pulse";
      readonly byKernel: boolean;
    }
  | { readonly kind: "run"; readonly cpu: number }
  | { readonly kind: "settle" }
  | { readonly kind: "new-vm"; readonly revision?: number }
  | {
      readonly kind: "migrate";
      readonly to?: Host;
      readonly revision?: number;
      readonly by?: Manager;
    };

/** A `let` name. */
export interface Name extends Span {
  readonly line: number;
  /** Absent if it could not be computed; the reason was reported. */
  readonly value?: bigint;
}

/** What stands above the first scenario. Lines count from the file's first. */
export interface Header {
  readonly lines: Lines;
  readonly declarations: Declarations;
  readonly names: ReadonlyMap<string, Name>;
  /** The names that the header's own values use. */
  readonly namesUsed: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** The facts declared so far, each as it was declared last. */
export interface Declarations {
  readonly facts: Partial<Omit<Setup, "bases">> & { readonly bases: Partial<Bases> };
  readonly places: Readonly<Partial<Record<Fact, DeclarationPlace>>>;
  /** Declarations whose line cannot be read or whose value is wrong: they count as present. */
  readonly attempted: ReadonlySet<string>;
}

/** A scenario ready to run. All its lines are counted from its own first, so it can move in the file as it is. */
export interface Scenario {
  readonly lines: Lines;
  /** Empty for the unnamed scenario of a file without `scenario` lines. */
  readonly title: string;
  readonly setup: Setup;
  /** Where the facts in force are declared. */
  readonly places: Declarations["places"];
  readonly operations: Operations;
  readonly revisionsNamed: RevisionsNamed;
  readonly problems: readonly Problem[];
  /** The `let` names that the scenario itself declares. */
  readonly names: ReadonlyMap<string, Name>;
  /** Those of them that it uses. */
  readonly namesUsed: ReadonlySet<string>;
  /** The names of the header that the scenario uses. */
  readonly headerNamesUsed: ReadonlySet<string>;
}

/** How a scenario came about by an edit of another. */
export interface ScenarioEdit {
  readonly from: Scenario;
  readonly lines: Edit;
  readonly operations: Edit;
}

/** A scenario at its place in the file. */
export interface PlacedScenario {
  readonly firstLine: number;
  readonly scenario: Scenario;
  /** Absent where the whole scenario was resolved. */
  readonly edit?: ScenarioEdit;
}

export interface Program {
  readonly document: TraceDocument;
  readonly header: Header;
  readonly scenarios: readonly PlacedScenario[];
}
