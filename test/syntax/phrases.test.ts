import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseByGrammar } from "../../server/src/syntax/parse.ts";
import { readPhrase } from "../../server/src/syntax/phrases.ts";
import { phrasesFile, usualPhrases } from "../../tools/usual-phrases.ts";
import { seed } from "../properties/seed.ts";
import { soup, trace } from "./soup.ts";

test("phrases are as the grammar reads them (`npm run phrases` writes them)", () => {
  expect(readFileSync("server/src/syntax/phrases.json", "utf8")).toBe(phrasesFile());
});

test.each([
  "  cpu12   writel  GICD_ISENABLER3\t0x1f ",
  'scenario "It is #1"',
  "user get  GICR_CTLR@cpu3 == rev1: 0x1, rev2+: 7",
  "host linux-5.10.223+revision-1",
  "cpu1 its mapti device 0x10 event 3 lpi 8192 collection 1",
])("%j is a usual phrase", (line) => {
  const { statement } = parseByGrammar(line);
  expect(readPhrase(line)).toEqual(statement);
  expect(statement).toBeDefined();
});

/** A phrase with other words, numbers and blanks, some of which make it another phrase, or none. */
const varied = fc
  .tuple(
    fc.constantFrom(...usualPhrases),
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
    const { statement, comment, problem } = parseByGrammar(text);
    const usual = readPhrase(text.slice(0, comment?.start));
    expect(usual === undefined || problem === undefined).toBe(true);
    if (usual !== undefined) expect(usual).toEqual(statement);
  });
  fc.assert(property, { seed, numRuns: 5000 });
});
