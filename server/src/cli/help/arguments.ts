/** Arguments and flags that several commands take. They are made by the command: so Commander is loaded by it alone. */
import type { Argument, Command, Option } from "commander";

/** Where traces are. */
export function pathsArgument(command: Command): Argument {
  return command
    .createArgument("[path...]", "files, folders (their **/*.vgic), or - for standard input")
    .default(["."], "the current folder");
}

/** How an answer is printed; the first choice is the default. */
export function formatOption(command: Command, choices: readonly string[]): Option {
  return command.createOption("--format <format>", "how to print").choices(choices).default(choices[0]);
}
