/** `vgic-trace lint`: checks traces and reports what is wrong. */

import { type Command, InvalidArgumentError } from "commander";
import { counted } from "../../syntax/counted.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { fileId } from "../files/write-file.ts";
import { pathsArgument } from "../help/arguments.ts";
import { examples } from "../help/examples.ts";
import { Baseline } from "../lint/baseline.ts";
import type { CheckedFile } from "../lint/check.ts";
import { type Checked, checkAll } from "../lint/check-all.ts";
import { type LintOptions, type LintPlan, readPlan } from "../lint/lint-plan.ts";
import { fix, update } from "../lint/mend.ts";
import { rewrite } from "../lint/rewrite.ts";
import { Statistics } from "../lint/statistics.ts";
import { findTargets, type Targets } from "../lint/targets.ts";
import { lintFormats } from "../reporters/formats.ts";
import { type OutputFlag, Outputs } from "../reporters/outputs.ts";
import { emptySummary, type Summary, withFile } from "../reporters/report.ts";
import { printableText } from "../terminal/printable.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";
import { complain, exitOnSignals, print, tell } from "../terminal/terminal.ts";

/** The flags of `lint`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  const outputs: OutputFlag[] = [];
  const formatOption = command
    .createOption("--format <format>", "how to print; several, each with its --output")
    .choices(lintFormats)
    .argParser((text) => {
      const format = lintFormats.find((one) => one === text);
      if (format === undefined)
        throw new InvalidArgumentError(`Allowed choices are ${lintFormats.join(", ")}.`);
      outputs.push({ format });
      return format;
    });
  command
    .summary("check traces")
    .description(
      "Checks traces: prints what is wrong with them, and where another GICD_IIDR revision would answer differently.",
    )
    .addArgument(pathsArgument(command))
    .addOption(formatOption)
    .option(
      "--output <file>",
      "write to a file instead, as the --format beside it; - for standard output",
      (file) => {
        outputs.push({ output: file });
      },
    )
    .option("--fix", "mend what can be mended without changing what a trace means")
    .option("--update", "rewrite expectations that do not hold to what the emulator answers")
    .option("--diff", "show what --fix, or --update, would change, and change nothing")
    .option("--watch", "check again whenever a trace changes")
    .option("--changed [since]", "only traces that changed since a git revision, or the last commit")
    .option("--shard <i/n>", "only the i-th of n parts, for n machines")
    .option("--baseline <file>", "leave out what an earlier --format sarif --output <file> has")
    .option("--max-warnings <n>", "exit with status 1 if there are more warnings than this")
    .option("--quiet", "print errors only")
    .option("--statistics", "print how often each diagnostic was found")
    .option("--stdin-filename <path>", "what standard input is called, and whose configuration holds for it")
    .option("--revision <n>", "check as if every scenario declared this revision")
    .option("--compare <items>", "compare with these instead: none, rev1-2, rev2+, host linux-5.10, …")
    .addHelpText(
      "after",
      examples(
        "lint",
        "lint traces/ boot.vgic --max-warnings 0",
        "lint --format github --format sarif --output findings.sarif",
        "lint traces/ --changed=origin/main",
        "lint --compare rev1,rev3 --format json traces/",
        "lint - < boot.vgic",
      ),
    )
    .action(async (paths: string[], options: Omit<LintOptions, "outputs">) => {
      finish(await lint(paths, { ...options, outputs }));
    });
}

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
  const overwritten = outputAmongTraces(found, plan);
  if (overwritten !== undefined)
    return fail({
      failure: `--output ${printableText(overwritten)} is one of the traces: name another file`,
    });
  if (plan.rewriting !== undefined) {
    const { changed, failed } = await rewriteAll(found, plan);
    if (failed) return exitStatus.failed;
    if (plan.diff && !changed) tell(`--${plan.rewriting} would change nothing`);
    if (plan.diff) return changed ? exitStatus.errors : exitStatus.clean;
  }
  return report(found, plan, (take, reach) => checkAll(found.targets, take, reach));
}

function fail({ failure }: Failure): ExitStatus {
  complain(failure);
  return exitStatus.failed;
}

/** A file to write that is one of those to read. */
function outputAmongTraces({ targets }: Targets, { outputs }: LintPlan): string | undefined {
  const written = new Map(outputs.flatMap(({ file }) => (file === undefined ? [] : [[fileId(file), file]])));
  written.delete(undefined);
  if (written.size === 0) return undefined;
  const own = targets.map(({ trace }) => fileId(trace)).find((id) => written.has(id));
  return own === undefined ? undefined : written.get(own);
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
  checkEach: (
    take: (checked: Checked, index: number) => void,
    reach: (done: number) => void,
  ) => Promise<void>,
): Promise<ExitStatus> {
  const baseline = plan.baseline === undefined ? undefined : await Baseline.read(plan.baseline);
  if (baseline !== undefined && isFailure(baseline)) return fail(baseline);
  const outputs = new Outputs(plan.outputs);
  const statistics = new Statistics();
  const progress = new ProgressBar(`checking ${counted(targets.length, "file")}`, targets.length);
  let failed = failures.length > 0;
  let summary = emptySummary;
  const take = (checked: Checked): void => {
    progress.clear();
    if (isFailure(checked)) {
      complain(checked.failure);
      failed = true;
    } else {
      const file = baseline?.without(checked) ?? checked;
      summary = withFile(summary, file, checked);
      statistics.add(file);
      outputs.file(plan.quiet ? onlyErrors(file) : file);
      if (file.blank) complain(`${file.path} has no statement: there was nothing to check`);
    }
    progress.step(1);
  };
  await checkEach(take, (done) => progress.reach(done));
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
    untold: file.untold.filter(({ severity }) => severity === "error"),
    scenarios: file.scenarios.map((scenario) => ({
      ...scenario,
      verdicts: scenario.verdicts.map((verdict) => ({ ...verdict, differences: [] })),
    })),
  };
}

function printsText({ outputs }: LintPlan): boolean {
  return outputs.some(({ format, file }) => format === "text" && file === undefined);
}

function verdict({ counts, silenced, incomplete }: Summary, maxWarnings: number): ExitStatus {
  if (silenced > 0) {
    const what = counted(silenced, "scenario");
    complain(
      `${what} not tested: a declaration is missing or wrong, and a comment or the configuration makes that no error`,
    );
  }
  if (incomplete > 0) {
    const what = counted(incomplete, "scenario");
    complain(
      `${what} not tested: lines did not run, and a comment or the configuration makes that no error; \`vgic-trace run\` says which`,
    );
  }
  if (counts.warning > maxWarnings) {
    complain(`${counted(counts.warning, "warning")} found, --max-warnings allows ${maxWarnings}`);
  }
  return counts.error > 0 || silenced > 0 || counts.warning > maxWarnings
    ? exitStatus.errors
    : exitStatus.clean;
}
