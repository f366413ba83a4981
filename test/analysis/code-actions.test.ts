import { expect, test } from "vitest";
import { codeActions, fixAll } from "../../server/src/analysis/actions/code-actions.ts";
import { edited } from "../../server/src/rules/fixes.ts";
import { analysed, atCursor } from "./cursor.ts";

interface Offered {
  readonly kind: string;
  readonly title: string;
  /** The line of the cursor afterwards; other lines are as they were. */
  readonly line: string;
}

function offered(trace: string): Offered[] {
  const { analysis, position } = atCursor(trace);
  const { lines } = analysis.document;
  return codeActions(analysis, { start: position, end: position }).map(({ kind, title, edits }) => {
    const after = edited(analysis.document, edits).lines.all.map(({ text }) => text);
    const added = after.length - lines.length;
    return { kind, title, line: after.slice(position.line, position.line + 1 + added).join("\n") };
  });
}

/** Expects an action at the cursor, and what it makes of the line. */
function check(trace: string, kind: "quickfix" | "refactor", title: string, line: string): void {
  const found = offered(trace);
  const same = found.filter((one) => one.title === title);
  expect(same, `${trace}\n\noffered: ${found.map((one) => one.title).join("\n")}`).toEqual([
    { kind, title, line },
  ]);
}

function checkAbsent(trace: string, title: RegExp): void {
  expect(
    offered(trace).filter((one) => title.test(one.title)),
    trace,
  ).toEqual([]);
}

const head = "gic v3\nrevision 2\ncpus 2\n";

test("expect what the emulator says, under the declared revision and under each", () => {
  check(
    `${head}cpu0 readl GICD_TY$0PER`,
    "refactor",
    "Expect what the declared revision answers: `== 0x00480007`",
    "cpu0 readl GICD_TYPER == 0x00480007",
  );
  check(
    `${head}cpu0 readl GICR_CT$0LR`,
    "quickfix",
    "Expect what each revision answers: `== rev1-2: 0x00000000, rev3: 0x00000006`",
    "cpu0 readl GICR_CTLR == rev1-2: 0x00000000, rev3: 0x00000006",
  );
  check(
    `${head}cpu0 readl GICR_CTLR == $01`,
    "quickfix",
    "Expect what the declared revision answers: `== 0x00000000`",
    "cpu0 readl GICR_CTLR == 0x00000000",
  );
  checkAbsent(`${head}cpu0 readl GICD_TYPER$0 == 0x480007`, /^Expect/);
  checkAbsent(`${head}cpu0 writel GICD_CTLR$0 1`, /^Expect/);
});

test("show a difference that nothing observes yet", () => {
  const write = "cpu0 writel GICD_IGROUPR1 0";
  const read = "cpu0 readl GICD_IGROUPR1 == rev1: 0xffffffff, rev2+: 0x00000000";
  check(
    `${head}cpu0 writel GICD_IG$0ROUPR1 0`,
    "quickfix",
    `Show it below: \`${read}\``,
    `${write}\n${read}`,
  );
  check(
    `${head}scenario "a"\nuser set GICR_IG$0ROUPR0@cpu1 0\nscenario "b"\nsettle`,
    "quickfix",
    "Show it below: `user get GICR_IGROUPR0@cpu1 == rev1: 0xffffffff, rev2+: 0x00000000`",
    "user set GICR_IGROUPR0@cpu1 0\nuser get GICR_IGROUPR0@cpu1 == rev1: 0xffffffff, rev2+: 0x00000000",
  );
});

test("correct a name, and declare what is missing", () => {
  check(`${head}cpu0 readl GICD_TYP$0R`, "quickfix", "Write `GICD_TYPER`", "cpu0 readl GICD_TYPER");
  check("revision 2\n$0settle", "quickfix", "Declare `gic v3`", "revision 2\nsettle");
});

test("replace a raw address by its register", () => {
  const title = (name: string) => `Name the register: \`${name}\``;
  check(
    `${head}cpu0 readl 0x80$000004 == 0x480007`,
    "refactor",
    title("GICD_TYPER"),
    "cpu0 readl GICD_TYPER == 0x480007",
  );
  check(`${head}cpu0 readl 0x080c0$0014`, "refactor", title("GICR_WAKER@cpu1"), "cpu0 readl GICR_WAKER@cpu1");
  check(`${head}cpu1 readl 0x080c0$0014`, "refactor", title("GICR_WAKER"), "cpu1 readl GICR_WAKER");
  check(
    `${head}cpu0 readb (0x08000400 + $041)`,
    "refactor",
    title("GICD_IPRIORITYR10+1"),
    "cpu0 readb GICD_IPRIORITYR10+1",
  );
  check(`${head}user has GICR@cpu1+$00x14`, "refactor", title("GICR_WAKER@cpu1"), "user has GICR_WAKER@cpu1");
  checkAbsent(`${head}cpu0 readl 0x900$00000 exits`, /register/);
});

