/** `vgic-trace format`: writes traces as they are usually written, with the same meaning. */

import type { Command } from "commander";
import { formattedText } from "../../document/format.ts";
import { counted } from "../../syntax/counted.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { isFailure } from "../files/failure.ts";
import { findTraces, pathToShow, readTrace, standardInput } from "../files/sources.ts";
import { pathsArgument } from "../help/arguments.ts";
import { examples } from "../help/examples.ts";
import { type Mend, withMarkOf } from "../lint/mend.ts";
import { type Purpose, rewrite } from "../lint/rewrite.ts";
import { complain, exitOnSignals, print, tell } from "../terminal/terminal.ts";

export interface FormatOptions {
  readonly check?: true;
  readonly diff?: true;
}

/** The flags of `format`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("format traces")
    .description("Writes traces with one spelling and aligned columns. What they mean stays.")
    .addArgument(pathsArgument(command))
    .option(
      "--check",
      "name the files that would change, change nothing, and exit with status 1 if there are any",
    )
    .option("--diff", "show what would change, and change nothing")
    .addHelpText("after", examples("format", "format --check traces/", "format - < boot.vgic"))
    .action(async (paths: string[], options: FormatOptions) => {
      finish(await format(paths, options));
    });
}

/** Formats files in place, and standard input to standard output. */
export async function format(paths: readonly string[], { check, diff }: FormatOptions): Promise<ExitStatus> {
  exitOnSignals();
  const { paths: traces, linksOut, failures } = await findTraces(paths);
  for (const { failure } of failures) complain(failure);
  const purpose: Purpose = diff ? "show" : check ? "name" : "write";
  let failed = failures.length > 0;
  let changed = 0;
  for (const trace of traces) {
    const target = { trace, path: pathToShow(trace), options: {}, isLinkOut: linksOut.has(trace) };
    const result =
      trace === standardInput && purpose === "write"
        ? await formatInput()
        : await rewrite(target, formatted, purpose);
    if (isFailure(result)) {
      complain(result.failure);
      failed = true;
    } else if (result.changed) changed++;
  }
  const files = `${counted(changed, "file")} of ${traces.length}`;
  if (purpose === "write") tell(`formatted ${files}`);
  else tell(`would format ${files}`);
  if (failed) return exitStatus.failed;
  return purpose !== "write" && changed > 0 ? exitStatus.errors : exitStatus.clean;
}

const formatted: Mend = (text) => ({ text: withMarkOf(text, formattedText(text)), summary: "" });

async function formatInput() {
  const source = await readTrace(standardInput);
  if (isFailure(source)) return source;
  const { text } = formatted(source.text, {});
  print(text);
  return { changed: text !== source.text };
}
