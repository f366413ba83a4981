/** Which traces to check, and how: paths, what changed, a shard; flags above the configuration. */

import { ConfigurationFiles } from "../files/configuration-files.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { findTraces, pathToShow, readTrace, standardInput } from "../files/sources.ts";
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
    const target = await targetOf(trace, plan, configurations);
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

async function targetOf(
  trace: string,
  { overrides, stdinFilename, told }: LintPlan,
  configurations: ConfigurationFiles,
): Promise<Target | Failure> {
  const isInput = trace === standardInput;
  const name = isInput ? stdinFilename : trace;
  const checks = await configurations.checksOf(name ?? "standard-input.vgic");
  const target = { trace, path: pathToShow(name ?? trace), options: { ...checks, ...overrides }, told };
  if (!isInput) return target;
  const source = await readTrace(trace);
  return isFailure(source) ? source : { ...target, text: source.text };
}

/** Every n-th trace, in alphabetical order, so that each machine knows its own without talking to the others. */
function shardOf(traces: readonly string[], shard: LintPlan["shard"]): readonly string[] {
  if (shard === undefined) return traces;
  return [...traces].sort().filter((_, index) => index % shard.count === shard.index - 1);
}
