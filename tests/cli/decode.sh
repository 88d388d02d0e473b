#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# decode: values and lines in, what they mean out.
. "${SRCDIR:-.}/tests/lib.sh"

run decode 0x9c00000000000377 --xen 4.17.7
expect_status 0
expect_stdout_is '0x9c00000000000377: EPT entry, level 1 (guessed), maps a page
      0  r           0x1  (read access)
      1  w           0x1  (write access)
      2  x           0x1  (execute access)
    5:3  emt         0x6 WB  (EPT memory type)
      6  ipat        0x1  (ignore PAT memory type)
      7  sp          0x0  (superpage)
      8  a           0x1  (accessed)
      9  d           0x1  (dirty)
     10  recalc      0x0  (Xen: recompute the p2m type)
     11  snp         0x0  (VT-d: snoop)
  51:12  mfn         0x0  (frame of the page)
  57:52  sa_p2mt     0x0 ram_rw  (Xen: p2m type)
  61:58  access      0x7 rwx  (Xen: p2m access)
     62  _rsvd       0x0  (reserved)
     63  suppress_ve 0x1  (suppress #VE)
  effective type for PAT0 to PAT7 (0x0007040600070406): WB WB WB WB WB WB WB WB'

# The bits that are Xen's own moved in 4.20, and were counted backwards in 4.5.
run decode --brief 0x9c00000000000377 --xen 4.17.7
expect_stdout_is '0x9c00000000000377 rwx WB! ram_rw rwx 0x0'
run decode --brief 0xbc00000000000377 --xen 4.20.0
expect_stdout_is '0xbc00000000000377 rwx WB! ram_rw rwx 0x0'
run decode --brief 0x8000000000000377 --xen 4.5.1
expect_stdout_is '0x8000000000000377 rwx WB! ram_rw rwx 0x0'
run decode --brief 0x8000000000000377 --xen 4.6.3
expect_stdout_is '0x8000000000000377 rwx WB! ram_rw n 0x0'
run decode --brief 0x8000000000000377 --xen 4.6.1
expect_stdout_is '0x8000000000000377 rwx WB! ram_rw rwx 0x0'
run decode --brief 0x9c00000000000377 --xen 4.4.4
expect_stdout_is '0x9c00000000000377 rwx WB! ram_rw rwx 0x0'
run decode 0x4000000000000377 --xen 4.15.0
expect_contains '     62  tm          0x1  (VT-d: transient mapping)'
run decode 0x8000000000000777 --xen 4.4.4
expect_contains '    9:8  rsvd1       0x3' '     10  avail1      0x1' '     63  avail3      0x1'
run decode 0x0400000000000377
expect_contains '     58  pw          0x1  (paging-write access)' \
	'  62:59  access      0x0 n  (Xen: p2m access, as of 4.20; --xen names another)'

# Levels, guessed from the bits.
run decode 0x1007
expect_contains 'EPT entry, level 2 (guessed; levels 3 to 5, or a 4K page of type UC, look the same), refers to a table' \
	'  51:12  mfn         0x1  (frame of the table)' '      6  ipat        0x0  (reserved)'
expect_lacks 'effective'
run decode 0x2000b7
expect_contains 'EPT entry, level 2 (guessed), maps a page'
run decode 0x400000b7
expect_contains 'EPT entry, level 3 (guessed; a 2M page may be so aligned, too), maps a page'
run decode --level 2 0x400000b7
expect_contains 'EPT entry, level 2, maps a page'
run decode 0x0060000000000000
expect_contains 'level 1 (guessed), not present' '0x6 populate_on_demand'
expect_lacks 'effective' 'misconfiguration'

# Effective types follow the PAT that is given.
run decode 0x9c50000000000307 --pat 0x0407050600070106
expect_contains 'sa_p2mt     0x5 mmio_direct' ': UC WC UC UC UC UC UC UC'

# Misconfigurations by the rule that they break.
misconfigured()
{
	run decode "$@"
	expect_status 0
	expect_contains "EPT misconfiguration: $wrong"
}
wrong='the EPT memory type is 2, 3 or 7' misconfigured 0x1000000000000017
wrong='bits 2:0 are 010b, write without read' misconfigured 0x32
wrong='bits 2:0 are 110b, write and execute without read' misconfigured --level 4 0x6
wrong='a reserved bit is set, in the address of a superpage below its size' misconfigured 0x10b7
wrong='a reserved bit is set, in the address of a superpage below its size' misconfigured --level 3 0x2000b7
wrong='a reserved bit is set, of 6:3 in an entry that refers to a table' misconfigured --level 3 0x100f
wrong='a reserved bit is set, 7 at a level without superpages' misconfigured --level 4 0x1087
wrong='a reserved bit is set, beyond the physical-address width' misconfigured --phys-bits 36 0x1000000037
run decode 0x34
expect_contains 'EPT misconfiguration, unless the processor supports execute-only translations: bits 2:0 are 100b'
run decode --level 3 0x103f
expect_contains 'Xen sets an EMT of 7 on purpose: it recomputes on the next touch'
run decode 0x9c00000000000377
expect_lacks 'misconfiguration' 'on purpose'

# Registers, and lines of other tools.
run decode eptp=0x7fc5201e cap=0x508 def_type=0xc06 base=0xf0000000 mask=0xff8000800 \
	pat=0x0407050600070106 base=0 mask=0
expect_stdout_is '0x000000007fc5201e: EPT pointer: root table at 0x7fc52000, 4 levels, tables WB, accessed and dirty bits off
0x0000000000000508: IA32_MTRRCAP: 8 variable ranges, fixed ranges yes, WC yes
0x0000000000000c06: IA32_MTRR_DEF_TYPE: default type WB, MTRRs on, fixed ranges on
0x00000000f0000000: IA32_MTRR_PHYSBASE: mask 0xff8000800: 0xf0000000-0xf7ffffff, 128 MiB, UC
0x0407050600070106: IA32_PAT: PA0 WB PA1 WC PA2 UC- PA3 UC PA4 WB PA5 WP PA6 UC- PA7 WT
0x0000000000000000: IA32_MTRR_PHYSBASE: mask 0x0: not in use'
run decode base=6 mask=0x3ffff00000800 base=0x6 mask=0x800 base=0x80000000 mask=0xfc0fff000800
expect_stdout_is '0x0000000000000006: IA32_MTRR_PHYSBASE: mask 0x3ffff00000800: 0x0-0xffffffff, 4 GiB, WB
0x0000000000000006: IA32_MTRR_PHYSBASE: mask 0x800: all addresses, WB
0x0000000080000000: IA32_MTRR_PHYSBASE: mask 0xfc0fff000800: not contiguous, blocks of 16 MiB from 0x80000000 on, UC'
run decode fixed0=0x0606060606060606 fixed2=0x0006060606060606 fixed10=0x0505050506060000
expect_stdout_is '0x0606060606060606: IA32_MTRR_FIX64K_00000: 0x0-0x7ffff WB
0x0006060606060606: IA32_MTRR_FIX16K_A0000: 0xa0000-0xbbfff WB, 0xbc000-0xbffff UC
0x0505050506060000: IA32_MTRR_FIX4K_F8000: 0xf8000-0xf9fff UC, 0xfa000-0xfbfff WB, 0xfc000-0xfffff WP'
run decode --eptp 7fc52066
expect_stdout_is '0x000000007fc52066: EPT pointer: root table at 0x7fc52000, 5 levels, tables WB, accessed and dirty bits on'

# Registers that hold what they must not.
run decode pat=0x0e def_type=0xc07 fixed3=0xff00000000000000 base=0x107 mask=0x800 eptp=0x1f16
expect_status 0
expect_stdout_is '0x000000000000000e: IA32_PAT: PA0 ?0x0e PA1 UC PA2 UC PA3 UC PA4 UC PA5 UC PA6 UC PA7 UC; not valid: a type is reserved
0x0000000000000c07: IA32_MTRR_DEF_TYPE: default type ?0x07, MTRRs on, fixed ranges on; not valid: a type is reserved, or a reserved bit is set
0xff00000000000000: IA32_MTRR_FIX4K_C0000: 0xc0000-0xc6fff UC, 0xc7000-0xc7fff ?0xff; not valid: a type is reserved, or a reserved bit is set
0x0000000000000107: IA32_MTRR_PHYSBASE: mask 0x800: all addresses, ?0x07; not valid: a type is reserved, or a reserved bit is set
0x0000000000001f16: EPT pointer: root table at 0x1000, 3 levels, tables WB, accessed and dirty bits off; not valid: bits 5:3 are neither 3 (4 levels) nor 4 (5 levels)'

cat >"$tmp/lines" <<'E2'
(XEN) gfn:           200 order:  9 mfn:         56600 rw  WB!
(XEN) gfn:          4000 order:  9 PoD
(XEN) gfn:           400 order:  9 mfn:         78200 rw  ???
(XEN) EPT pointer = 0x000000007fc5201e  EPTP index = 0x0000
    MTRR: PAT 0x7040600070406, cap 0x508, default 0x806
          var 0    0x0000001000001    0x000ffffe00800
          fixed 0a   0606060606060606
gpa 0x1000: 0x1007 0x2007 0x3007 0x56677
2: 0x80000000000000b7
  0x37 0x34
base=0xf0000000 mask=0xff8000800, 0x77
E2
run_command sh -c '"$1" decode <"$2"' sh "$XEN_EPTAUDIT" "$tmp/lines"
expect_status 0
expect_contains 'gfn 0x200-0x3ff: mfn 0x56600, order 9, rw  WB!: the guest'"'"'s PAT is ignored' 'populated on demand' \
	'Xen recomputes it' 'root table at 0x7fc52000' 'default type WB, MTRRs on, fixed ranges off' \
	'0x1000000-0x11fffff, 2 MiB, WC' 'FIX4K_F8000: 0xf8000-0xfffff WB' \
	'0x0000000000001007: EPT entry, level 4, refers to a table' \
	'0x0000000000056677: EPT entry, level 1, maps a page'
run_command sh -c '"$1" decode --format jsonl <"$2" | wc -l' sh "$XEN_EPTAUDIT" "$tmp/lines"
expect_stdout_is '18'
run_command sh -c '"$1" decode --brief <"$2" | tail -n 9' sh "$XEN_EPTAUDIT" "$tmp/lines"
expect_stdout_is '0x0000000000001007 rwx UC  - - 0x1
0x0000000000002007 rwx UC  - - 0x2
0x0000000000003007 rwx UC  - - 0x3
0x0000000000056677 rwx WB! - - 0x56
0x80000000000000b7 rwx WB  - - 0x0
0x0000000000000037 rwx WB  ram_rw n 0x0
0x0000000000000034 --x WB  ram_rw n 0x0
0x00000000f0000000: IA32_MTRR_PHYSBASE: mask 0xff8000800: 0xf0000000-0xf7ffffff, 128 MiB, UC
0x0000000000000077 rwx WB! ram_rw n 0x0'
# xen-hvmctx of old Xens counts fixed registers in decimal.
run_command sh -c 'echo "          fixed 10 0x0606060606060606" | "$1" decode' sh "$XEN_EPTAUDIT"
expect_stdout_is '0x0606060606060606: IA32_MTRR_FIX4K_F8000: 0xf8000-0xfffff WB'
run decode '          fixed 11 0x0606060606060606'
expect_error 'is no hexadecimal value'
# Bits of Xen's mean nothing in another's entry.
run decode '2: 0x80000000000000b7'
expect_lacks 'Xen' 'sa_p2mt'
run decode --format jsonl 0x04500000002000b7 def_type=0xc06 base=0xf0000000 mask=0xff8000800 eptp=0x7fc5205e \
	pat=0x0407050600070106
expect_stdout_is '{"kind":"ept-entry","raw":"0x4500000002000b7","level":2,"level_guessed":true,"layout_assumed":true,"present":true,"leaf":true,"fields":{"r":true,"w":true,"x":true,"emt":"WB","ipat":false,"sp":true,"a":false,"d":false,"recalc":false,"snp":false,"mfn":"0x200","sa_p2mt":"mmio_direct","pw":true,"access":"n","suppress_ve":false},"misconfiguration":null,"effective":["WB","WT","UC","UC","WB","WT","UC","UC"]}
{"kind":"IA32_MTRR_DEF_TYPE","raw":"0xc06","text":"default type WB, MTRRs on, fixed ranges on","not_valid":null,"type":"WB","enabled":true,"fixed_enabled":true}
{"kind":"IA32_MTRR_PHYSBASE","raw":"0xf0000000","text":"mask 0xff8000800: 0xf0000000-0xf7ffffff, 128 MiB, UC","not_valid":null,"mask":"0xff8000800","enabled":true,"type":"UC","range":["0xf0000000","0xf7ffffff"]}
{"kind":"EPT pointer","raw":"0x7fc5205e","text":"root table at 0x7fc52000, 4 levels, tables WB, accessed and dirty bits on","not_valid":null,"root":"0x7fc52000","levels":4,"type":"WB","accessed_dirty":true,"supervisor_shadow_stack":false}
{"kind":"IA32_PAT","raw":"0x407050600070106","text":"PA0 WB PA1 WC PA2 UC- PA3 UC PA4 WB PA5 WP PA6 UC- PA7 WT","not_valid":null,"entries":["WB","WC","UC-","UC","WB","WP","UC-","WT"]}'
if need python3; then
	# Each form is JSON, the same in both, and whole even where an error ends it.
	cat >"$tmp/same.py" <<'E2'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[2])]
