/* The program of operations that vgic-trace writes and this side performs: records of 24 bytes, little-endian. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdint.h>

enum kind {
	NEW_VM = 'V',		/* width: GIC model 2 or 3; cpu: vCPUs; argument: irqs, 0: only created; address, value: frames */
	REQUIRE = '?',		/* go on at the next NEW_VM unless the last value was `value` */
	GUEST_READ = 'r',	/* width, address */
	GUEST_WRITE = 'w',	/* width, address, value */
	SYSREG_READ = 'm',	/* argument: op0 op1 CRn CRm op2 in 16 bits */
	SYSREG_WRITE = 'M',
	ENTER = 'x',		/* enter and leave */
	ATTR_GET = 'g',		/* width: of the payload; argument: group; address: attribute */
	ATTR_SET = 's',
	ATTR_HAS = 'h',
	LINE = 'l',		/* argument: irq as in struct kvm_irq_level; value: level */
	WITH_RAM = 'a',		/* the next NEW_VM has memory: address, value: its size; argument: 1 keeps what is there */
	WITH_ITS = 'i',		/* the next NEW_VM has an ITS at the address; only created as its VM is */
	LOAD = 'b',		/* by the VMM: width, address */
	STORE = 'B',		/* width, address, value */
	FILL = 'f',		/* address, value: length; argument: byte */
	QUEUE = 'q',		/* the guest stores word `argument` (0 to 3), `value`, of a command behind the last one */
	ADVANCE = 'Q',		/* the guest moves GITS_CWRITER on by a command */
	MSI = 'n',		/* argument: device, address: where it is written, value: event */
};

struct operation {
	uint8_t kind;
	uint8_t width;
	uint16_t cpu;
	uint32_t argument;
	uint64_t address;
	uint64_t value;
};

/* How an operation ended; `value` is an errno for FAILED. */
struct answer {
	enum { DONE, VALUE, ABORTED, EXITED, FAILED, SKIPPED } ending;
	uint64_t value;
};

#endif
