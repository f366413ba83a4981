/** All registers of each model: by name for the language, by offset for the emulator. */
import { DISTRIBUTOR_V2 } from "./distributor-v2.ts";
import { DISTRIBUTOR_V3 } from "./distributor-v3.ts";
import { GICC } from "./gicc.ts";
import { LEVEL_INFO } from "./level-info.ts";
import { REDISTRIBUTOR } from "./redistributor.ts";
import { type Frame, type Model, RegisterIndex, type RegisterRow } from "./register-table.ts";
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

/** The rows of one memory frame by word offset; undefined in gaps. */
function flatten(
  rows: readonly RegisterRow[],
  frame: Frame,
  size: number,
): readonly (RegisterRow | undefined)[] {
  const table = new Array<RegisterRow | undefined>(size / 4).fill(undefined);
  for (const row of rows) {
    if (row.frame === frame) table.fill(row, row.offset / 4, (row.offset + row.length) / 4);
  }
  return table;
}

/** Rows by word offset, for each memory frame of each model. */
export const REGIONS = {
  v2: {
    GICD: flatten(DISTRIBUTOR_V2, "GICD", FRAME_SIZES.v2.GICD),
    GICC: flatten(GICC, "GICC", FRAME_SIZES.v2.GICC),
  },
  v3: {
    GICD: flatten(DISTRIBUTOR_V3, "GICD", FRAME_SIZES.v3.GICD),
    GICR: flatten(REDISTRIBUTOR, "GICR", FRAME_SIZES.v3.GICR),
  },
} as const;

const BY_CODE = new Map([...SYSTEM_REGISTERS, ISR, MPIDR].map((row) => [row.offset, row]));

/** The system register with an attribute code. */
export function systemRegister(code: number): RegisterRow | undefined {
  return BY_CODE.get(code);
}
