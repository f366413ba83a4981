/** The statements that are usual, and what the grammar makes of them. */
import { parseByGrammar } from "../server/src/syntax/parse.ts";
import type { Statement } from "../server/src/syntax/statement.ts";

const targets = ["A", "A+0", "A@cpu0", "0"];
const answers = [
  ...["", " == 0", " & 0 == 0"],
  ...[" == rev0: 0, rev0: 0, rev0: 0", " == rev0: 0, rev0+: 0", " == rev0-0: 0, rev0: 0"],
];
const widths = [..."bwlq"];

function across(...parts: readonly (readonly string[])[]): string[] {
  return parts.reduce<string[]>(
    (texts, part) => texts.flatMap((text) => part.map((one) => text + one)),
    [""],
  );
}

/** With `A` for every name and 0 for every number. */
export const usualPhrases: readonly string[] = [
  ...across(["cpu0 read"], widths, [" "], targets, answers),
  ...across(["cpu0 write"], widths, [" "], targets, [" 0"]),
  ...across(["cpu0 mrs A"], answers),
  ...across(["user get "], ["A", "A+0", "A@cpu0"], answers),
  ...["user set A 0", "user set A@cpu0 0", "user set A+0 0", "user set A 0 fails A", "cpu0 msr A 0"],
  ...across(["line "], ["0", "0@cpu0"], [" high", " low", " pulse"]),
  // With names instead of numbers, as far as that is usual, too.
  ...["line A high", "line A low", "line A pulse", "user set A A", "cpu0 msr A A", "cpu0 mrs A == A"],
  ...across(["cpu0 write"], widths, [" A A"]),
  ...across(["cpu0 readl A", "user get A"], [" == A", " == rev0: 0, rev0: 0"]),
  ...["cpu0 run", "settle", "new vm", "migrate", 'scenario ""'],
  ...["gic v0", "revision 0", "cpus 0", "irqs 0", "host linux-0.0", "let A = 0", "compare none"],
];

/** As JSON; values are read again from each line. */
function plain(statement: Statement): string {
  return JSON.stringify(statement, (_, value) => (typeof value === "bigint" ? 0 : value));
}

/** What phrases.json says. */
export function phrasesFile(): string {
  const lines = usualPhrases.map((phrase) => {
    const { statement } = parseByGrammar(phrase);
    if (statement === undefined) throw new Error(`not a statement: ${phrase}`);
    return `${JSON.stringify(phrase)}: ${JSON.stringify(plain(statement))}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}
