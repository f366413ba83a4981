/** The arguments of `lint` and `format`. */
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import type { ExitStatus } from "../exit-status.ts";
import type { LintOptions } from "../lint/lint-plan.ts";
import { lintFormats } from "../reporters/formats.ts";
import type { OutputFlag } from "../reporters/outputs.ts";
import { examples } from "./command-help.ts";
import type { FormatOptions } from "./format.ts";

function pathsArgument(): Argument {
  return new Argument("[path...]", "files, folders (their **/*.vgic), or - for standard input").default(
    ["."],
    "the current folder",
  );
}

/** Adds `lint` to the command line. */
export function addLint(program: Command, finish: (status: ExitStatus) => void): void {
  const outputs: OutputFlag[] = [];
  const formatOption = new Option("--format <format>", "how to print; several, each with its --output")
    .choices(lintFormats)
    .argParser((text) => {
      const format = lintFormats.find((one) => one === text);
      if (format === undefined)
        throw new InvalidArgumentError(`Allowed choices are ${lintFormats.join(", ")}.`);
      outputs.push({ format });
      return format;
    });
  program
    .command("lint")
    .summary("check traces")
    .description(
      "Checks traces: prints what is wrong with them, and where another GICD_IIDR revision would answer otherwise.",
    )
    .addArgument(pathsArgument())
    .addOption(formatOption)
    .option("--output <file>", "write to a file instead, as the --format beside it", (file) => {
      outputs.push({ output: file });
    })
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
      const { lint } = await import("./lint.ts");
      finish(await lint(paths, { ...options, outputs }));
    });
}

/** Adds `format` to the command line. */
export function addFormat(program: Command, finish: (status: ExitStatus) => void): void {
  program
    .command("format")
    .summary("format traces")
    .description("Writes traces with one spelling and aligned columns. What they mean stays.")
    .addArgument(pathsArgument())
    .option(
      "--check",
      "name the files that would change, change nothing, and exit with status 1 if there are any",
    )
    .option("--diff", "show what would change, and change nothing")
    .addHelpText("after", examples("format", "format --check traces/", "format - < boot.vgic"))
    .action(async (paths: string[], options: FormatOptions) => {
      const { format } = await import("./format.ts");
      finish(await format(paths, options));
    });
}
