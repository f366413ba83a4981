import { expect, test } from "vitest";
import { alikeTogether, type StateView, stateView } from "../../server/src/analysis/state/state-view.ts";
import { labelOf } from "../../server/src/evaluate/variant.ts";
import { atCursor } from "./cursor.ts";

function view(trace: string): StateView | undefined {
  const { analysis, position } = atCursor(trace);
  return stateView(analysis, position.line);
}

/** The rows of a section as text; those that differ show every variant. */
function rows(trace: string, title: string): string[] {
  const section = view(trace)?.sections.find((one) => one.title === title);
  return (section?.rows ?? []).map(
    ({ name, values, differs }) => `${name}: ${differs ? values.join(" / ") : values[0]}`,
  );
}

function titles(trace: string): string[] {
  return view(trace)?.sections.map(({ title, differs }) => `${title}${differs ? " *" : ""}`) ?? [];
}

const head = "gic v3\nrevision 2\ncpus 2\n";

test("a fresh VM: distributor, vCPUs, no interrupt", () => {
  expect(titles(`${head}$0`)).toEqual([
    "Distributor *",
    "Redistributor of cpu0",
    "Redistributor of cpu1",
    "CPU interface of cpu0",
    "CPU interface of cpu1",
  ]);
  expect(view(`${head}$0`)?.ids.map(labelOf)).toEqual(["2", "1", "3"]);
  expect(rows(`${head}$0`, "Distributor")).toEqual(["revision: 2 / 1 / 3", "enabled: no"]);
});

test("every interrupt that is not in reset state, and where it differs", () => {
  const trace = `${head}cpu0 writel GICD_IGROUPR1 0xfffffeff
cpu0 writel GICD_ISENABLER1 0x200
line 20@cpu1 high$0
line 50 high`;
  expect(titles(trace).slice(5)).toEqual(["INTID 20 of cpu1", "INTID 40 *", "INTID 41"]);
  expect(rows(trace, "INTID 40")).toContain("group: 0 / 1 / 0");
  expect(rows(trace, "INTID 41")).toContain("enabled: yes");
  expect(rows(trace, "INTID 20 of cpu1")).toContain("pending: yes (line)");
});

test("the line itself is done, what stands below is not", () => {
  const trace = (cursor: string, rest: string) =>
    `${head}cpu0 writel GICD_CTLR 2${cursor}\ncpu0 writel GICD_CTLR 0${rest}`;
  expect(rows(trace("$0", ""), "Distributor")).toContain("enabled: yes");
  expect(rows(trace("", "$0"), "Distributor")).toContain("enabled: no");
});

test("a CPU interface: what it signals, and what is active", () => {
  const trace = `${head}cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 writel GICD_ISENABLER1 0x300
cpu0 writeb GICD_IPRIORITYR0+40 0xa0
cpu0 msr ICC_PMR_EL1 0xf8
cpu0 msr ICC_IGRPEN1_EL1 1
line 40 high
line 41 high`;
  expect(rows(`${trace}$0`, "CPU interface of cpu0")).toEqual([
    "Group 0: off",
    "Group 1: on",
    "priority mask: 0xf8",
    "binary points: 2, 3",
    "CBPR: off",
    "EOImode: off",
    "active priorities, Group 0: none",
    "active priorities, Group 1: none",
    "queue: 40, 41",
    "signals: IRQ",
    "has run: yes",
  ]);
  const acknowledged = rows(`${trace}\ncpu0 mrs ICC_IAR1_EL1$0`, "CPU interface of cpu0");
  expect(acknowledged).toContain("active priorities, Group 1: 0x00");
  expect(acknowledged).toContain("signals: none");
  expect(rows(`${trace}\ncpu0 mrs ICC_IAR1_EL1$0`, "INTID 41")).toContain("active: yes");
});

test("looking at a vCPU does not run it", () => {
  expect(rows(`${head}$0`, "CPU interface of cpu1")).toContain("has run: no");
});

test("an edge interrupt is not pending because of its line", () => {
  const trace = `${head}cpu0 writel GICD_ICFGR2 0\nline 40 high$0\ncpu0 writel GICD_ICFGR2 0xaaaaaaaa`;
  expect(rows(trace, "INTID 40")).toContain("pending: yes (line)");
  const edge = rows(`${trace.replace("$0", "")}$0`, "INTID 40");
  expect(edge).toContain("line: high");
  expect(edge).toContain("pending: no");
});

test("GICv2 has no redistributors", () => {
  expect(titles("gic v2\nrevision 3\ncompare none\n$0")).toEqual(["Distributor", "CPU interface of cpu0"]);
  expect(rows("gic v2\nrevision 3\ncpu0 writel GICC_CTLR 8$0", "CPU interface of cpu0")).toContain(
    "FIQEn: on",
  );
});

test("of many vCPUs only those that did something", () => {
  expect(titles("gic v3\nrevision 3\ncompare none\ncpus 100\ncpu70 run$0")).toEqual([
    "Distributor",
    "Redistributor of cpu70",
    "CPU interface of cpu70",
  ]);
});

test("nothing above the first scenario", () => {
  expect(view('gic v3\nrevision 3$0\nscenario "a"\nsettle')).toBeUndefined();
});

test("what the line changed is marked, and interrupts that are alike stand together", () => {
  const trace = `${head}cpu0 writel GICD_ISENABLER1 0x300
line 40 high$0`;
  const sections = view(trace)?.sections ?? [];
  const changed = sections.filter((section) => section.changed);
  expect(changed.map(({ title }) => title)).toContain("INTID 40");
  expect(changed.map(({ title }) => title)).not.toContain("INTID 41");
  const rowsChanged = sections.find(({ title }) => title === "INTID 40")?.rows.filter((row) => row.changed);
  expect(rowsChanged?.map(({ name }) => name)).toContain("pending");
  const enabled = view(`${head}cpu0 writel GICD_ISENABLER1 0xff00$0`)?.sections ?? [];
  expect(
    alikeTogether(enabled)
      .map(({ title }) => title)
      .slice(-1),
  ).toEqual(["INTIDs 40–47"]);
  expect(alikeTogether(enabled).at(-1)?.summaries?.[0]).toBe("inactive, enabled, prio 0x00 → cpu0, Group 1");
});
