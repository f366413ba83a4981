import { expect, test } from "vitest";
import { verdicts } from "../../server/src/analysis/verdicts.ts";
import { analysed } from "./cursor.ts";

const trace = `
gic v3
revision 1

scenario "groups"
cpu0 writel GICD_IGROUPR1 0
cpu0 readl  GICD_IGROUPR1 & 0xff == 0xff
cpu0 readl  GICD_IGROUPR2 == 0

scenario "nothing"
`;

test("a scenario fails under a variant at the lines that are wrong there, with what was expected and answered", () => {
  const [groups, ...others] = verdicts(analysed(trace));
  expect(others).toEqual([]);
  expect(groups).toMatchObject({ title: "groups", range: { start: { line: 3 } }, lastLine: 7 });
  const shown = groups.verdicts.map(({ label, isDeclared, failures }) => [
    isDeclared ? `${label} declared` : label,
    ...failures.map(({ range, expected, actual }) => `${range.start.line}: ${expected}, not ${actual}`),
  ]);
  expect(shown).toEqual([
    ["1 declared", "6: 0x00000000, not 0xffffffff"],
    ["2", "5: 0x000000ff, not 0x00000000"],
    ["3", "5: 0x000000ff, not 0x00000000"],
  ]);
});

test("an operation that should succeed fails with the errno that it gave", () => {
  const [only] = verdicts(analysed("gic v3\nrevision 3\ncompare none\nuser set GICD_IIDR 0\n"));
  expect(only.verdicts[0].failures).toMatchObject([{ expected: "ok", actual: "EINVAL" }]);
});
