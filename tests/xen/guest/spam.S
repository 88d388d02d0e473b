/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PVH guest that prints lines like those of Xen's own dump, for ever. */
#include "pvh.inc"

start:
	movl $0x200000, %esp
1:	say header
	say wrong
	say bare
	movl $1000000, %ecx	/* leave most of the console to others */
2:	pause
	loop 2b
	jmp 1b

header:	.asciz "(XEN) domain1 EPT p2m table:\n"
wrong:	.asciz "(XEN) gfn:            42 order:  0 mfn:         12345 rwx UC \n"
bare:	.asciz "gfn:            43 order:  0 mfn:         12346 rwx WC!\n"
