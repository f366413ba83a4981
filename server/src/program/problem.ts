/**
 * What is wrong with a trace before anything is run, as data: a code, a place and parameters. The words are made
 * where problems are shown.
 */

import type { Span, SyntaxProblem } from "../syntax/statement.ts";
import type { MemoryFrame } from "../vgic/frame-table.ts";
import type { Ram } from "../vgic/guest-memory.ts";
import type { HostProblem } from "../vgic/kernels/hosts.ts";
import type { Version } from "../vgic/kernels/kernels.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import type { Fact } from "./setup.ts";

/** Why a word is no host: `parseHost` says so, or it is written as a name that the configuration would have to give. */
export type HostRefusalReason = HostProblem | "not-named";

export interface Syntax {
  readonly code: "syntax";
  /** The one problem that comes in words: the parser knows best what it expected. */
  readonly message: string;
  /** What was probably meant to stand there. */
  readonly replacement?: string;
}

export interface UnknownRegister {
  readonly code: "unknown-register";
  readonly name: string;
  readonly nearest?: string;
  /** The model that does have this register. */
  readonly otherModel?: Model;
}

export interface UnknownName {
  readonly code: "unknown-name";
  readonly name: string;
  readonly nearest?: string;
  /**
   * What the name is instead of a value: a register (whose fields are values), a `let` name declared further
   * down, an errno that does not exist.
   */
  readonly is?: "register" | "declared-below" | "errno";
}

export interface UnknownField {
  readonly code: "unknown-field";
  readonly register: string;
  readonly field: string;
  readonly nearest?: string;
}

export type InvalidDeclarationReason =
  /** `gic v4`. */
  | { readonly reason: "model"; readonly name: string }
  /** Outside `least`..`most`; `model` where the limit is this model's. */
  | {
      readonly reason: "count";
      readonly declaration: "cpus" | "irqs";
      readonly value: bigint;
      readonly least: number;
      readonly most: number;
      readonly model?: Model;
    }
  /** Not a multiple of 32. */
  | { readonly reason: "irqs-multiple"; readonly value: bigint }
  /** No kernel has this revision. */
  | { readonly reason: "revision"; readonly value: bigint }
  /** Revision 0 on a host that is not older than 4.19. */
  | { readonly reason: "revision-of-older-host"; readonly value: bigint; readonly host: string }
  | {
      readonly reason: "host";
      readonly host: string;
      readonly why: HostRefusalReason;
      readonly nearest?: string;
    }
  /** A revision set without any known revision. */
  | { readonly reason: "revisions"; readonly text: string }
  | {
      readonly reason: "base-alignment";
      readonly address: bigint;
      readonly alignment: number;
      readonly model: Model;
    }
  /** Above the 48 bits of a guest physical address. */
  | { readonly reason: "base-range"; readonly address: bigint }
  /** `base redist` and `base its` on GICv2, `base cpu` on GICv3. */
  | { readonly reason: "base-model"; readonly frame: string; readonly model: Model }
  /** `its` on GICv2. */
  | { readonly reason: "its-model" }
  /** `count` on another frame than the redistributors. */
  | { readonly reason: "count-of-frame"; readonly frame: string }
  /** Regions with fewer redistributors than there are vCPUs. */
  | { readonly reason: "too-few-redistributors"; readonly count: number; readonly cpus: number }
  /** A region without a count beside others, or two that overlap. */
  | { readonly reason: "regions"; readonly why: "without-count" | "overlap" }
  /** `ram` of no bytes, or beyond the 48 bits of a guest physical address. */
  | { readonly reason: "ram-range"; readonly begin: bigint; readonly size: bigint }
  /** `ram` lies over a frame, whose first address and the one after its last are given. */
  | {
      readonly reason: "ram-overlaps";
      readonly frame: MemoryFrame;
      readonly start: number;
      readonly end: number;
      readonly ram: Ram;
    }
  /** A region of no redistributors, or of more than KVM's ABI can say. */
  | { readonly reason: "region-count"; readonly value: bigint; readonly most: number }
  /** A quantity of the hardware that is named twice, or that has another value than it can. */
  | { readonly reason: "quantity-twice"; readonly name: string }
  | {
      readonly reason: "quantity";
      readonly name: string;
      readonly value: bigint;
      readonly values: readonly number[];
    }
  /** A `let` name that already means a register or a frame. */
  | { readonly reason: "name-of-register"; readonly name: string };

export type InvalidDeclaration = { readonly code: "invalid-declaration" } & InvalidDeclarationReason;

export interface MissingDeclaration {
  readonly code: "missing-declaration";
  /** `its` and `ram` where an operation needs them. */
  readonly declaration: "gic" | "revision" | "its" | "ram";
}

