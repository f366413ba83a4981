import { expect, test } from "vitest";
import { parseLine } from "../../server/src/syntax/parse.ts";
import { evaluate, type Lookup } from "../../server/src/syntax/value.ts";

const lookup: Lookup = (reference) => {
  if (reference.kind === "name") return reference.name === "SPI" ? 40n : undefined;
  return reference.field.text === "CES" ? 2n : undefined;
};

function evaluated(text: string): bigint | undefined {
  const { statement } = parseLine(`let x = ${text}`);
  if (statement?.kind !== "let") throw new Error(`not a value: ${text}`);
  return evaluate(statement.value, lookup);
}

test.each([
  ["0x2a", 42n],
  ["0b10_1010", 42n],
  ["007", 7n],
  ["0xffff_ffff_ffff_ffff", 0xffff_ffff_ffff_ffffn],
  [`0x${"0".repeat(100)}1`, 1n],
  ["1 | 6 ^ 2 & 3", 1n | (6n ^ (2n & 3n))],
  ["1 << 2 + 3", 32n],
  ["1 + 2 << 3", 24n],
  ["8 - 2 - 1", 5n],
  ["64 >> 2 >> 1", 8n],
  ["~0", 0xffff_ffff_ffff_ffffn],
  ["~~5", 5n],
  ["~1 & 3", 2n],
  ["0 - 1", 0xffff_ffff_ffff_ffffn],
  ["0xffff_ffff_ffff_ffff + 1", 0n],
  ["1 << 63 << 1", 0n],
  ["1 << 64", 0n],
  ["1 << 0xffff_ffff_ffff_ffff", 0n],
  ["0xff >> 64", 0n],
  ["(1 | 2) << (SPI - 32)", 768n],
  ["GICR_CTLR.CES | 4", 6n],
  ["NONE + 1", undefined],
  ["1 + GICR_CTLR.NONE", undefined],
])("%s", (text, value) => {
  expect(evaluated(text)).toBe(value);
});
