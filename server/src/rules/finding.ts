/** What the checks find, as data: a code, a place, parameters and related places. Words are made by the code's rule. */

import type { NoticeableChange } from "../evaluate/migration-differences.ts";
import type { VariantId } from "../evaluate/variant.ts";
import type { Manager } from "../program/manager.ts";
import type { ProblemDetail } from "../program/problem.ts";
import type { Span } from "../syntax/statement.ts";
import type { Outcome } from "../vgic/answer.ts";
import type { Ineffective } from "../vgic/current-access.ts";
import type { Skipped } from "../vgic/its/skipped.ts";
import type { Decision, IgnoredWrite } from "../vgic/machine.ts";
import type {
  EventsLost,
  OutsideMemory,
  StaleConfiguration as StaleConfigurationNotice,
} from "../vgic/notice.ts";
import type { Field } from "../vgic/registers/register-table.ts";

/** What a variant answered. */
export interface VariantOutcome {
  readonly variant: VariantId;
  readonly outcome: Outcome;
}

/** The operation that a finding is about, as far as messages need it. */
export interface Subject {
  /** "GICD_IGROUPR1", "ICC_IAR1_EL1", "GICR_CTLR of cpu1", "0x09000000", "settle". */
  readonly name: string;
  readonly kind: "read" | "write" | "other";
  /** Bytes of the access; 0 when it has no value. */
  readonly width: number;
  /** Whether only the other model has the register: it may be named where the access is expected to fail. */
  readonly ofOtherModel?: boolean;
  /** What revisions change about the register, in words. */
  readonly revisions?: string;
  /** Fields of the register, for naming differing bits. */
  readonly fields: readonly Field[];
  /** The first INTID that the value's bits stand for and how many bits each takes; absent if none. */
  readonly interrupts?: { readonly first: number; readonly bits: number };
}

/** An earlier operation that made the state diverge. */
export interface Cause {
  readonly line: number;
  readonly span: Span;
  /** What it wrote to: "GICD_IGROUPR1". */
  readonly name: string;
  /** What each variant decided there; absent entries decided nothing of note. */
  readonly decisions: readonly { readonly variant: VariantId; readonly decision: Decision | undefined }[];
}

/** What is written in the place of a span so that an expectation with cases by host says what was answered. */
export interface CaseEdit extends Span {
  readonly pieces: readonly (string | Outcome)[];
}

export interface ExpectationFailure {
  readonly code: "expectation";
  readonly subject: Subject;
  /** Absent: the operation should have succeeded and says nothing more. */
  readonly expected?: Outcome;
  readonly mask?: bigint;
  /** The variants under which it does not hold, with what they answered; the declared one first. */
  readonly actual: readonly VariantOutcome[];
  /** Whether the expectation names revisions. */
  readonly byRevision: boolean;
  /** Where cases speak of hosts: what to write so that every case of the line holds. */
  readonly caseEdits: readonly CaseEdit[];
  readonly outcomes: readonly VariantOutcome[];
}

export interface RevisionDifference {
  readonly code: "revision-difference";
  readonly subject: Subject;
  /** Every variant; the declared one first. */
  readonly outcomes: readonly VariantOutcome[];
  /** That of the line's expectation. */
  readonly mask?: bigint;
  /** The differing variants that no per-revision expectation accounts for. */
  readonly unaccounted: readonly VariantId[];
  /** Where the line's cases speak of hosts: the cases that it lacks. */
  readonly caseEdits: readonly CaseEdit[];
  readonly causes: readonly Cause[];
  /** What the operation itself decided otherwise, if that is the reason. */
  readonly own?: Cause["decisions"];
}

export interface LatentRevisionDifference {
  readonly code: "latent-revision-difference";
  readonly subject: Subject;
  readonly decisions: Cause["decisions"];
}

/** Why a host took a VMM's write and did nothing with it. */
export type Dropped = Extract<IgnoredWrite, "before-iidr" | "fixed-groups" | "revision-kept">;

export interface HostFailure {
  readonly code: "host-failure";
  readonly subject: Subject;
  /** Whether a call takes the kernel with it, or a vCPU never leaves the kernel. */
  readonly how: "crash" | "stuck-cpu";
  readonly host: string;
  /** The event without a collection that the kernel stumbles over. */
  readonly event?: { readonly device: number; readonly event: number };
}

