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
