import { describe, expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { drawRows } from "../../server/src/timeline/drawing.ts";
import { legendOf, rowTexts } from "../../server/src/timeline/picture.ts";
import type { Timeline } from "../../server/src/timeline/timeline.ts";
import { TimelineRun, timelineOf } from "../../server/src/timeline/timeline-run.ts";
import { timelinesVcd } from "../../server/src/timeline/vcd.ts";

function timeline(...lines: string[]): Timeline {
  const analysis = analyse(TraceDocument.of(lines.join("\n")));
  return timelineOf(analysis, analysis.scenarios[0]);
}

const level = [
  "gic v3",
  "revision 3",
  "compare none",
  "cpu0 writel GICD_CTLR 2",
  "cpu0 msr ICC_PMR_EL1 0xff",
  "cpu0 msr ICC_IGRPEN1_EL1 1",
  "cpu0 writel GICD_ISENABLER1 0x100",
  "line 40 high",
  "cpu0 mrs ICC_IAR1_EL1",
  "line 40 low",
  "cpu0 msr ICC_EOIR1_EL1 40",
];

/** The declared kernel crashes when the tables are saved, linux-7.3 does not. */
const crash = [
  "gic v3",
  "host linux-7.1.13",
  "compare host linux-7.3",
  "its",
  "memory fill 0x40140000 0x400 0xa1",
  "cpu0 writeq GICR_PROPBASER 0x40140000 | 15",
  "cpu0 writeq GICR_PENDBASER 0x40150000",
  "cpu0 writel GICR_CTLR 1",
  "cpu0 writeq GITS_BASER0 0x8000000040110000",
  "cpu0 writeq GITS_BASER1 0x8000000040120000",
  "cpu0 writeq GITS_CBASER 0x8000000040100000",
  "cpu0 writel GITS_CTLR 1",
  "cpu0 its mapd device 5 itt 0x40130000 bits 5",
  "cpu0 its mapc collection 0 to cpu0",
  "cpu0 its mapti device 5 event 0 lpi 8192 collection 0",
  "cpu0 its mapc collection 0 off",
  "user save its",
  "cpu0 readl GICD_CTLR",
];

/** The vCPU never comes back from the declared kernel: nothing of what is pending fits beside four active ones. */
const livelock = [
  "gic v3",
  "host linux-7.3",
  "compare host linux-6.18",
  "irqs 64",
  "cpu0 msr ICC_PMR_EL1 0xff",
  "cpu0 msr ICC_IGRPEN1_EL1 1",
  "cpu0 writel GICD_CTLR 3",
  "cpu0 writel GICD_ISENABLER1 0xffffffff",
  "cpu0 writel GICD_IGROUPR1 0x00000f00",
  "user set GICD_ISACTIVER1 0x0f00",
  "user set GICD_ISPENDR1 0x1f0000",
  "cpu0 run",
  "user get GICD_TYPER",
];

describe("a timeline", () => {
  test("ends for a vCPU that never comes back, and goes on for the others", () => {
    const ended = timeline(...livelock);
    expect(ended.operations.slice(-2).map(({ answer, differs }) => [answer, differs])).toEqual([
      ["host-failure · linux-6.18: ok", true],
      ["not run · linux-6.18: 0x00480001", false],
    ]);
    expect(rowTexts(ended)[0]).toBe(
      "cpu0: nothing signalled at first until line 12; the host has failed from line 12; under linux-6.18 nothing signalled from line 12.",
    );
    expect(legendOf(ended)).toContain("✕ the host has failed");
    // Who differs is named where there is no room for what differs.
    expect(drawRows(ended, { first: 0, last: 10, unit: 40 })).toContain(">linux-6.18</text>");
  });

  test("ends for a host that fails, and goes on for the others", () => {
    const ended = timeline(...crash);
    expect(ended.operations.slice(-2).map(({ answer, differs }) => [answer, differs])).toEqual([
      ["host-failure · linux-7.3: ok", true],
      ["not run · linux-7.3: 0x00000050", false],
    ]);
    expect(rowTexts(ended)[0]).toBe(
      "cpu0: nothing signalled at first until line 17; the host has failed from line 17; under linux-7.3 nothing signalled from line 17.",
    );
    expect(legendOf(ended)).toContain("✕ the host has failed");
    const dump = timelinesVcd([ended]);
    const [, wire] = /\$var wire 1 (\S+) cpu0_irq \$end/.exec(dump) ?? [];
    expect(dump).toContain(`\nx${wire}\n`);
  });

  test("shows what becomes of an interrupt, and who is signalled", () => {
    expect(rowTexts(timeline(...level))).toEqual([
      "cpu0: nothing signalled at first until line 8; IRQ signalled from line 8 until line 9; nothing signalled from line 9.",
      [
        "SPI 40: inactive, disabled, prio 0x00 → cpu0, Group 1 at first until line 7",
        "inactive, enabled, prio 0x00 → cpu0, Group 1 from line 7 until line 8",
        "pending, enabled, prio 0x00 → cpu0, Group 1 from line 8 until line 9",
        "active, enabled, prio 0x00 → cpu0, Group 1 from line 9 until line 11",
        "inactive, enabled, prio 0x00 → cpu0, Group 1 from line 11.",
      ].join("; "),
    ]);
  });

  test("splits a row where variants diverge, and puts interrupts with the same history together", () => {
    const { rows, looks, operations } = timeline(
      "gic v3",
      "revision 2",
      "compare rev1",
      "cpu0 writel GICD_IGROUPR1 0xffff00ff",
      "cpu0 readl GICD_IGROUPR1",
      "new vm",
    );
    expect(rows.map(({ name }) => name)).toEqual(["cpu0", "SPIs 40–47"]);
    const [declared, diverged] = rows[1].lanes;
    expect(declared.variants).toEqual([0]);
    expect(declared.spans.map(({ start, end }) => [start, end])).toEqual([
      [0, 1],
      [1, 3],
      [3, 4],
    ]);
    expect(diverged.variants).toEqual([1]);
    expect(diverged.spans.map(({ start, end, look }) => [start, end, looks[look].text])).toEqual([
      [1, 3, "inactive, disabled, prio 0x00 → cpu0, Group 1"],
    ]);
    expect(operations.map(({ parts }) => parts)).toEqual([true, false, false]);
    expect(operations.map(({ differs }) => differs)).toEqual([false, true, false]);
    expect(operations[1].answer).toBe("0xffff00ff · revision 1: 0xffffffff");
  });

  test("leaves out what was configured only, and says how much", () => {
    const { rows, configuredOnly } = timeline(
      "gic v3",
      "revision 3",
      "compare none",
      "cpu0 writel GICD_IPRIORITYR8 0xa0a0a0a0",
    );
    expect(rows.map(({ name }) => name)).toEqual(["cpu0"]);
    expect(configuredOnly).toBe(4);
  });

  test("is the same when it is made in bits", () => {
    const analysis = analyse(TraceDocument.of(level.join("\n")));
    const run = new TimelineRun(analysis, analysis.scenarios[0]);
    let bits = 0;
    let made: Timeline | undefined;
    while (made === undefined) {
      made = run.advance(3);
      bits++;
    }
    expect(bits).toBe(3);
    expect(made).toEqual(timeline(...level));
  });

  test("names private interrupts with their vCPU, and marks what is not as expected", () => {
    const { rows, operations } = timeline(
      "gic v3",
      "revision 3",
      "cpus 2",
      "compare none",
      "cpu1 writel GICR_ISENABLER0 0x08000001",
      "cpu0 readl GICR_TYPER == 1",
    );
    expect(rows.map(({ name }) => name)).toEqual(["cpu0", "cpu1", "PPI 27 of cpu1"]);
    expect(operations.map(({ fails }) => fails)).toEqual([false, true]);
  });
});
