/** What a change of traces changes in meaning: `diffTraces`. */
import { describe, expect, test } from "vitest";
import { isSame, type ScenarioChange } from "../../server/src/diff/change.ts";
import { diffTraces } from "../../server/src/diff/diff.ts";

const head = "gic v3\nrevision 3\n";

function diffOf(before: string, after: string) {
  const side = (text: string) => ({ path: "a.vgic", text, options: {} });
  return diffTraces([{ before: side(before), after: side(after) }]);
}

function changeOf(before: string, after: string): ScenarioChange {
  const { scenarios } = diffOf(before, after);
  expect(scenarios).toHaveLength(1);
  return scenarios[0];
}

/** Answers that changed, as `line label: before → after (because)`. */
function answersOf({ answers }: ScenarioChange): string[] {
  return answers.flatMap(({ line, answers }) =>
    answers.map(({ label, before, after, because }) => {
      const cause = because && `${because.side} ${because.first}-${because.last}`;
      return `${line} ${label}: ${before} → ${after} (${cause})`;
    }),
  );
}

/** The titles on both sides, `-` where there is none. */
function pairsOf(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const side = (path: string, text: string | undefined) =>
    text === undefined ? undefined : { path, text, options: {} };
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const { scenarios } = diffTraces(
    paths.map((path) => ({ before: side(path, before[path]), after: side(path, after[path]) })),
  );
  return scenarios.map(
    ({ before, after, moved }) => `${before?.title ?? "-"} → ${after?.title ?? "-"}${moved ? ", moved" : ""}`,
  );
}

describe("what means the same", () => {
  const trace = `${head}scenario "a"\ncpu0 readl GICD_CTLR == 0x50\n\nscenario "b"\ncpu0 readl GICD_TYPER\n`;

  test.each([
    ["blanks and comments", trace.replace("readl", "  readl ").replace("0x50", "0x50 # as always")],
    ["lines above it", `# what it is\n\n${trace}`],
    [
      "the order of scenarios",
      `${head}scenario "b"\ncpu0 readl GICD_TYPER\nscenario "a"\ncpu0 readl GICD_CTLR == 0x50\n`,
    ],
    ["line ends", trace.replaceAll("\n", "\r\n")],
  ])("%s", (_, after) => {
    const diff = diffOf(trace, after);
    expect(diff.scenarios).toEqual([]);
    expect(diff.heads).toEqual([]);
    expect(diff.unchanged).toBe(2);
  });
});

