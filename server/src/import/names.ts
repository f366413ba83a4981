/** Addresses and device attributes as a trace names them. */
import type { Frame, Model, RegisterRow } from "../vgic/register-table.ts";
import { FRAME_SIZES, registers } from "../vgic/registers.ts";
import { hex } from "./numbers.ts";
import type { Setup } from "./setup.ts";
import { attributeGroups, cpuOfAffinity } from "./survey.ts";

/** A place in a frame. */
export interface Place {
  readonly frame: Frame;
  /** Bytes in the frame; the attribute code for ICC, the first INTID for LEVEL. */
  readonly offset: number;
  /** Whose redistributor; the vCPU that an attribute names. */
  readonly owner?: number;
}

/** The register at a place; undefined in a gap. */
export function rowAt(model: Model, { frame, offset }: Place): RegisterRow | undefined {
  if (frame !== "ICC" && frame !== "LEVEL") return registers(model).at(frame, offset)?.row;
  return registers(model).rows.find(
    (row) => row.frame === frame && (frame === "LEVEL" || row.offset === offset),
  );
}

/**
 * The place that a guest physical address is in; undefined outside of the GIC. What begins in a frame and ends beyond
 * it is in none.
 */
export function locate(setup: Setup, address: number, width: number): Place | undefined {
  const inside = (base: number | undefined, size: number) =>
    base !== undefined && address >= base && address + width <= base + size;
  const { dist, redist, cpu, cpus, model } = setup;
  if (inside(dist.value, FRAME_SIZES[model.value].GICD))
    return { frame: "GICD", offset: address - dist.value };
  if (cpu !== undefined && inside(cpu.value, FRAME_SIZES.v2.GICC)) {
    return { frame: "GICC", offset: address - cpu.value };
  }
  const size = FRAME_SIZES.v3.GICR;
  if (redist === undefined || !inside(redist.value, size * cpus.value)) return undefined;
  const offset = address - redist.value;
  return { frame: "GICR", offset: offset % size, owner: Math.floor(offset / size) };
}

/** The guest physical address of a place in memory. */
export function addressOf(setup: Setup, { frame, offset, owner = 0 }: Place): number {
  if (frame === "GICR") return (setup.redist?.value ?? 0) + owner * FRAME_SIZES.v3.GICR + offset;
  return (frame === "GICC" ? (setup.cpu?.value ?? 0) : setup.dist.value) + offset;
}

/** A place in a trace's words, for the vCPU that a name without `@` would mean; undefined if it has none. */
export function nameOf(model: Model, place: Place, accessor: number): string | undefined {
  const { frame, offset, owner } = place;
  const at = owner === undefined || owner === accessor ? "" : `@cpu${owner}`;
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

/** Where a device attribute leads; undefined if a trace cannot name it, or if it is none of a register. */
export function attributePlace(model: Model, group: number, attribute: bigint): Place | undefined {
  const lower = Number(attribute & 0xffff_ffffn);
  const upper = Number((attribute >> 32n) & 0xffff_ffffn);
  switch (group) {
    case attributeGroups.distributor:
      return { frame: "GICD", offset: lower, owner: model === "v2" ? upper & 0xff : cpuOfAffinity(upper) };
    case attributeGroups.cpuInterface:
      return model === "v2" ? { frame: "GICC", offset: lower, owner: upper & 0xff } : undefined;
    case attributeGroups.redistributor:
      return { frame: "GICR", offset: lower, owner: cpuOfAffinity(upper) };
    case attributeGroups.systemRegisters:
      return { frame: "ICC", offset: lower & 0xffff, owner: cpuOfAffinity(upper) };
    case attributeGroups.levelInfo: {
      const intid = lower & 0x3ff;
      return intid % 32 === 0 ? { frame: "LEVEL", offset: intid, owner: cpuOfAffinity(upper) } : undefined;
    }
    default:
      return undefined;
  }
}