export interface IneffectiveCommand {
  readonly code: "ineffective-command";
  /** As a message names it. */
  readonly command: string;
  readonly why: Skipped;
  /** How many more commands of the operation were skipped. */
  readonly others: number;
}

export interface StaleConfiguration {
  readonly code: "stale-lpi-configuration";
  readonly notice: StaleConfigurationNotice;
  /** The line that wrote the byte, and what it wrote; absent where none of the lines above did. */
  readonly writer?: Span & { readonly line: number };
}

export interface TableOutsideMemory {
  readonly code: "table-outside-memory";
  readonly notice: OutsideMemory;
}

export interface LostEvents {
  readonly code: "event-without-collection";
  readonly notice: EventsLost;
}

export interface IneffectiveAccess {
  readonly code: "ineffective-access";
  readonly subject: Subject;
  readonly why: Exclude<Ineffective, Dropped>;
  /** The register 64 KiB away, in the other frame of the redistributor: one is often taken for the other. */
  readonly meant?: string;
  readonly irqs: number;
  /** Widths in bytes that the register takes. */
  readonly widths: readonly number[];
}

export interface RevisionNotSelectable {
  readonly code: "revision-not-selectable";
  readonly revision: number;
  readonly shown: number;
  readonly host: string;
  readonly refused: boolean;
}

/** What a kernel that was driven through the trace answered on a line. */
export interface KernelDisagreement {
  readonly code: "kernel-disagrees";
  readonly subject: Subject;
  /** The kernel's release, as in `uname -r`. */
  readonly release: string;
  /** The variants under which it answered differently than expected, or than the emulator as this kernel. */
  readonly disagreements: readonly {
    readonly variant: VariantId;
    readonly kernel: Outcome;
    readonly emulator: Outcome;
    readonly emulatorAgrees: boolean;
    /** What does not hold. */
    readonly expected?: Outcome;
  }[];
  readonly mask?: bigint;
  /** Where the line's cases speak of hosts: a case for this kernel, if one is due. */
  readonly caseEdits?: readonly CaseEdit[];
  /** What is to be expected: the kernel's answers, the emulator's where it was not asked; the declared one first. */
  readonly outcomes: readonly VariantOutcome[];
}

export interface WriteWithoutEffect {
  readonly code: "write-without-effect";
  readonly subject: Subject;
  readonly why: Dropped;
  readonly host: string;
  /** The revision that the host shows. */
  readonly revision: number;
}

export interface GroupsBeforeRevision {
  readonly code: "groups-before-revision";
  readonly subject: Subject;
  /** The line that writes GICD_IIDR. */
  readonly revisionLine: number;
}

export interface ClearRegisterRestored {
  readonly code: "clear-register-restored";
  readonly subject: Subject;
  readonly value: number;
}

export interface PriorityMaskFormat {
  readonly code: "priority-mask-format";
  readonly value: number;
}

export interface MigrationDifference {
  readonly code: "migration-difference";
  readonly changes: readonly NoticeableChange[];
  readonly by: Manager;
  readonly to: string;
}

export interface UnusedSuppression {
  readonly code: "unused-suppression";
  readonly silenced: string;
  /** Whether such a code exists. */
  readonly known: boolean;
  readonly scope: "line" | "file";
}

export type FindingDetail =
  | ProblemDetail
  | ExpectationFailure
  | RevisionDifference
  | LatentRevisionDifference
  | IneffectiveAccess
  | IneffectiveCommand
  | StaleConfiguration
  | TableOutsideMemory
  | LostEvents
  | HostFailure
  | RevisionNotSelectable
  | MigrationDifference
  | WriteWithoutEffect
  | GroupsBeforeRevision
  | ClearRegisterRestored
  | PriorityMaskFormat
  | KernelDisagreement
  | UnusedSuppression;

export type Code = FindingDetail["code"];

/** The details of the findings of some codes. */
export type DetailOf<C extends Code> = Extract<FindingDetail, { readonly code: C }>;

/** A finding at its place: a line of the file, counted from 0, and columns in it. */
export type Finding = Span &
  FindingDetail & {
    readonly line: number;
    /** How many more lines have the same problem for the same reason, and are not told of. */
    readonly others?: number;
  };
