import { describe, test } from "vitest";
import { holdsOnV2, holdsOnV3 } from "./holds.ts";

/** Six SPIs, 40 to 45, are enabled; the lower INTID has the higher priority. */
const SIX = `
cpu0 writel GICD_ISENABLER1 0x3f << 8
cpu0 writel GICD_IPRIORITYR10 0x40302010
cpu0 writel GICD_IPRIORITYR11 0x6050
`;
const pulses = (first: number, last: number): string =>
  Array.from({ length: last - first + 1 }, (_, i) => `line ${first + i} pulse\n`).join("");

describe("with four list registers", () => {
  test("all pending interrupts are delivered in the order of their priorities", () =>
    holdsOnV3(`${SIX}${pulses(40, 45)}
cpu0 mrs ICC_IAR1_EL1 == 40
cpu0 msr ICC_EOIR1_EL1 40
cpu0 mrs ICC_IAR1_EL1 == 41
cpu0 msr ICC_EOIR1_EL1 41
cpu0 mrs ICC_IAR1_EL1 == 42
cpu0 msr ICC_EOIR1_EL1 42
cpu0 mrs ICC_IAR1_EL1 == 43
cpu0 msr ICC_EOIR1_EL1 43
cpu0 mrs ICC_IAR1_EL1 == 44
cpu0 msr ICC_EOIR1_EL1 44
cpu0 mrs ICC_IAR1_EL1 == 45
cpu0 msr ICC_EOIR1_EL1 45
cpu0 mrs ICC_IAR1_EL1 == 1023`));

  test("the one of the highest priority is delivered first, whichever came first", () =>
    holdsOnV3(`${SIX}${pulses(42, 45)}
line 40 pulse
cpu0 mrs ICC_HPPIR1_EL1 == 40
cpu0 mrs ICC_IAR1_EL1 == 40`));

  test("interrupts that do not fit stay pending in the distributor", () =>
    holdsOnV3(`${SIX}${pulses(40, 45)}
cpu0 readl GICD_ISPENDR1 == 0x3f << 8
cpu0 mrs ICC_IAR1_EL1 == 40
cpu0 readl GICD_ISPENDR1 == 0x3e << 8
cpu0 readl GICD_ISACTIVER1 == 1 << 8`));

  test("a GICv2 SGI of two senders takes two turns, and another interrupt one", () =>
    holdsOnV2(`
cpu0 writel GICD_ISENABLER1 1 << 8
cpu0 writeb GICD_ITARGETSR10 1
cpu0 writeb GICD_IPRIORITYR10 0x80
cpu0 writel GICD_SGIR 1 << 16
cpu1 writel GICD_SGIR 1 << 16
line 40 pulse
cpu0 readl GICC_IAR == 0
cpu0 writel GICC_EOIR 0
cpu0 readl GICC_IAR == 1 << 10
cpu0 writel GICC_EOIR 1 << 10
cpu0 readl GICC_IAR == 40`));
});

describe("the timers' PPIs, which an in-kernel device owns", () => {
  test("show the guest the device's output while they are not in a list register", () =>
    holdsOnV3(`
cpu0 run
line 27@cpu0 high by kernel
cpu0 readl GICR_ISPENDR0 == 1 << 27
line 27@cpu0 low by kernel
cpu0 readl GICR_ISPENDR0 == 0`));

  test("come again after their end while the device's output is high", () =>
    holdsOnV3(`
cpu0 writel GICR_ISENABLER0 1 << 27
cpu0 run
line 27@cpu0 high by kernel
cpu0 mrs ICC_IAR1_EL1 == 27
cpu0 mrs ICC_IAR1_EL1 == 1023
cpu0 msr ICC_EOIR1_EL1 27
cpu0 mrs ICC_IAR1_EL1 == 27
line 27@cpu0 low by kernel
cpu0 msr ICC_EOIR1_EL1 27
cpu0 mrs ICC_IAR1_EL1 == 1023`));
});
