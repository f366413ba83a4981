import { expect, test } from "vitest";
import { RULES, rulesByGroup } from "../../server/src/rules/rules.ts";
import { vgicTrace } from "./command.ts";

test.each(Object.keys(RULES))("%s has a page", (code) => {
  const { status, stdout } = vgicTrace(["explain", code]);
  expect(stdout).toMatch(new RegExp(`^${code} \\((error|warning|information|hint)\\)\n\\S.*\n\n`));
  expect(stdout).not.toContain("```");
  expect(status).toBe(0);
});

test("a page is shown for a terminal", () => {
  expect(vgicTrace(["explain", "expectation"]).stdout).toMatchSnapshot();
});

test("without a code, all are listed, by group", () => {
  const { status, stdout } = vgicTrace(["explain"]);
  const lines = stdout.split("\n").filter((line) => !/^\s{4}/.test(line) && line !== "");
  const listed = rulesByGroup().flatMap(({ title, rules }) => [
    `${title}:`,
    ...rules.map(({ code }) => `  ${code}`),
  ]);
  expect(lines.map((line) => (line.startsWith(" ") ? line.slice(0, line.indexOf(" ", 2)) : line))).toEqual(
    listed,
  );
  expect(
    listed
      .filter((line) => line.startsWith(" "))
      .map((line) => line.trim())
      .sort(),
  ).toEqual(Object.keys(RULES).sort());
  expect(status).toBe(0);
});

test("a code that does not exist gets the nearest one", () => {
  const { status, stderr } = vgicTrace(["explain", "revision-diference"]);
  expect(stderr).toBe(
    "vgic-trace: there is no diagnostic revision-diference: did you mean revision-difference?\n",
  );
  expect(status).toBe(2);
});

test("without a near one, it says where the codes are", () => {
  const { status, stderr } = vgicTrace(["explain", "E0001"]);
  expect(stderr).toBe("vgic-trace: there is no diagnostic E0001: `vgic-trace explain` lists the codes\n");
  expect(status).toBe(2);
});