export interface MisplacedDeclaration {
  readonly code: "misplaced-declaration";
  /** A declaration below the first operation of its scenario, or an operation above the first scenario. */
  readonly what: Fact | "operation";
}

export interface DuplicateDeclaration {
  readonly code: "duplicate-declaration";
  /** A fact, or the `let` name. */
  readonly declaration: string;
  /** The line of the first one, counted like the problem's own line. */
  readonly firstLine: number;
}

export type InvalidValueReason =
  /** More than `bits` bits, where that many are written, compared or used as an offset. */
  | { readonly reason: "too-wide"; readonly value: bigint; readonly bits: number }
  | { readonly reason: "no-such-cpu"; readonly cpu: number; readonly cpus: number }
  /** Not 16..irqs-1. SGIs (0 to 15) have no line. */
  | { readonly reason: "intid"; readonly intid: bigint; readonly irqs: number }
  | { readonly reason: "ppi-without-cpu"; readonly intid: number }
  | { readonly reason: "spi-with-cpu"; readonly intid: number }
  /** `@cpuN` where only the accessing vCPU counts: GICD and GICC registers, raw addresses. */
  | { readonly reason: "cpu-without-meaning"; readonly target: string }
  /** A VMM access to a number: attributes are named by register or frame. */
  | { readonly reason: "raw-attribute"; readonly text: string }
  /** A load or store of a system register or of LEVEL_INFO. */
  | { readonly reason: "not-memory-mapped"; readonly register: string }
  /** The VMM reaches guest memory at multiples of the width, inside `ram`. */
  | { readonly reason: "memory-alignment"; readonly address: number; readonly width: number }
  | {
      readonly reason: "outside-ram";
      readonly address: bigint;
      readonly length: number;
      readonly start: number;
      readonly size: number;
    }
  /** An operation that the emulator cannot do yet. */
  | { readonly reason: "not-evaluated"; readonly words: string }
  /** The ITT of `mapd` is no multiple of 256. */
  | { readonly reason: "itt-alignment"; readonly address: number }
  /** `bits` of `mapd` is not 1 to 32. */
  | { readonly reason: "event-bits"; readonly bits: number }
  /** `mrs` or `msr` of a memory-mapped register. */
  | { readonly reason: "not-a-system-register"; readonly register: string }
  | { readonly reason: "revision"; readonly value: bigint }
  | { readonly reason: "revision-of-older-host"; readonly value: bigint; readonly host: string }
  /** A per-revision case for revisions that do not exist. */
  | { readonly reason: "revisions"; readonly text: string }
  /** A per-revision case for a revision that an earlier case speaks of already. */
  | { readonly reason: "overlapping-revisions"; readonly text: string }
  | {
      readonly reason: "host";
      readonly host: string;
      readonly why: HostRefusalReason;
      readonly nearest?: string;
    };

export type InvalidValue = { readonly code: "invalid-value" } & InvalidValueReason;

export interface UnusedName {
  readonly code: "unused-name";
  readonly name: string;
}

export type RedundantDeclaration = { readonly code: "redundant-declaration" } & (
  | { readonly declaration: Fact }
  /** A flag that says of a host what its version, or another flag, says already. */
  | {
      readonly flag: string;
      readonly host: string;
      /** Whether the host begins or ends a range of versions, which flags have no part in. */
      readonly isBound: boolean;
    }
);

/** A host that is older or newer than every kernel that is known. */
export interface UnknownKernel {
  readonly code: "unknown-kernel";
  readonly host: string;
  readonly version: Version;
  /** The kernel that stands in for it. */
  readonly modelledAs: Version;
}

export type ProblemDetail =
  | Syntax
  | UnknownRegister
  | UnknownName
  | UnknownField
  | InvalidDeclaration
  | MissingDeclaration
  | MisplacedDeclaration
  | DuplicateDeclaration
  | InvalidValue
  | UnusedName
  | RedundantDeclaration
  | UnknownKernel;

/** A problem with its columns; the line is known to whoever holds the line. */
export type LineProblem = Span & ProblemDetail;

/** A problem with its place. */
export type Problem = LineProblem & { readonly line: number };

/** Takes a problem of the line in hand. */
export type Report = (span: Span, detail: ProblemDetail) => void;

/** The problem of a line that cannot be read. */
export function syntaxProblem({ message, replacement, start, end }: SyntaxProblem, line: number): Problem {
  return { code: "syntax", message, replacement, start, end, line };
}

/** A problem whose lines have moved. */
export function movedProblem(problem: Problem, at: (line: number) => number): Problem {
  const line = at(problem.line);
  return problem.code === "duplicate-declaration"
    ? { ...problem, line, firstLine: at(problem.firstLine) }
    : { ...problem, line };
}
