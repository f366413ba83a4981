/** What the help says of every command, as data: completions and the manual page are made of it. */
import type { Command } from "commander";
import { hostRows } from "../../analysis/kernels/hosts.ts";
import { MANAGER_NAMES } from "../../program/manager.ts";
import { RULES } from "../../rules/rules.ts";

export interface OptionWords {
  /** As in the help: `--format <format>`. */
  readonly term: string;
  /** `--format`. */
  readonly flag: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** What shells complete: the choices, or usual values. */
  readonly words: readonly string[];
}

export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** `vgic-trace lint [options] [path...]`. */
  readonly usage: string;
  readonly arguments: readonly {
    readonly term: string;
    readonly description: string;
    /** What shells complete. */
    readonly words: readonly string[];
  }[];
  readonly options: readonly OptionWords[];
  /** What the help has at its end: examples and the like. */
  readonly more: string;
}

/** The words of the program itself. */
export function wordsOf(command: Command): CommandWords {
  const help = command.createHelp();
  return {
    name: command.name(),
    summary: help.subcommandDescription(command),
    description: command.description(),
    usage: help.commandUsage(command),
    arguments: help.visibleArguments(command).map((argument) => ({
      term: help.argumentTerm(argument),
      description: help.argumentDescription(argument),
      words: argument.argChoices ?? usualValues(argument.name()),
    })),
    options: help.visibleOptions(command).map((option) => ({
      term: help.optionTerm(option),
      flag: option.long ?? option.short ?? "",
      description: help.optionDescription(option),
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
      words: option.argChoices ?? usualValues(/[<[](\w+)/.exec(option.flags)?.[1] ?? ""),
    })),
    more: moreOf(command),
  };
}

/** The words of each command that the help of the program lists. */
export function commandsOf(program: Command): CommandWords[] {
  return program.createHelp().visibleCommands(program).map(wordsOf);
}

/** Values that shells complete although others are allowed, too: by what the help calls the value. */
function usualValues(name: string): readonly string[] {
  switch (name) {
    case "host":
      return hostRows().flatMap(({ example }) => example ?? []);
    case "side":
      return ["rev1", "rev2", "rev3", ...usualValues("host")];
    case "vmm":
      return [...MANAGER_NAMES, "all"];
    case "code":
      return Object.keys(RULES);
    default:
      return [];
  }
}

function moreOf(command: Command): string {
  let shown = "";
  const output = command.configureOutput();
  command.configureOutput({ ...output, writeOut: (text) => (shown += text) });
  command.outputHelp();
  command.configureOutput(output);
  return shown.slice(command.helpInformation().length).trim();
}
