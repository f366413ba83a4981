/** The manual page, in roff with the man macros: the words of `--help`. */
import type { CommandWords } from "./words.ts";

const STATUSES = [
  { term: "0", description: "No errors were found." },
  { term: "1", description: "Errors were found, more warnings than allowed, or a difference." },
  { term: "2", description: "Something could not be done or was not tested." },
  { term: "130", description: "Ended by Ctrl-C." },
];

const FILES = [
  {
    term: "vgic-trace.json",
    description: "The configuration of the traces in its folder and below; of several, the nearest holds.",
  },
  {
    term: ".vgicignore, .gitignore",
    description: "Patterns of what is left out when a folder is searched for traces.",
  },
];

const ENVIRONMENT = [
  { term: "COLUMNS", description: "How wide output is where there is no terminal: 160 columns without it." },
  { term: "NO_COLOR", description: "Set to anything but nothing: no colours on a terminal." },
  { term: "PATH", description: "Where QEMU, compilers and git are searched." },
  {
    term: "XDG_CACHE_HOME",
    description: "Below it, else below ~/.cache, kernels for replay are kept in vgic-trace.",
  },
];

const SEE_ALSO = ".BR qemu\\-system\\-aarch64 (1),\n.BR trace\\-cmd\\-report (1)";

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
    `${program.options.map(item).join("")}${sections.join("")}.SH EXIT STATUS`,
    ...STATUSES.map(item),
    ".SH FILES",
    ...FILES.map(item),
    ".SH ENVIRONMENT",
    ...ENVIRONMENT.map(item),
    ".SH NOTES",
    ".nf",
    roff(program.more),
    ".fi",
    ".SH SEE ALSO",
    SEE_ALSO,
    "",
  ].join("\n");
}

function item({ term, description }: { readonly term: string; readonly description: string }): string {
  return `.TP\n.B ${roff(term)}\n${roff(description)}\n`;
}

/** Text in which nothing is a request or an escape. */
function roff(text: string): string {
  return (
    text
      .replaceAll("\\", "\\e")
      // Without UTF-8 a terminal shows nothing for it.
      .replaceAll("…", "...")
      .replaceAll("-", "\\-")
      .replaceAll(/^([.'])/gm, "\\&$1")
  );
}
