/** A host as a trace names it. */
import type { HostRef, Span } from "../syntax/statement.ts";
import { type Host, type HostProblem, parseHost } from "../vgic/kernels/hosts.ts";
import type { ProblemDetail, Report } from "./problem.ts";

/** What is wrong with a host's name. */
export interface HostRefusal {
  readonly reason: "host";
  readonly host: string;
  readonly why: HostProblem;
}

/**
 * The host of that name, or undefined; then what is wrong is reported.
 * @param refused the problem that says so in this place
 */
export function readHost(
  { text, start, end }: HostRef,
  report: Report,
  refused: (problem: HostRefusal) => ProblemDetail,
): Host | undefined {
  const host = parsed({ text, start, end }, report, refused);
  if (host === undefined) return undefined;
  const { name, modelledAs, redundantFlags } = host;
  if (modelledAs !== undefined) {
    report({ start, end }, { code: "unknown-kernel", host: name, version: host.version, modelledAs });
  }
  for (const flag of redundantFlags) {
    const problem = { code: "redundant-declaration", host: name, flag, isBound: false } as const;
    report(flagSpan({ text, start, end }, flag), problem);
  }
  return host;
}

/** The host whose version begins or ends a range of kernels. Flags say nothing there, and any version will do. */
export function readBound(
  ref: HostRef,
  report: Report,
  refused: (problem: HostRefusal) => ProblemDetail,
): Host | undefined {
  const host = parsed(ref, report, refused);
  for (const flag of host?.flags ?? []) {
    report(flagSpan(ref, flag), { code: "redundant-declaration", host: ref.text, flag, isBound: true });
  }
  return host;
}

function parsed(
  { text, start, end }: HostRef,
  report: Report,
  refused: (problem: HostRefusal) => ProblemDetail,
): Host | undefined {
  const host = parseHost(text);
  if (typeof host !== "string") return host;
  report({ start, end }, refused({ reason: "host", host: text, why: host }));
  return undefined;
}

/** Where the last mention of a flag stands, with its `+`. */
function flagSpan({ text, start }: HostRef, flag: string): Span {
  const at = start + text.lastIndexOf(`+${flag}`);
  return { start: at, end: at + flag.length + 1 };
}
