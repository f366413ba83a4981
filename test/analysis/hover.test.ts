import { expect, test } from "vitest";
import { hover } from "../../server/src/analysis/hover/hover.ts";
import { atCursor, textIn } from "./cursor.ts";

/** Expects that hovering at the cursor marks `marked` and says each of the lines. */
function check(trace: string, marked: string, ...lines: string[]): void {
  const { analysis, position } = atCursor(trace);
  const found = hover(analysis, position);
  const said = found?.contents.split("\n") ?? [];
  const missed = lines.filter((line) => !said.includes(line));
  expect(
    { marked: found && textIn(analysis, found.range), missed },
    `${trace}\n\nsaid:\n${said.join("\n")}`,
  ).toEqual({ marked, missed: [] });
}

function checkNothing(trace: string): void {
  const { analysis, position } = atCursor(trace);
  expect(hover(analysis, position), trace).toBeUndefined();
}

test("a register: name, place under the scenario's bases, width, access, reset, revisions, fields", () => {
  check(
    `
gic v3
revision 2
cpus 2
base redist 0x90000000
cpu1 writel GICR_$0CTLR 0`,
    "GICR_CTLR",
    "**GICR_CTLR**: Redistributor Control Register",
    "Tells whether LPIs can be disabled again, and invalidated through the redistributor.",
    "**Revisions:** It shows CES and IR from revision 3 only.",
    "| where | GICR+`0x0` of cpu1, guest physical `0x90020000` |",
    "| width | 32 bits; the guest may use 32-bit accesses |",
    "| reset | revision 3: 0x00000006, before: 0 |",
    "| guest | reads EnableLPIs; CES and IR from revision 3; writes: EnableLPIs; ignored without an ITS |",
    "| VMM | reads as the guest; writes: as the guest |",
    "| [1] | CES | EnableLPIs can be cleared; shown from revision 3. |",
  );
});

test("a register of an array", () => {
  check(
    `
gic v2
revision 2
irqs 96
cpu0 writel GICD_ISENABLER$02 1`,
    "GICD_ISENABLER2",
    "| where | GICD+`0x108`, guest physical `0x08000108` |",
    "| array | GICD_ISENABLER0 to GICD_ISENABLER2, 1 bit an interrupt |",
    "**Revisions:** none changes this register; what it reads differs where the state does.",
  );
});

test("a system register, and the VMM's attribute of lines", () => {
  check("gic v3\nrevision 2\ncpu0 msr ICC_PMR_EL$01 0xff", "ICC_PMR_EL1", "| reset | 0x00000000 |");
  check(
    "gic v3\nrevision 2\nuser get LEVEL_INFO$01",
    "LEVEL_INFO1",
    "| where | attribute of LEVEL_INFO, INTIDs 32 to 63 |",
  );
});

test("a read: its value under each revision, field by field", () => {
  const answer = [
    "|  | revisions 1 and 2 (declared: 2) | revision 3 |",
    "| answer | `0x00000000` | `0x00000006` |",
    "| IR [2] | 0 | 1 |",
    "| CES [1] | 0 | 1 |",
  ];
  check("gic v3\nrevision 2\ncpu0 re$0adl GICR_CTLR", "readl", ...answer);
  check("gic v3\nrevision 2\ncpu0 readl GICR_CT$0LR", "GICR_CTLR", ...answer);
});

test("a read: where the states diverged", () => {
  check(
    `
gic v3
revision 1
cpu0 writel GICD_IGROUPR1 0xfffffffe
user g$0et GICD_IGROUPR1 == 0xffffffff`,
    "get",
    "|  | revision 1 (declared) | revisions 2 and 3 |",
    "| INTIDs with 0 | none | 32 |",
    "Line 3: the states diverge here: GICD_IGROUPR1: revision 1 ignored the write; revisions 2 and 3 stored it",
  );
});

test("a failure", () => {
  check(
    "gic v3\nrevision 2\nuser s$0et GICD_IIDR 0 fails EINVAL",
    "set",
    "| answer | EINVAL |",
    "user set TARGET VALUE [OUTCOME]",
  );
});

