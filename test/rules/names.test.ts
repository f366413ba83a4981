import { test } from "vitest";
import { check } from "./check.ts";

test("syntax", () => {
  check(`
gic v3
revision 2
cpu0 readx GICD_CTLR
#    ^^^^^ syntax: did you mean \`readl\`?
  sette
# ^^^^^ syntax: did you mean \`settle\`?
cpu0 readl GICD_CTLR
settle`);
});

test("unknown-register", () => {
  check(`
gic v3
revision 2
cpu0 readl GICD_IGROPR1
#          ^^^^^^^^^^^^ unknown-register: unknown register \`GICD_IGROPR1\`: did you mean \`GICD_IGROUPR1\`?
cpu0 readl GICX_NOTHING_LIKE_IT
#          ^^^^^^^^^^^^^^^^^^^^ unknown-register: write a frame and an offset, as in \`GICD+0x8\`
cpu0 readl GICC_CTLR
#          ^^^^^^^^^ unknown-register: exists only on GICv2; this scenario declares \`gic v3\`: declare \`gic v2\`
cpu0 mrs ICC_PRM_EL1
#        ^^^^^^^^^^^ unknown-register: did you mean \`ICC_PMR_EL1\`?
user get GICD_TYPE
#        ^^^^^^^^^ unknown-register: did you mean \`GICD_TYPER\`?
cpu0 readl GICD_IGROUPR1
cpu0 mrs ICC_PMR_EL1
user has GICC_CTLR fails ENXIO`);
  check(`
gic v2
revision 2
cpu0 readl GICR_CTLR
#          ^^^^^^^^^ unknown-register: \`GICR_CTLR\` exists only on GICv3; this scenario declares \`gic v2\`
cpu0 readl GICD_CTLR`);
});

test("unknown-name", () => {
  check(`
gic v3
revision 2
let SPI = 40
line SPJ high
#    ^^^ unknown-name: unknown name \`SPJ\`: did you mean \`SPI\`?
cpu0 writeb GICD_IPRIORITYR0+SPI elsewhere
#                                ^^^^^^^^^ unknown-name: declare it above, as in \`let elsewhere = 40\`
cpu0 writel GICD_ISENABLER1 GICD_CTLR
#                           ^^^^^^^^^ unknown-name: \`GICD_CTLR\` is a place, not a value
user get GICD_CTLR fails EINVL
#                        ^^^^^ unknown-name: unknown errno \`EINVL\`: did you mean \`EINVAL\`?
user get GICD_CTLR fails NOTHING_LIKE_IT
#                        ^^^^^^^^^^^^^^^ unknown-name: the vGIC answers \`EINVAL\`
cpu0 writel GICD_ISENABLER1 GICR_CTLR.IR`);
});

test("a name used above its line", () => {
  check(`
gic v3
revision 2
line SPI high
#    ^^^ unknown-name: \`SPI\` is declared further down
let SPI = 40
line SPI low`);
});

test("unknown-field", () => {
  check(`
gic v3
revision 2
cpu0 readl GICD_CTLR & GICD_CTLR.EnableGrpl == 0
#                                ^^^^^^^^^^ unknown-field: \`GICD_CTLR\` has no field \`EnableGrpl\`: did you mean \`EnableGrp1\`?
cpu0 readl GICD_CTLR & GICD_CTLR.Nonsense == 0
#                                ^^^^^^^^ unknown-field: write the bits as a number
cpu0 readl GICD_CTLR & GICD_CTLR.EnableGrp1 == 0`);
});

test("unused-name", () => {
  check(`
gic v3
revision 2
let SPI = 40
#   ^^^ unused-name: \`SPI\` is never used
let PPI = 20
let FIRST = 32
let NEXT = FIRST + 1
scenario "one"
let OTHER = 50
#   ^^^^^ unused-name: \`OTHER\` is never used
line NEXT high
scenario "two"
line PPI@cpu0 high`);
});

test("a register of a block that is not modelled is named as such, not taken for another's", () => {
  check(`
gic v2
revision 3
cpu0 readl GICH_VTR
#          ^^^^^^^^ unknown-register: \`GICH_VTR\` is a register of the hypervisor's interface`);
});