print(json.load(open(sys.argv[1]))["values"] == lines, len(lines))
E2
	"$XEN_EPTAUDIT" decode --format json <"$tmp/lines" >"$tmp/json"
	"$XEN_EPTAUDIT" decode --format jsonl <"$tmp/lines" >"$tmp/jsonl"
	run_command python3 "$tmp/same.py" "$tmp/json" "$tmp/jsonl"
	expect_stdout_is 'True 18'
	"$XEN_EPTAUDIT" decode --format json 0x37 zz >"$tmp/json" 2>"$tmp/err"
	"$XEN_EPTAUDIT" decode --format jsonl 0x37 >"$tmp/jsonl"
	run_command python3 "$tmp/same.py" "$tmp/json" "$tmp/jsonl"
	expect_stdout_is 'True 1'

	# The fast way through standard input prints what the slow one does, across its buffers.
	cat >"$tmp/make.py" <<'E2'
import random
random.seed(1)
for i in range(200000):
    print(("0x%016x", "%x", "0X%X", " 0x%x", "0x%x\r")[i % 5] % random.getrandbits(random.randint(1, 64)))
E2
	python3 "$tmp/make.py" >"$tmp/values"
	"$XEN_EPTAUDIT" decode --brief <"$tmp/values" >"$tmp/brief"
	tr -d '\r' <"$tmp/values" | xargs -n 1000 "$XEN_EPTAUDIT" decode --brief >"$tmp/slow"
	expect_same "$tmp/brief" "$tmp/slow"
	[ "$(wc -l <"$tmp/brief")" -eq 200000 ]
	judge $? 'not 200000 lines'
