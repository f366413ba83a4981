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

/** An interrupt on its way: its group decides under which revisions it is signalled as what. */
export const delivery = `gic v3
revision 2
cpus 2
irqs 96
compare rev1-2

let DISK = 40

scenario "the disk's interrupt is delivered"
cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 writel GICD_ISENABLER1 1 << (DISK - 32)
cpu0 writeq GICD_IROUTER40 1
cpu1 msr    ICC_PMR_EL1 0xf8
cpu1 msr    ICC_IGRPEN1_EL1 1
line DISK high
cpu1 mrs    ICC_IAR1_EL1 == DISK
cpu1 msr    ICC_EOIR1_EL1 DISK
line DISK low
cpu0 writel GICD_IGROUPR1 0  # revision 1 ignores this
line DISK high
cpu1 mrs    ICC_IAR1_EL1 == rev1: DISK, rev2: 1023
cpu1 mrs    ICC_IAR0_EL1 == 1023
line DISK low
`;
