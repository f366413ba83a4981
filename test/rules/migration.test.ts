import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { edited, fixesOf } from "../../server/src/rules/fixes.ts";
import { check, diagnose } from "./check.ts";

/** What is said of the last line of a trace that ends in a migration. */
function said(trace: string): string[] {
  return diagnose(trace)
    .filter(({ code }) => code === "migration-difference")
    .map(({ text }) => text.replace("the guest can notice this migration: ", ""));
}

test("migration-difference: QEMU loses a GICv2's groups on kernels that want GICD_IIDR first", () => {
  const trace = (host: string) => `gic v2\nhost ${host}\ncpu0 writel GICD_IGROUPR1 0x2\nmigrate by qemu`;
  const dropped = (host: string) => [
    `GICD_IGROUPR1 0x00000002 → 0x00000000 (${host} drops what qemu writes here, as GICD_IIDR was not written before)`,
  ];
  for (const host of ["linux-5.10", "linux-6.12", "linux-7.1"])
    expect(said(trace(host))).toEqual(dropped(host));
  expect(said(trace("linux-7.1+revision-1"))).toEqual([]);
});

test("migration-difference: the revision that nobody writes back", () => {
  const trace = (by: string) => `gic v3\nrevision 2\nmigrate by ${by}`;
  expect(said(trace("qemu"))).toEqual([
    "GICD_IIDR 0x4b00243b → 0x4b00343b, GICR_CTLR 0x00000000 → 0x00000006 (qemu does not write GICD_IIDR, and linux-7.1+revision-1 shows revision 3 by itself)",
  ]);
  expect(said(trace("faithful"))).toEqual([]);
});

test("migration-difference: a host that says yes and keeps its revision", () => {
  expect(said("gic v2\nhost linux-5.10\nmigrate to linux-6.12")).toEqual([
    "GICD_IIDR 0x4b00243b → 0x4b00343b (linux-6.12 keeps revision 3, whatever is written into GICD_IIDR)",
  ]);
});

test("migration-difference: equal priorities come in another order, even from a host to itself", () => {
  const trace = [
    ...["gic v2", "revision 3", "irqs 96", "host linux-7.1"],
    ...["cpu0 writel GICD_CTLR 1", "cpu0 writel GICC_CTLR 1", "cpu0 writel GICC_PMR 0xf8"],
    ...["cpu0 writel GICD_ICFGR2 0xaaaaaaaa", "cpu0 writeb GICD_ITARGETSR0+41 1"],
    ...["cpu0 writeb GICD_ITARGETSR0+40 1", "cpu0 writel GICD_ISENABLER1 0x300"],
    ...["line 41 pulse", "line 40 pulse", "migrate by faithful"],
  ];
  const why = "equal priorities come in the order in which they became pending, and that is not saved";
  expect(said(trace.join("\n"))).toEqual([
    `cpu0 is offered IRQ 41, then IRQ 40 → IRQ 40, then IRQ 41 (${why})`,
  ]);
  // Of other priorities, the higher one comes first before and after.
  expect(said(trace.toSpliced(7, 0, "cpu0 writeb GICD_IPRIORITYR10 0x80").join("\n"))).toEqual([]);
});

test("migration-difference: the revision that the migration asks for", () => {
  expect(said("gic v2\nrevision 1\nmigrate revision 3")).toEqual([
    "GICD_IIDR 0x4b00143b → 0x4b00343b (the migration asks for revision 3)",
  ]);
});

test("migration-difference: a line that no VMM but QEMU and a faithful one restores", () => {
  const trace = (by: string) => `
gic v3
host linux-7.1
cpu0 writel GICR_PROPBASER 0x780
cpu0 writel GICD_ICFGR2 0xaaa8aaaa
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 writel GICD_ISENABLER1 0x100
line 40 high
migrate by ${by}`;
  const lost = (by: string) => [
    `GICD_ISPENDR1 0x00000100 → 0x00000000, cpu0 is offered IRQ 40 → nothing (${by} does not restore lines: it is not pending until the device raises its line again)`,
  ];
  expect(said(trace("qemu"))).toEqual([
    "GICR_PROPBASER 0x0000000000000780 → 0x0000000000000000 (qemu neither saves nor restores it)",
  ]);
  expect(said(trace("faithful"))).toEqual([]);
  for (const by of ["firecracker", "cloud-hypervisor"]) expect(said(trace(by))).toEqual(lost(by));
});

