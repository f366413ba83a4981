/**
 * The shortest trace that shows each change of the table of kernels, by the change's id. It names no host: run on any,
 * stable point releases included, its expectations hold.
 */

import { formattedText } from "../../document/format.ts";
import { CHANGES } from "../../vgic/kernels/kernels.ts";
import { answersByKernel } from "./answers-by-kernel.ts";
import { itsKernelExamples } from "./its-kernel-examples.ts";

const iidrWritten = (): string => `gic v3
user set GICD_IIDR 0x4b00143b == ${answersByKernel(({ profile }) => (profile === "A" || profile === "C" ? "ok" : "fails EINVAL"))}`;

const FIVE_ACTIVE_ONE_ENDS = `gic v3
cpu0 writel GICD_ISACTIVER1 0x1f
cpu0 msr    ICC_AP1R0_EL1 1
cpu0 msr    ICC_EOIR1_EL1 36
cpu0 readl  GICD_ISACTIVER1 == before linux-6.19: 0x1f, before linux-6.19.9: 0x1e, from linux-6.19.9: 0x0f`;

/** Made when they are first asked for: what they expect takes a look at every kernel of the table. */
export function kernelExamples(): Readonly<Record<string, string>> {
  made ??= { ...itsKernelExamples(), ...vgicExamples() };
  return made;
}

let made: Readonly<Record<string, string>> | undefined;