test("a value: every base, and the fields it stands for", () => {
  check(
    "gic v3\nrevision 2\ncpu0 writel GICD_CTLR 0x1$02",
    "0x12",
    "`18` · `0x12` · `0b1_0010` · bits 1, 4",
    "|  | GICD_CTLR |",
    "| ARE_NS [4] | 1 |",
    "| EnableGrp1 [1] | 1 |",
  );
});

test("a value: the INTIDs that its bits stand for", () => {
  check(
    "gic v3\nrevision 2\ncpu0 writel GICD_ISENABLER1 0x$0f0f",
    "0xf0f",
    "| INTIDs with 1 | 32–35, 40–43 |",
  );
  check("gic v3\nrevision 2\nuser set LEVEL_INFO1 0x$03", "0x3", "| INTIDs with 1 | 32–33 |");
  check(
    "gic v3\nrevision 2\ncpu0 writel GICD_IPRIORITYR10 0x$0a000b0c0",
    "0xa000b0c0",
    "| INTID 40 | 0xc0 |",
    "| INTID 42 | 0x00 |",
  );
  check(
    "gic v3\nrevision 2\ncpu0 readl GICD_ICFGR2 == 0xaaaa$0aaaa",
    "0xaaaaaaaa",
    "| edge | 32–47 |",
    "| level | none |",
  );
});

test("the upper half of a register has its own fields", () => {
  check(
    "gic v3\nrevision 2\ncpus 2\nuser g$0et GICR_TYPER@cpu1+4",
    "get",
    "| answer | `0x00000001` |",
    "| Affinity_Value [63:32] | 1 |",
  );
});

test("a part of a value", () => {
  check(
    "gic v3\nrevision 2\ncpu0 writel GICD_ISENABLER1 1 << $08",
    "8",
    "`8` · `0x8` · `0b1000` · bit 3",
    "The whole value: `256` · `0x100` · `0b1_0000_0000` · bit 8",
    "| INTIDs with 1 | 40 |",
  );
});

test("an interrupt of `line`: its state under each revision", () => {
  check(
    `
gic v3
revision 2
cpu0 writel GICD_IGROUPR1 0
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 writel GICD_ISENABLER1 0x100
cpu0 writeb GICD_IPRIORITYR10 0xa0
cpu0 writel GICD_ICFGR2 0
line 4$00 high`,
    "40",
    "After this line:",
    "|  | INTID 40, revision 1 | INTID 40, revisions 2 and 3 (declared: 2) |",
    "| enabled | yes | yes |",
    "| pending | yes (line) | yes (line) |",
    "| active | no | no |",
    "| group | 1 | 0 |",
    "| priority | 0xa0 | 0xa0 |",
    "| target | cpu0 | cpu0 |",
    "| trigger | level | level |",
    "| line | high | high |",
    "| queued on | cpu0 | cpu0 |",
  );
});

test("an interrupt behind a bit, a route, a priority, an acknowledge and an offset", () => {
  check(
    "gic v3\nrevision 2\ncpu0 writel GICD_ISENABLER1 $00x100",
    "0x100",
    "|  | INTID 40 |",
    "| enabled | yes |",
  );
  check("gic v3\nrevision 2\ncpus 2\ncpu0 writeq GICD_IROUTER$040 1", "GICD_IROUTER40", "| target | cpu1 |");
  check(
    "gic v3\nrevision 2\ncpu0 writeb GICD_IPRIORITYR0+$040 0xa0",
    "40",
    "|  | INTID 40 |",
    "| priority | 0xa0 |",
  );
  check("gic v3\nrevision 2\ncpu0 msr ICC_EOIR1_EL1 $040", "40", "| INTID [23:0] | 40 |", "|  | INTID 40 |");
});

test("a private interrupt is that of the vCPU accessed", () => {
  check(
    "gic v3\nrevision 2\ncpus 2\ncpu0 writel GICR_ISENABLER0@cpu1 $00x100000",
    "0x100000",
    "|  | INTID 20 of cpu1 |",
    "| enabled | yes |",
  );
  check("gic v2\nrevision 2\ncpus 2\nline $020@cpu1 high", "20", "|  | INTID 20 of cpu1 |");
});

