/** A host as a trace names it. */
import type { HostRef, Span } from "../syntax/statement.ts";
import { type Host, type HostProblem, parseHost } from "../vgic/hosts.ts";
import type { ProblemDetail, Report } from "./problem.ts";

/**
 * The host of that name, or undefined; then what is wrong is reported.
 * @param refused the problem that says so in this place
 */
export function readHost(
  { text, start, end }: HostRef,
  report: Report,
  refused: (problem: {
    readonly reason: "host";
    readonly host: string;
    readonly why: HostProblem;
  }) => ProblemDetail,
): Host | undefined {
  const host = parseHost(text);
  if (typeof host === "string") {
    report({ start, end }, refused({ reason: "host", host: text, why: host }));
    return undefined;
  }
  const { name, modelledAs, redundantFlags } = host;
  if (modelledAs !== undefined) {
    report({ start, end }, { code: "unknown-kernel", host: name, version: host.version, modelledAs });
  }
  for (const flag of redundantFlags) {
    report(flagSpan({ text, start, end }, flag), { code: "redundant-declaration", host: name, flag });
  }
  return host;
}

/** Where the last mention of a flag stands, with its `+`. */
function flagSpan({ text, start }: HostRef, flag: string): Span {
  const at = start + text.lastIndexOf(`+${flag}`);
  return { start: at, end: at + flag.length + 1 };
}
