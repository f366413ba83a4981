/**
 * What a register is, and how one is found by name and by offset.
 *
 * A register's facts stand once, in a row of a table (distributor-v2.ts, distributor-v3.ts, redistributor.ts,
 * gicc.ts, system-registers.ts). The emulator, the language and the editor all read that row.
 */

import type { Refusal } from "../answer.ts";
import { FRAMES, type Frame } from "../frame-table.ts";
import type { YesOrNo } from "../kernels/kernels.ts";
import type { Machine } from "../machine.ts";
import type { BitField, ByteField } from "../state.ts";

/** A field of a register, bits [high:low]. */
export interface Field {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly doc: string;
}

/** Who accesses a register, and whose private state it means. */
export interface Access {
  /** GICv2: the accessing vCPU (the VMM names one); a redistributor: its owner. */
  cpu: number;
  byUser: boolean;
  /** Whether INTIDs 0 to 31 are reached through this frame; not through a GICv3 distributor (affinity routing). */
  banked: boolean;
}

/** Reads the aligned 32-bit word at byte `offset` of the region (all of a system register: none is wider). */
export type ReadHandler = (machine: Machine, access: Access, offset: number) => number | Refusal;

/**
 * Writes `length` bytes at byte `offset` of the region: 1 or 4, or 8 of a system register, whose upper half is
 * `high`. Nothing returned stands for success.
 */
export type WriteHandler = (
  machine: Machine,
  access: Access,
  offset: number,
  value: number,
  length: number,
  high: number,
) => Refusal | undefined;

/** What one side (guest or VMM) may do with a register, in words for people. */
export interface Rules {
  readonly read: string;
  readonly write: string;
}

/**
 * How the emulator answers accesses. Absent handlers: a memory-mapped register reads as zero and ignores writes, a
 * system register is undefined in the guest and ENOENT (before Linux 6.0 ENXIO) for the VMM.
 */
export interface Behaviour {
  readonly read?: ReadHandler;
  readonly write?: WriteHandler;
  /** KVM's handler of a guest's write, where that is the hardware's at other times. */
  readonly trappedWrite?: WriteHandler;
  /** The VMM's handlers; where absent, the guest's serve (not for system registers and GICC). */
  readonly userRead?: ReadHandler;
  readonly userWrite?: WriteHandler;
}

/** What reading or writing a register does to interrupts, or shows of them, as the CPU interface has it. */
export type Role =
  /** A read takes an interrupt, and gives its INTID. */
  | "acknowledge"
  /** A read gives the INTID that would be acknowledged. */
  | "highest-pending"
  | "running-priority"
  /** A write ends the interrupt with the INTID written, or deactivates it. */
  | "end"
  | "deactivate"
  /** A read shows what is signalled to the vCPU. */
  | "signals"
  /** A read shows which vCPU it is. */
  | "identity";

/** The facts of a register, or of an array of registers that differ only by their index. */
export interface RegisterRow {
  /** Name as the Arm specification spells it, without the index: "GICD_ISENABLER". */
  readonly name: string;
  /** Full name: "Interrupt Set-Enable Registers". */
  readonly title: string;
  readonly frame: Frame;
  /** Byte offset of the region in its frame; the attribute code for ICC; 0 for LEVEL. */
  readonly offset: number;
  /** Bytes of one register: 4 or 8. */
  readonly size: 4 | 8;
  /** Length of the region in bytes. */
  readonly length: number;
  /** The index of the first register of an array; absent when the name carries no index. */
  readonly firstIndex?: number;
  /** State bits per interrupt; 0 for a register that is not about single interrupts. */
  readonly bitsPerInterrupt: 0 | 1 | 2 | 8 | 64;
  /** Access widths the guest may use, in bytes. Others read as zero and are ignored (KVM region flags). */
  readonly widths: readonly number[];
  readonly fields: readonly Field[];
  /** The value after reset in words or hexadecimal. */
  readonly reset: string;
  readonly guest: Rules;
  readonly user: Rules;
  readonly behaviour: Behaviour;
  /** The state that reads show, for finding what else touches it. */
  readonly shows: readonly (BitField | ByteField | "affinity")[];
  /** What GICD_IIDR revisions change about it, in words; absent when nothing. */
  readonly revisions?: string;
  readonly doc: string;
  readonly role?: Role;
  /** Where ones that are written clear bits: the register that sets them, without its frame ("ISENABLER"). */
  readonly clears?: string;
  /** Set where reads tell the revision of KVM's vGIC. */
  readonly showsRevision?: true;
  /** Set where KVM_HAS_DEVICE_ATTR denies the register although it can be read: always, or on older kernels. */
  readonly hidden?: true | { readonly unless: YesOrNo };
  /** Set where only some kernels have the register: on the others there is a gap in its place. */
  readonly requires?: YesOrNo;
  /** Set on a system register that KVM emulates: whether it does in the entry at hand. The others are the hardware's. */
  readonly trapped?: (machine: Machine) => boolean;
}

