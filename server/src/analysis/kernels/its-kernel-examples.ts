/** The shortest traces that show what kernels change in the ITS and LPIs: a part of kernel-examples.ts. */
import { answersByKernel } from "./answers-by-kernel.ts";

/** Device and collection table, command queue, and the ITS enabled. */
const ITS_ON = `cpu0 writeq GITS_BASER0 0x8000000040110000
cpu0 writeq GITS_BASER1 0x8000000040120000
cpu0 writeq GITS_CBASER 0x8000000040100000
cpu0 writel GITS_CTLR 1`;

/** cpu0 has its LPIs' tables, and LPIs enabled. */
const LPIS_ON = `cpu0 writeq GICR_PROPBASER 0x4014000f
cpu0 writeq GICR_PENDBASER 0x40150000
cpu0 writel GICR_CTLR 1`;

/** cpu0 is given interrupts of group 1. */
const GROUP_1_ON = `cpu0 msr    ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1`;

/** Each LPI's byte in the configuration table says: enabled, priority 0xa0. */
const LPIS_CONFIGURED = "memory fill 0x40140000 0x400 0xa1";

/** Event 0 of device 5 is LPI 8192, in a collection of cpu0. */
const LPI_8192_OF_CPU0 = `cpu0 its mapc collection 0 to cpu0
cpu0 its mapd device 5 itt 0x40130000 bits 5
cpu0 its mapti device 5 event 0 lpi 8192 collection 0`;

/** Whether `movall` moves the LPIs of a vCPU that it does not name. */
const movall = (): string => `gic v3
cpus 3
its
${LPIS_CONFIGURED}
${GROUP_1_ON}
${LPIS_ON}
${ITS_ON}
${LPI_8192_OF_CPU0}
cpu0 its movall cpu1 to cpu2
msi device 5 event 0
cpu0 mrs ICC_HPPIR1_EL1 == ${answersByKernel(({ movallMovesAll }) => (movallMovesAll ? "1023" : "8192"))}`;

