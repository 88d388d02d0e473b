/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PVH guest that gives 64 of its pages back to Xen and takes new ones, for ever. */
#include "pvh.inc"

start:	movl $stack, %esp
	say alive
1:	memory_op 1		/* XENMEM_decrease_reservation */
	memory_op 6		/* XENMEM_populate_physmap */
	movl $100000, %ecx	/* leave most of the time to others */
2:	pause
	loop 2b
	jmp 1b

alive:	.asciz "balloon: alive\n"

	.data
	.balign 4
reservation:			/* struct xen_memory_reservation of 32 bits */
	.long frames, 64, 0, 0
	.word 0x7ff0, 0		/* DOMID_SELF */
frames:	.set gfn, 0x1000
	.rept 64
	.long gfn
	.set gfn, gfn + 1
	.endr

	.section .note.GNU-stack, "", @progbits
	.bss
	.balign 16
	.skip 4096
stack:
