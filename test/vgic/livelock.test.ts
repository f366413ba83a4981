/** A vCPU that never comes back: from Linux 6.19 on, interrupts that cannot be signalled can hold KVM up for ever. */
import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";

/** Four active SPIs of Group 1, which is enabled; four registers are all there are. */
const FOUR_ACTIVE = `
cpu0 msr    ICC_PMR_EL1 0xff
cpu0 msr    ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR 3
cpu0 writel GICD_ISENABLER1 0xffffffff
cpu0 writel GICD_IGROUPR1 0x00000f00
user set    GICD_ISACTIVER1 0x0f00
`;

/** How the last operation of a trace ends on a host. */
function lastEnding(host: string, lines: string): string {
  const { scenarios } = analyse(TraceDocument.of(`gic v3\nhost ${host}\nirqs 64\ncompare none\n${lines}\n`));
  const [{ evaluation }] = scenarios;
  return evaluation.outcome(evaluation.scenario.operations.length - 1, 0).ending;
}

/** As KVM's kernels were recorded: pending ones of a disabled group, more than fit, behind active ones. */
const FIVE_PENDING = `${FOUR_ACTIVE}user set GICD_ISPENDR1 0x1f0000\n`;

test.each([
  ["cpu0 mrs ICC_HPPIR1_EL1", "host-failure"],
  ["cpu0 readl GICD_TYPER", "host-failure"],
  ["cpu0 run", "host-failure"],
  ["settle", "host-failure"],
  // The VMM acts with every vCPU out, and another vCPU has interrupts of its own.
  ["user get GICD_TYPER", "ok"],
  // After the failure nothing more is answered.
  ["cpu0 run\nuser get GICD_TYPER", "host-failure"],
])("%s", (line, ending) => {
  expect(lastEnding("linux-6.19", FIVE_PENDING + line)).toBe(ending);
  expect(lastEnding("linux-7.3", FIVE_PENDING + line)).toBe(ending);
  expect(lastEnding("linux-6.18", FIVE_PENDING + line)).toBe("ok");
});

test.each([
  ["as many pending as there are registers", `${FOUR_ACTIVE}user set GICD_ISPENDR1 0x0f0000\ncpu0 run`],
  [
    "a pending one of the enabled group",
    `${FOUR_ACTIVE}cpu0 writel GICD_IGROUPR1 0x1f00\nuser set GICD_ISPENDR1 0x1f1000\ncpu0 run`,
  ],
  ["three active ones", `${FIVE_PENDING}user set GICD_ICACTIVER1 0x0100\ncpu0 run`],
  [
    "both groups enabled",
    `${FOUR_ACTIVE}cpu0 msr ICC_IGRPEN0_EL1 1\nuser set GICD_ISPENDR1 0x1f0000\ncpu0 run`,
  ],
  ["more registers", `hardware lrs 8\n${FIVE_PENDING}cpu0 run`],
])("it comes back with %s", (_, lines) => {
  expect(lastEnding("linux-7.3", lines)).toBe("ok");
});

test("the guest's own write ends it: a pending interrupt, or a group that is switched off", () => {
  expect(lastEnding("linux-7.3", `${FOUR_ACTIVE}cpu0 writel GICD_ISPENDR1 0x1f0000`)).toBe("host-failure");
  const both = `${FOUR_ACTIVE}cpu0 msr ICC_IGRPEN0_EL1 1\ncpu0 writel GICD_ISPENDR1 0x1f0000\n`;
  expect(lastEnding("linux-7.3", `${both}cpu0 msr ICC_IGRPEN0_EL1 0`)).toBe("host-failure");
});
