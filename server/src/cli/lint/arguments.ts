/** The values of flags. */
import { readComparison } from "../../config/comparison.ts";
import { REVISIONS } from "../../vgic/kernels/revisions.ts";
import type { Failure } from "../files/failure.ts";

/** Reads a count of 0 or more. */
export function readCount(flag: string, text: string): { readonly value: number } | Failure {
  if (/^\d{1,15}$/.test(text)) return { value: Number(text) };
  return { failure: `${flag} takes a number, 0 or more, not "${text}"` };
}

/** Reads a revision that some kernel has. */
export function readRevision(flag: string, text: string): { readonly value: number } | Failure {
  const value = REVISIONS.find((known) => String(known) === text);
  if (value !== undefined) return { value };
  return { failure: `${flag} takes one of the revisions ${REVISIONS.join(", ")}, not "${text}"` };
}

/** Checks what may stand after `compare` in a trace. */
export function checkComparison(flag: string, text: string): { readonly value: string } | Failure {
  const comparison = readComparison(text);
  return typeof comparison === "string" ? { failure: `${flag} "${text}": ${comparison}` } : { value: text };
}

/** Which part of all traces to check. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** Reads `2/4`: the second of four parts. */
export function readShard(flag: string, text: string): { readonly value: Shard } | Failure {
  const [, index, count] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  const value = { index: Number(index), count: Number(count) };
  if (value.index <= value.count) return { value };
  return { failure: `${flag} takes which part of how many, such as 2/4, not "${text}"` };
}
