/** How traces are checked, as it is given outside of them: plain data that can be written down and sent to a thread. */
import type { AnalysisOptions, Severities } from "../analysis/analysis.ts";
import { type NamedHosts, NO_NAMED_HOSTS } from "../program/named-hosts.ts";
import type { Comparison } from "../program/setup.ts";
import { hostMessage } from "../rules/problem-words.ts";
import { type Host, parseHost } from "../vgic/kernels/hosts.ts";
import { REVISIONS } from "../vgic/kernels/revisions.ts";
import { readComparison } from "./comparison.ts";

/** What holds where a trace itself is silent. */
export interface Defaults {
  /** The revision of a scenario that declares neither `revision` nor `host`. */
  readonly revision?: number;
  /** What a scenario without `compare` is compared with, as it would stand there: `rev1-2, host linux-5.10`. */
  readonly compare?: string;
}

export interface CheckOptions {
  /** Check as if every scenario declared this revision. */
  readonly revision?: number;
  /** Compare every scenario with these, whatever it says; as after `compare` in a trace. */
  readonly compare?: string;
  readonly defaults?: Defaults;
  /** Severities other than the rules' own. */
  readonly severities?: Severities;
  /** Kernels by the names that traces may use for them: `{ "old": "linux-6.12.60" }`. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/**
 * The options as the analysis takes them.
 * @throws RangeError when a revision, comparison or host does not exist
 */
export function analysisOptions({
  revision,
  compare,
  defaults,
  severities,
  hosts,
}: CheckOptions): AnalysisOptions {
  return {
    revision: known(revision),
    compare: comparison(compare),
    defaults: { revision: known(defaults?.revision), compare: comparison(defaults?.compare) },
    severities,
    hosts: namedHosts(hosts),
  };
}

const namedBefore = new Map<string, NamedHosts>();

/** The same object for the same hosts, so that what was made of a trace under them is kept. */
function namedHosts(hosts: CheckOptions["hosts"]): NamedHosts {
  if (hosts === undefined) return NO_NAMED_HOSTS;
  const key = JSON.stringify(hosts);
  const before = namedBefore.get(key);
  if (before !== undefined) return before;
  const result = new Map(Object.entries(hosts).map(([name, kernel]) => [name, existing(kernel)]));
  if (namedBefore.size >= mostRead) namedBefore.clear();
  namedBefore.set(key, result);
  return result;
}

function existing(kernel: string): Host {
  const host = parseHost(kernel);
  if (typeof host === "string") throw new RangeError(hostMessage(kernel, host));
  return host;
}

function known(revision: number | undefined): number | undefined {
  if (revision === undefined || REVISIONS.some((one) => one === revision)) return revision;
  throw new RangeError(`there is no revision ${revision}: there are ${REVISIONS.join(", ")}`);
}

/** Reading one takes as long as a small trace, and all traces of a run have the same few. */
const read = new Map<string, Comparison>();
const mostRead = 100;

function comparison(text: string | undefined): Comparison | undefined {
  if (text === undefined) return undefined;
  const before = read.get(text);
  if (before !== undefined) return before;
  const result = readComparison(text);
  if (typeof result === "string") throw new RangeError(`compare "${text}": ${result}`);
  if (read.size >= mostRead) read.clear();
  read.set(text, result);
  return result;
}
