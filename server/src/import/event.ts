/** What the line of a log says, whatever format it is in. */

import type { Errno } from "../vgic/errno.ts";
import type { MemoryFrame } from "../vgic/frame-table.ts";
import type { ItsCommand } from "../vgic/its/commands.ts";

export type Width = 1 | 2 | 4 | 8;

/** Who printed a line, as far as the format tells. */
export interface Origin {
  /** What tells one thread from another: its id, or "" where the format names none. */
  readonly task: string;
  readonly name?: string;
  /** What tells one process from another. */
  readonly process?: string;
  /**
   * Printed by an interrupt that hit this task: what it is about need not be the task's own. Absent where the format
   * does not tell.
   */
  readonly interrupt?: boolean;
  /** The CPU of the host that printed it. */
  readonly hostCpu?: number;
}

/** A load or store. Without a value, the log does not tell it. */
export interface Access {
  readonly write: boolean;
  readonly width: Width;
  readonly value?: bigint;
  /** The vCPU, where the line names it. */
  readonly cpu?: number;
}

/** An access by guest physical address. */
export interface AddressAccess extends Access {
  readonly kind: "access";
  readonly address: number;
  /** The kernel answers later in a line of its own. */
  readonly unanswered?: true;
}

/** An access by offset in a frame. */
export interface FrameAccess extends Access {
  readonly kind: "frame-access";
  readonly frame: MemoryFrame;
  readonly offset: number;
  /** Whose redistributor. */
  readonly owner?: number;
}

/** A system register of the GIC. */
export interface SystemAccess {
  readonly kind: "system";
  readonly register: string;
  readonly write: boolean;
  readonly value?: bigint;
  readonly cpu?: number;
  /** By a guest of a hypervisor that runs in the VM itself. */
  readonly nested?: true;
}

/**
 * The level of an interrupt's input. `vmm`: KVM_IRQ_LINE; `vgic`: the vGIC was told, by whomever;
 * `route`: an input of KVM's interrupt routing; `device`: a device of an emulator.
 */
export interface LineEvent {
  readonly kind: "line";
  readonly by: "vmm" | "vgic" | "route" | "device";
  readonly intid: number;
  /** Of a private interrupt. */
  readonly cpu?: number;
  readonly high: boolean;
}

/** KVM_GET/SET/HAS_DEVICE_ATTR on the vGIC. */
export interface AttributeEvent {
  readonly kind: "attribute";
  readonly verb: "get" | "set" | "has";
  readonly group: number;
  readonly attribute: bigint;
  readonly value?: bigint;
  /** Absent when it succeeded. */
  readonly errno?: Errno;
  readonly model?: "v2" | "v3";
  /** A probe in the kernel saw it: what the VMM itself prints says more. */
  readonly probed?: true;
}

/** A command that the guest gave the ITS. */
export interface ItsCommandEvent {
  readonly kind: "its-command";
  /** Of INVALL a log may not show the collection. */
  readonly command: ItsCommand | { readonly name: "invall-unknown" };
  readonly cpu?: number;
}

/** A device's MSI to the ITS. */
export interface MsiEvent {
  readonly kind: "msi";
  readonly device: number;
  readonly event: number;
}

/** A harness announces the access that it is about to make the guest do. */
export interface Announcement {
  readonly kind: "announcement";
  /** Absent when what is announced shows elsewhere. */
  readonly announces?: AddressAccess | AttributeEvent;
}

/** A register's state in a dump: the VMM could restore it, and reads it back. */
export interface DumpedRegister {
  readonly kind: "dumped";
  readonly register: string;
  readonly cpu?: number;
  readonly value: bigint;
  /** Whether writing it back is a part of restoring the state. */
  readonly restore: boolean;
  /** The bits that the dump tells; absent: all 32. */
  readonly mask?: bigint;
}

/** An interrupt's state in a dump. */
export interface DumpedInterrupt {
  readonly kind: "dumped-interrupt";
  readonly type: "SGI" | "PPI" | "SPI" | "LPI";
  readonly intid: number;
  /** Of a private interrupt. */
  readonly cpu?: number;
  /** The latch alone. */
  readonly pending: boolean;
  readonly line: boolean;
  readonly active: boolean;
  readonly enabled: boolean;
  /** Mapped to an interrupt of the host's hardware. */
  readonly hardware: boolean;
  /** Level-sensitive. */
  readonly level: boolean;
  /** Group 1; undefined where the dump has no column for it. */
  readonly group?: boolean;
  /** GICv3: the affinity it is routed to. GICv2: the mask of its targets. */
  readonly route: number;
  /** GICv2: the vCPUs that sent an SGI. */
  readonly source: number;
  readonly priority: number;
  /** The vCPU that it goes to; -1: none. */
  readonly target: number;
}

/** A fact about the VM that shows no access. */
export interface Fact {
  readonly kind: "fact";
  readonly model?: "v2" | "v3";
  readonly cpus?: number;
  readonly irqs?: number;
  readonly its?: true;
  /** An interrupt that it has. */
  readonly intid?: number;
  readonly reason: string;
}

/** Something that a trace can only say in a comment. */
export interface Told {
  readonly kind: "told";
  readonly text: string;
  readonly why: string;
}

/** What is said of a line that another recording begins with. */
export const ANOTHER_RECORDING = "another recording begins";

/** Events are missing here. */
export interface Lost {
  readonly kind: "lost";
  readonly what: string;
}

/** A line that says nothing of use, and why. */
export interface LeftOut {
  readonly kind: "left-out";
  readonly why: string;
  /** The vCPU that the line shows its task to be. */
  readonly cpu?: number;
}

/** A line of its format that cannot be read to its end. */
export interface Unreadable {
  readonly kind: "unreadable";
}

/** A line without an event: headings, comments of the tracer. */
export interface Heading {
  readonly kind: "heading";
}

export type LogEvent =
  | AddressAccess
  | FrameAccess
  | SystemAccess
  | LineEvent
  | AttributeEvent
  | ItsCommandEvent
  | MsiEvent
  | Announcement
  | DumpedRegister
  | DumpedInterrupt
  | Fact
  | Told
  | Lost
  | LeftOut
  | Unreadable
  | Heading;

/** An event, who caused it and when. */
export interface LogEntry {
  readonly event: LogEvent;
  readonly origin: Origin;
  /** As the log prints it. */
  readonly time?: string;
}

/** Takes what a line says. */
export type Emit = (entry: LogEntry) => void;

/** Reads the lines of one format in order. */
export interface Reader {
  /** Gives what the line says; returns whether it is a line of this format. */
  read(line: string, emit: Emit): boolean;
  /**
   * What a whole line says that stands in a text, without its end: what `read` would give of it, in a part of the time;
   * undefined for all that is not plain.
   */
  glance?(text: string, start: number, end: number): LogEntry | undefined;
  /** The log is over. */
  end?(emit: Emit): void;
}

export const nobody: Origin = { task: "" };

/** The width of so many bytes; undefined if no access is as wide. */
export function widthOf(bytes: number): Width | undefined {
  return bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8 ? bytes : undefined;
}
