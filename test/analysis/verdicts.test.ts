import { expect, test } from "vitest";
import { type AnalysisOptions, analyse } from "../../server/src/analysis/analysis.ts";
import { codeLens } from "../../server/src/analysis/code-lens.ts";
import { failureOf, verdicts, verdictText } from "../../server/src/analysis/verdicts.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
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

/** What is said of each variant: its marks, and each error by its line. */
function shown(text: string, scenario = 0): string[] {
  return verdicts(analysed(text))[scenario].verdicts.map((verdict) =>
    [
      verdictText(verdict),
      ...verdict.errors.map((finding) => {
        const { range, expected, actual } = failureOf(finding, verdict.variant);
        return `${range.start.line}: ${expected}, not ${actual}`;
      }),
    ].join("; "),
  );
}

test("a variant fails at the lines that would be wrong if it were declared, with what was expected and answered", () => {
  const [groups, nothing] = verdicts(analysed(trace));
  expect(groups).toMatchObject({
    title: "groups",
    range: { start: { line: 3 } },
    lastLine: 7,
    operations: 3,
  });
  expect(groups.untested).toBe(undefined);
  expect(nothing.untested).toBe("empty");
  expect(shown(trace)).toEqual([
    "rev 1 ✗ 1 declared; 6: 0x00000000, not 0xffffffff",
    "rev 2 ✗ 2 ≠ 1; 5: 0x000000ff, not 0x00000000; 6: 0x00000000, not 0xffffffff",
    "rev 3 ✗ 2 ≠ 1; 5: 0x000000ff, not 0x00000000; 6: 0x00000000, not 0xffffffff",
  ]);
});

test("an expectation that holds nowhere has no tick anywhere", () => {
  expect(shown("gic v3\nrevision 3\ncpu0 readl GICD_TYPER2 == 0x77\n")).toEqual([
    "rev 1 ✗ 1; 2: 0x00000077, not 0x00000000",
    "rev 2 ✗ 1; 2: 0x00000077, not 0x00000000",
    "rev 3 ✗ 1 declared; 2: 0x00000077, not 0x00000000",
  ]);
});

test("a revision that the host decides, that nothing says, or that is only looked at is not called declared", () => {
  const line = "cpu0 readl GICD_TYPER\n";
  const marks = (text: string, options: AnalysisOptions = {}) =>
    codeLens(analyse(TraceDocument.of(text), options)).map(({ title }) => title);
  expect(marks(`gic v3\nhost linux-5.10\n${line}`)).toEqual(["rev 2 ✓ host default"]);
  expect(marks(`gic v3\ncompare none\n${line}`)).toEqual(["rev 3 ✗ 1 assumed"]);
  expect(marks(`gic v3\ncompare none\n${line}`, { defaults: { revision: 2 } })).toEqual([
    "rev 2 ✓ configured",
  ]);
  const declares = `gic v3\nrevision 1\n${line}`;
  expect(marks(declares)).toEqual(["rev 1 ✓ declared · rev 2 ✓ · rev 3 ✓"]);
  expect(marks(declares, { revision: 3 })).toEqual(["rev 1 ✓ declared · rev 2 ✓ · rev 3 ✓ viewed"]);
  expect(marks(declares, { revision: 1 })).toEqual(["rev 1 ✓ declared · rev 2 ✓ · rev 3 ✓"]);
});

test("an operation that should succeed fails with the errno that it gave", () => {
  expect(shown("gic v3\nrevision 3\ncompare none\nuser set GICD_IIDR 0\n")).toEqual([
    "rev 3 ✗ 1 declared; 3: ok, not EINVAL",
  ]);
});
