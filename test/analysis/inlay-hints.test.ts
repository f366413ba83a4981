import { expect, test } from "vitest";
import { type InlayHintSettings, inlayHints } from "../../server/src/analysis/inlay-hints.ts";
import { edited } from "../../server/src/rules/fixes.ts";
import { analysed } from "./cursor.ts";

const all: InlayHintSettings = { values: true, registers: true, interrupts: true };
const everywhere = { start: { line: 0, character: 0 }, end: { line: 1_000, character: 0 } };

/** Expects the hints of a trace, each written in it between « and ». */
function check(marked: string, settings: InlayHintSettings = all): void {
  const analysis = analysed(marked.replace(/«[^»]*»/g, ""));
  const hints = inlayHints(analysis, everywhere, settings);
  const edits = hints.map(({ position, label }) => ({
    range: { start: position, end: position },
    text: `«${label}»`,
  }));
  expect(edited(analysis.document, edits).text).toBe(marked.replace(/^\n/, ""));
}

test("the value at a read without an expectation", () => {
  check(`
gic v3
revision 2
cpus 2
cpu0 readl GICD_TYPER # why«= 0x00480007»
cpu0 readb GICD_IPRIORITYR8«= 0x00»
cpu0 mrs ICC_IAR1_EL1«= 0x000003ff»
cpu0 readq GICR_TYPER@cpu1«= 0x100000110»
user get GICD_CTLR«= 0x00000050»
cpu0 readl GICD_TYPER == 0x00480007
cpu0 writel GICD_CTLR 2
user has GICD_CTLR`);
});

test("per revision where they differ, and hosts that do", () => {
  check(`
gic v3
revision 2
cpu0 readl GICR_CTLR«= 0x00000000 ≠ rev 3: 0x00000006»`);
  check(`
gic v3
host linux-7.1
revision 3
compare host linux-5.10
cpu0 readl GICR_CTLR«= 0x00000006 ≠ linux-5.10: 0x00000000»`);
});

test("the declared value stands first, where long ones are not cut", () => {
  check(`
gic v3
revision 3
user get GICD_IIDR«= 0x4b00343b ≠ rev 1, rev 2»`);
});

test("the register behind an address, an offset, a name", () => {
  check(`
gic v3
revision 2
cpus 2
let TYPER = 0x08000004
let SPI = 41
cpu0 readl 0x08000004 == 0x00480007«GICD_TYPER»
cpu0 readl (0x08000000 + 4) == 0x00480007«GICD_TYPER»
cpu0 readl TYPER == 0x00480007«GICD_TYPER»
cpu0 readl 0x080c0014 == 0«GICR_WAKER@cpu1»
cpu0 writeb GICD_IPRIORITYR0+SPI 0xa0«GICD_IPRIORITYR10+1»
cpu0 readl GICD_ISENABLER1+2 == 0
user has GICD+0x8«GICD_IIDR»
cpu0 readl 0x09000000 exits`);
});

test("the interrupts behind a bit mask", () => {
  check(`
gic v3
revision 2
cpu0 writel GICD_ISENABLER1 0x700«INTIDs 40–42»
cpu0 readl GICD_ISENABLER1 & 0x100 == 1 << 8«INTID 40»
cpu0 writel GICD_ICENABLER1 0
user set LEVEL_INFO2 1«INTID 64»
cpu0 writel GICD_IGROUPR1 0x55aa55aa
cpu0 writel GICD_IPRIORITYR8 0xa0
cpu0 readl GICD_IGROUPR1 == rev1: 0xffffffff, rev2+: 0x55aa55aa   # why«INTIDs 32–63»`);
});

test("each kind can be turned off", () => {
  const trace = (values: string, register: string, intids: string) => `
gic v3
revision 2
cpu0 readl GICD_TYPER${values}
cpu0 writel 0x08000104 1${register}${intids}`;
  check(trace("«= 0x00480007»", "", ""), { values: true, registers: false, interrupts: false });
  check(trace("", "«GICD_ISENABLER1»", ""), { values: false, registers: true, interrupts: false });
  check(trace("", "", "«INTID 32»"), { values: false, registers: false, interrupts: true });
});

test("only on the lines asked for, in any scenario", () => {
  const analysis = analysed(`
gic v3
revision 2
scenario "a"
user get GICD_CTLR
user get GICD_CTLR
scenario "b"
user get GICD_CTLR
user get GICD_CTLR`);
  const lines = (start: number, end: number): number[] =>
    inlayHints(analysis, { start: { line: start, character: 0 }, end: { line: end, character: 9 } }, all).map(
      ({ position }) => position.line,
    );
  expect(lines(0, 2)).toEqual([]);
  expect(lines(4, 6)).toEqual([4, 6]);
  expect(lines(7, 99)).toEqual([7]);
});

test("accepting a value writes the expectation", () => {
  const analysis = analysed("gic v3\nrevision 2\ncpu0 readl GICR_CTLR # why");
  const [hint] = inlayHints(analysis, everywhere, all);
  expect(edited(analysis.document, hint.edits ?? []).text).toBe(
    "gic v3\nrevision 2\ncpu0 readl GICR_CTLR == rev1-2: 0x00000000, rev3: 0x00000006 # why",
  );
});
