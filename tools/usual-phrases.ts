/** The statements that are usual, and what the grammar makes of them. */
import { parseByGrammar } from "../server/src/syntax/parse.ts";
import type { Statement } from "../server/src/syntax/statement.ts";

const targets = ["A", "A+0", "A@cpu0", "A@cpu0+0", "0"];
const answers = ["", " == 0", " & 0 == 0"];
const cases = [
  ...[" == rev0: 0, rev0: 0, rev0: 0", " == rev0: 0, rev0+: 0"],
  ...[" == rev0: 0, rev0: 0", " == rev0: 0, rev0-0: 0", " == rev0-0: 0, rev0: 0"],
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
  ...across(["cpu0 read"], ["l", "q"], [" A", " A@cpu0"], cases),
  ...across(["cpu0 write"], widths, [" "], targets, [" 0"]),
  ...across(["cpu0 read"], widths, [" 0"], [" aborts", " exits"]),
  ...across(["cpu0 mrs A"], [...answers, ...cases, " aborts"]),
  ...across(["user get "], ["A", "A+0", "A@cpu0", "A@cpu0+0"], answers),
  ...across(["user get A", "user get A+0", "user get A@cpu0"], [...cases, " fails A"]),
  ...across(["user has "], ["A", "A+0"], ["", " fails A"]),
  ...across(["user set "], ["A", "A+0", "A@cpu0", "A@cpu0+0"], [" 0"]),
  ...["user set A 0 fails A", "user set A@cpu0 0 fails A", "cpu0 msr A 0", "cpu0 msr A 0 aborts"],
  ...across(["line "], ["0", "0@cpu0"], [" high", " low", " pulse"]),
  // With names instead of numbers, as far as that is usual, too.
  ...["line A high", "line A low", "line A pulse", "user set A A", "cpu0 msr A A", "cpu0 mrs A == A"],
  ...across(["cpu0 write"], widths, [" A A"]),
  ...across(["cpu0 readl A", "user get A"], [" == A"]),
  ...["cpu0 writel A A.A", "user set A A.A", "cpu0 mrs A == A.A"],
  // With an ITS.
  ...["its", "ram 0 0", "memory fill 0 0 0"],
  ...across(["memory read"], widths, [" 0 == 0"]),
  ...across(["memory write"], widths, [" 0 0"]),
  ...across(["cpu0 its "], ["int", "clear", "inv", "discard"], [" device 0 event 0"]),
  ...["cpu0 its mapd device 0 itt 0 bits 0", "cpu0 its mapd device 0 off"],
  ...["cpu0 its mapc collection 0 to cpu0", "cpu0 its mapc collection 0 off"],
  ...[
    "cpu0 its mapti device 0 event 0 lpi 0 collection 0",
    "cpu0 its mapi device 0 event 0 collection 0",
    "cpu0 its movi device 0 event 0 collection 0",
  ],
  ...["cpu0 its invall collection 0", "cpu0 its movall cpu0 to cpu0", "cpu0 its sync cpu0"],
  ...across(["msi device 0 event 0"], ["", " == 0", " fails A"]),
  ...["user save its", "user restore its", "user restore its fails A", "user reset its", "user save pending"],
  ...["cpu0 run", "settle", "new vm", "new vm revision 0", "migrate", 'scenario ""'],
  ...[
    "gic v0",
    "revision 0",
    "cpus 0",
    "irqs 0",
    "let A = 0",
    "compare none",
    "compare rev0-0",
    "compare rev0",
  ],
  ...["host linux-0.0", "host linux-0.0.0", "host linux-0.0+revision-0", "host linux-0.0.0+revision-0"],
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
