/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PVH guest that starts, and then asks to be started again. */
#include "pvh.inc"

start:	movl $stack, %esp
	say alive
	movl $200000, %ecx
1:	pause
	loop 1b
	hypercall 29, 2, reason	/* SCHEDOP_shutdown */
2:	hlt
	jmp 2b

alive:	.asciz "reboot: alive\n"
	.balign 4
reason:	.long 1			/* SHUTDOWN_reboot */

	.section .note.GNU-stack, "", @progbits
	.bss
	.balign 16
	.skip 4096
stack:
