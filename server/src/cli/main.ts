/** The command line: arguments to commands. */
import { Command, CommanderError } from "commander";
import metadata from "../../../package.json" with { type: "json" };
import { COMMANDS } from "./commands.ts";
import { type ExitStatus, exitStatus } from "./exit-status.ts";
import { examples } from "./help/examples.ts";
import { afterHelp, helpLayout, helpWidth } from "./help/layout.ts";
import { inOurWords } from "./help/voice.ts";
import { complain, followOutputs, tell } from "./terminal/terminal.ts";

function finish(status: ExitStatus): void {
  process.exitCode = status;
}

const program = new Command("vgic-trace")
  .description(
    "Checks vGIC traces: what KVM's emulated Arm interrupt controller answers to a guest and its VMM, and where GICD_IIDR revisions diverge.",
  )
  .version(metadata.version, "-V, --version", "print the version")
  .helpOption("-h, --help", "print help")
  .helpCommand("help [command]", "print help on a command")
  .showHelpAfterError("Run with --help to see what there is.")
  .addHelpText("after", examples("lint", "run boot.vgic", "explain revision-difference"))
  .addHelpText("after", () =>
    afterHelp("\nExit status: 0 no errors, 1 errors found, 2 something could not be done."),
  )
  .configureHelp(helpLayout)
  .configureOutput({
    getOutHelpWidth: helpWidth,
    outputError: (text) => complain(inOurWords(text)),
  })
  .exitOverride();

/** Loads the subcommand that is asked for; all of them where the help or a message may tell of any. */
async function defineCommands(args: readonly string[]): Promise<void> {
  if (args[0] === "-V" || args[0] === "--version") return;
  const [first, second] = args.filter((argument) => !argument.startsWith("-"));
  const name = first === "help" ? second : first;
  const asked = COMMANDS.find((row) => row.name === name);
  for (const row of COMMANDS) {
    const command = program.command(row.name, { hidden: row.hidden });
    if (asked === undefined || asked.tellsOfAll || asked === row) (await row.load()).define(command, finish);
  }
}

/** What is asked: help on help is that on all, and help on what is no command a complaint like any other. */
function askedFor(args: readonly string[]): readonly string[] {
  const [first, second] = args;
  if (first !== "help" || second === undefined || COMMANDS.some(({ name }) => name === second)) return args;
  return second === "help" ? ["--help"] : [second];
}

async function main(): Promise<void> {
  const args = askedFor(process.argv.slice(2));
  await defineCommands(args);
  await program.parseAsync(args, { from: "user" });
}

/** Whether the folder in which the command was started has been removed. */
function isFolderGone(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "uv_cwd";
}

followOutputs();
main().catch((error: unknown) => {
  // Commander has printed what is wrong with the arguments, or the help that was asked for.
  if (error instanceof CommanderError) {
    finish(error.exitCode === 0 ? exitStatus.clean : exitStatus.failed);
    return;
  }
  finish(exitStatus.failed);
  if (isFolderGone(error)) complain("the current folder is not there any more: change into another one");
  else {
    complain(
      `this is a fault of vgic-trace itself: please report it, with what led to it, at ${metadata.bugs.url}`,
    );
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
});
