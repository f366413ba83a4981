import { expect, test } from "vitest";
import { check, diagnose } from "./check.ts";

/** The diagnostics of one operation of a VM with two vCPUs and 256 interrupts. */
function diagnosticsOf(operation: string): string[] {
  const trace = ["gic v3", "revision 2", "cpus 2", operation].join("\n");
  return diagnose(trace).map(({ code, text }) => `${code}: ${text}`);
}

test("invalid-value", () => {
  check(`
gic v3
revision 2
cpu0 writeb GICD_IPRIORITYR8 0x1a0
#                            ^^^^^ invalid-value: \`0x1a0\` does not fit into 8 bits: write at most \`0xff\`
cpu0 writeb GICD_IPRIORITYR8 0xa0
cpu0 writeb GICD_IPRIORITYR9 ~0`);
});

test.each([
  [
    "cpu2 run",
    "no `cpu2`: this scenario has 2 vCPUs, cpu0 to cpu1; name one of these, or declare more with `cpus`",
  ],
  [
    "cpu0 readl GICR_CTLR@cpu7",
    "no `cpu7`: this scenario has 2 vCPUs, cpu0 to cpu1; name one of these, or declare more with `cpus`",
  ],
  [
    "cpu0 readb GICD_IPRIORITYR8 == 0x100",
    "`0x100` does not fit into 8 bits: write at most `0xff`, or make the access wider",
  ],
  [
    "line 300 high",
    "no INTID 300: this scenario has `irqs 256`; name an SPI from 32 to 255, or declare more",
  ],
  [
    "line 5 high",
    "INTID 5 is an SGI, which has no line: name an SPI from 32 to 255, or a PPI from 16 to 31 and its vCPU",
  ],
  ["line 20 high", "INTID 20 is a PPI, which each vCPU has for itself: name one, as in `20@cpu0`"],
  ["line 40@cpu0 high", "INTID 40 is an SPI, which all vCPUs share: remove the `@` and the vCPU"],
  [
    "cpu0 readl GICD_CTLR@cpu1",
    "`@` picks the vCPU of a redistributor, and `GICD_CTLR` is in none: remove it; the vCPU in front does the access",
  ],
  [
    "user get 0x08000000",
    "the VMM names a register or a frame, not the address `0x8000000`: write `GICD_CTLR` or `GICD+0x8`, for example",
  ],
  ["cpu0 readl ICC_PMR_EL1", "`ICC_PMR_EL1` is a system register: read it with `mrs`, write it with `msr`"],
  [
    "cpu0 readl LEVEL_INFO1",
    "only the VMM reaches `LEVEL_INFO1`: write `user get LEVEL_INFO1` or `user set LEVEL_INFO1`",
  ],
  ["cpu0 mrs GICD_CTLR", "`GICD_CTLR` is memory-mapped: read it with `readl`, write it with `writel`"],
  ["new vm revision 7", "`revision 7`: no kernel has this revision; write 1 to 3"],
  [
    "new vm revision 0",
    "`revision 0`: only kernels before 4.19 show it, `linux-7.1+revision-1` cannot; declare `host linux-4.18`, or revision 1 to 3",
  ],
  [
    "cpu0 readl GICD_CTLR == rev4: 0",
    "`rev4` holds no known revision: these are 0 to 3, the lower one in front, as in `rev1-2`",
  ],
  [
    "migrate to linux-six",
    "`linux-six` is no host kernel: write `linux-MAJOR.MINOR`, as in `linux-6.12`, or a point release, as in `linux-6.12.117`",
  ],
])("invalid-value: %s", (operation, message) => {
  expect(diagnosticsOf(operation)).toEqual([`invalid-value: ${message}`]);
});

test("two cases for one revision", () => {
  expect(diagnosticsOf("cpu0 readl GICD_CTLR & 1 == rev1-2: 0, rev2+: 0")).toEqual([
    "invalid-value: `rev2+`: a case in front speaks of one of these revisions already; give each revision one case",
  ]);
});

test.each([
  "cpu1 run",
  "cpu0 readl GICR_WAKER@cpu1",
  "line 40 high",
  "line 20@cpu1 high",
  "user get GICD+0x0",
  "cpu0 mrs ICC_PMR_EL1",
])("nothing is wrong with %s", (operation) => {
  expect(diagnosticsOf(operation)).toEqual([]);
});

test.each([
  ["memory readl 0x40000002", "`0x40000002` is no multiple of 4"],
  ["memory readl 0x3ffffffc", "`0x3ffffffc` and the 4 bytes there are not all in guest memory"],
  ["memory fill 0x40000000 0x40000001 0", "are not all in guest memory"],
  ["memory writeb 0x40000000 0x100", "does not fit into 8 bits"],
  ["cpu0 its mapd device 1 itt 0x40000001 bits 5", "is no multiple of 256"],
  ["cpu0 its mapd device 1 itt 0x40000000 bits 33", "`bits 33`: events have 1 to 32 bits"],
  ["cpu0 its mapd device 1 << 32 off", "does not fit into 32 bits"],
  ["cpu0 its invall collection 0x10000", "does not fit into 16 bits"],
  ["cpu0 its sync cpu2", "no `cpu2`"],
  ["user set NR_IRQS 1 << 32 fails EINVAL", "does not fit into 32 bits"],
  ["line 1 << 16 high fails EINVAL", "does not fit into 16 bits"],
])("%s is an invalid value: %s", (operation, message) => {
  const problems = diagnose(["gic v3", "revision 2", "cpus 2", "its", operation].join("\n"));
  const invalid = problems.filter(({ code }) => code === "invalid-value").map(({ text }) => text);
  expect(invalid.join("\n")).toContain(message);
});

test("a line that does not exist may be named where a failure is expected", () => {
  expect(diagnosticsOf("line 300 high fails EINVAL")).toEqual([]);
  expect(diagnosticsOf("line 3 high fails EINVAL")).toEqual([]);
  expect(diagnosticsOf("line 20@cpu7 high == rev1-3: fails EINVAL")).toEqual([]);
  expect(diagnosticsOf("line 40 high fails EINVAL")).toHaveLength(1);
});
