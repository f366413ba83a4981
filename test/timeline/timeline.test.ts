import { describe, expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { rowTexts } from "../../server/src/timeline/picture.ts";
import type { Timeline } from "../../server/src/timeline/timeline.ts";
import { TimelineRun, timelineOf } from "../../server/src/timeline/timeline-run.ts";

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

describe("a timeline", () => {
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