test("a value as the fields or interrupts that it stands for, or with a name", () => {
  const as = (text: string) => `Write it as \`${text}\``;
  check(
    `${head}cpu0 writel GICD_CTLR 0x$02`,
    "refactor",
    as("GICD_CTLR.EnableGrp1"),
    "cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1",
  );
  check(
    `${head}cpu0 writel GICD_ISENABLER1 0x$0300`,
    "refactor",
    as("1 << (40 - 32) | 1 << (41 - 32)"),
    "cpu0 writel GICD_ISENABLER1 1 << (40 - 32) | 1 << (41 - 32)",
  );
  checkAbsent(`${head}cpu0 writel GICD_CTLR 0x8$02`, /Write it as/);
  check(
    `${head}let VALUE = 1\ncpu0 writeb GICD_IPRIORITYR10 0xa$00`,
    "refactor",
    "Give `0xa0` a name (`let`)",
    "let VALUE2 = 0xa0\ncpu0 writeb GICD_IPRIORITYR10 VALUE2",
  );
  checkAbsent(`${head}cpu0 writ$0el GICD_CTLR 2`, /./);
});

test("all reads of a scenario at once, where several expect nothing", () => {
  const { analysis, position } = atCursor(
    `${head}scenario "a"$0\ncpu0 readl GICD_TYPER\ncpu0 readl GICD_CTLR == 0x50 # why\nuser get GICD_CTLR # so\n`,
  );
  const action = codeActions(analysis, { start: position, end: position }).find(({ title }) =>
    /all/.test(title),
  );
  expect(action?.title).toBe("Expect what all 2 reads of the scenario answer");
  expect(edited(analysis.document, action?.edits ?? []).text).toMatch(
    /GICD_TYPER == 0x00480007\n.*# why\nuser get GICD_CTLR == 0x00000050 # so/,
  );
  checkAbsent(`${head}scenario "a"$0\ncpu0 readl GICD_TYPER`, /all/);
});

test("silence with a reason, but not what is wrong in any case", () => {
  check(
    `${head}cpu0 readl GICR_CT$0LR`,
    "quickfix",
    "Silence `revision-difference` on this line",
    "cpu0 readl GICR_CTLR # vgic-ignore[revision-difference]: reason",
  );
  checkAbsent(`${head}cpu0 readl GICR_CTLR == $01`, /Silence `expectation`/);
});

test("remove an unused suppression, name or declaration", () => {
  check(`${head}settle # vgic-ignore[syn$0tax]`, "quickfix", "Remove the comment", "settle");
  check(`let U$0SED = 1\n${head}settle`, "quickfix", "Remove `USED`", "");
  check(`${head}scenario "a"\ncpu$0s 2\nsettle`, "quickfix", "Remove the second `cpus`", "");
});

test("only what touches the range is offered, and one of each finding is preferred", () => {
  const trace = `${head}cpu0 readl GICD_TYP$0R\ncpu0 readl GICD_TYPRE`;
  expect(offered(trace).map(({ title }) => title)).toEqual(["Write `GICD_TYPER`"]);
  const { analysis, position } = atCursor("gic v$04\nrevision 2\nsettle");
  const actions = codeActions(analysis, { start: position, end: position });
  expect(actions.map(({ isPreferred }) => isPreferred)).toEqual([true, false]);
});

test("a remedy for two findings is offered once", () => {
  const titles = offered(`${head}cpu0 readl GICR_CTLR == $01`).map(({ title }) => title);
  expect(titles).toHaveLength(new Set(titles).size);
  expect(titles).toContain("Expect what each revision answers: `== rev1-2: 0x00000000, rev3: 0x00000006`");
});

test("a selection offers what can be done on each of its lines", () => {
  const analysis = analysed(`${head}cpu0 readl GICD_TYPR\ncpu0 readl GICD_TYPR`);
  const selection = { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } };
  expect(codeActions(analysis, selection).map(({ title }) => title)).toEqual([
    "Write `GICD_TYPER`",
    "Write `GICD_TYPER`",
  ]);
});

test("fix all: the safe ones", () => {
  const analysis = analysed(`${head}let UNUSED = 1
cpu0 readl GICD_TYPER@cpu0 == 1 # vgic-ignore[syntax]: no
scenario "a"
cpus 2`);
  expect(edited(analysis.document, fixAll(analysis)).text).toBe(`${head}cpu0 readl GICD_TYPER@cpu0 == 1
scenario "a"`);
});

test("a range beyond the end is no failure", () => {
  const { analysis } = atCursor("gic v3$0");
  const far = { line: 99, character: 99 };
  expect(codeActions(analysis, { start: far, end: far })).toEqual([]);
});