fi

# Input that ends without a newline, empty lines, no input.
run_command sh -c 'printf "0x1\n\n \n0x2" | "$1" decode --brief' sh "$XEN_EPTAUDIT"
expect_stdout_is '0x0000000000000001 r-- UC  ram_rw n 0x0
0x0000000000000002 -w- UC  ram_rw n 0x0'
run decode </dev/null
expect_status 0
expect_stdout_empty

# What is not understood is told in one sentence, with the line where that helps.
run decode zz
expect_error "'zz' is no hexadecimal value"
run decode 0x12345678123456781
expect_error 'is no hexadecimal value'
run decode nosuch=1
expect_error "'nosuch': no such register"
run decode fixed11=1
expect_error "'fixed11': no such register"
run decode fixed3junk=1
expect_error "'fixed3junk': no such register"
run decode mask=0x800
expect_error 'needs base='
run decode base=0x6
expect_error 'needs mask='
run decode base=0x6 cap=0x508
expect_error 'needs mask='
run decode def_type=zz
expect_error "'def_type=zz': a hexadecimal value is expected behind ="
run decode 'gpa 0x1000: 1 2 3 4 5'
expect_error 'at most four entries'
run decode '3: '
expect_error 'entries are expected'
run_command sh -c 'printf "0x1\nzz\n" | "$1" decode --brief' sh "$XEN_EPTAUDIT"
expect_status 0
expect_stdout_is '0x0000000000000001 r-- UC  ram_rw n 0x0'
expect_stderr_contains '1 line was not understood, and passed over'
run_command sh -c 'printf "zz\ncap=\n" | "$1" decode --format json' sh "$XEN_EPTAUDIT"
expect_status 2
expect_contains '"schema":"xen-eptaudit/error"' "line 1: 'zz' is no hexadecimal value"
run_command sh -c 'printf "zz\n\0000\n0x1\n" | "$1" decode --format json' sh "$XEN_EPTAUDIT"
expect_status 0
expect_contains '"skipped_lines":2,"complete":true,"exit_status":0}'
run_command sh -c 'printf "\0000x1\n" | "$1" decode' sh "$XEN_EPTAUDIT"
expect_error 'line 1: not text'
run_command sh -c 'head -c 3000000 /dev/zero | tr "\0" 1 | "$1" decode' sh "$XEN_EPTAUDIT"
expect_error 'line 1: longer than 4096 bytes'
run decode </
expect_error 'cannot read standard input'
run decode "$(printf '\033[31m')"
expect_error "'?[31m'"
if [ -w /dev/full ]; then
	run_command sh -c '"$1" decode --brief 0x1 >/dev/full' sh "$XEN_EPTAUDIT"
	expect_error 'No space left on device'
