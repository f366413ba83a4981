import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type AnalysisOptions, analyse } from "../../server/src/analysis/analysis.ts";
import { codeLens } from "../../server/src/analysis/code-lens.ts";
import { failureOf, verdicts, verdictText } from "../../server/src/analysis/verdicts.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { root } from "../cli/command.ts";
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

/** Lines that cannot be read or done, and what is said of them. */
const UNDONE: readonly (readonly [line: string, code: string])[] = [
  ["cpu0 raedl GICD_CTLR", "syntax"],
  ["cpu0 readl GICD_CTLX", "unknown-register"],
  ["cpu0 readl GICD_IIDR.Revsion", "unknown-field"],
  ["cpu9 readl GICD_CTLR", "invalid-value"],
  ["line 999 high", "invalid-value"],
];

describe.each(UNDONE)("`%s`, of which %s is silenced", (line, code) => {
  const lines = ["gic v3", "revision 3", line, "cpu0 readl GICD_TYPER2 == 0"];
  const silenced: readonly [string, readonly string[], AnalysisOptions][] = [
    ["on its line", lines.with(2, `${line} # vgic-ignore[${code}]: later`), {}],
    ["in the line above", lines.toSpliced(2, 0, `# vgic-ignore[${code}]: later`), {}],
    ["for the file", lines.toSpliced(0, 0, `# vgic-ignore-file[${code}]: later`), {}],
    ["by the configuration", lines, { severities: { [code]: "off" } }],
    ["by a lower severity", lines, { severities: { [code]: "warning" } }],
  ];

  test.each(silenced)("%s, is not tested", (_, all, options) => {
    const analysis = analyse(TraceDocument.of(all.join("\n")), options);
    expect(analysis.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(codeLens(analysis).map(({ title }) => title)).toEqual([
      "not tested: a line of it cannot be read or done",
    ]);
    expect(verdicts(analysis)[0].verdicts.map(verdictText)).toEqual([
      "rev 1 not tested",
      "rev 2 not tested",
      "rev 3 not tested declared",
    ]);
  });

  test("is an error where an expectation does not hold", () => {
    const wrong = [...silenced[0][1], "cpu0 readl GICD_TYPER2 == 1"].join("\n");
    expect(shown(wrong)[2]).toBe("rev 3 ✗ 1 declared; 4: 0x00000001, not 0x00000000");
  });
});

test("where one variant is wrong and others hold but for a hidden line, each is told for itself", () => {
  const hidden = "cpu0 raedl GICD_CTLR # vgic-ignore[syntax]: later";
  const lines = [hidden, "cpu0 writel GICD_IGROUPR1 0", "cpu0 readl GICD_IGROUPR1 == 0xffffffff"];
  const analysis = analysed(["gic v3", "revision 1", "compare rev1-2", ...lines].join("\n"));
  const [{ untested, verdicts: all }] = verdicts(analysis);
  expect(untested).toBeUndefined();
  expect(all.map(verdictText)).toEqual(["rev 1 not tested declared", "rev 2 ✗ 1 ≠ 1"]);
  expect(codeLens(analysis)[0].verdicts).toMatchObject([{ incomplete: "unread" }, { lines: [5] }]);
});

test("what stands below a silenced failure of a host is not tested there", () => {
  const story = readFileSync(path.join(root, "examples/stories/25-mapc-after-mapc-off.vgic"), "utf8");
  const marksOfLast = (text: string) => verdicts(analysed(text)).at(-1)?.verdicts.map(verdictText);
  expect(marksOfLast(story)).toEqual(["rev 3 ✓ host default"]);
  const more = `${story}\ncpu0 readl GICD_CTLR == 0x77\n`;
  expect(marksOfLast(more)).toEqual(["rev 3 not tested host default"]);
  expect(codeLens(analysed(more)).at(-1)?.title).toBe(
    "not tested: the host's kernel fails in it, and the lines below did not run",
  );
});
