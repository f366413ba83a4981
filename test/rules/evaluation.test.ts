import { describe, expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { check } from "./check.ts";

/** The lines (from 1) that each difference links to, by its own line. */
function causes(trace: string): Record<number, number[]> {
  const { diagnostics } = analyse(TraceDocument.of(trace.trimStart()));
  return Object.fromEntries(
    diagnostics
      .filter(({ code }) => code === "revision-difference")
      .map(({ range, related }) => [
        range.start.line + 1,
        related.map((place) => place.range.start.line + 1),
      ]),
  );
}

describe("expectation", () => {
  test("names the fields that differ", () => {
    check(`
gic v3
revision 3
compare none
cpu0 readl GICR_CTLR == 2
#                       ^ expectation: GICR_CTLR reads 0x00000006 under revision 3, expected 0x00000002: IR is 1, expected 0
cpu0 readl GICR_CTLR == 6`);
  });

  test("names the INTIDs that differ", () => {
    check(`
gic v3
revision 3
compare none
cpu0 writel GICD_ISENABLER1 0x101
cpu0 readl GICD_ISENABLER1 == 0x001
#                             ^^^^^ expectation: INTID 40 differs
cpu0 readl GICD_ISENABLER1 == 0x101`);
  });

  test("applies the mask, which is the whole expression in front of ==", () => {
    check(`
gic v3
revision 3
compare none
cpu0 readl GICD_CTLR & 0x10 | 0x2 == 0x10
cpu0 readl GICD_CTLR & 0x50 == 0x10
#                              ^^^^ expectation: (0x00000050 after & 0x00000050), expected 0x00000010`);
  });

  test("asks every revision that a case names, and the declared one alone without cases", () => {
    check(`
gic v2
revision 3
cpu0 writel GICD_IGROUPR1 1
cpu0 readl GICD_IGROUPR1 == rev1: 0, rev2+: 1
cpu0 readl GICD_IGROUPR1 == rev1-2: 0, rev3: 1
#                                   ^ expectation: GICD_IGROUPR1 reads 0x00000001 under revision 2, expected 0x00000000`);
  });

  test("wants success where nothing is said", () => {
    check(`
gic v3
revision 3
compare none
 user set GICD_IIDR 0
#         ^^^^^^^^^ expectation: GICD_IIDR fails with EINVAL under revision 3, but it should succeed
user set GICD_IIDR 0 fails EINVAL
 cpu0 mrs ICC_SGI1R_EL1
#         ^^^^^^^^^^^^^ expectation: gives the guest an abort
cpu0 mrs ICC_SGI1R_EL1 aborts
cpu0 readl 0x09000000 exits
user has GICD_CTLR fails ENXIO
#                  ^^^^^^^^^^^ expectation: succeeds under revision 3, expected ENXIO`);
  });

  test("runs a named revision even when nothing is compared", () => {
    check(`
gic v2
revision 3
compare none
cpu0 writel GICD_IGROUPR1 1
cpu0 readl GICD_IGROUPR1 == rev1: 1, rev2+: 1
#                                 ^ expectation: reads 0x00000000 under revision 1`);
  });
});

describe("revision-difference", () => {
  test("says why and is silent where the line accounts for it", () => {
    check(`
gic v3
revision 1
cpu0 writel GICD_IGROUPR1 0x55aa55aa
 cpu0 readl GICD_IGROUPR1 == 0xffffffff
#                         ^^^^^^^^^^^^^ revision-difference: GICD_IGROUPR1 reads 0xffffffff under revision 1 and 0x55aa55aa under revisions 2 and 3: revision 1 ignored the write on line 4
cpu0 readl GICD_IGROUPR1 == rev1: 0xffffffff, rev2+: 0x55aa55aa
cpu0 readl GICD_ISENABLER1 == 0`);
  });

  test("counts the revisions that the cases leave out", () => {
    check(`
gic v3
revision 3
 cpu0 readl GICR_CTLR == rev3: 6
#                     ^^^^^^^^^^ revision-difference: GICR_CTLR reads 0x00000000 under revisions 1 and 2 and 0x00000006 under revision 3`);
  });

  test("links each bit to the line that made it diverge first", () => {
    expect(
      causes(`
gic v2
revision 3
cpu0 writel GICD_IGROUPR1 0x1
cpu0 writel GICD_IGROUPR1 0x101
cpu0 readl GICD_IGROUPR1 == 0x101
`),
    ).toEqual({ 5: [3, 4] });
  });

  test("forgets what came together again", () => {
    expect(
      causes(`
gic v2
revision 3
cpu0 writel GICD_IGROUPR1 0x1
cpu0 readl GICD_IGROUPR1
cpu0 writel GICD_IGROUPR1 0x0
cpu0 readl GICD_IGROUPR1
cpu0 writel GICD_IGROUPR1 0x1
cpu0 readl GICD_IGROUPR1
`),
    ).toEqual({ 4: [3], 8: [7] });
  });

  test("finds the cause behind a delivery, through the state that followed from it", () => {
    const trace = `
gic v3
revision 3
cpu0 writel GICD_CTLR 2
cpu0 msr ICC_PMR_EL1 0xff
cpu0 msr ICC_IGRPEN1_EL1 1
cpu0 writel GICD_IGROUPR2 0
cpu0 writel GICD_IGROUPR1 0xfffffeff
cpu0 writel GICD_ISENABLER1 0x100
line 40 pulse
cpu0 mrs ICC_IAR1_EL1
cpu0 readl GICD_ISACTIVER1
cpu0 mrs ICC_RPR_EL1
`;
    expect(causes(trace)).toEqual({ 10: [7], 11: [7], 12: [7] });
  });

  test("follows an SGI that only one revision raises", () => {
    const trace = `
gic v3
revision 3
cpus 2
cpu0 writel GICR_IGROUPR0@cpu1 0xfffffff7
cpu0 msr ICC_SGI0R_EL1 0x03000002
cpu1 readl GICR_ISPENDR0
`;
    expect(causes(trace)).toEqual({ 6: [4] });
  });

  test("has no line to blame for what a revision shows from the start", () => {
    expect(causes("gic v3\nrevision 3\ncpu0 readl GICD_IIDR\n")).toEqual({ 3: [] });
  });

  test("ends when the VMM sets the revision", () => {
    check(`
gic v3
revision 3
user set GICD_IIDR 0x4b00243b
cpu0 readl GICR_CTLR == 0
cpu0 readl GICD_IIDR == 0x4b00243b`);
  });

  test("compares what the scenario says", () => {
    check(`
gic v3
revision 3
compare rev2+
cpu0 writel GICD_IGROUPR1 0
cpu0 readl GICD_IGROUPR1 == 0`);
  });
});

describe("latent-revision-difference", () => {
  test("stands where the state diverged unseen", () => {
    check(`
gic v2
revision 2
 cpu0 writel GICD_IGROUPR1 0x1
#            ^^^^^^^^^^^^^ latent-revision-difference: GICD_IGROUPR1: revision 1 ignored the write; revisions 2 and 3 stored it
cpu0 readl GICD_ISENABLER1`);
  });

  test("is not reported once a later line shows it", () => {
    check(`
gic v2
revision 2
cpu0 writel GICD_IGROUPR1 0x1
cpu0 readl GICD_IGROUPR1 == rev1: 0, rev2+: 1`);
  });

  test("is not reported where nothing parts", () => {
    check(`
gic v2
revision 2
cpu0 writel GICD_IGROUPR1 0`);
  });

  test("is not reported for the revision that a new vm shows again", () => {
    check(`
gic v3
revision 3
user set GICD_IIDR 0x4b00243b
new vm`);
  });

  test("outlives a new vm, which ends the chance to see it", () => {
    check(`
gic v2
revision 2
 cpu0 writel GICD_IGROUPR1 0x1
#            ^^^^^^^^^^^^^ latent-revision-difference
new vm
cpu0 readl GICD_IGROUPR1 == 0`);
  });
});

describe("ineffective-access", () => {
  test.each([
    ["cpu0 readb GICD_ISENABLER1", "readb", "the register takes 32-bit accesses, this one has 8 bits"],
    ["cpu0 readl GICD+0x102", "GICD+0x102", "must be aligned to 4 bytes"],
    ["cpu0 readl GICD+0x40", "GICD+0x40", "KVM has no register at this offset"],
    ["cpu0 readb GICR+0x41b", "GICR+0x41b", "GICR_IPRIORITYR6+3 is 64 KiB away"],
    ["user get GICR+0x10014", "GICR+0x10014", "GICR_WAKER is 64 KiB away"],
    ["cpu0 readl GICD_ISENABLER20", "GICD_ISENABLER20", "beyond the VM's 256 interrupts"],
    ["cpu0 readl GICD_ISENABLER0", "GICD_ISENABLER0", "SGIs and PPIs are in the redistributor"],
    ["cpu0 writel GICD_TYPER 1", "GICD_TYPER", "the register ignores writes"],
    ["user set GICD_ICPENDR1 1", "GICD_ICPENDR1", "the register ignores writes here"],
    ["user get GICD+0x40", "GICD+0x40", "KVM has no register at this offset"],
  ])("%s", (operation, meant, reason) => {
    check(`
gic v3
revision 3
compare none
 ${operation}
#${" ".repeat(operation.indexOf(meant))}${"^".repeat(meant.length)} ineffective-access: ${reason}`);
  });

  test("is not reported where the access works", () => {
    check(`
gic v3
revision 3
compare none
cpu0 readl GICD_ISENABLER1
cpu0 readb GICD_IPRIORITYR8
cpu0 readq GICD_IROUTER40
cpu0 writel GICD_ISENABLER1 0
user set GICD_ISPENDR1 1`);
  });
});
