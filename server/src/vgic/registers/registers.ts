/** All registers of each model: by name for the language, by offset for the emulator. */

import { FRAMES, type MemoryFrame } from "../frame-table.ts";
import { ITS_REGISTERS } from "../its/registers.ts";
import type { Model } from "../kvm-abi.ts";
import { DISTRIBUTOR_V2 } from "./distributor-v2.ts";
import { DISTRIBUTOR_V3 } from "./distributor-v3.ts";
import { GICC } from "./gicc.ts";
import { LEVEL_INFO } from "./level-info.ts";
import { REDISTRIBUTOR } from "./redistributor.ts";
import { type Region, region } from "./region.ts";
import { RegisterIndex, type RegisterRow } from "./register-table.ts";
import { ISR, MPIDR, SYSTEM_REGISTERS } from "./system-registers.ts";

const INDEXES: Readonly<Record<Model, RegisterIndex>> = {
  v2: new RegisterIndex([...DISTRIBUTOR_V2, ...GICC, ISR, MPIDR, LEVEL_INFO]),
  v3: new RegisterIndex([
    ...DISTRIBUTOR_V3,
    ...REDISTRIBUTOR,
    ...ITS_REGISTERS,
    ...SYSTEM_REGISTERS,
    ISR,
    MPIDR,
    LEVEL_INFO,
  ]),
};

/** The registers that exist for a model. */
export function registers(model: Model): RegisterIndex {
  return INDEXES[model];
}

/** Where a register is that a model has: bytes from the frame's start, or a system register's code. */
export function offsetOf(model: Model, name: string): number {
  const found = INDEXES[model].find(name);
  if (found === undefined) throw new Error(`a GIC${model} has no register ${name}`);
  return found.offset;
}

/** The registers of a memory frame by word offset; undefined in gaps. */
type WordTable = readonly (Region | undefined)[];

/** The memory frames of a model; those that it does not have are empty. */
export type Regions = Readonly<Record<MemoryFrame, WordTable>>;

function flatten(rows: readonly RegisterRow[], bytes: number): WordTable {
  const table = new Array<Region | undefined>(bytes / 4).fill(undefined);
  for (const row of rows) table.fill(region(row), row.offset / 4, (row.offset + row.length) / 4);
  return table;
}

function regionsOf(model: Model): Regions {
  const { rows } = INDEXES[model];
  const table = (frame: MemoryFrame): WordTable =>
    flatten(
      rows.filter((row) => row.frame === frame),
      FRAMES[frame].bytes[model],
    );
  return { GICD: table("GICD"), GICR: table("GICR"), GICC: table("GICC"), GITS: table("GITS") };
}

export const REGIONS: Readonly<Record<Model, Regions>> = { v2: regionsOf("v2"), v3: regionsOf("v3") };

export const LEVEL_REGION = region(LEVEL_INFO);

const BY_CODE = new Map([...SYSTEM_REGISTERS, ISR, MPIDR].map((row) => [row.offset, region(row)]));

/** The system register with an attribute code. */
export function systemRegister(code: number): Region | undefined {
  return BY_CODE.get(code);
}