fi
for option in --level=9 --level= --level=1x --pat=zz --xen=x --xen=3.4 --format=xml --phys-bits=99 --phys-bits=-1; do
	run decode $option 0x1
	expect_status 2
	expect_stdout_empty
	expect_stderr_contains "${option%%=*}"
done

# What looks like what else; what has effective types, and by which PAT.
run decode 0x103f
expect_contains '(guessed; a table whose entries are to be recomputed looks the same)'
run decode 0x001000000000103f
expect_contains 'level 1 (guessed), maps a page'
run decode --level 4 0x87
expect_contains 'refers to a table'
run decode 0x1017
expect_lacks 'effective'
run decode 0x38
expect_lacks 'on purpose'
run decode --brief --format jsonl 0x1037
expect_contains '{"kind":"ept-entry","raw":"0x1037"'
for format in text json; do
	run decode --format $format pat=0x0606060606060606 0x1037 pat=0x0 0x1037
	[ "$(grep -o 'UC[", ]*UC[", ]*UC[", ]*UC' "$stdout" | wc -l)" -ge 2 ] &&
		grep -q 'WB[", ]*WB[", ]*WB[", ]*WB' "$stdout"
	judge $? "the second entry has the first one's PAT in $format"
done

# In JSON: not present, a table, what is wrong; and entries of another hypervisor, without Xen's bits.
run decode --format jsonl 0x0
expect_stdout_is '{"kind":"ept-entry","raw":"0x0","level":1,"level_guessed":true,"layout_assumed":true,"present":false,"leaf":true,"fields":{"r":false,"w":false,"x":false,"emt":"UC","ipat":false,"sp":false,"a":false,"d":false,"recalc":false,"snp":false,"mfn":"0x0","sa_p2mt":"ram_rw","pw":false,"access":"n","suppress_ve":false},"misconfiguration":null}'
run decode --format jsonl --level 2 0x5007
expect_stdout_is '{"kind":"ept-entry","raw":"0x5007","level":2,"level_guessed":false,"layout_assumed":true,"present":true,"leaf":false,"fields":{"r":true,"w":true,"x":true,"emt":"UC","ipat":false,"sp":false,"a":false,"d":false,"recalc":false,"snp":false,"mfn":"0x5","sa_p2mt":"ram_rw","pw":false,"access":"n","suppress_ve":false},"misconfiguration":null}'
run decode --format jsonl 0x1017
expect_stdout_is '{"kind":"ept-entry","raw":"0x1017","level":1,"level_guessed":true,"layout_assumed":true,"present":true,"leaf":true,"fields":{"r":true,"w":true,"x":true,"emt":"?2","ipat":false,"sp":false,"a":false,"d":false,"recalc":false,"snp":false,"mfn":"0x1","sa_p2mt":"ram_rw","pw":false,"access":"n","suppress_ve":false},"misconfiguration":"the EPT memory type is 2, 3 or 7, which are reserved"}'
run decode --format jsonl 'gpa 0x1: 0x1007 0x2007 0x3007 0x4037' 0x1037
expect_stdout_is '{"kind":"ept-entry","raw":"0x1007","level":4,"level_guessed":false,"layout_assumed":true,"present":true,"leaf":false,"fields":{"r":true,"w":true,"x":true,"emt":"UC","ipat":false,"sp":false,"a":false,"d":false,"mfn":"0x1","pw":false,"suppress_ve":false},"misconfiguration":null}
{"kind":"ept-entry","raw":"0x2007","level":3,"level_guessed":false,"layout_assumed":true,"present":true,"leaf":false,"fields":{"r":true,"w":true,"x":true,"emt":"UC","ipat":false,"sp":false,"a":false,"d":false,"mfn":"0x2","pw":false,"suppress_ve":false},"misconfiguration":null}
{"kind":"ept-entry","raw":"0x3007","level":2,"level_guessed":false,"layout_assumed":true,"present":true,"leaf":false,"fields":{"r":true,"w":true,"x":true,"emt":"UC","ipat":false,"sp":false,"a":false,"d":false,"mfn":"0x3","pw":false,"suppress_ve":false},"misconfiguration":null}
{"kind":"ept-entry","raw":"0x4037","level":1,"level_guessed":false,"layout_assumed":true,"present":true,"leaf":true,"fields":{"r":true,"w":true,"x":true,"emt":"WB","ipat":false,"sp":false,"a":false,"d":false,"mfn":"0x4","pw":false,"suppress_ve":false},"misconfiguration":null,"effective":["WB","WT","UC","UC","WB","WT","UC","UC"]}
{"kind":"ept-entry","raw":"0x1037","level":1,"level_guessed":true,"layout_assumed":true,"present":true,"leaf":true,"fields":{"r":true,"w":true,"x":true,"emt":"WB","ipat":false,"sp":false,"a":false,"d":false,"recalc":false,"snp":false,"mfn":"0x1","sa_p2mt":"ram_rw","pw":false,"access":"n","suppress_ve":false},"misconfiguration":null,"effective":["WB","WT","UC","UC","WB","WT","UC","UC"]}'

