import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { importText } from "./support.ts";

const logOf = (name: string) => readFileSync(path.resolve(import.meta.dirname, "../logs", name), "utf8");

test("what QEMU's own GIC answered stands in comments: it is not KVM", () => {
  const { trace } = importText(logOf("qemu-gicv3.trace.txt"));
  expect(trace).not.toContain("==");
  expect(trace).toMatch(/^cpu0 readl {2}GICD_TYPER +# QEMU's own GIC answered 0x37a0007$/m);
});

test("an access that two events show is written once, for the vCPU that one names", () => {
  const { operations, summary } = importText(logOf("qemu-memory-regions.trace.txt"));
  expect(operations).toEqual([
    "cpu0 writel GICD_ISENABLER1 0x2",
    "cpu0 readl GICD_ISENABLER1",
    "cpu1 writel GICR_ISENABLER0 0x8000000",
    "cpu0 readl GICD_IIDR",
    "cpu0 writeb GICD_IPRIORITYR8+1 0xa0",
    "cpu0 msr ICC_IGRPEN1_EL1 0x1",
    "cpu0 msr ICC_SGI1R_EL1 0x1000002",
  ]);
  expect(summary.leftOut.map(({ why, count }) => `${count} ${why}`)).toEqual([
    "2 accesses that the log also shows as memory_region_ops",
    "1 memory regions other than the GIC's",
  ]);
});

test("a GICv2 guest's acknowledgements are in the trace, its timers the kernel's", () => {
  const { operations, errors } = importText(logOf("qemu-gicv2.trace.txt"));
  expect(errors).toEqual([]);
  expect(operations).toContain("cpu0 readl GICC_IAR");
  expect(operations).toContain("line 27@cpu0 high by kernel");
});

test("qtest's log and transcript of the same session give the same operations", () => {
  const log = importText(logOf("qtest-gicv3-1cpu.qtest-log.txt"));
  const transcript = importText(logOf("qtest-gicv3-1cpu.transcript.txt"));
  expect(log.operations).toEqual(transcript.operations);
  expect(log.operations).toContain("line 40 high");
});

test("a bare qtest transcript reads numbers as C does, and counts what it cannot take", () => {
  const { operations, summary } = importText(
    "readl 134217732\nOK 0x00000000037a0007\nwriteb 01000002041 010\nIRQ raise 0\nOK\nreadx 0\nFAIL Unknown command 'readx'\nclock_step 10\nOK 10\n",
  );
  expect(operations).toEqual(["cpu0 readl GICD_TYPER", "cpu0 writeb GICD_IPRIORITYR8+1 0x8"]);
  expect(summary.leftOut.reduce((sum, { count }) => sum + count, 0)).toBe(4);
});
