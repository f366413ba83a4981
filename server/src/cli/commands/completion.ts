/** `vgic-trace completion`: a script that lets a shell complete commands, options and their values. */
import { type Command, InvalidArgumentError } from "commander";
import { listed } from "../../rules/words.ts";
import { nearest } from "../../syntax/nearest.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { completionScript, type Shell, shells } from "../help/completion-scripts.ts";
import { examples } from "../help/examples.ts";
import { commandsOf } from "../help/words.ts";
import { print } from "../terminal/terminal.ts";

/** The flags of `completion`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("print a script that completes commands")
    .description("Prints a script that lets a shell complete commands, options and their values.")
    .addArgument(command.createArgument("<shell>", "the shell").choices(shells).argParser(shellNamed))
    .addHelpText("after", examples("completion bash >> ~/.bashrc", "completion fish | source"))
    .action((shell: Shell) => {
      print(completionScript(shell, commandsOf(command.parent ?? command)));
      finish(exitStatus.clean);
    });
}

/** What is no slip of a shell that is called alike. */
const OTHER_SHELLS = [
  "sh",
  "ash",
  "dash",
  "ksh",
  "csh",
  "tcsh",
  "nu",
  "elvish",
  "xonsh",
  "pwsh",
  "powershell",
];

function shellNamed(text: string): Shell {
  const shell = shells.find((one) => one === text);
  if (shell !== undefined) return shell;
  const near = OTHER_SHELLS.includes(text) ? undefined : nearest(text, shells);
  const hint = near === undefined ? "" : `: did you mean ${near}?`;
  throw new InvalidArgumentError(`There are completions for ${listed(shells)}, not for ${text}${hint}`);
}
