/** What the nearest configuration says, for commands that read single traces and name hosts. */
import type { AnalysisOptions } from "../../analysis/analysis.ts";
import { analysisOptions } from "../../config/check-options.ts";
import { withKernels } from "../../config/comparison.ts";
import type { NamedHosts } from "../../program/named-hosts.ts";
import { hostMessage } from "../../rules/problem-words.ts";
import { nearest } from "../../syntax/nearest.ts";
import { type Host, type HostProblem, parseHost } from "../../vgic/kernels/hosts.ts";
import { printableText } from "../terminal/printable.ts";
import { ConfigurationFiles } from "./configuration-files.ts";
import { type Failure, isFailure } from "./failure.ts";
import { readTrace, type Source, standardInput } from "./sources.ts";

/** How the nearest configuration says that a trace is checked; for standard input, that of the current folder. */
async function optionsFor(trace: string): Promise<AnalysisOptions | Failure> {
  const configurations = new ConfigurationFiles();
  const checks = await configurations.checksOf(trace === standardInput ? "standard-input.vgic" : trace);
  const [failure] = configurations.failures;
  return failure ?? analysisOptions(checks);
}

/** The hosts that the configuration of the current folder names. */
export async function hostsHere(): Promise<NamedHosts | Failure> {
  const options = await optionsFor(standardInput);
  return isFailure(options) ? options : (options.hosts ?? new Map());
}

/** What `--compare` takes, with the kernels in the places of names that the current folder's configuration gives them. */
export async function withKernelsHere(comparison: string): Promise<string> {
  const { hosts } = await new ConfigurationFiles().checksOf("standard-input.vgic");
  return withKernels(comparison, hosts ?? {});
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

/** The host that `--host` means; undefined without one. */
export async function hostOption(text: string | undefined): Promise<Host | Failure | undefined> {
  if (text === undefined) return undefined;
  const named = await hostsHere();
  return isFailure(named) ? named : hostArgument("--host", text, named);
}

/** The host that an argument means: a kernel, or a name that the configuration of the current folder gives one. */
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
