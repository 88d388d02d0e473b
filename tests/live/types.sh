#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# p2m types, and who has less access than the type.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
make_machine

# ---- p2m types, and who has less access than the type ----

{
	domain 3 0 2
	record 10 0 $((0x50010)) 'rw  WB '
	record 11 0 $((0x50011)) 'rw  WB '
	record 12 0 $((0x50012)) 'rw  WB '
	record 13 0 $((0xf0001)) 'rw  UC '
	record 14 0 $((0x50014)) 'rw  WB '
	record 15 0 $((0x50015)) '    WB '
	record 16 0 $((0x50016)) 'rw  ???'
	record 17 0 $((0x50017)) 'rw  WB '
	printf '(XEN) gfn: %13x order:  9 PoD\n' 512
	record 1024 9 $((0x50400)) 'rw  WB '
	record 1536 9 $((0x50600)) 'r x WB '
	record 2048 0 $((0x50800)) 'r   WB '
} >"$tmp/D"
hvmmem()
{
	machine 'type 3 0xa 0xa 1' 'type 3 0xb 0xb 2' 'type 3 0xc 0xc 4' 'type 3 0xe 0xe 9' "$@"
}
hvmmem
facts p2m-type
expect_stdout_is '0x0 0x9 0 rwx
0xa 0xa ram_logdirty 4 rwx
0xb 0xb invalid 5 rwx
0xc 0xc ioreq_server 1 rwx
0xd 0x10 0 rwx
0x11 0x11 ram_rw 6 rwx
0x12 0x7ff 0 rwx
0x800 0x800 ram_rw 6 rwx
0x801 0xffffffffff 0 rwx
p2m-type 9 measured'
cp "$stdout" "$tmp/types"
live audit 3 --summary
[ "$(grep -c '^multicall\|^type' "$tmp/log")" -eq 1 ]
judge $? 'not all asked for at once'
# A monitor is there: who has less access is asked for each, and nothing is said of what is between.
hvmmem 'access 3 0xa 0xb 5' 'access 3 0xd 0xd 3'
facts p2m-type
expect_stdout_is '0xa 0xa ram_logdirty 4 None
0xb 0xb invalid 5 None
0xc 0xc ioreq_server 1 rwx
0xe 0xe 0 rwx
0x11 0x11 ram_rw 6 rwx
0x800 0x800 ram_rw 6 rwx
p2m-type 6 measured'
# Whether there is one is not known.
hvmmem 'fail access 22'
facts p2m-type
expect_stdout_is '0xa 0xa ram_logdirty 4 None
0xb 0xb invalid 5 None
0xc 0xc ioreq_server 1 None
0xe 0xe 0 None
0x11 0x11 ram_rw 6 None
0x800 0x800 ram_rw 6 None
p2m-type 6 measured'
for code in 19 38 95; do
	hvmmem "fail access $code"
	facts p2m-type
	expect_stdout_is "$tmp/types"
done
# One after the other, where Xen knows of no multicall; without an answer no type is known.
for code in 38 95; do
	hvmmem "fail multicall $code"
	facts p2m-type
	expect_stdout_is "$tmp/types"
done
hvmmem 'fail multicall 38' 'fail type 3 1'
facts p2m-type
expect_stdout_is "$(sed '1,2c0x0 0xa 0 rwx' "$tmp/types" | sed '$s/9/8/')"
hvmmem 'fail multicall 22'
facts p2m-type
expect_stdout_is '0x0 0xffffffffff 0 rwx
p2m-type 1 measured'

finish
