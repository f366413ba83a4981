/** What an operation asks of the emulator, and what it must answer. */
import type { Quantifier, Span, TablesAction, Width } from "../syntax/statement.ts";
import { unreachable } from "../syntax/unreachable.ts";
import type { Outcome } from "../vgic/answer.ts";
import { FRAMES, type Frame } from "../vgic/frame-table.ts";
import type { ItsCommand } from "../vgic/its/commands.ts";
import type { Host } from "../vgic/kernels/hosts.ts";
import type { RegisterMatch } from "../vgic/registers/register-table.ts";
import type { Setting } from "../vgic/set-up.ts";
import type { Manager } from "./manager.ts";

/** A host, or all before it or from it on: by version alone, but for `host`, which is that very one. */
export interface HostCondition {
  readonly relation: "before" | "from" | "host";
  readonly host: Host;
}

/** What an operation must answer under revisions first..last, of hosts that meet the condition. Its span is the answer's. */
export interface ExpectedCase extends Span {
  /** The column where the case begins, with what it covers. */
  readonly begin: number;
  /** From 0 to Infinity where no revisions are named. */
  readonly first: number;
  readonly last: number;
  readonly when?: HostCondition;
  /** Success without a value stands for success with any. */
  readonly expected: Outcome;
}

/** What an operation must answer. Values and the mask are as wide as the access. */
export interface Expectation extends Span {
  /** Absent: always. */
  readonly quantifier?: Quantifier;
  readonly mask?: bigint;
  readonly cases: readonly ExpectedCase[];
  /** One answer without cases: it is asked of the declared revision alone. */
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
  | { readonly kind: "new-vm"; readonly keepsMemory: boolean; readonly revision?: number }
  | {
      readonly kind: "migrate";
      readonly to?: Host;
      readonly revision?: number;
      readonly by?: Manager;
    }
  | {
      readonly kind: "memory";
      readonly write: boolean;
      readonly width: Width;
      /** Guest physical, inside `ram`, a multiple of the width. */
      readonly address: number;
      readonly low: number;
      readonly high: number;
    }
  /** `length` bytes from `address` on, inside `ram`, become `byte`. */
  | {
      readonly kind: "memory-fill";
      readonly address: number;
      readonly length: number;
      readonly byte: number;
    }
  | { readonly kind: "its-command"; readonly cpu: number; readonly command: ItsCommand }
  | { readonly kind: "msi"; readonly device: number; readonly event: number }
  | { readonly kind: "tables"; readonly action: TablesAction }
  | {
      readonly kind: "setting";
      readonly verb: "get" | "set" | "has";
      readonly setting: Setting;
      /** Of REDIST_REGION: what is read. */
      readonly region: number;
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: "init"; readonly verb: "do" | "has" };

/** Bytes of the value that an operation takes or gives; 0 where it has none. */
export function widthOf(operation: Operation): 0 | Width {
  switch (operation.kind) {
    case "mmio":
    case "memory":
      return operation.width;
    case "sysreg":
      return 8;
    case "user":
      return FRAMES[operation.frame].attributeBytes;
    case "setting":
      return settingWidth(operation.setting);
    case "msi":
      return 4;
    case "line":
    case "run":
    case "settle":
    case "new-vm":
    case "migrate":
    case "memory-fill":
    case "its-command":
    case "tables":
    case "init":
      return 0;
    default:
      return unreachable(operation);
  }
}

/** Bytes of a setting's value: the attribute's type in KVM's ABI. */
export function settingWidth(setting: Setting): 4 | 8 {
  return setting === "NR_IRQS" || setting === "MAINT_IRQ" ? 4 : 8;
}