# What Xen, Linux and tools print, with what else stands around it.
cat >"$tmp/printed" <<'E2'
> (XEN) [2025-02-16 21:56:43.181] gfn:             0 order:  9 mfn:        400000 rwx WB 
(XEN) gfn: 200 order: 9 mfn: 400200 r x UC
(XEN) MTRR default type: write-back
(XEN) MTRR fixed ranges enabled:
(XEN)   a0000-bffff uncachable
(XEN) MTRR variable ranges enabled:
(XEN)   0 base 0080000000 mask ff80000000 uncachable
(XEN)   1 disabled
reg00: base=0x0e0000000 ( 3584MB), size=  512MB, count=1: uncachable
[    0.000000] x86/PAT: Configuration [0-7]: WB  WC  UC- UC  WB  WP  UC- WT  
(XEN) d1: GFN 0xf2000 (0x12345,0,5,7) -> (0x54321,0,0,7) not permitted
(XEN) memory_map:add: dom1 gfn=f3074 mfn=a2610 nr=2
(XEN) memory_map:remove: dom1 gfn=f3074 mfn=a2610 nr=1
(XEN) d1v0 EPT violation 0x1aa (-w-/r-x), gpa 0x000000f2000010, mfn 0x12345, type 13.
(XEN) d1v0 EPT violation 0x81 (r--/---) gpa 0x000000f2000010 mfn 0xffffffffffffffff type 4
(XEN) something else
E2
run_command sh -c '"$1" decode --xen 4.17 <"$2"' sh "$XEN_EPTAUDIT" "$tmp/printed"
expect_status 0
expect_contains 'gfn 0x0-0x1ff: mfn 0x400000, order 9, rwx WB : ' 'gfn 0x200-0x3ff: mfn 0x400200, order 9, r x UC : ' \
	'MTRR default type: WB' 'MTRR fixed ranges: on' 'MTRR fixed range: 0xa0000-0xbffff, 128 KiB, UC' \
	'MTRR variable ranges: on' 'mask 0xff80000800: 0x80000000-0xffffffff, 2 GiB, UC' 'not in use' \
	'MTRR variable range 0: 0xe0000000-0xffffffff, 512 MiB, UC' \
	'0x0407050600070106: IA32_PAT: PA0 WB PA1 WC' \
	'change refused: gfn 0xf2000: mfn 0x12345, order 0, mmio_direct, rwx stays; mfn 0x54321, order 0, ram_rw, rwx was to replace it' \
	'MMIO: domain 1: gfn 0xf3074-0xf3075 is mfn 0xa2610-0xa2611, type mmio_direct; mapped' \
	'MMIO: domain 1: gfn 0xf3074 is mfn 0xa2610, type mmio_direct; taken away' \
	'EPT violation: write where rx is allowed, to a linear address; gpa 0xf2000010 (gfn 0xf2000), mfn 0x12345, type ram_broken' \
	'EPT violation: read where nothing is mapped, to a page table of the guest; gpa 0xf2000010 (gfn 0xf2000), mfn 0xffffffffffffffff, type mmio_dm'
