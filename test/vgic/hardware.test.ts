/** What a trace can see of the host's hardware: list registers, priority bits, INTID bits. */
import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";

function errorsOf(trace: string): string[] {
  const { diagnostics } = analyse(TraceDocument.of(trace));
  return diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

/** Five pending SPIs, all acknowledged, on a kernel that leaves out what has no list register. */
const FIVE_ACKNOWLEDGED = `cpu0 msr ICC_PMR_EL1 0xff
cpu0 msr ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR 2
cpu0 writel GICD_ISENABLER1 0x1f
cpu0 writel GICD_ISACTIVER1 0x0f
cpu0 writel GICD_ISPENDR1 0x10
cpu0 mrs ICC_HPPIR1_EL1`;

test.each([
  [4, 1023],
  [5, 36],
  [16, 36],
])("with %i list registers the fifth interrupt is %i", (lrs, intid) => {
  const trace = `gic v3\nhost linux-6.12\nhardware lrs ${lrs}\n${FIVE_ACKNOWLEDGED} == ${intid}\n`;
  expect(errorsOf(trace)).toEqual([]);
});

test("from 6.19 on one list register is enough to take them all", () => {
  const trace = `gic v3\nhost linux-6.19\nhardware lrs 1\n${FIVE_ACKNOWLEDGED} == 36\n`;
  expect(errorsOf(trace)).toEqual([]);
});

test.each([
  [5, "ICC_AP1R1_EL1 aborts", 0xf8, 2, 3, 0x8c00],
  [6, "ICC_AP1R1_EL1 == 0", 0xfc, 1, 2, 0x8d00],
  [7, "ICC_AP1R3_EL1 == 0", 0xfe, 0, 1, 0x8e00],
  [8, "ICC_AP1R3_EL1 == 0", 0xff, 0, 1, 0x8f00],
])("with %i priority bits", (bits, register, mask, point0, point1, control) => {
  const trace = `gic v3
revision 3
hardware priority-bits ${bits}
cpu0 mrs ${register}
cpu0 msr ICC_PMR_EL1 0xff
cpu0 mrs ICC_PMR_EL1 == ${mask}
cpu0 msr ICC_BPR0_EL1 0
cpu0 msr ICC_BPR1_EL1 0
cpu0 mrs ICC_BPR0_EL1 == ${point0}
cpu0 mrs ICC_BPR1_EL1 == ${point1}
cpu0 mrs ICC_CTLR_EL1 == ${control}
user get ICC_CTLR_EL1 == ${control}
cpu0 msr ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR 2
cpu0 writeb GICD_IPRIORITYR8 0xa8
cpu0 writel GICD_ISENABLER1 1
cpu0 writel GICD_ISPENDR1 1
cpu0 mrs ICC_IAR1_EL1 == 32
cpu0 mrs ICC_RPR_EL1 == 0xa8
cpu0 msr ICC_EOIR1_EL1 32
cpu0 mrs ICC_RPR_EL1 == 0xff
`;
  expect(errorsOf(trace)).toEqual([]);
});

test("a priority is active in the register that its level is in", () => {
  const trace = `gic v3
revision 3
hardware priority-bits 7
cpu0 msr ICC_AP1R2_EL1 1
cpu0 mrs ICC_RPR_EL1 == 0x80
user get ICC_AP1R2_EL1 == 1
user get ICC_AP1R1_EL1 == 0
`;
  expect(errorsOf(trace)).toEqual([]);
});

test("with 16 bits of INTIDs", () => {
  expect(errorsOf("gic v3\nrevision 3\nhardware id-bits 16\ncpu0 mrs ICC_CTLR_EL1 == 0x8400\n")).toEqual([]);
});

test("the virtual interface of a GICv2 has five priority bits", () => {
  const trace = `gic v2
revision 3
hardware lrs 8
cpu0 writel GICC_PMR 0xff
cpu0 readl GICC_PMR == 0xf8
cpu0 writel GICC_BPR 0
cpu0 readl GICC_BPR == 2
`;
  expect(errorsOf(trace)).toEqual([]);
});
