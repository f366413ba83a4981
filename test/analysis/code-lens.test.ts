import { expect, test } from "vitest";
import { codeLens } from "../../server/src/analysis/code-lens.ts";
import { analysed, textIn } from "./cursor.ts";

/** Expects the lenses of a trace: the line that each stands over, and its verdict. */
function check(trace: string, ...lenses: readonly [line: string, verdict: string][]): void {
  const analysis = analysed(trace);
  const found = codeLens(analysis).map(({ range, title }) => [textIn(analysis, range), title]);
  expect(found, trace).toEqual(lenses);
}

test("every variant, the declared one marked", () => {
  check(
    `
gic v3
revision 3
scenario "the same everywhere"
cpu0 readl GICD_TYPER
scenario "what revisions show"
cpu0 readl GICR_CTLR == 6
cpu0 readl GICR_CTLR`,
    ['scenario "the same everywhere"', "rev 1 ✓ · rev 2 ✓ · rev 3 ✓ declared"],
    ['scenario "what revisions show"', "rev 1 ✗ 1 ≠ 2 · rev 2 ✗ 1 ≠ 2 · rev 3 ✓ declared"],
  );
});

test("what is wrong whichever revision is declared counts under each: a wrong case, too", () => {
  check(
    `
gic v3
revision 2
scenario "wrong"
cpu0 readl GICD_TYPER == 1
scenario "a case"
cpu0 readl GICR_CTLR == rev1-2: 0, rev3: 4`,
    ['scenario "wrong"', "rev 1 ✗ 1 · rev 2 ✗ 1 declared · rev 3 ✗ 1"],
    ['scenario "a case"', "rev 1 ✗ 1 · rev 2 ✗ 1 declared · rev 3 ✗ 1"],
  );
});

test("a line that cannot be read is no line that holds", () => {
  check(
    `
gic v3
revision 2
compare none
settle
cpu0 readx GICD_CTLR`,
    ["gic v3", "rev 2 ✗ 1 declared"],
  );
});

test("what is silenced does not count, and hosts have their names", () => {
  check(
    `
gic v3
host linux-7.1
revision 3
compare host linux-5.10
scenario "hosts"
cpu0 readl GICR_CTLR # vgic-ignore[revision-difference]: old hosts
user get GICD_IIDR`,
    ['scenario "hosts"', "rev 3 ✓ declared · linux-5.10 ✓ ≠ 1"],
  );
});

test("a scenario without operations has no verdict", () => {
  check('gic v3\nrevision 2\nscenario "empty"\n');
});
