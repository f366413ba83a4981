/** `vgic-trace reduce`: the smallest trace that still shows a finding. */
import type { Command } from "commander";
import { type Kept, reducing } from "../../reduce/reduce.ts";
import { isCode, RULES } from "../../rules/rules.ts";
import { counted } from "../../syntax/counted.ts";
import { nearest } from "../../syntax/nearest.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { readConfigured } from "../files/configured.ts";
import { isFailure } from "../files/failure.ts";
import { pathToShow } from "../files/sources.ts";
import { examples } from "../help/examples.ts";
import { ProgressBar } from "../terminal/progress-bar.ts";
import { complain, print } from "../terminal/terminal.ts";

export interface ReduceOptions {
  /** CODE or CODE:LINE. */
  readonly keep: string;
}

/** The flags of `reduce`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("find the smallest trace that still shows a finding")
    .description(
      "Prints the smallest trace that still shows a finding: lines are taken away as long as a finding of that code (at that line) stays.",
    )
    .argument("<path>", "a trace, or - for standard input")
    .requiredOption("--keep <code>", "the finding to keep: CODE, or CODE:LINE for the one in a line")
    .addHelpText(
      "after",
      examples(
        "reduce boot.vgic --keep revision-difference",
        "reduce boot.vgic --keep expectation:120 > small.vgic",
      ),
    )
    .action(async (path: string, options: ReduceOptions) => {
      finish(await reduceTrace(path, options));
    });
}

/** Reduces one trace and prints what is left. */
export async function reduceTrace(trace: string, { keep }: ReduceOptions): Promise<ExitStatus> {
  const kept = keptOf(keep);
  if (typeof kept === "string") return failed(kept);
  const source = await readConfigured(trace);
  if (isFailure(source)) return failed(source.failure);
  // How many attempts it takes shows when there is nothing left to take away.
  const progress = new ProgressBar(`reducing ${pathToShow(trace)}`, undefined);
  const attempts = reducing(source.text, kept, source.options.hosts);
  let attempt = attempts.next();
  for (; !attempt.done; attempt = attempts.next())
    progress.reach(0, `${counted(attempt.value, "statement")} left`);
  progress.clear();
  const reduction = attempt.value;
  if (typeof reduction === "string") return failed(`cannot reduce ${pathToShow(trace)}: ${reduction}`);
  const { text, before, after, tries } = reduction;
  print(text);
  complain(`${after} of ${counted(before, "statement")} left, after ${counted(tries, "attempt")}`);
  return exitStatus.clean;
}

function failed(why: string): ExitStatus {
  complain(why);
  return exitStatus.failed;
}

function keptOf(text: string): Kept | string {
  const { code, line } = /^(?<code>[a-z][a-z-]*)(?::(?<line>[1-9]\d*))?$/.exec(text)?.groups ?? {};
  if (code === undefined) return `--keep takes CODE or CODE:LINE, such as expectation:12, not ${text}`;
  if (!isCode(code)) {
    const near = nearest(code, Object.keys(RULES));
    const hint = near === undefined ? "`vgic-trace explain` lists the codes" : `did you mean ${near}?`;
    return `--keep: there is no diagnostic ${code}: ${hint}`;
  }
  return { code, line: line === undefined ? undefined : Number(line) - 1 };
}
