/** Lines that the tables of registers do not give: lines of interrupts, entries, and what makes a VM ready. */
import type { Model } from "../vgic/kvm-abi.ts";
import { ITS_CHOICES, ITS_READY } from "./its-lines.ts";
import type { Kind, Line } from "./line.ts";

function lines(kind: Kind, ...texts: readonly string[]): Line[] {
  return texts.map((text) => ({ text, kind, place: text }));
}

/** What devices, the kernel and the VMM do beside accesses. */
export function fixedLines(model: Model): Line[] {
  const owner =
    model === "v3"
      ? [
          ...lines("raise", "line 27@cpu0 high by kernel", "line 27@cpu0 low by kernel"),
          ...lines("inspect", "user has MAINT_IRQ"),
        ]
      : [];
  return [
    ...lines("raise", "line 33 high", "line 40 high", "line 33 pulse", "line 40 pulse"),
    ...lines("write", "line 33 low", "line 40 low"),
    ...lines("raise", "line 20@cpu0 high", "line 20@cpu1 high", "line 20@cpu0 low"),
    ...owner,
    ...lines("machine", "cpu0 run", "cpu1 run", "settle"),
    ...lines("machine", "migrate"),
    ...lines("machine", "new vm"),
  ];
}

const READY: Readonly<Record<Model, readonly string[]>> = {
  v2: [
    "cpu0 writel GICD_CTLR 1",
    "cpu0 writel GICD_ISENABLER1 0xffffffff",
    "cpu0 writel GICD_ITARGETSR8 0x01010101",
    "cpu0 writel GICD_ITARGETSR10 0x01010101",
    "cpu0 writel GICC_PMR 0xff",
    "cpu0 writel GICC_CTLR 1",
    "cpu1 writel GICC_PMR 0xff",
    "cpu1 writel GICC_CTLR 1",
  ],
  v3: [
    "cpu0 writel GICD_CTLR 2",
    "cpu0 writel GICD_ISENABLER1 0xffffffff",
    "cpu0 writel GICR_ISENABLER0 0xffffffff",
    "cpu1 writel GICR_ISENABLER0 0xffffffff",
    "cpu0 msr ICC_PMR_EL1 0xff",
    "cpu0 msr ICC_IGRPEN1_EL1 1",
    "cpu1 msr ICC_PMR_EL1 0xff",
    "cpu1 msr ICC_IGRPEN1_EL1 1",
  ],
};

/** What a guest does before it takes interrupts; each search starts with all or some of it. */
export function readyLines(model: Model, its: boolean): Line[] {
  const choices = [...CHOICES[model], ...(its ? ITS_CHOICES : [])];
  return lines("ready", ...everyGuest(model, its), ...choices);
}

/** How many of the ready lines every guest writes; the rest are choices. */
export function readyCount(model: Model, its: boolean): number {
  return everyGuest(model, its).length;
}

function everyGuest(model: Model, its: boolean): readonly string[] {
  return its ? [...READY[model], ...ITS_READY] : READY[model];
}

/** Choices of guests that lead to other paths: separate deactivation, priorities apart, Group 0, other targets. */
const CHOICES: Readonly<Record<Model, readonly string[]>> = {
  v2: [
    "cpu0 writel GICC_CTLR 0x201",
    "cpu0 writel GICC_CTLR 0x7",
    "cpu0 writel GICC_CTLR 0x207",
    "cpu0 writel GICC_CTLR 0xf",
    "cpu1 writel GICC_CTLR 0x201",
    "cpu0 writel GICD_IPRIORITYR8 0x20406080",
    "cpu0 writel GICD_IPRIORITYR9 0x10305070",
    "cpu0 writel GICD_IGROUPR1 0xffffffff",
    "cpu0 writel GICD_ITARGETSR8 0x02020202",
    "cpu0 writel GICD_ICFGR2 0",
  ],
  v3: [
    "cpu0 msr ICC_CTLR_EL1 2",
    "cpu1 msr ICC_CTLR_EL1 2",
    "cpu0 msr ICC_IGRPEN0_EL1 1",
    "cpu0 msr ICC_BPR1_EL1 7",
    "cpu0 writel GICD_IPRIORITYR8 0x20406080",
    "cpu0 writel GICD_IPRIORITYR9 0x10305070",
    "cpu0 writel GICD_IGROUPR1 0x0000ff00",
    "cpu0 writeq GICD_IROUTER33 1",
    "cpu0 writel GICD_ICFGR2 0",
  ],
};
