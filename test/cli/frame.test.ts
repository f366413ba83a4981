import picocolors from "picocolors";
import { expect, test } from "vitest";
import { frame } from "../../server/src/cli/terminal/frame.ts";
import { printableText } from "../../server/src/cli/terminal/printable.ts";

const style = { colors: picocolors.createColors(false), width: 60 };

/** The frame of one line, with the first occurrence of a part marked. */
function framed(line: string, part: string): string[] {
  const start = line.indexOf(part);
  const mark = { line: 0, start, end: start + part.length, primary: true, label: "" };
  return frame(
    () => line,
    [mark],
    style,
    (text) => text,
  ).slice(1, -1);
}

test("carets stand under what is meant", () => {
  expect(framed("cpu0 readl GICD_CTLR", "readl")).toEqual(["1 │ cpu0 readl GICD_CTLR", "  │      ^^^^^"]);
});

test("behind tabs, wide, combined and control characters, too", () => {
  expect(framed("\tab\tcd", "cd")).toEqual(["1 │     ab  cd", "  │         ^^"]);
  expect(framed('"日本語" x', "x")).toEqual(['1 │ "日本語" x', "  │          ^"]);
  expect(framed('"🙂" x', "x")).toEqual(['1 │ "🙂" x', "  │      ^"]);
  expect(framed('"e\u0301" x', "x")).toEqual(['1 │ "e\u0301" x', "  │     ^"]);
  expect(framed("\x1b[31m x", "x")).toEqual(["1 │ ␛[31m x", "  │       ^"]);
});

test("an empty range gets one caret, also at the end of the line", () => {
  expect(framed("gic", "")).toEqual(["1 │ gic", "  │ ^"]);
  const mark = { line: 0, start: 3, end: 3, primary: true, label: "" };
  expect(
    frame(
      () => "gic",
      [mark],
      style,
      (text) => text,
    )[2],
  ).toBe("  │    ^");
});

test("a long line is clipped around what is meant", () => {
  const line = `${"a ".repeat(500)}HERE ${"b ".repeat(500)}`;
  const [source, carets] = framed(line, "HERE");
  expect(source.length).toBeLessThanOrEqual(style.width);
  expect(source).toMatch(/^1 │ ….*HERE.*…$/);
  expect(carets.indexOf("^^^^")).toBe(source.indexOf("HERE"));
});

test("a range longer than the line is shown ends at the cut", () => {
  const [source, carets] = framed("x".repeat(10_000), "x".repeat(10_000));
  expect(source.length).toBeLessThanOrEqual(style.width);
  expect(carets.length).toBeLessThanOrEqual(source.length);
});

test("no character is cut in two", () => {
  const [source] = framed(`${"🙂".repeat(300)}HERE${"🙂".repeat(300)}`, "HERE");
  expect(source).not.toMatch(/[\ud800-\udfff]/u); // half of one
  expect(source).toContain("HERE");
});

test("related lines stand in order, with what they are for, and a gap where lines are left out", () => {
  const lines = ["first", "second", "third", "fourth"];
  const marks = [
    { line: 3, start: 0, end: 6, primary: true, label: "" },
    { line: 0, start: 0, end: 5, primary: false, label: "the cause" },
  ];
  expect(
    frame(
      (line) => lines[line],
      marks,
      style,
      (text) => text,
    ),
  ).toEqual(["  │", "1 │ first", "  │ ----- the cause", "  ┆", "4 │ fourth", "  │ ^^^^^^", "  │"]);
});

test("what could reorder or erase output is shown as a character", () => {
  expect(printableText("a\u202eb\x1b[2Jc\n")).toBe("a\ufffdb␛[2Jc␊");
});
