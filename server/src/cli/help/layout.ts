/** How the help stands on a terminal: also on one of 40 columns no sentence is cut. */
import { Help } from "commander";
import { fitted, PAGE_WIDTH, wrapped } from "../terminal/wrap.ts";

/** Descriptions that have less room than this beside their terms stand below them. */
const LEAST_DESCRIPTION = 30;

/** Commander's help, but for narrow terminals. */
export const helpLayout: Partial<Help> = {
  minWidthToWrap: LEAST_DESCRIPTION,
  styleUsage(this: Help, usage) {
    const title = "Usage: ";
    const lines = wrapped(usage, (this.helpWidth ?? PAGE_WIDTH) - title.length);
    return lines.join(`\n${" ".repeat(title.length)}`);
  },
  formatItem(this: Help, term, termWidth, description, helper) {
    const width = this.helpWidth ?? PAGE_WIDTH;
    // Two blanks before the term, two behind it.
    if (width - termWidth - 4 >= LEAST_DESCRIPTION || description === "")
      return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
    return [`  ${term}`, ...wrapped(description, width - 6).map((line) => `      ${line}`)].join("\n");
  },
};

/** The width of the terminal; without one, what COLUMNS says. */
export function helpWidth(): number {
  const { isTTY, columns } = process.stdout;
  const wanted = Number(process.env.COLUMNS);
  return isTTY ? columns : wanted > 0 ? wanted : PAGE_WIDTH;
}

/** What follows the help, in lines that fit; commands stay whole, to be copied. */
export function afterHelp(text: string): string {
  const lines = text.split("\n");
  return lines.map((line) => (line.startsWith("  $ ") ? line : fitted(line, helpWidth()))).join("\n");
}