test("a GICv2 SGI and its senders", () => {
  check(
    "gic v2\nrevision 2\ncpus 2\ncpu0 writel GICD_SGIR 0x20005\ncpu1 writel GICD_ICPENDR0 $00x20",
    "0x20",
    "| sent by | cpu0 |",
  );
});

test("an SGI that is sent, at the vCPUs that it reaches", () => {
  const v3 = "gic v3\nrevision 2\ncpus 3\n";
  check(`${v3}cpu0 msr ICC_SGI1R_EL1 $05 << 24 | 0b110`, "5", "|  | INTID 5 of cpu1 | INTID 5 of cpu2 |");
  check(`${v3}cpu1 msr ICC_SGI1R_EL1 $01 << 40`, "1", "|  | INTID 0 of cpu0 | INTID 0 of cpu2 |");
  check("gic v2\nrevision 2\ncpus 2\ncpu0 writel GICD_SGIR $00x20005", "0x20005", "|  | INTID 5 of cpu1 |");
  check(
    "gic v2\nrevision 2\ncpus 2\ncpu0 writel GICD_SGIR $00x2000005",
    "0x2000005",
    "|  | INTID 5 of cpu0 |",
  );
});

test("a write that everybody takes needs no table", () => {
  const { analysis, position } = atCursor("gic v3\nrevision 2\ncpu0 wri$0tel GICD_CTLR 2");
  expect(hover(analysis, position)?.contents).not.toContain("answer");
});

test("a name, where it is used and where it is declared", () => {
  check(
    "gic v3\nrevision 2\nlet S$0PI = 40\nline SPI high",
    "SPI",
    "`let SPI`, line 3",
    "`40` · `0x28` · `0b10_1000` · bits 3, 5",
  );
  check(
    'gic v3\nrevision 2\nlet SPI = 40\nscenario "a"\nline SP$0I high',
    "SPI",
    "`let SPI`, line 3",
    "| line | low |",
    "| pending | yes (latch) |",
  );
});

test("a field, a frame, a vCPU", () => {
  check(
    "gic v3\nrevision 2\ncpu0 readl GICR_CTLR & GICR_CTLR.C$0ES == 0",
    "CES",
    "**GICR_CTLR.CES** [1]: EnableLPIs can be cleared; shown from revision 3.",
    "`2` · `0x2` · `0b10` · bit 1",
  );
  check(
    "gic v3\nrevision 2\nuser has GIC$0D+0x20",
    "GICD",
    "**GICD**: the distributor, at guest physical `0x08000000`",
  );
  check(
    "gic v3\nrevision 2\ncpus 2\ncpu$01 run",
    "cpu1",
    "**cpu1** of 2: affinity 0.0.0.1, redistributor at `0x080c0000`",
  );
});

test("a keyword: its grammar and an example", () => {
  check("g$0ic v3", "gic", "gic MODEL", "Which GIC KVM emulates.", "gic v3");
  check(
    "gic v3\nrevision 2\nset$0tle",
    "settle",
    "Every vCPU enters and leaves in order, twice: what is in flight reaches its place.",
  );
  check("gic v3\nrevision 2\nnew v$0m", "vm", "new vm [keeping memory] [revision N]");
  check(
    "gic v3\nrevision 2\ncpu0 readl 0x9000000 exi$0ts",
    "exits",
    "The vGIC must not claim the address, and the access goes to the VMM: `cpu0 readl 0x09000000 exits`.",
  );
  check(
    "gic v3\nrevision 2\ncpu0 readl GICR_CTLR == re$0v1+: 0",
    "rev1+",
    "What is expected under revisions 1 and later.",
  );
  check(
    "gic v3\nrevision 2\ncompare re$0v2+\ncpu0 readl GICR_CTLR",
    "rev2+",
    "The scenario is run under revisions 2 and later, too, and compared with it.",
  );
});

test("an errno, and a code that a comment silences", () => {
  check(
    "gic v3\nrevision 2\nuser has GICD+0x20 fails EN$0XIO",
    "ENXIO",
    "`ENXIO`: no such attribute, or group of them",
  );
  check(
    "gic v3\nrevision 2\nsettle # vgic-ignore[revision-$0difference]: meant",
    "revision-difference",
    "`revision-difference`: what is observed here differs under another revision, and no expectation accounts for it",
  );
});