test("migration-difference: QEMU's routes beyond its stride", () => {
  const [message] = said(`
gic v3
host linux-7.1
irqs 288
cpus 2
cpu0 writeq GICD_IROUTER140 1
cpu0 writeq GICD_IROUTER200 1
migrate by qemu`);
  expect(message).toBe(
    "GICD_IROUTER200 0x0000000000000001 → 0x0000000000000000 (qemu neither saves nor restores it)",
  );
});

test("migration-difference: crosvm clears again what it has just set", () => {
  expect(said("gic v3\nhost linux-7.1\nmigrate by crosvm")[0]).toMatch(
    /GICR_ISENABLER0 0x0000ffff → 0x00000000.*crosvm writes back what it saved, but its sequence of writes leaves another value/,
  );
});

test("migration-difference: a VMM without GICv2 saves nothing of one", () => {
  expect(said("gic v2\nhost linux-7.1\ncpu0 writel GICD_CTLR 1\nmigrate by cloud-hypervisor")).toEqual([
    "GICD_CTLR 0x00000001 → 0x00000000 (cloud-hypervisor neither saves nor restores it)",
  ]);
});

test("migration-difference: a kernel's own device comes along", () => {
  expect(
    said(`
gic v3
host linux-7.1
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 writel GICR_ISENABLER0 1 << 27
line 27@cpu0 high by kernel
cpu0 run
migrate by qemu`),
  ).toEqual([]);
});

test("a migration whose restore fails is a matter of what is expected", () => {
  check(`
gic v3
host linux-7.1
compare none
  migrate to linux-5.10
# ^^^^^^^^^^^^^^^^^^^^^ expectation: \`migrate\` fails with EINVAL under revision 3, but it should succeed`);
  check(`
gic v3
host linux-7.1
compare none
migrate to linux-5.10 fails EINVAL
`);
});

test("write-without-effect", () => {
  check(`
gic v2
host linux-6.12
  user set GICD_IGROUPR1 0x2
#          ^^^^^^^^^^^^^ write-without-effect: GICD_IGROUPR1 is not stored, although the write succeeds: \`linux-6.12\` takes a GICv2's groups only after the VMM has written GICD_IIDR; write that first
user set GICD_IGROUPR2 0
`);
  check(`
gic v3
revision 1
compare none
  user set GICR_IGROUPR0 0
#          ^^^^^^^^^^^^^ write-without-effect: GICR_IGROUPR0 is not stored, although the write succeeds: \`linux-7.1+revision-1\` does not let groups change under revision 1
user set GICR_IGROUPR0 0
user get GICR_IGROUPR0 == 0xffffffff`);
  check(`
gic v3
host linux-6.12
  user set GICD_IIDR 0x4b00243b
#                    ^^^^^^^^^^ write-without-effect: GICD_IIDR is not stored, although the write succeeds: \`linux-6.12\` accepts any revision and goes on to show revision 3; read it back to know`);
});

test("groups-before-revision", () => {
  check(`
gic v2
host linux-6.12
  user set GICD_IGROUPR1 0x2
#          ^^^^^^^^^^^^^ groups-before-revision: GICD_IGROUPR1 is restored before GICD_IIDR (line 7), which decides whether it is stored; restore GICD_IIDR first
user set GICD_IGROUPR2 0x2
user set GICD_IIDR 0x4b00343b
user set GICD_IGROUPR1 0x2`);
  check(`
gic v2
revision 2
compare none
user set GICD_IGROUPR1 0x2
cpu0 readl GICD_IGROUPR1 == 0x2
user set GICD_IIDR 0x4b00343b`);
});

