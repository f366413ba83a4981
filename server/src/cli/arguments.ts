/** The values of flags. */
import { messageOf } from "../rules/rules.ts";
import { TraceDocument } from "../trace/document.ts";
import type { Comparison } from "../trace/program.ts";
import { resolve } from "../trace/resolve.ts";
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
export function readComparison(flag: string, text: string): { readonly value: Comparison } | Failure {
  if (/[\r\n]/.test(text)) return { failure: `${flag} takes one line` };
  const { scenarios } = resolve(TraceDocument.of(`gic v3\nrevision 3\ncompare ${text}`));
  const { problems, setup } = scenarios[0].scenario;
  const [problem] = problems.filter(({ line }) => line === 2);
  if (problem === undefined && setup.compare !== undefined) return { value: setup.compare };
  const why = problem === undefined ? "expected none, or revisions and hosts" : messageOf(problem);
  return { failure: `${flag} "${text}": ${why}` };
}
