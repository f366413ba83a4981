import { expect, test } from "vitest";
import { edits, traceDigits } from "../../bench/edits.ts";
import { row } from "../../bench/row.ts";
import { cLines, javaScriptLines } from "../../bench/sources.ts";
import { exponent, median, quantile } from "../../bench/statistics.ts";
import { ordinary, traceLines, traceText } from "../../bench/trace.ts";
import { lint } from "../../server/src/api/index.ts";

test.each([
  { ...ordinary, operations: 2000 },
  { ...ordinary, operations: 2000, scenarios: 20 },
  { ...ordinary, operations: 2000, cpus: 512, irqs: 992 },
  { ...ordinary, operations: 2000, model: "v2", cpus: 8, irqs: 64 } as const,
])("a generated trace is the same each time, holds, and has the size that was asked for: %j", (shape) => {
  const text = traceText(shape);
  expect(traceText(shape)).toBe(text);
  const { scenarios, diagnostics } = lint(text);
  const operations = scenarios.reduce((sum, one) => sum + one.operations, 0);
  expect([scenarios.length, operations]).toEqual([shape.scenarios, shape.operations]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("most lines of a long trace stand in it once", () => {
  const lines = traceLines({ ...ordinary, operations: 20_000 });
  expect(new Set(lines).size / lines.length).toBeGreaterThan(0.6);
});

test("sources have as many lines as were asked for", () => {
  for (const count of [1, 57, 1000]) {
    expect(cLines(count)).toHaveLength(count);
    expect(javaScriptLines(count)).toHaveLength(count);
  }
});

test("each edit changes a character, and the next one undoes it", () => {
  const lines = traceLines({ ...ordinary, operations: 1000 });
  const all = edits(lines, [0.9, 1], 50, traceDigits);
  expect(all).toHaveLength(50);
  for (let i = 0; i < all.length; i += 2) {
    const { line, character, text } = all[i];
    expect(line).toBeGreaterThanOrEqual(900);
    expect(text).not.toBe(lines[line][character]);
    expect(all[i + 1]).toEqual({ line, character, text: lines[line][character] });
  }
});

test("medians, quantiles and exponents", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([0, 10, 20, 30, 40], 0.95)).toBeCloseTo(38);
  expect(quantile([], 0.5)).toBeNaN();
  const power = (e: number) => [1, 10, 100, 1000].map((x) => ({ x, y: 3 * x ** e }));
  expect(exponent(power(1.5))).toBeCloseTo(1.5);
  expect(exponent(power(0))).toBeCloseTo(0);
});

test("a goal is met or not", () => {
  expect(row("a", 50, "times", "at least", 50).met).toBe(true);
  expect(row("a", 49.9, "times", "at least", 50).met).toBe(false);
  expect(row("a", 2, "times", "below", 2).met).toBe(false);
  expect(row("a", 3, "times", "at most", 3).met).toBe(true);
});
