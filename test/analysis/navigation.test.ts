import { describe, expect, test } from "vitest";
import type { Range } from "../../server/src/analysis/analysis.ts";
import {
  causes,
  definition,
  references,
  rename,
  renameable,
} from "../../server/src/analysis/navigation/navigation.ts";
import { analysed, atCursor, textIn } from "./cursor.ts";

/** The ranges as a test sees them: `line: text`, lines counted from 1. */
function shown(trace: string, ranges: readonly Range[]): string[] {
  const { analysis } = atCursor(trace);
  return ranges.map((range) => `${range.start.line + 1}: ${textIn(analysis, range)}`);
}

/** Expects that going to the definition from the cursor leads to these places. */
function checkDefinition(trace: string, ...expected: string[]): void {
  const { analysis, position } = atCursor(trace);
  expect(shown(trace, definition(analysis, position)), trace).toEqual(expected);
}

/** Expects these references from the cursor: `line: role text`. */
function checkReferences(trace: string, ...expected: string[]): void {
  const { analysis, position } = atCursor(trace);
  const found = references(analysis, position).map(
    ({ range, role }) => `${range.start.line + 1}: ${role} ${textIn(analysis, range)}`,
  );
  expect(found, trace).toEqual(expected);
}

describe("names", () => {
  const trace = (cursor: string) =>
    `
gic v3
revision 3
let SPI = 40
let NEXT = SPI + 1
scenario "one"
line SPI high
let SPI = SPI + 2
cpu0 writeb GICD_IPRIORITYR0+SPI SPI
scenario "two"
line (SPI + NEXT - 41) high
cpu0 readl SPI & SPI == SPI
sette SPI
`.replace(cursor, cursor.replace("SPI", "S$0PI"));

  test("of the head hold in all scenarios, until one declares its own", () => {
    const places = ["3: declaration SPI", "4: read SPI", "6: read SPI", "7: read SPI", "10: read SPI"];
    const more = ["11: read SPI", "11: read SPI", "11: read SPI", "12: read SPI"];
    checkReferences(trace("line SPI high"), ...places, ...more);
    checkReferences(trace("= SPI + 2"), ...places, ...more);
    checkDefinition(trace("line SPI high"), "3: SPI");
  });

  test("of a scenario hold from the line below to its end", () => {
    checkReferences(trace("+SPI SPI"), "7: declaration SPI", "8: read SPI", "8: read SPI");
    checkReferences(trace("let SPI = SPI"), "7: declaration SPI", "8: read SPI", "8: read SPI");
    checkDefinition(trace("+SPI SPI"), "7: SPI");
  });

  test("are renamed wherever they are meant, also on lines that cannot be read", () => {
    const { analysis, position } = atCursor(trace("line SPI high"));
    const edits = rename(analysis, position, "DISK");
    expect(renameable(analysis, position)?.name).toBe("SPI");
    expect(typeof edits === "string" ? edits : analysis.document.withChanges([...edits].reverse()).text).toBe(
      `gic v3
revision 3
let DISK = 40
let NEXT = DISK + 1
scenario "one"
line DISK high
let SPI = DISK + 2
cpu0 writeb GICD_IPRIORITYR0+SPI SPI
scenario "two"
line (DISK + NEXT - 41) high
cpu0 readl DISK & DISK == DISK
sette DISK
`,
    );
  });

  test.each([
    ["4X", "`4X` is no name"],
    ["a b", "`a b` is no name"],
    ["cpu1", "`cpu1` is a word of the language"],
    ["GICD_CTLR", "`GICD_CTLR` is a register"],
    ["NEXT", "`NEXT` is already declared on line 4"],
  ])("are not renamed to %s", (name, objection) => {
    const { analysis, position } = atCursor(trace("line SPI high"));
    expect(rename(analysis, position, name)).toContain(objection);
  });

  test("of a scenario may be renamed to what another scenario calls its own", () => {
    const { analysis, position } = atCursor(
      `gic v3\nrevision 3\nscenario "a"\nlet A = 1\nscenario "b"\nlet B$0 = 1`,
    );
    expect(rename(analysis, position, "A")).toHaveLength(1);
  });

  test("are the only words that can be renamed", () => {
    const { analysis, position } = atCursor("gic v3\nrevision 3\ncpu0 readl GICD_C$0TLR");
    expect(renameable(analysis, position)).toBeUndefined();
    expect(rename(analysis, position, "X")).toContain("only `let` names");
  });
});

