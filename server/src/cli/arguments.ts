/** The values of flags. */
import { readComparison } from "../config/comparison.ts";
import type { Comparison } from "../trace/program.ts";
import { REVISIONS } from "../vgic/revisions.ts";
import type { Failure } from "./sources.ts";

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

/** Reads what may stand behind `compare` in a trace. */
export function readComparisonFlag(flag: string, text: string): { readonly value: Comparison } | Failure {
  const comparison = readComparison(text);
  return typeof comparison === "string"
    ? { failure: `${flag} "${text}": ${comparison}` }
    : { value: comparison };
}