export const itsKernelExamples = (): Readonly<Record<string, string>> => ({
  "lpis-dropped": `gic v3
its
${LPIS_CONFIGURED}
${GROUP_1_ON}
${LPIS_ON}
${ITS_ON}
${LPI_8192_OF_CPU0}
msi device 5 event 0
cpu0 writel GICR_CTLR 0
cpu0 mrs ICC_HPPIR1_EL1 == before linux-5.1: 8192, from linux-5.1: 1023`,
  "lpis-no-longer-pending": `gic v3
its
${LPIS_CONFIGURED}
${GROUP_1_ON}
${LPIS_ON}
${ITS_ON}
${LPI_8192_OF_CPU0}
msi device 5 event 0
cpu0 writel GICR_CTLR 0
cpu0 its inv device 5 event 0
cpu0 mrs ICC_HPPIR1_EL1 == ${answersByKernel(({ lpiDisableDrops }) => (lpiDisableDrops === "pending" ? "1023" : "8192"))}`,
  "active-lpi-forgotten": `gic v3
its
${LPIS_CONFIGURED}
cpu0 msr    ICC_PMR_EL1 0xf8
${GROUP_1_ON}
${LPIS_ON}
${ITS_ON}
${LPI_8192_OF_CPU0}
msi device 5 event 0
cpu0 mrs    ICC_IAR1_EL1
msi device 5 event 0
cpu0 mrs ICC_HPPIR1_EL1 == before linux-6.19: 1023, from linux-6.19: 8192`,
  "translation-cache": `gic v3
cpus 3
its
${LPIS_ON}
${ITS_ON}
${LPI_8192_OF_CPU0}
msi device 5 event 0
cpu0 its mapc collection 0 to cpu1
msi device 5 event 0 == before linux-5.4: fails EBUSY, from linux-5.4: 1`,
  "discard-needs-target": `gic v3
its
cpu0 writeq GICR_PROPBASER 0x4014000f
cpu0 writel GICR_CTLR 1
${ITS_ON}
cpu0 its mapd device 5 itt 0x40130000 bits 5
cpu0 its mapti device 5 event 0 lpi 8192 collection 7
cpu0 its discard device 5 event 0
cpu0 its mapc collection 7 to cpu0
msi device 5 event 0 == before linux-5.6: 0, from linux-5.6: 1`,
  "event-entry-checked": `gic v3
its
${LPIS_ON}
${ITS_ON}
cpu0 its mapc collection 0 to cpu0
cpu0 its mapd device 5 itt 0 bits 5
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
msi device 5 event 0 == before linux-5.19: 1, from linux-5.19: 0`,
  "failed-restore": `gic v3
its
${LPIS_ON}
${ITS_ON}
${LPI_8192_OF_CPU0}
user save its
user restore its      fails EEXIST
msi device 5 event 0 == before linux-5.19: 1, from linux-5.19: 0`,
  "restored-collection-checked": `gic v3
its
cpu0 writeq GITS_BASER1 0x8000000040120000
memory writeq 0x40120000 0x800000000000ffff
user restore its == before linux-5.19: ok, from linux-5.19: fails EINVAL`,
  "table-scan-fix": `gic v3
its
cpu0 writeq GITS_BASER0 0xc000000040110000
memory writeq 0x40110000 0x8000000040200000
memory writeq 0x40200000 1 << 63 | 0x2001 << 49 | 0x40130000 >> 3 | 4
memory writeq 0x40220008 1 << 63 | 0x40131000 >> 3 | 4
user restore its == ${answersByKernel(({ restoreStaysInTable }) => (restoreStaysInTable ? "ok" : "fails EINVAL"))}`,
  "unmap-needs-target": `gic v3
its
${LPIS_ON}
${ITS_ON}
${LPI_8192_OF_CPU0}
cpu0 writeq 0x40100060 9
cpu0 writeq 0x40100070 99 << 16
cpu0 writeq GITS_CWRITER 0x80
msi device 5 event 0 == before linux-6.7: 1, from linux-6.7: 0`,
  "lpi-order": `gic v3
its
${GROUP_1_ON}
${LPIS_ON}
${ITS_ON}
cpu0 its mapc collection 0 to cpu0
cpu0 its mapd device 5 itt 0x40130000 bits 5
cpu0 its mapti device 5 event 1 lpi 8193 collection 0
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
msi device 5 event 0
msi device 5 event 1
memory fill 0x40140000 2 0xa1
cpu0 its invall collection 0
cpu0 mrs ICC_HPPIR1_EL1 == before linux-6.9: 8193, from linux-6.9: 8192`,
  "pending-scan": `gic v3
cpus 3
its
${LPIS_CONFIGURED}
cpu0 msr    ICC_IGRPEN1_EL1 1
cpu0 writeq GICR_PROPBASER 0x4014000f
cpu0 writeq GICR_PENDBASER 0x40150000
cpu1 writeq GICR_PENDBASER 0x40160000
cpu0 writel GICR_CTLR 1
${ITS_ON}
${LPI_8192_OF_CPU0}
msi device 5 event 0
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu1 writel GICR_CTLR 1
cpu0 mrs ICC_HPPIR1_EL1 == before linux-6.10: 1023, from linux-6.10: 8192`,
  "movall-moves-all": movall(),
  "movall-fix": movall(),
  "invlpir-checked": `gic v3
its
cpu0 writeq GICR_PROPBASER 0x4014000f
cpu0 writel GICR_CTLR 1
memory writeb 0x4013e028 0xa1
cpu0 writeq GICR_INVLPIR 40
cpu0 readl GICD_ISENABLER1 == ${answersByKernel(({ invalidateRegisters, invalidatesSpis }) => (invalidateRegisters && invalidatesSpis ? "1 << 8" : "0"))}`,
  "unmap-clears": `gic v3
its
${ITS_ON}
cpu0 its mapd device 5 itt 0x40130000 bits 5
user save its
cpu0 its mapd device 5 off
memory readq 0x40110028 == ${answersByKernel(({ unmapClearsEntry }) => (unmapClearsEntry ? "0" : "0x8000000008026004"))}`,
  "event-bits-checked": `gic v3
its
cpu0 writeq GITS_BASER0 0x8000000040110000
memory writeq 0x40110028 0x8000000009000010
user restore its == ${answersByKernel(({ wideDevicesRestored }) => (wideDevicesRestored ? "ok" : "fails EINVAL"))}`,
  "lost-collection-fix": `gic v3
its
cpu0 writeq GICR_PROPBASER 0x4014000f
${ITS_ON}
cpu0 its mapd device 5 itt 0x40130000 bits 5
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
cpu0 its mapc collection 0 off
user save its`,
  "next-skips-lost-collections": `gic v3
its
cpu0 writeq GICR_PROPBASER 0x4014000f
${ITS_ON}
cpu0 its mapd device 5 itt 0x40130000 bits 5
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
cpu0 its mapti device 5 event 1 lpi 8193 collection 1
cpu0 its mapti device 5 event 2 lpi 8194 collection 0
cpu0 its mapc collection 1 off
user save its
memory readq 0x40130000 == before linux-7.3: 0x0001000020000000, from linux-7.3: 0x0002000020000000`,
  "baser-fix": `gic v3
its
${LPIS_ON}
${ITS_ON}
${LPI_8192_OF_CPU0}
cpu0 writel GITS_CTLR 0
cpu0 writeq GITS_BASER0 0x8000000040110001
cpu0 writel GITS_CTLR 1
msi device 5 event 0 == ${answersByKernel(({ baserChangeForgets }) => (baserChangeForgets ? "0" : "1"))}`,
  "unreachable-device-fix": `gic v3
its
cpu0 writeq GITS_BASER1 0x8000000040120000
cpu0 writeq GITS_CBASER 0x8000000040100000
cpu0 writeq GITS_BASER0 0xc000000040110000
cpu0 writel GITS_CTLR 1
memory writeq 0x40110000 0x8000000040170000
cpu0 its mapd device 5 itt 0x40130000 bits 5
memory writeq 0x40110000 0
user save its == ${answersByKernel(({ unreachableDevicesSkipped }) => (unreachableDevicesSkipped ? "ok" : "fails EINVAL"))}`,
  "shared-lpi-refused": `gic v3
its
${LPIS_ON}
${ITS_ON}
${LPI_8192_OF_CPU0}
cpu0 its mapti device 5 event 1 lpi 8192 collection 0
msi device 5 event 1 == before linux-7.3.4: 1, from linux-7.3.4: 0`,
});