expect_stderr_contains '1 line was not understood'
run_command sh -c '"$1" decode --format jsonl <"$2" | wc -l' sh "$XEN_EPTAUDIT" "$tmp/printed"
expect_stdout_is 15
if need python3; then
	"$XEN_EPTAUDIT" decode --format json <"$tmp/printed" 2>"$tmp/err" | python3 -m json.tool >"$tmp/json"
	run_command cat "$tmp/json"
	expect_contains '"skipped_lines": 1' '"type": "mmio_dm"' '"new_mfn": "0x54321"'
fi

# A walk gives each entry its level, and the guest's PAT of a VMCS counts, not the host's.
run_command sh -c 'printf "%s\n" "d1v0 Walking EPT tables for GFN 12345:" "d1v0  epte 9c00000001000107" \
	"d1v0  epte 9c00000002000107" "d1v0  epte 9c00000003000107" "d1v0  epte 9c00000004000337" |
	"$1" decode --xen 4.17' sh "$XEN_EPTAUDIT"
expect_contains 'EPT entry, level 4, refers' 'EPT entry, level 3, refers' 'EPT entry, level 2, refers' \
	'EPT entry, level 1, maps a page' 'EPT walk: gfn 0x12345 is mfn 0x4000'
run_command sh -c 'printf "%s\n" "*** Guest State ***" "EFER = 0x0  PAT = 0x0000000000000001" "*** Host State ***" \
	"EFER = 0x0  PAT = 0x0606060606060606" "*** Control State ***" 0x37 | "$1" decode' sh "$XEN_EPTAUDIT"
expect_contains 'IA32_PAT of the host: PA0 WB' 'PAT0 to PAT7 (0x0000000000000001): WC UC'

# A PAT without its name.
run decode 0x0007040600070406
expect_contains 'this may be an IA32_PAT instead: pat=0x0007040600070406'
run decode 0x9c00000000000377 0x607
expect_lacks 'IA32_PAT'

finish
