/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PVH guest that sets up page tables (maps.c), uses them, and halts. */
#include "pvh.inc"

start:
	movl $stack, %esp
	call maps
	say done
1:	sti			/* else Xen takes halting for the end */
	hlt
	jmp 1b

done:	.asciz "maps: done\n"

	.section .note.GNU-stack, "", @progbits
	.bss
	.balign 16
	.skip 4096
stack:
