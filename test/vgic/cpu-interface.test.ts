import { describe, test } from "vitest";
import { holdsOnV2, holdsOnV3 } from "./holds.ts";

/** SPIs 40 and 41 are enabled, with priorities 0x80 and 0x40. */
const TWO = `
cpu0 writel GICD_ISENABLER1 3 << 8
cpu0 writel GICD_IPRIORITYR10 0x4080
`;

describe("the priority mask", () => {
  test("lets through what has a higher priority (a lower value), and nothing of its own", () =>
    holdsOnV3(`${TWO}
line 40 pulse
cpu0 msr ICC_PMR_EL1 0x80
cpu0 mrs ISR_EL1 == 0
cpu0 mrs ICC_IAR1_EL1 == 1023
cpu0 msr ICC_PMR_EL1 0x88
cpu0 mrs ISR_EL1 == ISR_EL1.I
cpu0 mrs ICC_IAR1_EL1 == 40`));

  test("keeps the five bits that are implemented", () =>
    holdsOnV3(`
cpu0 msr ICC_PMR_EL1 0xff
cpu0 mrs ICC_PMR_EL1 == 0xf8`));
});

describe("an interrupt that is active", () => {
  test("holds back those of the same and of lower priorities", () =>
    holdsOnV3(`${TWO}
line 41 pulse
cpu0 mrs ICC_IAR1_EL1 == 41
line 40 pulse
cpu0 mrs ISR_EL1 == 0
cpu0 mrs ICC_IAR1_EL1 == 1023
cpu0 msr ICC_EOIR1_EL1 41
cpu0 mrs ICC_IAR1_EL1 == 40`));

  test("is preempted by a higher priority", () =>
    holdsOnV3(`${TWO}
line 40 pulse
cpu0 mrs ICC_IAR1_EL1 == 40
cpu0 mrs ICC_RPR_EL1 == 0x80
line 41 pulse
cpu0 mrs ICC_IAR1_EL1 == 41
cpu0 mrs ICC_RPR_EL1 == 0x40
cpu0 msr ICC_EOIR1_EL1 41
cpu0 mrs ICC_RPR_EL1 == 0x80`));

  test("is not preempted inside one group of priorities, as the binary point makes them", () =>
    holdsOnV3(`${TWO}
cpu0 msr ICC_BPR1_EL1 7
line 40 pulse
cpu0 mrs ICC_IAR1_EL1 == 40
line 41 pulse
cpu0 mrs ICC_IAR1_EL1 == 41`));
});

describe("the end of an interrupt", () => {
  test("deactivates it too, while EOImode is 0", () =>
    holdsOnV3(`${TWO}
line 40 pulse
cpu0 mrs ICC_IAR1_EL1 == 40
cpu0 msr ICC_EOIR1_EL1 40
cpu0 readl GICD_ISACTIVER1 == 0`));

  test("drops only its priority while EOImode is 1; ICC_DIR_EL1 deactivates it", () =>
    holdsOnV3(`${TWO}
cpu0 msr ICC_CTLR_EL1 ICC_CTLR_EL1.EOImode
line 40 pulse
cpu0 mrs ICC_IAR1_EL1 == 40
cpu0 msr ICC_EOIR1_EL1 40
cpu0 mrs ICC_RPR_EL1 == 0xff
cpu0 readl GICD_ISACTIVER1 == 1 << 8
cpu0 msr ICC_DIR_EL1 40
cpu0 readl GICD_ISACTIVER1 == 0`));

  test("drops a priority on a GICv2 as well, where GICC_DIR deactivates", () =>
    holdsOnV2(`
cpu0 writel GICD_ISENABLER1 1 << 8
cpu0 writeb GICD_ITARGETSR10 1
cpu0 writel GICC_CTLR 0x201
line 40 pulse
cpu0 readl GICC_IAR == 40
cpu0 writel GICC_EOIR 40
cpu0 readl GICD_ISACTIVER1 == 1 << 8
cpu0 writel GICC_DIR 40
cpu0 readl GICD_ISACTIVER1 == 0`));
});

describe("groups", () => {
  test("decide whether an interrupt is an IRQ or, in Group 0, an FIQ", () =>
    holdsOnV3(`${TWO}
cpu0 writel GICD_CTLR 3
cpu0 msr ICC_IGRPEN0_EL1 1
cpu0 writel GICD_IGROUPR1 ~(1 << 8)
line 40 pulse
cpu0 mrs ISR_EL1 == ISR_EL1.F
cpu0 mrs ICC_IAR1_EL1 == 1023
cpu0 mrs ICC_IAR0_EL1 == 40
cpu0 msr ICC_EOIR0_EL1 40`));

  test("are enabled one by one at the CPU interface", () =>
    holdsOnV3(`${TWO}
cpu0 msr ICC_IGRPEN1_EL1 0
line 40 pulse
cpu0 mrs ISR_EL1 == 0
cpu0 mrs ICC_IAR1_EL1 == 1023
cpu0 msr ICC_IGRPEN1_EL1 1
cpu0 mrs ICC_IAR1_EL1 == 40`));
});
