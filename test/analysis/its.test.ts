import { expect, test } from "vitest";
import { completion } from "../../server/src/analysis/completion/completion.ts";
import { hover } from "../../server/src/analysis/hover/hover.ts";
import { references } from "../../server/src/analysis/navigation/navigation.ts";
import { stateView } from "../../server/src/analysis/state/state-view.ts";
import { atCursor } from "./cursor.ts";

const TRACE = `gic v3
revision 3
its
cpus 2
compare none
memory fill 0x40140000 0x400 0xa1
cpu0 writeq GICR_PROPBASER 0x40140000 | 15
cpu0 writeq GICR_PENDBASER 0x40150000
cpu0 writel GICR_CTLR 1
cpu0 msr ICC_PMR_EL1 0xff
cpu0 msr ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR 2
cpu0 writeq GITS_BASER0 0x8000000040110000
cpu0 writeq GITS_BASER1 0x8000000040120000
cpu0 writeq GITS_CBASER 0x8000000040100000
cpu0 writel GITS_CTLR 1
cpu0 its mapd device 5 itt 0x40130000 bits 5
cpu0 its mapc collection 0 to cpu0
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
cpu0 its mapti device 5 event 1 lpi 8193 collection 1
msi device 5 event 0 == 1
cpu0 mrs ICC_IAR1_EL1 == 8192
cpu0 msr ICC_EOIR1_EL1 8192
cpu0 its inv device 5 event 1
cpu0 its mapd device 6 itt 0x40131000 bits 5
`;

/** The trace with the cursor behind the first occurrence of `in front` in it. */
function at(inFront: string): ReturnType<typeof atCursor> {
  expect(TRACE).toContain(inFront);
  return atCursor(TRACE.replace(inFront, `${inFront}$0`));
}

/** The rows of the last table of a hover, as text. */
function hovered(inFront: string): string[] {
  const { analysis, position } = at(inFront);
  const lines = hover(analysis, position)?.contents.split("\n") ?? [];
  return lines.filter((line) => /^\| (?:device|event|collection|LPI) ?\d/.test(line));
}

function referenced(inFront: string): number[] {
  const { analysis, position } = at(inFront);
  return references(analysis, position).map(({ range }) => range.start.line + 1);
}

test("a command, an MSI and what they name show the translation as it is behind the line", () => {
  const translation = [
    "| device 5 | ITT at 0x40130000, events of 5 bits |",
    "| event 0 of device 5 | LPI 8192, collection 0 |",
  ];
  const inactive = "| LPI 8192 | inactive, enabled, prio 0xa0 → cpu0, Group 1 |";
  expect(hovered("its mapti")).toEqual([...translation, "| collection 0 | cpu0 |", inactive]);
  expect(hovered("lpi 8192")).toEqual([...translation, "| collection 0 | cpu0 |", inactive]);
  expect(hovered("msi")).toEqual([
    ...translation,
    "| collection 0 | cpu0 |",
    "| LPI 8192 | pending, enabled, prio 0xa0 → cpu0, Group 1 |",
  ]);
  expect(hovered("lpi 8193 collection 1").at(-2)).toBe("| collection 1 | none |");
  expect(hovered("its mapc")).toEqual(["| collection 0 | cpu0 |"]);
  expect(hovered("device 6")).toEqual(["| device 6 | ITT at 0x40131000, events of 5 bits |"]);
});

test("what an acknowledge gave shows the LPI's state", () => {
  const { analysis, position } = at("IAR1_EL1 == 8192");
  expect(hover(analysis, position)?.contents).toContain("|  | INTID 8192 |");
});

test("references of a device, an event, a collection and an LPI", () => {
  expect(referenced("mapd device 5")).toEqual([17, 19, 20, 21, 24]);
  expect(referenced("mapti device 5 event 0")).toEqual([19, 21]);
  expect(referenced("its inv")).toEqual([20, 24]);
  expect(referenced("mapc collection 0")).toEqual([18, 19]);
  expect(referenced("lpi 8192")).toEqual([19, 21, 22, 23]);
  expect(referenced("lpi 8193")).toEqual([20, 24]);
});

test("the state shows what the ITS has mapped, and each LPI", () => {
  const { analysis, position } = at("msi device 5");
  const sections = stateView(analysis, position.line)?.sections ?? [];
  const rowsOf = (title: string) =>
    sections
      .find((section) => section.title === title)
      ?.rows.map(({ name, values, changed }) => `${name}: ${values[0]}${changed ? " *" : ""}`);
  expect(rowsOf("ITS")).toEqual([
    "enabled: yes",
    "queue: read to 0x80, written to 0x80",
    "collection 0: cpu0",
    "collection 1: none",
    "device 5: ITT at 0x40130000, events of 5 bits",
    "event 0 of device 5: LPI 8192, collection 0",
    "event 1 of device 5: LPI 8193, collection 1",
  ]);
  expect(rowsOf("INTID 8192")).toEqual([
    "enabled: yes",
    "pending: yes (latch) *",
    "active: no",
    "group: 1",
    "priority: 0xa0",
    "target: cpu0",
    "queued on: cpu0 *",
    "events mapped to it: 1",
    "configuration byte: at 0x40140000, enabled with priority 0xa0",
  ]);
  expect(rowsOf("INTID 8193")?.at(5)).toBe("target: none");
  expect(sections.find(({ title }) => title === "INTID 8192")?.changed).toBe(true);
});

test("a row that a line adds has changed", () => {
  const { analysis, position } = at("lpi 8193");
  const its = stateView(analysis, position.line)?.sections.find(({ title }) => title === "ITS");
  expect(its?.rows.filter(({ changed }) => changed).map(({ name }) => name)).toEqual([
    "queue",
    "collection 1",
    "event 1 of device 5",
  ]);
});

test("ids that are mapped complete a command, and the next LPI that is free", () => {
  const offered = (line: string) => {
    const { analysis, position } = atCursor(`${TRACE}${line}$0`);
    return completion(analysis, position)
      .items.filter(({ kind }) => kind === "value")
      .map(({ label, detail }) => `${label}: ${detail}`);
  };
  expect(offered("msi device ")).toEqual([
    "5: ITT at 0x40130000, events of 5 bits",
    "6: ITT at 0x40131000, events of 5 bits",
  ]);
  expect(offered("cpu0 its inv device 5 event ")).toEqual([
    "0: LPI 8192, collection 0",
    "1: LPI 8193, collection 1",
  ]);
  expect(offered("cpu0 its mapti device 5 event 2 lpi ")).toEqual(["8194: no event is mapped to it"]);
  expect(offered("cpu0 its invall collection ")).toEqual(["0: cpu0", "1: none"]);
});
