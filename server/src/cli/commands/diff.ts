/** `vgic-trace diff`: what a change of traces changes in meaning. */
import type { Command } from "commander";
import { analysisOptions } from "../../config/check-options.ts";
import type { TraceDiff } from "../../diff/change.ts";
import { type ChangedTrace, diffTraces, type TraceText } from "../../diff/diff.ts";
import { diffMarkdown } from "../../diff/markdown.ts";
import { diffJson } from "../diff/diff-json.ts";
import { diffText } from "../diff/diff-text.ts";
import { blobBytes, changedTraces, type GitChange } from "../diff/git-changes.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { ConfigurationFiles } from "../files/configuration-files.ts";
import { decodeTrace } from "../files/decode.ts";
import { type Failure, isFailure } from "../files/failure.ts";
import { readTrace } from "../files/sources.ts";
import { examples } from "../help/examples.ts";
import { type DiffFormat, diffFormats } from "../reporters/formats.ts";
import { printablePath, printableText } from "../terminal/printable.ts";
import { complain, exitOnSignals, outputStyle, print, tell } from "../terminal/terminal.ts";

export interface DiffOptions {
  readonly format: DiffFormat;
}

/** The flags of `diff`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("tell what a change of traces changes in meaning")
    .description(
      "Tells what the traces of the working tree mean differently than those of a git revision: scenarios added, gone, renamed and moved, operations that answer differently and because of which edited line, verdicts that changed, and findings that are new. Exits with 1 if there are new errors.",
    )
    .argument("[since]", "a git revision: its commit in common with HEAD is compared", "HEAD")
    .argument("[path...]", "files and folders; default: the current folder")
    .addOption(
      command.createOption("--format <format>", "how to print").choices(diffFormats).default(diffFormats[0]),
    )
    .addHelpText(
      "after",
      examples("diff", "diff origin/main traces/", 'diff --format markdown HEAD~3 >> "$GITHUB_STEP_SUMMARY"'),
    )
    .action(async (since: string, paths: string[], options: DiffOptions) => {
      finish(await diff(since, paths, options));
    });
}

/** Compares the working tree with where it left a revision. What cannot be read is said, and the rest is compared. */
export async function diff(
  since: string,
  paths: readonly string[],
  { format }: DiffOptions,
): Promise<ExitStatus> {
  exitOnSignals();
  const changes = await changedTraces(since, paths.length === 0 ? ["."] : paths);
  if (isFailure(changes)) {
    complain(changes.failure);
    return exitStatus.failed;
  }
  const configurations = new ConfigurationFiles();
  const read: ChangedTrace[] = [];
  let failed = false;
  for (const change of changes) {
    const trace = await bothSides(change, configurations);
    if (isFailure(trace)) {
      complain(trace.failure);
      failed = true;
    } else read.push(trace);
  }
  for (const { failure } of configurations.failures) {
    complain(failure);
    failed = true;
  }
  const found = diffTraces(read);
  print(printed(found, format));
  if (failed) return exitStatus.failed;
  const untracked = changes.filter(({ after }) => after?.isUntracked);
  const named = (wasThere: boolean): string =>
    untracked
      .flatMap(({ before, after }) =>
        after && (before !== undefined) === wasThere ? [printablePath(after.path)] : [],
      )
      .join(", ");
  if (named(false) !== "") tell(`told as new, and not in git yet: ${named(false)}`);
  if (named(true) !== "") tell(`compared, but not in git any more: ${named(true)}`);
  return hasNewErrors(found) ? exitStatus.errors : exitStatus.clean;
}

function printed(found: TraceDiff, format: DiffFormat): string {
  if (format === "json") return diffJson(found);
  return format === "markdown"
    ? diffMarkdown(found).split("\n").map(printableText).join("\n")
    : diffText(found, outputStyle());
}

function hasNewErrors({ scenarios, heads }: TraceDiff): boolean {
  const lostATest = scenarios.some(({ untested }) => untested?.after && !untested.before);
  return (
    lostATest ||
    [...scenarios, ...heads].some(({ findings }) =>
      findings.appeared.some(({ severity }) => severity === "error"),
    )
  );
}

/** Both sides are checked as the configuration of now says. */
async function bothSides(
  { before, after }: GitChange,
  configurations: ConfigurationFiles,
): Promise<ChangedTrace | Failure> {
  const was = before && (await textBefore(before, configurations));
  if (was !== undefined && isFailure(was)) return was;
  const is = after && (await textNow(after.path, configurations));
  if (is !== undefined && isFailure(is)) return is;
  return { before: was, after: is };
}

async function textBefore(
  { path, blob }: { readonly path: string; readonly blob: string },
  configurations: ConfigurationFiles,
): Promise<TraceText | Failure> {
  const bytes = await blobBytes(blob);
  if (isFailure(bytes)) return { failure: `cannot read what ${path} was: ${bytes.failure}` };
  const decoded = decodeTrace(bytes);
  if ("problem" in decoded) return { failure: `cannot compare what ${path} was: ${decoded.problem}` };
  const options = analysisOptions(await configurations.checksOf(path));
  return { path, text: decoded.text, options };
}

async function textNow(path: string, configurations: ConfigurationFiles): Promise<TraceText | Failure> {
  const source = await readTrace(path);
  if (isFailure(source)) return source;
  return { path, text: source.text, options: analysisOptions(await configurations.checksOf(path)) };
}