const vgicExamples = (): Readonly<Record<string, string>> => ({
  "revision-2": `gic v3
cpu0 writel GICD_IGROUPR1 0
cpu0 readl  GICD_IGROUPR1 == before linux-4.19: 0xffffffff, from linux-4.19: 0
user get    GICD_IIDR == before linux-4.19: 0x4b00043b, before linux-5.19: 0x4b00243b, from linux-5.19: 0x4b00343b`,
  "iidr-checked": iidrWritten(),
  "revision-3": `gic v3
cpu0 readl GICR_CTLR == before linux-5.19: 0, from linux-5.19: GICR_CTLR.CES | GICR_CTLR.IR`,
  "iidr-revision-ignored": iidrWritten(),
  "iidr-fix": iidrWritten(),
  "group-sgi-registers": `gic v3
cpu0 msr ICC_SGI0R_EL1 0 == before linux-4.19: aborts, from linux-4.19: ok`,
  "sgi-pending-ignored": `gic v2
cpu0 writel GICD_ISPENDR0 1 << 3
cpu0 readl  GICD_ISPENDR0 == ${answersByKernel(({ pendingWritesV2 }) => (pendingWritesV2 === "sgis-without-sender" ? "1 << 3" : "0"))}`,
  "sgi-pending-by-vmm": `gic v2
user set GICD_ISPENDR0 1 << 3
user get GICD_SPENDSGIR0 == ${answersByKernel(({ pendingWritesV2 }) => (pendingWritesV2 === "by-vmm" ? "1 << 24" : "0"))}`,
  "timer-pending-by-vmm": `gic v2
cpu0 run
user set GICD_ISPENDR0 1 << 27
user get GICD_ISPENDR0 == ${answersByKernel(({ pendingWritesV2 }) => (pendingWritesV2 === "by-vmm" ? "1 << 27" : "0"))}`,
  "timer-pending": `gic v3
cpu0 writel GICR_ISPENDR0 1 << 27
cpu0 readl  GICR_ISPENDR0 == ${answersByKernel(({ mappedPending }) => (mappedPending === "virtual" ? "1 << 27" : "0"))}`,
  ptz: `gic v3
cpu0 writeq GICR_PENDBASER GICR_PENDBASER.PTZ
cpu0 readq  GICR_PENDBASER & GICR_PENDBASER.PTZ == before linux-5.6: GICR_PENDBASER.PTZ, from linux-5.6: 0`,
  typer2: `gic v3
user has GICD_TYPER2 == before linux-5.7: fails ENXIO, from linux-5.7: ok`,
  "last-shown": `gic v3
user get GICR_TYPER & GICR_TYPER.Last == before linux-5.13: 0, from linux-5.13: GICR_TYPER.Last`,
  "invalidate-registers": `gic v3
user has GICR_SYNCR == before linux-5.19: fails ENXIO, from linux-5.19: ok`,
  "unsaved-register": `gic v3
user get ICC_IAR1_EL1 == before linux-6.0: fails ENXIO, from linux-6.0: fails ENOENT`,
  "typer2-busy": `gic v3
user set GICD_TYPER2 1 == before linux-5.7: ok, before linux-6.17: fails EINVAL, from linux-6.17: fails EBUSY`,
  "pending-first": `gic v3
cpu0 msr    ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 writel GICD_ISENABLER1 0x1f
cpu0 writel GICD_ISACTIVER1 0x0f
cpu0 writel GICD_ISPENDR1 0x10
cpu0 mrs    ICC_HPPIR1_EL1 == before linux-6.19: 1023, from linux-6.19: 36`,
  "enabled-group-first": `gic v3
cpu0 msr    ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 writel GICD_ISENABLER1 0x1f
cpu0 writel GICD_IGROUPR1 0xfffffff0
cpu0 writel GICD_ISPENDR1 0x1f
cpu0 mrs    ICC_HPPIR1_EL1 == before linux-4.19: 32, before linux-6.19: 1023, from linux-6.19: 36`,
  "vcpu-never-returns": `gic v3
cpu0 msr    ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp0 | GICD_CTLR.EnableGrp1
cpu0 writel GICD_ISENABLER1 0x1ff
cpu0 writel GICD_IGROUPR1 0x00f
user set    GICD_ISACTIVER1 0x00f
user set    GICD_ISPENDR1 0x1f0
cpu0 run`,
  "eoi-replayed": FIVE_ACTIVE_ONE_ENDS,
  "eoi-replayed-outside": FIVE_ACTIVE_ONE_ENDS,
  "dir-without-list-register": `gic v3
cpu0 msr    ICC_CTLR_EL1 ICC_CTLR_EL1.EOImode
cpu0 writel GICD_ISACTIVER1 0x1f
cpu0 msr    ICC_DIR_EL1 36
cpu0 readl  GICD_ISACTIVER1 == before linux-6.19: 0x1f, from linux-6.19: 0x0f`,
  "dir-by-another-vcpu": `gic v3
cpus 2
cpu0 writel GICD_ISACTIVER1 1
cpu1 msr    ICC_CTLR_EL1 ICC_CTLR_EL1.EOImode
cpu1 msr    ICC_DIR_EL1 32
cpu0 readl  GICD_ISACTIVER1 == before linux-6.19: 1, from linux-6.19: 0`,
  "sgi-hides-nothing": `gic v2
cpus 2
cpu0 writel GICC_PMR 0xff
cpu0 writel GICC_CTLR GICC_CTLR.EnableGrp0
cpu0 writel GICD_CTLR GICD_CTLR.Enable
cpu0 writel GICD_ISENABLER1 1
cpu0 writeb GICD_IPRIORITYR8 0x10
cpu0 writel GICD_ISACTIVER0 1
cpu1 writel GICD_SGIR 1 << 16
cpu0 writel GICD_ISPENDR1 1
cpu0 readl  GICC_HPPIR == before linux-6.19: 1023, from linux-6.19: 32`,
  "gicc-dir-attribute": `gic v2
user has GICC_DIR == before linux-6.19: fails ENXIO, from linux-6.19: ok`,
  "gicc-dir-sender": `gic v2
cpu0 writel GICC_CTLR GICC_CTLR.EOImodeNS
cpu0 writel GICD_ISACTIVER0 1 << 3
cpu0 writel GICC_DIR 0x403
cpu0 readl  GICD_ISACTIVER0 == before linux-6.19: 0, from linux-6.19: 1 << 3`,
  "second-redistributor-address": `gic v3
created
user set ADDR_REDIST 0x100000
user set ADDR_REDIST 0x260000 == before linux-5.13: fails EINVAL, from linux-5.13: fails EEXIST`,
  "region-after-address": `gic v3
created
user set ADDR_REDIST 0x100000
user set REDIST_REGION 1 << 52 | 0x200000 | 1 == before linux-5.13: fails EINVAL, from linux-5.13: ok`,
  "refused-region-forgotten": `gic v3
created
user set ADDR_DIST 0x100000
user set ADDR_REDIST 0x100000 fails EINVAL
user get ADDR_REDIST == before linux-5.13: 0x100000, from linux-5.13: 0xffffffffffffffff`,
  "refused-region-fix": `gic v3
created
cpus 2
user set ADDR_DIST 0x100000
user set REDIST_REGION 1 << 52 | 0x200000
user set REDIST_REGION 1 << 52 | 0x100000 | 1 fails EINVAL
user set REDIST_REGION 1 << 52 | 0x220000 | 1 == before linux-5.13: fails EINVAL, from linux-5.13: ok
user init
cpu0 readl 0x200004 == before linux-5.13: fails ENXIO, ${answersByKernel(({ refusedRegionKeepsOthers }) => (refusedRegionKeepsOthers ? "0x4b00043b" : "exits"))}`,
  "failed-run-ends-vm": `gic v3
created
cpu0 run fails ENXIO
user has NR_IRQS == ${answersByKernel(({ failedRunEndsVm }) => (failedRunEndsVm ? "fails EIO" : "ok"))}`,
  "last-across-regions": `gic v3
created
cpus 2
user set REDIST_REGION 1 << 52 | 0x200000
user set REDIST_REGION 1 << 52 | 0x220000 | 1
user set ADDR_DIST 0
user init
cpu0 readl 0x200008 & GICR_TYPER.Last == before linux-5.13: GICR_TYPER.Last, from linux-5.13: 0`,
  "address-range": `gic v3
created
user set ADDR_DIST 0x100000
user set ADDR_DIST 0x1000 == before linux-5.16: fails EINVAL, from linux-5.16: fails EEXIST`,
  "early-iidr": `gic v3
created
user get GICD_IIDR == before linux-6.17: fails EBUSY, from linux-6.17: 0x4b00343b`,
  "maintenance-interrupt": `gic v3
user has MAINT_IRQ == before linux-6.15: fails ENXIO, from linux-6.15: ok`,
  "maintenance-interrupt-read": `gic v3
user get MAINT_IRQ == before linux-6.15: fails ENXIO, before linux-6.17: fails EBUSY, from linux-6.17: 0`,
  "gicc-dir-by-another-vcpu": `gic v2
cpus 2
cpu0 writel GICD_ISACTIVER1 1
cpu1 writel GICC_CTLR GICC_CTLR.EOImodeNS
cpu1 writel GICC_DIR 32
cpu0 readl  GICD_ISACTIVER1 == before linux-6.19: 1, from linux-6.19: 0`,
});

/** Entries that no kernel survives to be asked about. */
const FAILING: ReadonlySet<string> = new Set(
  CHANGES.flatMap(({ shows }) => shows.flatMap(({ id, hostFails }) => (hostFails === undefined ? [] : [id]))),
);

/**
 * The traces on a host, each as a scenario that is called like its entry of the table, for a kernel to be asked: without
 * those that end in a crash.
 */
export function kernelExamplesTrace(host: string): string {
  const scenarios = Object.entries(kernelExamples())
    .filter(([id]) => !FAILING.has(id))
    .map(([id, lines]) => `scenario "${id}"\n${lines}\n`);
  return [`host ${host}`, "compare none", "", ...scenarios].join("\n");
}

/** The trace of a change on a host, compared with another: it holds on both. */
export function kernelExample(id: string, host: string, compared: string): string {
  const [model, ...lines] = (kernelExamples()[id] ?? "").split("\n");
  return formattedText(
    [model, `host ${host}`, `compare host ${compared}`, ...lines, ""].join("\n"),
  ).trimEnd();
}