test("a line that cannot be read still says what its words are", () => {
  check(
    "gic v3\nrevision 2\ncpu0 readl GICR_C$0TLR ==",
    "GICR_CTLR",
    "**GICR_CTLR**: Redistributor Control Register",
  );
});

test("comments, blanks and places beyond the end say nothing", () => {
  checkNothing("gic v3 # readl GICR_C$0TLR");
  checkNothing("gic v3\n$0\n");
  checkNothing("$0");
  const { analysis } = atCursor("gic v3$0");
  expect(hover(analysis, { line: 1_000, character: 1_000 })).toBeDefined();
  expect(hover(analysis, { line: -1, character: -5 })).toBeDefined();
});

test("each fact once: why revisions differ is left to a diagnostic that stands at the place", () => {
  const trace = `
gic v3
revision 1
cpu0 writel GICD_IGROUPR1 0xfffffffe
cpu0 readl  GICD_IGROUPR1 == 0xffff$0ffff`;
  const said = (text: string): string => {
    const { analysis, position } = atCursor(text);
    return hover(analysis, position)?.contents ?? "";
  };
  // The answer is what its diagnostic underlines: that is shown above the hover.
  expect(said(trace)).not.toContain("the states diverge here");
  expect(said(trace)).toMatch(/^\|.*\| revision 1 \(declared\) \| revisions 2 and 3 \|/);
  // Nowhere else in the line, and not where a case accounts for the difference.
  const why = "Line 3: the states diverge here";
  expect(said(trace.replace("$0", "").replace("readl", "re$0adl"))).toContain(why);
  expect(said(trace.replace("0xffff$0ffff", "rev1: 0xffff$0ffff, rev2+: 0xfffffffe"))).toContain(why);
});

test("cases by kernel: what each host answers, and whom a case is about", () => {
  const trace = (line: string) => `gic v2\nhost linux-6.12\ncompare host linux-7.1\n${line}`;
  const asked = trace("user h$0as GICC_DIR == before linux-6.19: fails ENXIO, from linux-6.19: ok");
  check(asked, "has", "| answer | ENXIO | ok |");
  check(
    trace("user has GICC_DIR == bef$0ore linux-6.19: fails ENXIO, from linux-6.19: ok"),
    "before",
    "In a case: hosts that are older than this one.",
  );
  check(
    trace("user has GICC_DIR == before linux-6.$019: fails ENXIO, from linux-6.19: ok"),
    "linux-6.19",
    "| answer | ENXIO | ok |",
    "**linux-6.19**: shows revision 3 and no other.",
    "What is expected of hosts that are older than it.",
  );
});

test("a host wherever it stands: the revisions that it can show", () => {
  check(
    "gic v2\nhost linux-7.1+rev$0ision-1",
    "linux-7.1+revision-1",
    hostLine("linux-7.1+revision-1", "1, 2 and 3"),
  );
  check(
    "gic v2\nrevision 3\ncompare rev2, host linux-7$0.1.5",
    "linux-7.1.5",
    hostLine("linux-7.1.5", "2 and 3"),
  );
  check(
    "gic v2\nrevision 3\nmigrate to linux-7.1.$05 by qemu",
    "linux-7.1.5",
    hostLine("linux-7.1.5", "2 and 3"),
  );
  checkNothing("gic v2\nhost linux-9$09");
});

function hostLine(host: string, selectable: string): string {
  return `**${host}**: shows revision 3; a VMM can select ${selectable}.`;
}

test("the signs of an expectation: what they ask, and what the line answers", () => {
  check(
    "gic v2\nrevision 3\ncpu0 readl GICD_CTLR & 1 =$0= 0",
    "==",
    "| answer | `0x00000000` |",
    "What the line must answer: `== VALUE`, or by revision and host: `== rev1: A, rev2+: B`.",
  );
  check(
    "gic v2\nrevision 3\ncpu0 readl GICD_CTLR &$0 1 == 0",
    "&",
    "Only these bits of the answer count: `& MASK == VALUE`.",
  );
});