describe("accesses that touch the same", () => {
  test("set and clear registers, the VMM's, raw addresses; not other words of the array", () => {
    checkReferences(
      `
gic v3
revision 3
cpu0 writel GICD_ISE$0NABLER1 1
cpu0 writel GICD_ICENABLER1 1
cpu0 readb 0x08000105
cpu0 readl (0x08000000 + 0x104)
user get GICD+0x104
cpu0 readl GICD_ISENABLER2
cpu0 readl GICD_ISPENDR1
cpu0 readl GICD_CTLR`,
      "3: write GICD_ISENABLER1",
      "4: write GICD_ICENABLER1",
      "5: read 0x08000105",
      "6: read (0x08000000 + 0x104)",
      "7: read GICD+0x104",
    );
  });

  test("a register without interrupts is itself alone", () => {
    checkReferences(
      `
gic v3
revision 3
cpus 2
cpu0 readl 0x080000$000
user set GICD_CTLR 1
cpu1 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 readl GICD_TYPER`,
      "4: read 0x08000000",
      "5: write GICD_CTLR",
      "6: write GICD_CTLR",
    );
  });

  test("what each vCPU has of its own is kept apart", () => {
    const trace = `
gic v3
revision 3
cpus 2
cpu0 msr ICC_PMR$0_EL1 0xff
cpu1 mrs ICC_PMR_EL1
user get ICC_PMR_EL1@cpu0
cpu1 writel GICR_ISENABLER0 1
cpu0 readl GICR_ISENABLER0@cpu1
cpu0 readl GICR_ISENABLER0`;
    checkReferences(trace, "4: write ICC_PMR_EL1", "6: read ICC_PMR_EL1@cpu0");
    checkReferences(
      trace.replace("$0", "").replace("@cpu1", "$0@cpu1"),
      "7: write GICR_ISENABLER0",
      "8: read GICR_ISENABLER0@cpu1",
    );
  });

  test("a register in front of a field", () => {
    checkReferences(
      "gic v3\nrevision 3\ncpu0 readl GICD_TYPER & GICD_CT$0LR.EnableGrp1 == 0\ncpu0 readl GICD_CTLR",
      "4: read GICD_CTLR",
    );
  });

  test("an interrupt: its line, its bits, its end", () => {
    checkReferences(
      `
gic v3
revision 3
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 writel GICD_IGROUPR1 ~0 & 0xffffffff
cpu0 writel GICD_ISENABLER1 1 << 8
cpu0 writeb GICD_IPRIORITYR0+40 0xa0
cpu0 writeb GICD_IPRIORITYR0+41 0xa0
cpu0 msr ICC_PMR_EL1 0xff
cpu0 msr ICC_IGRPEN1_EL1 1
line 40$0 high
cpu0 mrs ICC_IAR1_EL1
cpu0 msr ICC_EOIR1_EL1 40
line 41 high`,
      "4: write GICD_IGROUPR1",
      "5: write GICD_ISENABLER1",
      "6: write GICD_IPRIORITYR0+40",
      "10: write 40",
      "11: read ICC_IAR1_EL1",
      "12: write ICC_EOIR1_EL1",
    );
  });

  test("a private interrupt is one vCPU's", () => {
    checkReferences(
      `
gic v3
revision 3
cpus 2
line 20$0@cpu1 high
line 20@cpu0 high
cpu0 readl GICR_ISPENDR0
cpu1 readl GICR_ISPENDR0`,
      "4: write 20",
      "7: read GICR_ISPENDR0",
    );
  });

  test("there is nothing to find on other words", () => {
    checkReferences("gic v3\nrevision 3\ncpu0 rea$0dl GICD_CTLR");
    checkReferences("gi$0c v3\nrevision 3\ncpu0 readl GICD_CTLR");
  });
});

describe("causes", () => {
  const trace = `
gic v3
revision 1
cpu0 writel GICD_IGROUPR1 0
cpu0 readl GICD_TYPER
cpu0 re$0adl GICD_IGROUPR1 == rev1: 0xffffffff, rev2+: 0`;

  test("of a difference, also of one that is accounted for", () => {
    checkDefinition(trace, "3: cpu0 writel GICD_IGROUPR1 0");
    expect(shown(trace, causes(analysed(trace.replace("$0", "")), 4))).toEqual([
      "3: cpu0 writel GICD_IGROUPR1 0",
    ]);
  });

  test("there are none where all revisions agree", () => {
    expect(causes(analysed(trace.replace("$0", "")), 3)).toEqual([]);
    expect(causes(analysed(trace.replace("$0", "")), 0)).toEqual([]);
  });
});

test("the definition of a register is the write that last shaped it, whatever that is called", () => {
  const trace = `
gic v3
revision 3
compare none
scenario "one"
cpu0 writel GICD_ISENABLER1 1
cpu0 writel GICD_ICENABLER1 2
cpu0 writel GICD_ISENABLER2 1
cpu0 readl  GICD_ISENAB$0LER1
line 40 high
cpu0 readl  GICD_ISPENDR1
scenario "two"
cpu0 readl  GICD_ISENABLER1
`;
  checkDefinition(trace, "6: GICD_ICENABLER1");
  const moved = (to: string) => trace.replace("$0", "").replace(to, to.replace("GICD_", "GICD_$0"));
  checkDefinition(moved("GICD_ISPENDR1"), "9: 40");
  // A scenario is a VM of its own.
  checkDefinition(moved('"two"\ncpu0 readl  GICD_ISENABLER1'));
});
