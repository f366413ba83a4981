/** A host as a trace names it. */
import type { HostRef, Span } from "../syntax/statement.ts";
import { type Host, parseHost } from "../vgic/kernels/hosts.ts";
import type { HostRefusalReason, ProblemDetail, Report } from "./problem.ts";
import type { Scope } from "./scope.ts";

/** What is wrong with a host's name. */
export interface HostRefusal {
  readonly reason: "host";
  readonly host: string;
  readonly why: HostRefusalReason;
  /** The name that is most like it, of those that the configuration gives. */
  readonly nearest?: string;
}

/**
 * The host of that name, or undefined; then what is wrong is reported.
 * @param refused the problem that says so in this place
 */
export function readHost(
  { text, start, end }: HostRef,
  scope: Scope,
  report: Report,
  refused: (problem: HostRefusal) => ProblemDetail,
): Host | undefined {
  const host = parsed({ text, start, end }, scope, report, refused);
  if (host === undefined) return undefined;
  const { name, modelledAs, redundantFlags } = host;
  if (modelledAs !== undefined) {
    report({ start, end }, { code: "unknown-kernel", host: name, version: host.version, modelledAs });
  }
  // What is written in the configuration is not the trace's to mend.
  if (name !== text) return host;
  for (const flag of redundantFlags) {
    const problem = { code: "redundant-declaration", host: name, flag, isBound: false } as const;
    report(flagSpan({ text, start, end }, flag), problem);
  }
  return host;
}

/** The host whose version begins or ends a range of kernels. Flags say nothing there, and any version will do. */
export function readBound(
  ref: HostRef,
  scope: Scope,
  report: Report,
  refused: (problem: HostRefusal) => ProblemDetail,
): Host | undefined {
  const host = parsed(ref, scope, report, refused);
  for (const flag of host?.name === ref.text ? host.flags : []) {
    report(flagSpan(ref, flag), { code: "redundant-declaration", host: ref.text, flag, isBound: true });
  }
  return host;
}

function parsed(
  { text, start, end }: HostRef,
  scope: Scope,
  report: Report,
  refused: (problem: HostRefusal) => ProblemDetail,
): Host | undefined {
  const host = parseHost(text);
  if (typeof host !== "string") return host;
  const named = host === "not-a-host" ? scope.namedHost(text) : undefined;
  if (named !== undefined) return named;
  // Who writes `linux` means a kernel.
  const isName = host === "not-a-host" && !text.startsWith("linux");
  const why = isName ? "not-named" : host;
  const near = isName ? scope.nearestNamedHost(text) : undefined;
  report({ start, end }, refused({ reason: "host", host: text, why, nearest: near }));
  return undefined;
}

/** Where the last mention of a flag stands, with its `+`. */
function flagSpan({ text, start }: HostRef, flag: string): Span {
  const at = start + text.lastIndexOf(`+${flag}`);
  return { start: at, end: at + flag.length + 1 };
}
