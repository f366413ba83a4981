/** Words that many rows share. */
import type { Rules } from "./register-table.ts";

export const READ_ONLY: Rules = { read: "as stored", write: "ignored" };
export const READ_WRITE: Rules = { read: "as stored", write: "stored" };
export const ZERO: Rules = { read: "zero", write: "ignored" };
export const CONSTANT: Rules = { read: "constant", write: "ignored" };
export const SETS: Rules = { read: "as stored", write: "1 sets, 0 has no effect" };
export const CLEARS: Rules = { read: "as stored", write: "1 clears, 0 has no effect" };
export const WRITE_ONLY: Rules = { read: "zero", write: "acts" };
