/** All registers of each model: by name for the language, by offset for the emulator. */
import { DISTRIBUTOR_V2 } from "./distributor-v2.ts";
import { DISTRIBUTOR_V3 } from "./distributor-v3.ts";
import { GICC } from "./gicc.ts";
import { LEVEL_INFO } from "./level-info.ts";
import { REDISTRIBUTOR } from "./redistributor.ts";
import { type Region, region } from "./region.ts";
import { type Model, RegisterIndex, type RegisterRow } from "./register-table.ts";
import { ISR, MPIDR, SYSTEM_REGISTERS } from "./system-registers.ts";

const INDEXES: Readonly<Record<Model, RegisterIndex>> = {
  v2: new RegisterIndex([...DISTRIBUTOR_V2, ...GICC, ISR, MPIDR, LEVEL_INFO]),
  v3: new RegisterIndex([...DISTRIBUTOR_V3, ...REDISTRIBUTOR, ...SYSTEM_REGISTERS, ISR, MPIDR, LEVEL_INFO]),
};

/** The registers that exist for a model. */
export function registers(model: Model): RegisterIndex {
  return INDEXES[model];
}

/** Bytes of each memory frame; of GICR one vCPU's redistributor. */
export const FRAME_SIZES = {
  v2: { GICD: 0x1000, GICC: 0x2000 },
  v3: { GICD: 0x10000, GICR: 0x20000 },
} as const;

/** The registers of a memory frame by word offset; undefined in gaps. */
type WordTable = readonly (Region | undefined)[];

/** The memory frames of a model; those that it does not have are empty. */
export interface Regions {
  readonly GICD: WordTable;
  readonly GICR: WordTable;
  readonly GICC: WordTable;
}

function flatten(rows: readonly RegisterRow[], size: number): WordTable {
  const table = new Array<Region | undefined>(size / 4).fill(undefined);
  for (const row of rows) table.fill(region(row), row.offset / 4, (row.offset + row.length) / 4);
  return table;
}

export const REGIONS: Readonly<Record<Model, Regions>> = {
  v2: {
    GICD: flatten(DISTRIBUTOR_V2, FRAME_SIZES.v2.GICD),
    GICR: [],
    GICC: flatten(GICC, FRAME_SIZES.v2.GICC),
  },
  v3: {
    GICD: flatten(DISTRIBUTOR_V3, FRAME_SIZES.v3.GICD),
    GICR: flatten(REDISTRIBUTOR, FRAME_SIZES.v3.GICR),
    GICC: [],
  },
};

export const LEVEL_REGION = region(LEVEL_INFO);

const BY_CODE = new Map([...SYSTEM_REGISTERS, ISR, MPIDR].map((row) => [row.offset, region(row)]));

/** The system register with an attribute code. */
export function systemRegister(code: number): Region | undefined {
  return BY_CODE.get(code);
}
