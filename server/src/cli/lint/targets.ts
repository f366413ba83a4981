/** Which traces to check, and how: paths, what changed, a shard; flags above the configuration. */

import type { CheckOptions } from "../../config/check-options.ts";
import { withKernels } from "../../config/comparison.ts";
import { ConfigurationFiles } from "../files/configuration-files.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { findTraces, pathToShow, readTrace, standardInput } from "../files/sources.ts";
import { checkComparison } from "./arguments.ts";
import type { Target } from "./check.ts";
import type { LintPlan } from "./lint-plan.ts";

/** What there is to check. */
export interface Targets {
  readonly targets: readonly Target[];
  /** What could not be found or read. */
  readonly failures: readonly Failure[];
  /** Whether the rest can be checked all the same: not with a wrong configuration, nothing would be as it should. */
  readonly usable: boolean;
}

/** Finds the traces. */
export async function findTargets(plan: LintPlan): Promise<Targets> {
  const { paths, linksOut, failures: missing } = await findTraces(plan.paths);
  const failures = [...missing];
  const changed = plan.changedSince === undefined ? paths : await changedAmong(paths, plan.changedSince);
  if ("failure" in changed) return { targets: [], failures: [...failures, changed], usable: false };
  const configurations = new ConfigurationFiles();
  const targets: Target[] = [];
  for (const trace of shardOf(changed, plan.shard)) {
    const checks = await checksOf(trace, plan, configurations);
    // What is wrong with a flag is so for all traces of this configuration.
    if (isFailure(checks)) return { targets: [], failures: [...failures, checks], usable: false };
    const target = await targetOf(trace, plan, checks);
    if (isFailure(target)) failures.push(target);
    else targets.push({ ...target, isLinkOut: linksOut.has(trace) });
  }
  const wrong = configurations.failures;
  return { targets, failures: [...failures, ...wrong], usable: wrong.length === 0 };
}

async function changedAmong(paths: readonly string[], since: string): Promise<readonly string[] | Failure> {
  const { changedFiles } = await import("./changed-files.ts");
  return changedFiles(paths, since);
}

/** How a trace is checked: as its configuration says, and flags above it. */
async function checksOf(
  trace: string,
  { overrides, stdinFilename = "standard-input.vgic" }: LintPlan,
  configurations: ConfigurationFiles,
): Promise<CheckOptions | Failure> {
  const checks = await configurations.checksOf(trace === standardInput ? stdinFilename : trace);
  if (overrides.compare === undefined) return { ...checks, ...overrides };
  const compare = checkComparison("--compare", withKernels(overrides.compare, checks.hosts ?? {}));
  return isFailure(compare) ? compare : { ...checks, ...overrides, compare: compare.value };
}

async function targetOf(
  trace: string,
  { stdinFilename, told }: LintPlan,
  options: CheckOptions,
): Promise<Target | Failure> {
  const isInput = trace === standardInput;
  const target = { trace, path: pathToShow((isInput ? stdinFilename : trace) ?? trace), options, told };
  if (!isInput) return target;
  const source = await readTrace(trace);
  return isFailure(source) ? source : { ...target, text: source.text };
}

/** Every n-th trace, in alphabetical order, so that each machine knows its own without talking to the others. */
function shardOf(traces: readonly string[], shard: LintPlan["shard"]): readonly string[] {
  if (shard === undefined) return traces;
  return [...traces].sort().filter((_, index) => index % shard.count === shard.index - 1);
}