test("clear-register-restored", () => {
  check(`
gic v2
revision 3
  user set GICD_ICACTIVER1 0
#                          ^ clear-register-restored: GICD_ICACTIVER1 is written as 0, which clears nothing; write 0xffffffff to clear every bit
  user set GICD_ICENABLER1 0xf
#                          ^^^ clear-register-restored: GICD_ICENABLER1 is written with the bits that are set right after (0x0000000f): others that the VM has set stay; write 0xffffffff to clear every bit
user set GICD_ISENABLER1 0xf
user set GICD_ICENABLER1 0x3
user set GICD_ICENABLER2 0xffffffff`);
});

test("priority-mask-format", () => {
  check(`
gic v2
revision 3
  user set GICC_PMR 0xf0
#                   ^^^^ priority-mask-format: the VMM's GICC_PMR has the mask in bits [4:0]: 0x000000f0 gives the guest 0x80; write the guest's mask shifted right by 3
user set GICC_PMR 0x1e`);
});

/** A trace after the first fix of its first finding with that title. */
function fixed(trace: string, title: string): string | undefined {
  const { document, diagnostics } = analyse(TraceDocument.of(trace));
  const fixes = diagnostics.flatMap(({ finding }) => fixesOf(finding, document.lines));
  const fix = fixes.find((one) => one.title === title);
  return fix && edited(document, fix.edits).text;
}

test("fixes of what a VMM does", () => {
  const v2 = "gic v2\nhost linux-6.12\n";
  expect(fixed(`${v2}user set GICD_IGROUPR1 0x2\n`, "Write GICD_IIDR first (`0x4b00343b`)")).toBe(
    `${v2}user set GICD_IIDR 0x4b00343b\nuser set GICD_IGROUPR1 0x2\n`,
  );
  const late = "user set GICD_IGROUPR1 0x2\nuser set GICD_IGROUPR2 0x2\n";
  expect(fixed(`${v2}${late}user set GICD_IIDR 0x4b00343b  # late\n`, "Write GICD_IIDR first")).toBe(
    `${v2}user set GICD_IIDR 0x4b00343b  # late\n${late}`,
  );
  expect(
    fixed(`${v2}user set GICD_IGROUPR1 0x2\nuser set GICD_IIDR 0x4b00343b`, "Write GICD_IIDR first"),
  ).toBe(`${v2}user set GICD_IIDR 0x4b00343b\nuser set GICD_IGROUPR1 0x2`);
  expect(fixed(`${v2}user set GICD_ICENABLER1 0 # clear`, "Write all ones")).toBe(
    `${v2}user set GICD_ICENABLER1 0xffffffff # clear`,
  );
  expect(fixed(`${v2}user set GICC_PMR 0x40 << 1`, "Write `0x10`")).toBe(`${v2}user set GICC_PMR 0x10`);
});

test("a compared host says why it answers differently", () => {
  check(`
gic v3
host linux-7.1
compare host linux-5.10
  user has GICR_INVLPIR
#          ^^^^^^^^^^^^ revision-difference: fails with ENXIO under linux-5.10: linux-5.10 had no GICR_INVLPIR yet
  user get GICR_TYPER
#          ^^^^^^^^^^ revision-difference: linux-5.10 did not show the VMM which redistributor is the last
`);
  check(`
gic v2
host linux-7.1
compare host linux-7.1+revision-1
user set GICD_IGROUPR1 0x2
  user get GICD_IGROUPR1 == 0
#                        ^^^^ revision-difference: revision 3 ignored the write on line 5
`);
});

test("a host that a migration refuses says so", () => {
  check(`
gic v3
host linux-7.1
compare rev2
  migrate to linux-5.10 fails EINVAL
#                       ^^^^^^^^^^^^ revision-difference: revision 3 refused the write
`);
});

test("a migration that asks for a revision that its host accepts and does not show", () => {
  check(`
gic v3
host linux-6.12
  migrate revision 2
#                  ^ revision-not-selectable: accepts the write of GICD_IIDR without effect and shows revision 3
`);
  check(`
gic v3
host linux-7.1
compare none
  migrate to linux-6.12 revision 2
#                                ^ revision-not-selectable: \`linux-6.12\` accepts the write
migrate to linux-7.1+revision-1 revision 3
migrate to linux-5.10 revision 3 fails EINVAL`);
});
