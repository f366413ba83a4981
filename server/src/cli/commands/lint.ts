/** `vgic-trace lint`: checks traces and reports what is wrong. */

import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { Baseline } from "../lint/baseline.ts";
import type { CheckedFile } from "../lint/check.ts";
import { type Checked, checkAll } from "../lint/check-all.ts";
import { type LintOptions, type LintPlan, readPlan } from "../lint/lint-plan.ts";
import { fix, update } from "../lint/mend.ts";
import { rewrite } from "../lint/rewrite.ts";
import { Statistics } from "../lint/statistics.ts";
import { findTargets, type Targets } from "../lint/targets.ts";
import { Outputs } from "../reporters/outputs.ts";
import { emptySummary, type Summary, withFile } from "../reporters/report.ts";
import { printableText } from "../terminal/printable.ts";
import { Progress } from "../terminal/progress.ts";
import { complain, exitOnSignals, print, tell } from "../terminal/terminal.ts";
import { counted } from "../terminal/words.ts";

/** Checks all traces at some paths. What cannot be read is said, and the rest is checked all the same. */
export async function lint(paths: readonly string[], options: LintOptions): Promise<ExitStatus> {
  exitOnSignals();
  const plan = readPlan(paths, options);
  if (isFailure(plan)) return fail(plan);
  if (plan.watch) {
    const { watch } = await import("../lint/watch.ts");
    return watch(plan);
  }
  const found = await findTargets(plan);
  for (const { failure } of found.failures) complain(failure);
  if (!found.usable) return exitStatus.failed;
  if (plan.rewriting !== undefined) {
    const { changed, failed } = await rewriteAll(found, plan);
    if (failed) return exitStatus.failed;
    if (plan.diff) return changed ? exitStatus.errors : exitStatus.clean;
  }
  return report(found, plan, (take) => checkAll(found.targets, take));
}

function fail({ failure }: Failure): ExitStatus {
  complain(failure);
  return exitStatus.failed;
}

/** Mends the traces one after the other; those that cannot be read or written stay as they are. */
async function rewriteAll(
  { targets, failures }: Targets,
  { rewriting, diff }: LintPlan,
): Promise<{ readonly changed: boolean; readonly failed: boolean }> {
  let changed = false;
  let failed = failures.length > 0;
  for (const target of targets) {
    const result = await rewrite(target, rewriting === "update" ? update : fix, diff ? "show" : "write");
    if (isFailure(result)) {
      complain(result.failure);
      failed = true;
    } else changed ||= result.changed;
  }
  return { changed, failed };
}

/** Reports what checks hand over, as it comes. */
export async function report(
  { targets, failures }: Targets,
  plan: LintPlan,
  checkEach: (take: (checked: Checked, index: number) => void) => Promise<void>,
): Promise<ExitStatus> {
  const baseline = plan.baseline === undefined ? undefined : await Baseline.read(plan.baseline);
  if (baseline !== undefined && isFailure(baseline)) return fail(baseline);
  const outputs = new Outputs(plan.outputs);
  const statistics = new Statistics();
  const progress = new Progress(targets.length);
  let failed = failures.length > 0;
  let summary = emptySummary;
  await checkEach((checked, index) => {
    progress.clear();
    if (isFailure(checked)) {
      complain(checked.failure);
      failed = true;
    } else {
      const file = baseline?.without(checked) ?? checked;
      summary = withFile(summary, file);
      statistics.add(file);
      outputs.file(plan.quiet ? onlyErrors(file) : file);
      if (file.blank) complain(`${file.path} has no statement: there was nothing to check`);
    }
    progress.step(index + 1);
  });
  progress.clear();
  for (const { failure } of outputs.end(summary)) {
    complain(failure);
    failed = true;
  }
  if (plan.statistics) (printsText(plan) ? print : tell)(statistics.text);
  if (baseline !== undefined) {
    for (const words of baseline.fixed) tell(words);
    if (baseline.left > 0)
      tell(`${counted(baseline.left, "known finding")} left out: see ${printableText(plan.baseline ?? "")}`);
  }
  if (targets.length === 0 && failures.length === 0) {
    // That nothing changed is an answer; that a shard or a baseline fits nothing is a mistake in what was asked for.
    if (plan.shard === undefined)
      tell(`not tested: no trace has changed since ${printableText(plan.changedSince ?? "")}`);
    else {
      complain(
        `not tested: there is no trace in shard ${plan.shard.index} of ${plan.shard.count}; ask for fewer shards`,
      );
      failed = true;
    }
  }
  return failed ? exitStatus.failed : verdict(summary, plan.maxWarnings);
}

function onlyErrors(file: CheckedFile): CheckedFile {
  return {
    ...file,
    diagnostics: file.diagnostics.filter(({ severity }) => severity === "error"),
    scenarios: file.scenarios.map((scenario) => ({
      ...scenario,
      verdicts: scenario.verdicts.map((verdict) => ({ ...verdict, differences: [] })),
    })),
  };
}

function printsText({ outputs }: LintPlan): boolean {
  return outputs.some(({ format, file }) => format === "text" && file === undefined);
}

function verdict({ counts }: Summary, maxWarnings: number): ExitStatus {
  if (counts.warning > maxWarnings) {
    complain(`${counted(counts.warning, "warning")} found, --max-warnings allows ${maxWarnings}`);
  }
  return counts.error > 0 || counts.warning > maxWarnings ? exitStatus.errors : exitStatus.clean;
}
