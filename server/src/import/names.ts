/** Addresses and device attributes as a trace names them. */

import { FRAMES, type Frame } from "../vgic/frame-table.ts";
import type { Model } from "../vgic/kvm-abi.ts";
import type { RegisterRow } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import { hex } from "./numbers.ts";

/** A place in a frame. */
export interface Place {
  readonly frame: Frame;
  /** Bytes in the frame; the attribute code for ICC, the first INTID for LEVEL. */
  readonly offset: number;
  /** Whose redistributor; the vCPU that an attribute names. */
  readonly cpu?: number;
}

/** The register at a place; undefined in a gap. */
export function rowAt(model: Model, { frame, offset }: Place): RegisterRow | undefined {
  const { addressedBy } = FRAMES[frame];
  if (addressedBy === "offset") return registers(model).at(frame, offset)?.row;
  return registers(model).rows.find(
    (row) => row.frame === frame && (addressedBy === "intid" || row.offset === offset),
  );
}

/** A place in a trace's words, for the vCPU that a name without `@` would mean; undefined if it has none. */
export function nameOf(model: Model, place: Place, accessor: number): string | undefined {
  const { frame, offset, cpu } = place;
  const at = cpu === undefined || cpu === accessor ? "" : `@cpu${cpu}`;
  if (frame === "LEVEL") return `LEVEL_INFO${offset / 32}${at}`;
  if (frame === "ICC") {
    const row = rowAt(model, place);
    return row && `${row.name}${at}`;
  }
  const match = registers(model).at(frame, offset);
  if (match === undefined) return `${frame}${at}${offset === 0 ? "" : `+${hex(offset)}`}`;
  const rest = offset - match.offset;
  return `${match.name}${at}${rest === 0 ? "" : `+${rest}`}`;
}
