/** Words and shapes that many rows share. */
import type { Rules } from "./register-table.ts";

/** The columns of a register of 32 bits that stands alone, and is accessed as a whole. */
export const ONE_WORD = {
  size: 4,
  length: 4,
  bitsPerInterrupt: 0,
  widths: [4],
  fields: [],
  shows: [],
} as const;
/** Those of a register of 64 bits, each half of which can be accessed. */
export const TWO_WORDS = { ...ONE_WORD, size: 8, length: 8, widths: [4, 8] } as const;

export const READ_ONLY: Rules = { read: "as stored", write: "ignored" };
export const READ_WRITE: Rules = { read: "as stored", write: "stored" };
export const ZERO: Rules = { read: "zero", write: "ignored" };
export const CONSTANT: Rules = { read: "constant", write: "ignored" };
export const SETS: Rules = { read: "as stored", write: "1 sets, 0 has no effect" };
export const CLEARS: Rules = { read: "as stored", write: "1 clears, 0 has no effect" };
export const WRITE_ONLY: Rules = { read: "zero", write: "acts" };
