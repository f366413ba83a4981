/** What the nearest configuration says, for commands that read single traces and name hosts. */
import path from "node:path";
import type { AnalysisOptions } from "../../analysis/analysis.ts";
import { analysisOptions } from "../../config/check-options.ts";
import type { NamedHosts } from "../../program/named-hosts.ts";
import { hostMessage } from "../../rules/problem-words.ts";
import { nearest } from "../../syntax/nearest.ts";
import { type Host, type HostProblem, parseHost } from "../../vgic/kernels/hosts.ts";
import { printableText } from "../terminal/printable.ts";
import { ConfigurationFiles } from "./configuration-files.ts";
import { type Failure, isFailure } from "./failure.ts";
import { pathToShow, readTrace, type Source, standardInput } from "./sources.ts";

/** How the nearest configuration says that a trace is checked; for standard input, that of the current folder. */
async function optionsFor(
  trace: string,
  configurations = new ConfigurationFiles(),
): Promise<AnalysisOptions | Failure> {
  const checks = await configurations.checksOf(trace === standardInput ? "standard-input.vgic" : trace);
  const [failure] = configurations.failures;
  return failure ?? analysisOptions(checks);
}

/** The hosts that the configuration of the current folder names. */
export async function hostsHere(): Promise<NamedHosts | Failure> {
  const options = await optionsFor(standardInput);
  return isFailure(options) ? options : (options.hosts ?? new Map());
}

/** Reads a trace, and how the nearest configuration says that it is checked. */
export async function readConfigured(
  trace: string,
): Promise<(Source & { readonly options: AnalysisOptions }) | Failure> {
  const source = await readTrace(trace);
  if (isFailure(source)) return source;
  const options = await optionsFor(trace);
  return isFailure(options) ? options : { ...source, options };
}

/**
 * The host that a flag means for some traces: a kernel, or a name that the configuration nearest to each of them gives one. It
 * must be the same for all. Without traces the current folder's configuration counts.
 */
export async function hostFor(
  flag: string,
  text: string,
  traces: readonly string[],
): Promise<Host | Failure> {
  const configurations = new ConfigurationFiles();
  // Traces of one folder have the same configuration.
  const byFolder = new Map(traces.map((trace) => [path.dirname(trace), trace]));
  let first: { readonly host: Host; readonly trace: string } | undefined;
  for (const trace of traces.length === 0 ? [standardInput] : byFolder.values()) {
    const options = await optionsFor(trace, configurations);
    if (isFailure(options)) return options;
    const host = hostArgument(flag, text, options.hosts ?? new Map());
    if (isFailure(host)) return host;
    first ??= { host, trace };
    if (host.name !== first.host.name) {
      const [one, other] = [pathToShow(first.trace), pathToShow(trace)];
      return {
        failure: `${flag}: ${printableText(text)} is ${first.host.name} for ${one} and ${host.name} for ${other}: name the kernel`,
      };
    }
  }
  return first?.host ?? { failure: `${flag}: there is no trace` };
}

/** The host that an argument means: a kernel, or a name that a configuration gives one. */
export function hostArgument(flag: string, text: string, named: NamedHosts): Host | Failure {
  const host = named.get(text) ?? parseHost(text);
  if (typeof host !== "string") return host;
  const why = refusedHost(text, host, named);
  return { failure: flag === "" ? why : `${flag}: ${why}` };
}

/** Why an argument is no host, with what was probably meant. */
export function refusedHost(text: string, problem: HostProblem, named: NamedHosts): string {
  const shown = printableText(text);
  if (problem !== "not-a-host" || text.startsWith("linux")) return hostMessage(shown, problem);
  return hostMessage(shown, "not-named", nearest(text, [...named.keys()]));
}