describe("what became of a scenario", () => {
  const group =
    'scenario "group"\ncpu0 writel GICD_IGROUPR1 0\ncpu0 readl GICD_IGROUPR1 == 0\ncpu0 readl GICD_TYPER\n';
  const other = 'scenario "other"\ncpu0 readl GICR_CTLR == 6\n';

  test.each([
    ["new", { "a.vgic": head + group }, { "a.vgic": head + group + other }, ["- → other"]],
    ["gone", { "a.vgic": head + group + other }, { "a.vgic": head + other }, ["group → -"]],
    ["in a new file", {}, { "a.vgic": head + other }, ["- → other"]],
    ["in a file that is gone", { "a.vgic": head + other }, {}, ["other → -"]],
    [
      "renamed",
      { "a.vgic": head + group },
      { "a.vgic": head + group.replace('"group"', '"g"') },
      ["group → g"],
    ],
    [
      "renamed and edited",
      { "a.vgic": head + group + other },
      { "a.vgic": head + other + group.replace('"group"', '"g"').replace("IGROUPR1 0", "IGROUPR1 1") },
      ["group → g"],
    ],
    [
      "moved",
      { "a.vgic": head + group + other, "b.vgic": head },
      { "a.vgic": head + other, "b.vgic": head + group },
      ["group → group, moved"],
    ],
    [
      "moved and renamed",
      { "a.vgic": head + group + other },
      { "a.vgic": head + other, "b.vgic": head + group.replace('"group"', '"g"') },
      ["group → g, moved"],
    ],
    [
      "given a title",
      { "a.vgic": `${head}cpu0 readl GICD_TYPER\n` },
      { "a.vgic": `${head}scenario "t"\ncpu0 readl GICD_TYPER\n` },
      [" → t"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(pairsOf(before, after)).toEqual(expected);
  });

  test("several of one title keep their order", () => {
    expect(diffOf(head + other + other, head + other + other).scenarios).toEqual([]);
    expect(pairsOf({ "a.vgic": head + other + other }, { "a.vgic": head + other })).toEqual(["other → -"]);
  });
});

describe("operations that answer differently", () => {
  const write = (value: string) => `${head}cpu0 writel GICD_IGROUPR1 ${value}\ncpu0 readl GICD_IGROUPR1\n`;

  test("because of an operation above that was edited; only where it shows", () => {
    const change = changeOf(write("0"), write("1"));
    expect(answersOf(change)).toEqual([
      "3 3: 0x00000000 → 0x00000001 (after 2-2)",
      "3 2: 0x00000000 → 0x00000001 (after 2-2)",
    ]);
    expect(change.operations).toEqual({ added: 0, gone: 0, edited: 1 });
  });

  test("because of a name in the head", () => {
    const trace = (value: number) =>
      `${head}let V = ${value}\nscenario "s"\ncpu0 readl GICD_TYPER\ncpu0 writel GICD_ISENABLER1 V\ncpu0 readl GICD_ISENABLER1\n`;
    expect(answersOf(changeOf(trace(1), trace(2)))).toContain("6 3: 0x00000001 → 0x00000002 (after 2-2)");
  });

  test("because of a line that is gone", () => {
    const change = changeOf(write("0"), `${head}cpu0 readl GICD_IGROUPR1\n`);
    expect(answersOf(change)).toContain("2 3: 0x00000000 → 0xffffffff (before 2-2)");
  });

  test("because of the host that is declared", () => {
    const trace = (host: string) =>
      `gic v3\nhost ${host}\ncompare none\ncpu0 readl GICD_IIDR\ncpu0 readl GICR_CTLR\n`;
    const change = changeOf(trace("linux-5.10"), trace("linux-6.12"));
    expect(change.declared?.before).not.toBe(change.declared?.after);
  });

  test("of many edits, the one that it takes", () => {
    const writes = (values: readonly number[]) =>
      `${head}${values.map((value, i) => `cpu0 writel GICD_IPRIORITYR${8 + i} ${value}\n`).join("")}` +
      values.map((_, i) => `cpu0 readl GICD_IPRIORITYR${8 + i}\n`).join("");
    const before = Array.from({ length: 40 }, () => 0);
    const after = before.map((_, i) => (i % 3 === 0 ? 0x80 : 0));
    const { answers } = changeOf(writes(before), writes(after));
    expect(answers).toHaveLength(14);
    for (const { line, answers: all } of answers)
      for (const { because } of all)
        expect(because).toMatchObject({ side: "after", first: line - 40, last: line - 40 });
  });

  test("a change of the expectation alone changes no answer", () => {
    const change = changeOf(`${head}cpu0 readl GICR_CTLR == 6\n`, `${head}cpu0 readl GICR_CTLR == 0\n`);
    expect(change.answers).toEqual([]);
    expect(change.expectations).toEqual([
      { line: 2, text: "cpu0 readl GICR_CTLR", before: "== 6", after: "== 0" },
    ]);
    expect(change.verdicts).toContainEqual({
      label: "3",
      before: { errors: 0, differences: 0 },
      after: { errors: 1, differences: 0 },
    });
    expect(change.findings.appeared.map(({ code }) => code)).toEqual(["expectation"]);
  });
});

describe("findings", () => {
  test("that were there are not new where their line has moved or expects something else", () => {
    const before = `${head}cpu0 readl GICR_CTLR == 5\n`;
    const after = `${head}cpu0 readl GICD_TYPER\ncpu0 readl GICR_CTLR == 4\n`;
    expect(changeOf(before, after).findings).toEqual({ appeared: [], gone: 0 });
  });

  test("above the first scenario are told by file", () => {
    const { heads, scenarios } = diffOf(
      `${head}scenario "s"\ncpu0 readl GICD_TYPER\n`,
      `${head}let UNUSED = 1\nscenario "s"\ncpu0 readl GICD_TYPER\n`,
    );
    expect(scenarios).toEqual([]);
    expect(heads.map(({ findings }) => findings.appeared.map(({ code }) => code))).toEqual([["unused-name"]]);
  });

  test("a trace that cannot be read line by line is compared as far as it goes", () => {
    const change = changeOf(`${head}cpu0 readl GICD_TYPER\n`, `${head}cpu0 raedl GICD_TYPER\n`);
    expect(change.findings.appeared.map(({ code }) => code)).toEqual(["syntax"]);
    expect(isSame(change)).toBe(false);
  });
});
