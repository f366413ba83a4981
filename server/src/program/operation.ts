/** What an operation asks of the emulator, and what it must answer. */
import type { Span, Width } from "../syntax/statement.ts";
import type { Outcome } from "../vgic/answer.ts";
import type { Frame } from "../vgic/frame-table.ts";
import type { Host } from "../vgic/hosts.ts";
import type { RegisterMatch } from "../vgic/register-table.ts";
import type { Manager } from "./manager.ts";

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
