import { describe, test } from "vitest";
import { holdsOnV2, holdsOnV3 } from "./holds.ts";

/** SPI 40 as a level-sensitive interrupt: bits 17 and 16 of GICD_ICFGR2 are 0. */
const LEVEL_40 = "cpu0 writel GICD_ICFGR2 0xaaa8aaaa\n";

describe("an edge-triggered interrupt", () => {
  test("becomes pending when its line rises, and stays so when it falls", () =>
    holdsOnV3(`
line 40 high
cpu0 readl GICD_ISPENDR1 == 1 << 8
line 40 low
cpu0 readl GICD_ISPENDR1 == 1 << 8`));

  test("becomes pending with every rise that is reported, whether or not a fall was", () =>
    holdsOnV3(`
line 40 high
cpu0 writel GICD_ICPENDR1 1 << 8
cpu0 readl GICD_ISPENDR1 == 0
line 40 high
cpu0 readl GICD_ISPENDR1 == 1 << 8`));

  test("is no longer pending once it is acknowledged, and can become pending while it is active", () =>
    holdsOnV3(`
cpu0 writel GICD_ISENABLER1 1 << 8
line 40 pulse
cpu0 mrs ICC_IAR1_EL1 == 40
cpu0 readl GICD_ISPENDR1 == 0
cpu0 readl GICD_ISACTIVER1 == 1 << 8
line 40 pulse
cpu0 readl GICD_ISPENDR1 == 1 << 8
cpu0 msr ICC_EOIR1_EL1 40
cpu0 mrs ICC_IAR1_EL1 == 40`));
});

describe("a level-sensitive interrupt", () => {
  test("is pending for as long as its line is high", () =>
    holdsOnV3(`${LEVEL_40}
line 40 high
cpu0 readl GICD_ISPENDR1 == 1 << 8
cpu0 writel GICD_ICPENDR1 1 << 8
cpu0 readl GICD_ISPENDR1 == 1 << 8
line 40 low
cpu0 readl GICD_ISPENDR1 == 0`));

  test("is pending after its line fell, if the guest has set it pending", () =>
    holdsOnV3(`${LEVEL_40}
cpu0 writel GICD_ISPENDR1 1 << 8
line 40 high
line 40 low
cpu0 readl GICD_ISPENDR1 == 1 << 8`));

  test("comes again after its end while its line is high", () =>
    holdsOnV3(`${LEVEL_40}
cpu0 writel GICD_ISENABLER1 1 << 8
line 40 high
cpu0 mrs ICC_IAR1_EL1 == 40
cpu0 mrs ICC_IAR1_EL1 == 1023
cpu0 msr ICC_EOIR1_EL1 40
cpu0 mrs ICC_IAR1_EL1 == 40
line 40 low
cpu0 msr ICC_EOIR1_EL1 40
cpu0 mrs ICC_IAR1_EL1 == 1023`));

  test("shows the VMM its latch in ISPENDR and its line in LEVEL_INFO", () =>
    holdsOnV3(`${LEVEL_40}
line 40 high
user get GICD_ISPENDR1 == 0
user get LEVEL_INFO1 == 1 << 8`));
});

describe("an interrupt is signalled", () => {
  test("only while it is enabled", () =>
    holdsOnV3(`
line 40 pulse
cpu0 mrs ISR_EL1 == 0
cpu0 writel GICD_ISENABLER1 1 << 8
cpu0 mrs ISR_EL1 == ISR_EL1.I
cpu0 writel GICD_ICENABLER1 1 << 8
cpu0 mrs ISR_EL1 == 0`));

  test("while the distributor is enabled; what came before it was is found when it is next touched", () =>
    holdsOnV3(`
cpu0 writel GICD_ISENABLER1 1 << 8
cpu0 writel GICD_CTLR 0
line 40 pulse
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 mrs ISR_EL1 == 0
cpu0 writel GICD_ISENABLER1 1 << 8
cpu0 mrs ISR_EL1 == ISR_EL1.I`));

  test("to the vCPU that it is routed to, and follows a new route while it is pending", () =>
    holdsOnV3(`
cpu0 writel GICD_ISENABLER1 1 << 8
cpu1 msr ICC_PMR_EL1 0xf8
cpu1 msr ICC_IGRPEN1_EL1 1
line 40 pulse
cpu1 mrs ISR_EL1 == 0
cpu0 writeq GICD_IROUTER40 1
settle
cpu0 mrs ISR_EL1 == 0
cpu1 mrs ICC_IAR1_EL1 == 40`));

  test("to every vCPU on its own, if it is a PPI", () =>
    holdsOnV3(`
cpu0 writel GICR_ISENABLER0 1 << 20
cpu1 writel GICR_ISENABLER0 1 << 20
line 20@cpu1 high
cpu0 readl GICR_ISPENDR0 == 0
cpu0 readl GICR_ISPENDR0@cpu1 == 1 << 20`));
});

describe("a GICv2 SGI", () => {
  test("is taken once for each of its senders, who are named", () =>
    holdsOnV2(`
cpu0 writel GICD_ISENABLER0 1
cpu0 writel GICD_SGIR 1 << 16
cpu1 writel GICD_SGIR 1 << 16
cpu0 readl GICC_IAR == 0
cpu0 writel GICC_EOIR 0
cpu0 readl GICC_IAR == 1 << 10
cpu0 writel GICC_EOIR 1 << 10
cpu0 readl GICC_IAR == 1023`));

  test("that one vCPU sends twice is taken once", () =>
    holdsOnV2(`
cpu1 writel GICD_SGIR 1 << 16
cpu1 writel GICD_SGIR 1 << 16
cpu0 readl GICC_IAR == 1 << 10
cpu0 writel GICC_EOIR 1 << 10
cpu0 readl GICC_IAR == 1023`));
});
