/** The smallest parts of a statement, each from its characters and the column where they start. */
import { parseNumber } from "./number.ts";
import type { CpuRef, RevisionSet, Word } from "./statement.ts";

export function wordAt(text: string, start: number): Word {
  return { start, end: start + text.length, text };
}

/** `cpu12`. */
export function cpuAt(text: string, start: number): CpuRef {
  return { start, end: start + text.length, index: Number(text.slice(3)) };
}

/** `rev1`, `rev2+`, `rev1-2`; blanks may stand between the parts. */
export function revisionsAt(text: string, start: number): RevisionSet {
  const end = start + text.length;
  const first = Number.parseInt(text.slice(3), 10);
  if (text.endsWith("+")) return { start, end, first, last: Number.POSITIVE_INFINITY };
  const dash = text.indexOf("-");
  return { start, end, first, last: dash === -1 ? first : Number.parseInt(text.slice(dash + 1), 10) };
}

/** The value of a number literal; 0 where it is wrong, which the parser reports. */
export function literalValue(literal: string): bigint {
  const value = parseNumber(literal);
  return typeof value === "string" ? 0n : value;
}

/** The title between its quotes, without escapes. */
export function titleOf(literal: string): string {
  return literal.slice(1, -1).replace(/\\([\s\S])/g, "$1");
}
