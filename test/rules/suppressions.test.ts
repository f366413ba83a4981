import { test } from "vitest";
import { check } from "./check.ts";

test("a comment behind a statement silences its line", () => {
  check(`
gic v3
revision 2
line 5 high # vgic-ignore[invalid-value]: not yet
line 5 high
#    ^ invalid-value: SGI`);
});

test("a comment alone silences the next statement", () => {
  check(`
gic v3
revision 2
# vgic-ignore[invalid-value]: not yet

# Other words.
line 5 high
line 5 high
#    ^ invalid-value: SGI`);
});

test("a comment for the file silences it everywhere", () => {
  check(`
gic v3
revision 2
line 5 high
line 5 high
# vgic-ignore-file[invalid-value]: not yet`);
});

test("a line that cannot be read can be silenced, and so can more than one code", () => {
  check(`
gic v3
revision 2
cpu0 readx GICD_CTLR # vgic-ignore[syntax]: not yet
# vgic-ignore[invalid-value, unknown-name]: not yet
cpu1 writel GICD_ISENABLER1 X`);
});

test("unused-suppression", () => {
  check(`
gic v3
revision 2
settle # vgic-ignore[syntax]: none
#                    ^^^^^^ unused-suppression: \`syntax\` is not reported on the line that this comment is for
  # vgic-ignore[syntaks]: no such code
#               ^^^^^^^ unused-suppression: no diagnostic has the code \`syntaks\`
settle
 # vgic-ignore-file[syntax]: none
#                   ^^^^^^ unused-suppression: \`syntax\` is not reported in this file
line 5 high # vgic-ignore[invalid-value, syntax]: one of two
#                                        ^^^^^^ unused-suppression
 # vgic-ignore[]: nothing
#^^^^^^^^^^^^^^^^^^^^^^^^ unused-suppression: this comment names no code`);
});

test("one comment is enough", () => {
  check(`
gic v3
revision 2
# vgic-ignore[invalid-value]: used
line 5 high # vgic-ignore[invalid-value]: the upper one goes first
#                         ^^^^^^^^^^^^^ unused-suppression
 # vgic-ignore-file[invalid-value]: the nearer one goes first
#                   ^^^^^^^^^^^^^ unused-suppression`);
});

test("unused-suppression can be silenced itself", () => {
  check(`
gic v3
revision 2
settle # vgic-ignore[syntax, unused-suppression]: on purpose
# vgic-ignore[unused-suppression]: on purpose
# vgic-ignore[syntax]: none
settle
settle # vgic-ignore[unused-suppression]: nothing is unused here
#                    ^^^^^^^^^^^^^^^^^^ unused-suppression: \`unused-suppression\` is not reported`);
  check(`
gic v3
revision 2
# vgic-ignore-file[unused-suppression]: on purpose
settle # vgic-ignore[syntax]: none`);
});

test("where something is wrong nobody knows what a comment about answers silences", () => {
  check(`
gic v3
revision 2
# vgic-ignore-file[latent-revision-difference]: not yet
scenario "not tested"
  irqs 33
#      ^^ invalid-declaration
cpu0 readl GICD_CTLR == 0x77 # vgic-ignore[expectation]: a known fault
scenario "not all of it can be read"
  cpu0 writel GICD_CTLX 1
#             ^^^^^^^^^ unknown-register
cpu0 readl GICD_ISENABLER1 == 0 # vgic-ignore[expectation]: a known fault
scenario "tested"
cpu0 readl GICD_ISENABLER1 == 0 # vgic-ignore[expectation]: a known fault
#                                             ^^^^^^^^^^^ unused-suppression`);
});
