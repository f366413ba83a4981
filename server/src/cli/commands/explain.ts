/** `vgic-trace explain`: the page of a diagnostic code, or the list of all codes. */
import type { Command } from "commander";
import { isCode, RULES, ruleOf, rulesByGroup } from "../../rules/rules.ts";
import { nearest } from "../../syntax/nearest.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { examples } from "../help/examples.ts";
import { complain, outputStyle, print, type Style } from "../terminal/terminal.ts";
import { fitted, wrapped } from "../terminal/wrap.ts";

/** The flags of `explain`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("explain a diagnostic")
    .description(
      "Explains a diagnostic code: what it means, an example, and how to mend it. Without one, lists them.",
    )
    .argument("[code]", "a diagnostic code")
    .addHelpText("after", examples("explain", "explain latent-revision-difference"))
    .action(async (code: string | undefined) => {
      finish(explain(code));
    });
}

/** Prints the page of a code; without one, every code with its severity and summary. */
export function explain(code: string | undefined): ExitStatus {
  const style = outputStyle();
  if (code === undefined) {
    print(`${listOfCodes(style)}\n`);
    return exitStatus.clean;
  }
  if (!isCode(code)) {
    const codes = Object.keys(RULES);
    const near = nearest(code, codes);
    const meant = near === undefined ? codes.filter((known) => known.startsWith(code)) : [near];
    const hint =
      meant.length === 0 ? "`vgic-trace explain` lists the codes" : `did you mean ${meant.join(" or ")}?`;
    complain(`there is no diagnostic ${code}: ${hint}`);
    return exitStatus.failed;
  }
  const { severity, summary, page } = ruleOf(code);
  const { colors } = style;
  const text = `${colors.bold(code)} (${severity})\n${summary}\n\n${terminalText(page.trim(), style)}\n`;
  print(fitted(text, style.width));
  return exitStatus.clean;
}

function listOfCodes({ colors, width }: Style): string {
  const groups = rulesByGroup();
  const all = groups.flatMap(({ rules }) => rules);
  const codeWidth = Math.max(...all.map(({ code }) => code.length));
  const severityWidth = Math.max(...all.map(({ severity }) => severity.length));
  const indent = codeWidth + severityWidth + 6;
  const entry = ({ code, severity, summary }: (typeof all)[number]): string => {
    const name = colors.bold(code.padEnd(codeWidth));
    const [first, ...rest] = wrapped(summary, width - indent);
    const lines = [
      `  ${name}  ${colors.dim(severity.padEnd(severityWidth))}  ${first}`,
      ...rest.map((line) => " ".repeat(indent) + line),
    ];
    return lines.join("\n");
  };
  return groups.map(({ title, rules }) => [`${title}:`, ...rules.map(entry)].join("\n")).join("\n\n");
}

/** Markdown for a terminal: code blocks are indented and lose their fences, code in the text its backticks. */
function terminalText(markdown: string, { colors }: Style): string {
  let inBlock = false;
  const lines = markdown.split("\n").flatMap((line) => {
    if (line.startsWith("```")) {
      inBlock = !inBlock;
      return [];
    }
    if (inBlock) return [line === "" ? "" : colors.cyan(`    ${line}`)];
    if (line.startsWith("#")) return [colors.bold(line.replace(/^#+ /, ""))];
    return [line.replace(/`([^`]+)`/g, (_, code: string) => colors.cyan(code))];
  });
  return lines.join("\n");
}
