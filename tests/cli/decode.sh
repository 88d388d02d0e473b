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
      6  ipat        0x1  (ignore PAT)
      7  sp          0x0  (maps a page)
      8  a           0x1  (accessed)
      9  d           0x1  (dirty)
     10  recalc      0x0  (Xen: recompute the type, too)
     11  snp         0x0  (VT-d: snoop)
  51:12  mfn         0x0  (machine frame)
  57:52  sa_p2mt     0x0 ram_rw  (Xen: p2m type)
  61:58  access      0x7 rwx  (Xen: p2m access)
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
wrong='EMT has a reserved value' misconfigured 0x1000000000000017
wrong='bits 1:0 are 10b' misconfigured 0x32
wrong='address bits below the size of the superpage' misconfigured --level 2 0x10b7
wrong='bits 6:3 are set in an entry that refers to a table' misconfigured --level 3 0x100f
wrong='bit 7 is set at a level without superpages' misconfigured --level 4 0x1087
wrong='reserved address bits' misconfigured --phys-bits 36 0x1000000037
run decode 0x9c00000000000377
expect_lacks 'misconfiguration'

# Registers, and lines of other tools.
run decode eptp=0x7fc5201e cap=0x508 def_type=0xc06 base=0xf0000000 mask=0xff8000800 \
	pat=0x0407050600070106 base=0 mask=0
expect_stdout_is '0x000000007fc5201e: EPT pointer, root table at 0x7fc52000, 4 levels, tables WB, accessed and dirty bits off
0x0000000000000508: IA32_MTRRCAP: 8 variable ranges, fixed ranges yes, WC yes
0x0000000000000c06: IA32_MTRR_DEF_TYPE: default type WB, MTRRs on, fixed ranges on
0x00000000f0000000: variable-range MTRR: 0xf0000000-0xf7ffffff UC, 128 MiB
0x0407050600070106: IA32_PAT: PA0 WB PA1 WC PA2 UC- PA3 UC PA4 WB PA5 WP PA6 UC- PA7 WT
0x0000000000000000: variable-range MTRR: not valid'
cat >"$tmp/lines" <<'E2'
(XEN) gfn:           200 order:  9 mfn:         56600 rw  WB!
(XEN) gfn:          4000 order:  9 PoD
(XEN) gfn:           400 order:  9 mfn:         78200 rw  ???
(XEN) EPT pointer = 0x000000007fc5201e  EPTP index = 0x0000
    MTRR: PAT 0x7040600070406, cap 0x508, default 0x806
          var 0    0x0000001000001    0x000ffffe00800
          fixed 03   0606060606060606
gpa 0x1000: 0x1007 0x2007 0x3007 0x56677
0x37
E2
run_command sh -c '"$1" decode <"$2"' sh "$XEN_EPTAUDIT" "$tmp/lines"
expect_status 0
expect_contains 'order 9, rw  WB!: the guest'"'"'s PAT is ignored' 'populated on demand' \
	'Xen recomputes it' 'root table at 0x7fc52000' 'default type WB, MTRRs on, fixed ranges off' \
	'0x1000000-0x11fffff WC, 2 MiB' '0xc0000-0xc0fff WB' \
	'0x0000000000001007: EPT entry, level 4, refers to a table' \
	'0x0000000000056677: EPT entry, level 1, maps a page'
run_command sh -c '"$1" decode --format jsonl <"$2" | wc -l' sh "$XEN_EPTAUDIT" "$tmp/lines"
expect_stdout_is '14'
if need python3; then
	"$XEN_EPTAUDIT" decode --format json 0x37 eptp=0x7fc5201e >"$tmp/json"
	run_command python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
print(d["values"][0]["fields"]["emt"], d["values"][0]["effective"][0], d["values"][1]["root"])' \
		"$tmp/json"
	expect_stdout_is 'WB WB 0x7fc52000'
fi

run decode zz
expect_status 2
expect_stderr_contains 'no hexadecimal value'
run decode nosuch=1
expect_error 'no such register'
run decode mask=0x800
expect_error 'needs base='
run decode def_type=zz
expect_error 'hexadecimal value is expected'
for option in --level=9 --pat=zz --xen=x --format=xml --phys-bits=99; do
	run decode $option 0x1
	expect_status 2
	expect_stdout_empty
done

finish
