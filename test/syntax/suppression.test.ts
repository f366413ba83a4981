import { expect, test } from "vitest";
import { parseSuppression } from "../../server/src/syntax/suppression.ts";

function read(text: string) {
  return parseSuppression(text, { start: text.indexOf("#"), end: text.length });
}

test("codes, scope and reason", () => {
  expect(read("settle # vgic-ignore[unused-name, expectation]: bug 12")).toEqual({
    start: 7,
    end: 54,
    scope: "line",
    codes: [
      { start: 21, end: 32, text: "unused-name" },
      { start: 34, end: 45, text: "expectation" },
    ],
    reason: "bug 12",
  });
  expect(read("#vgic-ignore-file[x]")).toMatchObject({ scope: "file", codes: [{ text: "x" }], reason: "" });
});

test.each(["# a comment", "# see vgic-ignore[x]", "# vgic-ignore: x", "# vgic-ignore[x"])(
  "%s is none",
  (text) => {
    expect(read(text)).toBeUndefined();
  },
);