/** A register that was found: its row, its index in the array (0 when not indexed) and its own offset. */
export interface RegisterMatch {
  readonly row: RegisterRow;
  /** The full name, with the index. */
  readonly name: string;
  readonly index: number;
  /** Byte offset in the frame (the attribute code for ICC, the first INTID for LEVEL). */
  readonly offset: number;
}

/** How many registers the array of a row holds; 1 for a register without an index. */
export function registerCount(row: RegisterRow): number {
  return row.firstIndex === undefined ? 1 : row.length / row.size;
}

/** The INTIDs whose state the bytes [offset, offset+length) of a row hold; undefined if not about interrupts. */
export function interruptsAt(
  row: RegisterRow,
  offset: number,
  length: number,
): { first: number; count: number } | undefined {
  const bits = row.bitsPerInterrupt;
  if (bits === 0) return undefined;
  const first = Math.floor(((offset - row.offset) * 8) / bits);
  return { first, count: Math.max(1, Math.floor((length * 8) / bits)) };
}

/** Index of the rows of one model by name. Build once per model and share. */
export class RegisterIndex {
  readonly rows: readonly RegisterRow[];
  readonly #byName = new Map<string, RegisterMatch>();
  /** By frame and offset: what was found there before. */
  readonly #found = new Map<Frame, Map<number, RegisterMatch>>();

  constructor(rows: readonly RegisterRow[]) {
    this.rows = rows;
    for (const row of rows) {
      for (let i = 0; i < registerCount(row); i++) {
        const index = (row.firstIndex ?? 0) + i;
        const name = row.firstIndex === undefined ? row.name : `${row.name}${index}`;
        const step = FRAMES[row.frame].addressedBy === "intid" ? 32 : row.size;
        this.#byName.set(name, { row, name, index, offset: row.offset + i * step });
      }
    }
  }

  /** The register of that exact name (index included), or undefined. */
  find(name: string): RegisterMatch | undefined {
    return this.#byName.get(name);
  }

  /** Every full name of the model, in table order. */
  names(): IterableIterator<string> {
    return this.#byName.keys();
  }

  /** The register that covers a byte offset of a frame, or undefined in a gap. */
  at(frame: Frame, offset: number): RegisterMatch | undefined {
    const known = this.#found.get(frame)?.get(offset);
    if (known !== undefined) return known;
    const match = this.#search(frame, offset);
    if (match === undefined) return undefined;
    const found = this.#found.get(frame) ?? new Map<number, RegisterMatch>();
    this.#found.set(frame, found.set(offset, match));
    return match;
  }

  #search(frame: Frame, offset: number): RegisterMatch | undefined {
    for (const row of this.rows) {
      if (row.frame !== frame || offset < row.offset || offset >= row.offset + row.length) continue;
      const i = Math.floor((offset - row.offset) / row.size);
      const index = (row.firstIndex ?? 0) + i;
      const name = row.firstIndex === undefined ? row.name : `${row.name}${index}`;
      return { row, name, index, offset: row.offset + i * row.size };
    }
    return undefined;
  }
}
