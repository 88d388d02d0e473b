/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PVH guest that touches every page of its first 32 MiB, then halts. */
#include "pvh.inc"

start:
	movl $0x200000, %esp
	say alive
	xorl %ebx, %ebx
1:	cmpl $0xa0000, %ebx	/* no RAM: the old VGA hole */
	jb 2f
	cmpl $0x100000, %ebx
	jb 3f
2:	movl (%ebx), %eax
3:	addl $0x1000, %ebx
	cmpl $0x2000000, %ebx
	jb 1b
	say done
4:	sti			/* else Xen takes halting for the end */
	hlt
	jmp 4b

alive:	.asciz "touch: alive\n"
done:	.asciz "touch: done\n"
