import fc from "fast-check";
import { expect, test } from "vitest";
import { partOf, plainPartOf } from "../../server/src/rules/parts.ts";
import { parseLine } from "../../server/src/syntax/parse.ts";
import { seed } from "../properties/seed.ts";
import { traceLine } from "../properties/traces.ts";
import { soup } from "../syntax/soup.ts";

const comment = fc.constantFrom("", "", " # a comment", "# == 0", " # vgic-ignore[syntax]: reason");
const blanks = fc.constantFrom("", "  ", "\t");

test("what the text of a line alone says of its parts, the parser says, too", () => {
  const lines = fc.tuple(blanks, fc.oneof(traceLine("v2"), traceLine("v3"), soup), comment);
  fc.assert(
    fc.property(lines, (pieces) => {
      const text = pieces.join("");
      const { statement } = parseLine(text);
      if (statement === undefined) return;
      for (const part of ["target", "answer"] as const) {
        const plain = plainPartOf(text, part);
        if (plain !== undefined) expect(plain, text).toEqual(partOf(statement, text, part));
      }
    }),
    { seed, numRuns: 3000 },
  );
});

test("most lines need no parser for it", () => {
  for (const text of [
    "cpu0 writel GICD_IGROUPR1 0x1",
    "  cpu1 mrs ICC_IAR1_EL1",
    "user set GICD_IIDR 1 # as it was",
  ])
    expect(plainPartOf(text, "target"), text).toBeDefined();
  for (const text of [
    "cpu0 readl GICD+4",
    "cpu0 readl GICR_CTLR@cpu1",
    "cpu0 readl BASE + 4",
    "line 40 high",
  ])
    expect(plainPartOf(text, "target"), text).toBeUndefined();
});
