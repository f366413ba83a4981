/** The command line: arguments to commands. Each command is loaded when it is asked for. */
import { Command, CommanderError, Option } from "commander";
import metadata from "../../../package.json" with { type: "json" };
import { nearest } from "../syntax/nearest.ts";
import { examples } from "./commands/command-help.ts";
import { addHosts } from "./commands/compat-command.ts";
import { addCompletion } from "./commands/completion-command.ts";
import type { DebugOptions } from "./commands/debug.ts";
import { define as defineDoctor } from "./commands/doctor.ts";
import { define as defineExplore } from "./commands/explore.ts";
import { addExport } from "./commands/export-command.ts";
import { addImport, addReduce } from "./commands/import-command.ts";
import { define as defineInit } from "./commands/init.ts";
import { addFormat, addLint } from "./commands/lint-command.ts";
import { addReplay } from "./commands/replay-command.ts";
import type { RunOptions } from "./commands/run.ts";
import type { ServerOptions } from "./commands/server.ts";
import { type ExitStatus, exitStatus } from "./exit-status.ts";
import { runFormats } from "./reporters/formats.ts";
import { printableText } from "./terminal/printable.ts";
import { followOutputs } from "./terminal/terminal.ts";

function format(choices: readonly string[]): Option {
  return new Option("--format <format>", "how to print").choices(choices).default(choices[0]);
}

/** What Commander says of a value that is none of some choices, with the nearest of them. */
function withNearest(text: string): string {
  const [, given, choices] = /'([^']*)' is invalid.*Allowed choices are (.*)\.$/s.exec(text) ?? [];
  const near = given === undefined ? undefined : nearest(given, choices.split(", "));
  return near === undefined ? text : `${text} (Did you mean ${near}?)`;
}

function finish(status: ExitStatus): void {
  process.exitCode = status;
}

const program = new Command("vgic-trace")
  .description(
    "Checks vGIC traces: what KVM's emulated Arm interrupt controller answers to a guest and its VMM, and where GICD_IIDR revisions part.",
  )
  .version(metadata.version, "-V, --version", "print the version")
  .helpOption("-h, --help", "print help")
  .helpCommand("help [command]", "print help on a command")
  .showHelpAfterError("Run with --help to see what there is.")
  .addHelpText("after", examples("lint", "run boot.vgic", "explain revision-difference"))
  .addHelpText("after", "\nExit status: 0 no errors, 1 errors found, 2 something could not be done.")
  .configureOutput({
    // What was typed may hold anything; a suggestion stands on a line of its own.
    outputError: (text, write) =>
      write(`${printableText(withNearest(text.trimEnd().replace("\n(", " (")))}\n`),
  })
  .exitOverride();

addLint(program, finish);
addFormat(program, finish);

program
  .command("run")
  .summary("print what every operation answers, or draw it")
  .description(
    "Runs a trace and prints what every operation answers under each revision; or draws what becomes of its interrupts: a page (html), a picture (svg), or a value change dump for waveform viewers (vcd).",
  )
  .argument("<path>", "a trace, or - for standard input")
  .addOption(format(runFormats))
  .addHelpText(
    "after",
    examples("run boot.vgic", "run --format json boot.vgic", "run --format html boot.vgic > boot.html"),
  )
  .action(async (path: string, options: RunOptions) => {
    const { run } = await import("./commands/run.ts");
    finish(await run(path, options));
  });

addReplay(program, finish);
defineExplore(program, finish);
addExport(program, finish);

program
  .command("explain")
  .summary("explain a diagnostic")
  .description(
    "Explains a diagnostic code: what it means, an example, and how to mend it. Without one, lists them.",
  )
  .argument("[code]", "a diagnostic code")
  .addHelpText("after", examples("explain", "explain latent-revision-difference"))
  .action(async (code: string | undefined) => {
    const { explain } = await import("./commands/explain.ts");
    finish(explain(code));
  });

program
  .command("server")
  .summary("serve an editor")
  .description("The language server, for any editor that speaks the Language Server Protocol.")
  .option("--stdio", "speak over standard input and output")
  .option("--node-ipc", "speak over the channel to the Node process that started this one")
  .addOption(new Option("--clientProcessId <id>", "exit when this process does").hideHelp())
  .action(async (options: ServerOptions) => {
    const { server } = await import("./commands/server.ts");
    finish(server(options));
  });

program
  .command("debug")
  .summary("step through a scenario in an editor")
  .description(
    "A debugger for any editor that speaks the Debug Adapter Protocol: it goes through the operations of a scenario, forwards and backwards.",
  )
  .option("--stdio", "speak over standard input and output")
  .action(async (options: DebugOptions) => {
    const { debug } = await import("./commands/debug.ts");
    finish(await debug(options));
  });

addImport(program, finish);
addReduce(program, finish);

addHosts(program, finish);
defineInit(program, finish);
defineDoctor(program, finish);
addCompletion(program, finish);

followOutputs();
program.parseAsync().catch((error: unknown) => {
  // Commander has printed what is wrong with the arguments, or the help that was asked for.
  if (!(error instanceof CommanderError)) throw error;
  finish(error.exitCode === 0 ? exitStatus.clean : exitStatus.failed);
});
