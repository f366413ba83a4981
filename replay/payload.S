/*
 * What the guest runs: one access, then the way out. The VMM sets x0 (address), x1 (value) and x3 (what to do) and
 * enters; x2 is an address that nothing claims, so that a store there leaves the guest. Position-independent; the
 * MMU is off and interrupts are masked all the time.
 */
	.section .rodata
	.balign 2048
	.global payload, payload_out, payload_ready, payload_accesses, payload_end

payload:				/* the vector table: every exception is reported the same way */
	.rept 16
	.balign 128
	b	aborted
	.endr
	.balign 128
aborted:
	mrs	x1, esr_el1
	str	x1, [x2, #8]
	br	x3

payload_out:				/* x1 goes out as the store's data; the next entry goes on behind it */
	str	x1, [x2]
payload_ready:
	br	x3

	.macro access instruction:vararg
	\instruction
	b	payload_out
	.endm

payload_accesses:			/* 8 bytes each: loads of 1, 2, 4 and 8 bytes, then stores */
	access	ldrb	w1, [x0]
	access	ldrh	w1, [x0]
	access	ldr	w1, [x0]
	access	ldr	x1, [x0]
	access	strb	w1, [x0]
	access	strh	w1, [x0]
	access	str	w1, [x0]
	access	str	x1, [x0]
payload_end:

	.section .note.GNU-stack, "", %progbits
