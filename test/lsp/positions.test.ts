import fc from "fast-check";
import { expect, test } from "vitest";
import { TraceDocument } from "../../server/src/document/document.ts";
import type { Encoding } from "../../server/src/lsp/client.ts";
import { Positions } from "../../server/src/lsp/positions.ts";
import { seed } from "../properties/seed.ts";

/** How long a text is for a client. */
const lengths: Readonly<Record<Encoding, (text: string) => number>> = {
  "utf-8": (text) => Buffer.byteLength(text),
  "utf-16": (text) => text.length,
  "utf-32": (text) => [...text].length,
};
const encodings: readonly Encoding[] = ["utf-8", "utf-16", "utf-32"];

const pieces = fc.constantFrom("a", "é", "€", "😀", "\n", "\r\n", "\r", "# ", "gic v3", "settle");
const text = fc.array(pieces, { maxLength: 15 }).map((parts) => parts.join(""));

/** A place between two characters of a text, as a client of an encoding names it. */
function placeOf(before: string, encoding: Encoding): { line: number; character: number } {
  const lines = before.split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: lengths[encoding](lines[lines.length - 1]) };
}

/** The places between characters; line ends are one. */
function cuts(whole: string): number[] {
  const offsets = [0];
  for (const character of whole.match(/\r\n|[\s\S]/gu) ?? [])
    offsets.push(offsets[offsets.length - 1] + character.length);
  return offsets;
}

test.each(encodings)("edits of a client that counts in %s do what it meant", (encoding) => {
  const edit = fc.tuple(fc.nat(), fc.nat(), text);
  fc.assert(
    fc.property(text, fc.array(edit, { maxLength: 5 }), (initial, edits) => {
      const positions = new Positions(encoding);
      let expected = initial;
      let document = TraceDocument.of(initial);
      for (const [one, other, inserted] of edits) {
        const offsets = cuts(expected);
        const [from, to] = [one, other].map((index) => offsets[index % offsets.length]).sort((a, b) => a - b);
        const range = {
          start: placeOf(expected.slice(0, from), encoding),
          end: placeOf(expected.slice(0, to), encoding),
        };
        document = document.withChanges([
          { range: positions.rangeFromClient(document, range), text: inserted },
        ]);
        expected = expected.slice(0, from) + inserted + expected.slice(to);
      }
      expect(document.text).toBe(expected);
    }),
    { seed, numRuns: 300 },
  );
});

test.each(encodings)("a position goes to a client that counts in %s and comes back", (encoding) => {
  fc.assert(
    fc.property(text, fc.nat(), (whole, index) => {
      const positions = new Positions(encoding);
      const document = TraceDocument.of(whole);
      const offsets = cuts(whole);
      const before = whole.slice(0, offsets[index % offsets.length]);
      const own = placeOf(before, "utf-16");
      expect(positions.toClient(document, own)).toEqual(placeOf(before, encoding));
      expect(positions.fromClient(document, placeOf(before, encoding))).toEqual(own);
    }),
    { seed },
  );
});

test("a column inside a character means its start, one beyond the line its end", () => {
  const document = TraceDocument.of("a😀b\n");
  const positions = new Positions("utf-8");
  expect(positions.fromClient(document, { line: 0, character: 3 })).toEqual({ line: 0, character: 1 });
  expect(positions.fromClient(document, { line: 0, character: 99 })).toEqual({ line: 0, character: 4 });
  expect(positions.fromClient(document, { line: 9, character: 0 })).toEqual({ line: 1, character: 0 });
});
