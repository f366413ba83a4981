import { describe, expect, test } from "vitest";
import { SEVERITIES } from "../../server/src/rules/rule.ts";
import { isCode, RULES } from "../../server/src/rules/rules.ts";
import { diagnose } from "./check.ts";

/** The traces in a page: its ```vgic blocks. */
function examples(page: string): string[] {
  return Array.from(page.matchAll(/^```vgic\n([\s\S]*?)^```$/gm), ([, trace]) => trace);
}

function codesOf(trace: string): string[] {
  return diagnose(trace).map(({ code }) => code);
}

/** Rules whose example means a whole statement: a declaration, or `user save its`, which has no parts. */
const MEANS_ALL = new Set<string>([
  "invalid-declaration",
  "misplaced-declaration",
  "duplicate-declaration",
  "redundant-declaration",
  "revision-not-selectable",
  "host-failure",
]);

describe.each(Object.entries(RULES))("%s", (code, rule) => {
  test("is filed under its own code", () => {
    expect(rule.code).toBe(code);
    expect(isCode(code)).toBe(true);
    expect(SEVERITIES).toContain(rule.severity);
  });

  // What a kernel answers shows only where there is one (test/replay).
  test.skipIf(code === "kernel-disagrees")("the first example of its page shows it and nothing else", () => {
    const [example] = examples(rule.page);
    expect(new Set(codesOf(example)), example).toEqual(new Set([code]));
  });

  test.skipIf(code === "kernel-disagrees" || MEANS_ALL.has(code))(
    "its findings mark the part of the line that is meant",
    () => {
      const [example] = examples(rule.page);
      for (const { line, start, end } of diagnose(example)) {
        const statement = example.split("\n")[line].replace(/#.*/, "").trim();
        expect(example.split("\n")[line].slice(start, end), example).not.toBe(statement);
      }
    },
  );

  test("the further examples of its page are mended", () => {
    for (const mended of examples(rule.page).slice(1)) expect(codesOf(mended), mended).toEqual([]);
  });

  test("its page can be printed", () => {
    expect(rule.summary).toMatch(/^[`a-z].*[^.]$/);
    for (const line of rule.page.split("\n")) expect(line.length, line).toBeLessThanOrEqual(120);
  });
});

test("only codes are codes", () => {
  expect(isCode("revision-diference")).toBe(false);
  expect(isCode("toString")).toBe(false);
});
