/** What accesses need of a register's row. Unlike rows, all regions share one hidden class, which keeps lookups fast. */
import type { ReadHandler, RegisterRow, WriteHandler } from "./register-table.ts";

export interface Region {
  readonly row: RegisterRow;
  readonly frame: RegisterRow["frame"];
  readonly offset: number;
  readonly bitsPerInterrupt: number;
  /** The sum of the access widths that the guest may use, in bytes: 1, 2, 4, 8. */
  readonly widths: number;
  readonly requires: RegisterRow["requires"];
  readonly read: ReadHandler | undefined;
  readonly write: WriteHandler | undefined;
  readonly trappedWrite: WriteHandler | undefined;
  readonly userRead: ReadHandler | undefined;
  readonly userWrite: WriteHandler | undefined;
}

export function region(row: RegisterRow): Region {
  const { read, write, trappedWrite, userRead, userWrite } = row.behaviour;
  const sharesHandlers = row.frame !== "ICC" && row.frame !== "GICC";
  return {
    row,
    frame: row.frame,
    offset: row.offset,
    bitsPerInterrupt: row.bitsPerInterrupt,
    widths: row.widths.reduce((sum, width) => sum + width, 0),
    requires: row.requires,
    read,
    write,
    trappedWrite,
    userRead: sharesHandlers ? (userRead ?? read) : userRead,
    userWrite: sharesHandlers ? (userWrite ?? write) : userWrite,
  };
}

/** The byte in a region that an access to its frame (the first INTID, for LEVEL) means. */
export function offsetIn({ frame, offset }: Region, accessed: number): number {
  return frame === "LEVEL" ? accessed / 8 : accessed - offset;
}
