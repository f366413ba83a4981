import fc from "fast-check";
import { expect, test } from "vitest";
import { parseByGrammar, parseLine } from "../../server/src/syntax/parse.ts";
import { readPhrase } from "../../server/src/syntax/phrases.ts";
import type { Statement } from "../../server/src/syntax/statement.ts";
import { seed, soup, trace } from "./soup.ts";

const targets = ["A", "A+0", "A@cpu0", "0"];
const answers = ["", " == 0", " & 0 == 0", " == rev0: 0, rev0: 0, rev0: 0", " == rev0: 0, rev0+: 0"];
const across = (...parts: string[][]) =>
  parts.reduce<string[]>((texts, part) => texts.flatMap((text) => part.map((one) => text + one)), [""]);
const widths = [..."bwlq"];

const phrases = [
  ...across(["cpu0 read"], widths, [" "], targets, answers),
  ...across(["cpu0 write"], widths, [" "], targets, [" 0"]),
  ...across(["cpu0 mrs A"], answers),
  ...across(["user get "], ["A", "A+0", "A@cpu0"], answers),
  ...["user set A 0", "user set A@cpu0 0", "user set A+0 0", "user set A 0 fails A", "cpu0 msr A 0"],
  ...[
    "line 0 high",
    "line 0 low",
    "line 0 pulse",
    "line 0@cpu0 high",
    "line 0@cpu0 low",
    "line 0@cpu0 pulse",
  ],
  // With names instead of numbers, as far as that is usual, too.
  ...["line A high", "line A low", "line A pulse", "user set A A", "cpu0 msr A A", "cpu0 mrs A == A"],
  ...across(["cpu0 write"], widths, [" A A"]),
  ...across(["cpu0 readl A", "user get A"], [" == A", " == rev0: 0, rev0: 0"]),
  ...["cpu0 run", "settle", "new vm", "migrate", 'scenario ""'],
  ...["gic v0", "revision 0", "cpus 0", "irqs 0", "host linux-0.0", "let A = 0", "compare none"],
];

/** As JSON: values are read anew from each line. */
function plain(statement: Statement | undefined): string {
  return JSON.stringify(statement, (_, value) => (typeof value === "bigint" ? 0 : value));
}

test("phrases are as the grammar reads them", async () => {
  const read = Object.fromEntries(
    phrases.map((phrase) => {
      const { statement } = parseByGrammar(phrase);
      expect(statement).toBeDefined();
      return [phrase, plain(statement)];
    }),
  );
  const lines = Object.entries(read).map(
    ([phrase, statement]) => `${JSON.stringify(phrase)}: ${JSON.stringify(statement)}`,
  );
  await expect(`{\n${lines.join(",\n")}\n}\n`).toMatchFileSnapshot("../../server/src/syntax/phrases.json");
});

test.each([
  "  cpu12   writel  GICD_ISENABLER3\t0x1f ",
  'scenario "It is #1"',
  "user get  GICR_CTLR@cpu3 == rev1: 0x1, rev2+: 7",
])("%j is a usual phrase", (line) => {
  const { statement } = parseByGrammar(line);
  expect(readPhrase(line)).toEqual(statement);
  expect(statement).toBeDefined();
});

/** A phrase with other words, numbers and blanks, some of which make it another phrase, or none. */
const varied = fc
  .tuple(
    fc.constantFrom(...phrases),
    fc.array(
      fc.constantFrom("AX_CTLR", "X1", "x", "0x1f", "12", "0b1", "0xg", "1_0", "99999999999999999999"),
      {
        minLength: 12,
        maxLength: 12,
      },
    ),
    fc.constantFrom(" ", "  ", "\t", ""),
    fc.constantFrom("", " ", "# é", ' "a" '),
  )
  .map(([phrase, words, blank, end]) => {
    let next = 0;
    const text = phrase.replace(/\bA\b|\d/g, (was) => (words[next] === "x" ? was : words[next++ % 12]));
    return text.replaceAll(" ", blank) + end;
  });

test("a phrase reads as by the grammar", () => {
  const line = fc.oneof(
    varied,
    soup,
    trace.map((text) => text.split("\n")[0]),
  );
  const property = fc.property(line, (text) => {
    if (!/^[^\n\0#]*[^\s#][^\n\0#]*/.test(text) || text.includes("\0") || text.trimStart().startsWith("#"))
      return;
    expect(parseLine(text)).toEqual(parseByGrammar(text));
  });
  fc.assert(property, { seed, numRuns: 5000 });
});
