/** The manual page, in roff with the man macros: the words of `--help`. */
import type { CommandWords } from "./command-words.ts";

/** The page of the program with all its commands. */
export function manualPage(
  program: CommandWords,
  commands: readonly CommandWords[],
  version: string,
): string {
  const sections = commands.map(
    ({ name, description, usage, arguments: given, options, more }) =>
      `.SH ${name.toUpperCase()}\n.B ${roff(usage)}\n.PP\n${roff(description)}\n` +
      given.map(item).join("") +
      options.map(item).join("") +
      (more === "" ? "" : `.PP\n.nf\n${roff(more)}\n.fi\n`),
  );
  return [
    `.TH VGIC-TRACE 1 "" "vgic-trace ${version}" "User Commands"`,
    ".SH NAME",
    "vgic-trace \\- check traces of KVM's emulated Arm interrupt controller",
    ".SH SYNOPSIS",
    `.B ${roff(program.usage)}`,
    ".SH DESCRIPTION",
    roff(program.description),
    ".SH COMMANDS",
    ...commands.map(({ name, summary }) => `.TP\n.B ${roff(name)}\n${roff(summary)}`),
    ".SH OPTIONS",
    `${program.options.map(item).join("")}${sections.join("")}.SH NOTES`,
    ".nf",
    roff(program.more),
    ".fi",
    "",
  ].join("\n");
}

function item({ term, description }: { readonly term: string; readonly description: string }): string {
  return `.TP\n.B ${roff(term)}\n${roff(description)}\n`;
}

/** Text in which nothing is a request or an escape. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(/^([.'])/gm, "\\&$1");
}
