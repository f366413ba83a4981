/** Which traces to check, and how: paths, what changed, a shard; flags above the configuration. */
import { changedFiles } from "./changed-files.ts";
import type { Target } from "./check.ts";
import { ConfigurationFiles } from "./configuration-files.ts";
import type { LintPlan } from "./lint-plan.ts";
import { type Failure, findTraces, isFailure, pathToShow, readTrace, standardInput } from "./sources.ts";

/** What there is to check. */
export interface Targets {
  readonly targets: readonly Target[];
  /** What could not be found or read; the rest is to be checked all the same. */
  readonly failures: readonly Failure[];
}

/** Finds the traces. A wrong configuration is a failure of the whole: nothing would be checked as it should. */
export async function findTargets(plan: LintPlan): Promise<Targets | Failure> {
  const { paths, failures: missing } = await findTraces(plan.paths);
  const failures = [...missing];
  const changed = plan.changedSince === undefined ? paths : await changedFiles(paths, plan.changedSince);
  if ("failure" in changed) return changed;
  const configurations = new ConfigurationFiles();
  const targets: Target[] = [];
  for (const trace of shardOf(changed, plan.shard)) {
    const target = await targetOf(trace, plan, configurations);
    if (isFailure(target)) failures.push(target);
    else targets.push(target);
  }
  if (configurations.failures.length > 0) {
    return { failure: configurations.failures.map(({ failure }) => failure).join("\n") };
  }
  return { targets, failures };
}

async function targetOf(
  trace: string,
  { overrides, stdinFilename }: LintPlan,
  configurations: ConfigurationFiles,
): Promise<Target | Failure> {
  const isInput = trace === standardInput;
  const name = isInput ? stdinFilename : trace;
  const checks = await configurations.checksOf(name ?? "standard-input.vgic");
  const target = { trace, path: pathToShow(name ?? trace), options: { ...checks, ...overrides } };
  if (!isInput) return target;
  const source = await readTrace(trace);
  return isFailure(source) ? source : { ...target, text: source.text };
}

/** Every n-th trace, in alphabetical order, so that each machine knows its own without talking to the others. */
function shardOf(traces: readonly string[], shard: LintPlan["shard"]): readonly string[] {
  if (shard === undefined) return traces;
  return [...traces].sort().filter((_, index) => index % shard.count === shard.index - 1);
}
