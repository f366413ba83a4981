/** The arguments of `completion`, and the hidden `manual`, which the build asks for the manual page. */
import { Argument, type Command } from "commander";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { print } from "../terminal/terminal.ts";
import { examples } from "./command-help.ts";

const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/** Adds both to the command line. */
export function addCompletion(program: Command, finish: (status: ExitStatus) => void): void {
  program
    .command("completion")
    .summary("print a script that completes commands")
    .description("Prints a script that lets a shell complete commands, options and their values.")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText("after", examples("completion bash >> ~/.bashrc", "completion fish | source"))
    .action(async (shell: Shell) => {
      const { commandsOf } = await import("./command-words.ts");
      const { completionScript } = await import("./completion.ts");
      print(completionScript(shell, commandsOf(program)));
      finish(exitStatus.clean);
    });
  program.command("manual", { hidden: true }).action(async () => {
    const { commandsOf, wordsOf } = await import("./command-words.ts");
    const { manualPage } = await import("./manual.ts");
    print(manualPage(wordsOf(program), commandsOf(program), program.version() ?? ""));
    finish(exitStatus.clean);
  });
}
