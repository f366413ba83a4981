/** The traces that the tests open. */

export const groups = `# A guest moves its interrupts to Group 0, as if it could.
gic v3
revision 1
cpus 1
irqs 128

scenario "the guest cannot change an SPI's group"
cpu0 readl  GICD_IGROUPR1 == 0xffffffff
cpu0 writel GICD_IGROUPR1 0x55aa55aa
cpu0 readl  GICD_IGROUPR1 == 0xffffffff

scenario "an interrupt is pending"
cpu0 writel GICD_ISENABLER1 1 << (40 - 32)
line 40 high
cpu0 readl  GICD_ISPENDR1
`;

/** Two mistakes: a name, and an expectation. */
export const mistakes = `gic v3
revision 2
compare none

cpu0 readl  GICD_ISENABELR1 == 0
cpu0 readl  GICD_TYPER & 0x1f == 4
`;

export const fine = `gic v3
revision 3

scenario "nothing is enabled"
cpu0 readl  GICD_ISENABLER1 == 0
`;
