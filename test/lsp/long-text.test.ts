/** A text in pieces is after any edits what a plain text would be. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { LongText } from "../../server/src/lsp/long-text.ts";
import { Positions } from "../../server/src/lsp/positions.ts";
import { seed } from "../properties/seed.ts";

type Place = { readonly line: number; readonly character: number };

/** Where a place is in a text, by going through all of its characters. */
function offsetOf(text: string, { line, character }: Place): number {
  const lines = text.split(/(?<=\n|\r(?!\n))/);
  if (line >= lines.length) return text.length;
  const above = lines.slice(0, line).join("").length;
  return above + Math.min(character, lines[line].replace(/\r\n$|[\r\n]$/, "").length);
}

const lineEnd = fc.constantFrom("\n", "\n", "\r\n", "\r");
/** Together they are several pieces long. */
const longLines = fc
  .array(fc.tuple(fc.nat(9000), lineEnd), { minLength: 50, maxLength: 90 })
  .map((lines) => lines.map(([length, end], index) => `${index} `.padEnd(length, "x") + end).join(""));
const place = fc.record({ line: fc.nat(95), character: fc.oneof(fc.nat(9000), fc.constant(0)) });
const edit = fc.record({
  start: place,
  end: place,
  inserted: fc.oneof(fc.constantFrom("", "a", "\n", "\r", "a\r\nb"), longLines),
});

test("edits of a text in pieces", () => {
  const positions = new Positions("utf-16");
  fc.assert(
    fc.property(longLines, fc.array(edit, { maxLength: 6 }), (text, edits) => {
      let plain = text;
      let long = LongText.of(text);
      for (const { start, end, inserted } of edits) {
        const from = offsetOf(plain, start);
        const to = Math.max(from, offsetOf(plain, end));
        plain = plain.slice(0, from) + inserted + plain.slice(to);
        long = long.replaced({ start, end }, inserted, positions);
        expect(long.length).toBe(plain.length);
      }
      expect(long.whole === plain).toBe(true);
    }),
    { seed, numRuns: 100 },
  );
});
