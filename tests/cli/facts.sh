#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a log says of machine and domain, line by line: each fact, and how it is known.
. "${SRCDIR:-.}/tests/lib.sh"

cat >"$tmp/base" <<'E2'
(XEN) Xen version 4.17.7 (Debian 4.17.7-1) (x) debug=n
(XEN) Command line: console=com1 dom0_mem=640M
(XEN) Xen-e820 RAM map:
(XEN)  [0000000000000000, 000000000009fbff] (usable)
(XEN)  [000000000009fc00, 000000000009ffff] (reserved)
(XEN)  [0000000000100800, 000000007ffeffff] (usable)
(XEN)  [000000007fff0000, 000000007fffffff] (ACPI data)
(XEN) System RAM: 2047MB (2096700kB)
(XEN) IOAPIC[0]: apic_id 1, version 17, address 0xfec00000, GSI 0-23
(XEN) PCI: MCFG configuration 0: base e0000000 segment 0000 buses 00 - ff
(XEN) PCI: Using MCFG for segment 0000 bus 10-1f
(XEN) I/O virtualisation enabled
(XEN) MTRR default type: write-back
(XEN) MTRR fixed ranges enabled:
(XEN)   00000-7ffff write-back
(XEN)   80000-87fff write-through
(XEN)   88000-9ffff write-protect
(XEN)   a0000-bffff write-combining
(XEN)   c0000-c1fff write-protect
(XEN)   c2000-fffff uncachable
(XEN) MTRR variable ranges enabled:
(XEN)   0 base 00c0000000 mask ffc0000000 uncachable
(XEN)   1 disabled
(XEN)   2 base 0080000000 mask fff0000000 write-through
(XEN) 'q' pressed -> dumping domain info (now = 1)
(XEN) General information for domain 0:
(XEN)     nr_pages=4096 xenheap_pages=2 dirty_cpus={0} max_pages=4096
(XEN) Rangesets belonging to domain 0:
(XEN)     I/O Memory { 0-fedff, fef00-fffffff }
(XEN)     I/O Ports  { 0-1f }
(XEN) Memory pages belonging to domain 0:
(XEN)     XenPage 000000000007fd6f: caf=c000000000000002, taf=e400000000000002
(XEN) General information for domain 1:
(XEN)     nr_pages=40 xenheap_pages=2 dirty_cpus={} max_pages=64
(XEN)     paging assistance: hap refcounts translate external 
(XEN) Rangesets belonging to domain 1:
(XEN)     I/O Memory { a0-bf, f0000 }
(XEN)     I/O Ports  { }
(XEN) Memory pages belonging to domain 1:
(XEN)     PoD entries=16 cachesize=8
(XEN)     XenPage 0000000000000200: caf=c000000000000001, taf=e400000000000001
(XEN)     ExtraPage 0000000000000203: caf=a000000000000001, taf=e400000000000001
(XEN) NODE affinity for domain 1: [0]
(XEN) VCPU information and callbacks for domain 1:
(XEN)   UNIT0 affinities: hard={0} soft={0}
(XEN)     VCPU0: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=00 
(XEN)     VCPU1: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=00 
(XEN) No periodic timer
(XEN) Notifying guest 0:0 (virq 1, port 0)
(XEN) Shared frames 0 -- Saved frames 0
(XEN) domain1 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:           300 rwx WB!
E2

# facts FACT...: of domain 1, as they stand in the report
facts()
{
	run audit 1 --from "$tmp/log" --format json
	expect_contains "$@"
}

# changed SCRIPT FACT...: the same of the log after sed
changed()
{
	sed "$1" "$tmp/base" >"$tmp/log"
	shift
	facts "$@"
}

changed '' \
	'"rules":{"value":["4.19"],"how":"log"}' \
	'"iommu":{"value":null,"how":"unknown"}' \
	'"cache-flush":{"value":true,"how":"log"}' \
	'"mmio-ro":{"value":[["0xe1000","0xe1fff"],["0xfec00","0xfec00"]],"complete":false,"how":"derived"}' \
	'"mfn-valid":{"value":[["0x0","0x7ffef"]],"how":"derived"}' \
	'"special":{"value":[["0x200","0x200"],["0x203","0x203"],["0x7fd6f","0x7fd6f"]],"how":"log"}' \
	'"guest-mtrr":{"value":null,"how":"unknown"}' \
	'"def_type":"0xc06","fixed":["0x606060606060606","0x505050505050404","0x101010101010101","0x505","0x0","0x0","0x0","0x0","0x0","0x0","0x0"]' \
	'"def_type_known":true,"fixed_known":true,"var_known":"0xffffffffffffffff"},"how":"log"' \
	'"host-mtrr-var":{"value":[["0xc0000000","0xffc0000800"],["0x0","0x0"],["0x80000004","0xfff0000800"]],"how":"assumed"}' \
	'"memory-map":{"value":[["0x0","0x9e"],["0x101","0x7ffef"]],"how":"log"}' \
	'"iomem":{"value":[["0xa0","0xbf"],["0xf0000","0xf0000"]],"how":"log"}' \
	'"ioports":{"value":false,"how":"log"}' \
	'"nr-pages":{"value":32,"how":"log"}'

# What the packager says of the version counts, too.
changed 's/Xen version 4.17.7 (Debian 4.17.7-1)/Xen version 4.17.4 (Debian 4.17.4-1)/' \
	'"rules":{"value":["4.17"],"how":"log"}'
changed 's/Xen version 4.17.7 (Debian 4.17.7-1)/Xen version 4.17.4 (Debian 4.17.4+24-gabc-1)/' \
	'"rules":{"value":["4.17","4.19"],"how":"assumed"}'

# What an entry rests on, and the step by which it would be right, though another is likelier.
run audit 1 --from "$tmp/base" -v --columns=gfn,verdict,step,assumes
expect_contains '  0x0                  ok-if      PINNED            pinned'
# What a terminal puts before a line is no part of it.
changed "s/^/$(printf '\033[0;1m\033[2K\r')/" '"cache-flush":{"value":true,"how":"log"}' '"entries":1,"pages":1'

# A line of Xen's behind one of dom0's that is not finished: believed where carriage returns tell it
# from dom0 quoting it.
# behind PREFIX SUFFIX COUNT [CR]: of so many entries is the dump, with the line so at its end
behind()
{
	sed "s/\$/$4/" "$tmp/base" >"$tmp/log"
	printf '%sgfn:             1 order:  0 mfn:           301 rwx WB!%b' "$1" "$2" >>"$tmp/log"
	facts "\"entries\":$3,\"pages\":$3"
}
behind '[    1.0] dom0 (XEN) ' '\n' 1
behind '[    1.0] dom0 (XEN) ' '\r\n' 2 '\r'
behind '[    1.0] dom0 (XEN) [   97.548493] ' '\r\n' 2 '\r'
behind '[    1.0] dom0 (XEN) ' '\r\r\n' 1 '\r'
behind '[    1.0] dom0 (XEN) ' '\n' 1 '\r'
behind '[    1.0] dom0 (XEN) ' '\r' 1 '\r'
behind 'dom0 (d1) (XEN) ' '\r\n' 1 '\r'
behind '(d1) (XEN) ' '\r\n' 1 '\r'
# One that lost its carriage return on the way is Xen's still.
changed "\$!s/\$/$(printf '\r')/" '"entries":1,"pages":1'

# The memory map as it was printed to 4.13; a second one, clipped by mem=, takes the place of the first.
changed 's/^\((XEN)  \)\[\(0000000000000000\), 000000000009fbff\]/\1\2 - 000000000009fc00/
	s/^\((XEN)  \)\[\(0000000000100800\), 000000007ffeffff\]/\1\2 - 000000007fff0000/' \
	'"memory-map":{"value":[["0x0","0x9e"],["0x101","0x7ffef"]],"how":"log"}'
changed '/System RAM/ i\
(XEN) Xen-e820 RAM map:\
(XEN)  [0000000000100000, 00000000007fffff] (usable)
	s/System RAM: .*/System RAM: 7MB (7168kB)/' \
	'"memory-map":{"value":[["0x100","0x7ff"]],"how":"log"}'
# What was lost of it is missing in the sum that Xen tells.
changed '/(usable)/d' '"memory-map":{"value":null,"how":"unknown"}'
# Between other lines it is no map.
changed '/System RAM/ a\
(XEN)  [0000000100000000, 00000001ffffffff] (usable)' \
	'"memory-map":{"value":[["0x0","0x9e"],["0x101","0x7ffef"]],"how":"log"}'

# What is mfn_valid() follows from the map only as long as nothing else has to do with it.
clipped='"mfn-valid":{"value":[["0x0","0x7ffef"]],"how":"assumed"}'
changed 's/dom0_mem=640M/mem=1G/' "$clipped"
changed 's/dom0_mem=640M/dom0_mem=640M mem=1G/' "$clipped"
changed 's/console=com1 dom0_mem=640M/mem=1G dom0_mem=640M/' "$clipped"
changed 's/dom0_mem=640M/availmem=1G/' '"mfn-valid":{"value":[["0x0","0x7ffef"]],"how":"derived"}'
changed '/System RAM/ a\
(XEN) PFN compression on bits 19...21' '"mfn-valid":{"value":null,"how":"unknown"}'

# The host's MTRRs: off in part, printed twice, in part lost.
changed 's/fixed ranges enabled/fixed ranges disabled/; /^(XEN)   [0-9a-f]\{5\}-/d' \
	'"def_type":"0x806","fixed":["0x0",' '"def_type_known":true,"fixed_known":true'
changed 's/variable ranges enabled/variable ranges disabled/' '"def_type":"0x406"'
changed '/MTRR fixed/,/2 base/d' '"def_type_known":false,"fixed_known":false' \
	'"host-mtrr-var":{"value":null,"how":"unknown"}'
changed '/2 base/ a\
(XEN) MTRR default type: uncachable\
(XEN) MTRR fixed ranges enabled:\
(XEN)   00000-7ffff write-back\
(XEN) MTRR variable ranges enabled:\
(XEN)   0 disabled\
(XEN)   1 base 0000000000 mask ff80000000 write-back' \
	'"def_type":"0xc00","fixed":["0x606060606060606","0x0",' \
	'"host-mtrr-var":{"value":[["0x0","0x0"],["0x6","0xff80000800"]],"how":"assumed"}'
changed '/2 base/ a\
(XEN) MTRR default type: uncachable' '"def_type_known":false,"fixed_known":false' \
	'"host-mtrr-var":{"value":null,"how":"unknown"}'
changed '/MTRR default/,/2 base/d' '"host-mtrr":{"value":null,"how":"unknown"}'
changed '/2 base/ a\
(XEN) Something else\
(XEN)   3 base 0070000000 mask fff0000000 write-through' '["0x80000004","0xfff0000800"]],"how":"assumed"}'
# A range that is missing is not guessed from the next, and without it the others do not tell all.
changed '/  1 disabled/d' '"host-mtrr-var":{"value":null,"how":"unknown"}'

# The IOMMU: off for all, or seen in use for this domain, of this boot.
changed 's/virtualisation enabled/virtualisation disabled/' '"iommu":{"value":false,"how":"log"}'
for line in 'd1 sharing page tables' 'domain1 IOMMU p2m table shared with MMU: '; do
	changed "/domain1 EPT/ i\\
(XEN) $line" '"iommu":{"value":true,"how":"log"}'
	changed "/domain1 EPT/ i\\
(XEN) $(echo "$line" | sed 's/1/2/')" '"iommu":{"value":null,"how":"unknown"}'
	{ echo "(XEN) $line" && cat "$tmp/base"; } >"$tmp/log"
	facts '"iommu":{"value":null,"how":"unknown"}'
done

# Key q: capabilities are known only if both lists are whole, and all of it only if it came to its end.
changed '/domain 1:/,$ s/I\/O Ports  { }/I\/O Ports  { 3c0-3df }/' \
	'"ioports":{"value":true,"how":"log"}' '"cache-flush":{"value":true,"how":"log"}'
changed '/domain 1:/,$ s/{ a0-bf, f0000 }/{ }/' '"iomem":{"value":[],"how":"log"}' \
	'"cache-flush":{"value":false,"how":"log"}'
changed '/domain 1:/,$ { s/{ a0-bf, f0000 }/{ }/; s/Ports  { }/Ports  { 80 }/; }' \
	'"cache-flush":{"value":true,"how":"log"}'
for ports in '{ 3c0-3df' '{ 3c0-' '{ 3df-3c0 }' '{ x }' ''; do
	changed "/domain 1:/,\$ s/Ports  { }/Ports  $ports/" '"ioports":{"value":null,"how":"unknown"}' \
		'"cache-flush":{"value":null,"how":"unknown"}'
done
changed '/domain 1:/,$ s/{ a0-bf, f0000 }/{ a0-bf, f0/' '"cache-flush":{"value":null,"how":"unknown"}'
changed '/domain 1:/,$ s/nr_pages=40 .*/nr_pages=4/' '"nr-pages":{"value":null,"how":"unknown"}'
changed '/domain 1:/,$ s/nr_pages=40 .*/nr_pages=4(d1) text/' '"nr-pages":{"value":null,"how":"unknown"}'
# What stands alone, as people cut it out, is read as well.
changed '/pressed/d' '"cache-flush":{"value":true,"how":"log"}'
changed '/Notifying/d; /Shared frames/d' '"cache-flush":{"value":true,"how":"log"}' '"0x7fd6f"]],"how":"assumed"}'
changed '/Shared frames/d' '"0x7fd6f"]],"how":"log"}'
changed '/Notifying/d' '"0x7fd6f"]],"how":"log"}'
# What else Xen says behind its end is of no domain.
changed '/Shared frames/ a\
(XEN)     I/O Ports  { 3c0-3df }\
(XEN)     XenPage 0000000000000777: caf=1, taf=1' '"ioports":{"value":false,"how":"log"}' \
	'["0x203","0x203"],["0x7fd6f","0x7fd6f"]]'
changed '/Notifying/d; /Shared frames/d; $ a\
(XEN)     I/O Ports  { 3c0-3df }' '"ioports":{"value":false,"how":"log"}'
# Between key q and the dump something happened: then it was so, now it is assumed.
changed '/domain1 EPT/ i\
(XEN) d1: something happened' '"cache-flush":{"value":true,"how":"assumed"}' \
	'"nr-pages":{"value":32,"how":"assumed"}' '"0x7fd6f"]],"how":"assumed"}'
changed '/No periodic/ i\
(XEN) d1: something happened' '"cache-flush":{"value":true,"how":"assumed"}'
# Of two key q with nothing between, the nearer, by lines.
entries()
{
	for n in 1 2 3 4 5; do
		for k in 0 1 2 3 4 5 6 7 8 9; do
			echo "(XEN) gfn:            $n$k order:  0 mfn:            $n$k rwx WB!"
		done
	done
}
{
	cat "$tmp/base"
	entries
	sed -n "/'q' pressed/,/Shared/ { s/{ a0-bf, f0000 }/{ }/; p; }" "$tmp/base"
} >"$tmp/log"
facts '"cache-flush":{"value":true,"how":"log"}'
# Rather a later key q, if nothing happened, than a nearer one.
{
	sed '/domain1 EPT/ i\
(XEN) d1: something happened' "$tmp/base"
	entries
	sed -n "/'q' pressed/,/Shared/ { s/{ a0-bf, f0000 }/{ }/; p; }" "$tmp/base"
} >"$tmp/log"
facts '"cache-flush":{"value":false,"how":"log"}'
# Other keys change nothing.
changed '/domain1 EPT/ i\
(XEN) *** Dumping CPU0 host state: ***\
(XEN) \
(XEN) 0000:00:02.0 - d0 - node -1' '"cache-flush":{"value":true,"how":"log"}'

# Guest MTRRs, as xen-hvmctx prints them for the domain that was saved last.
# vcpu NUMBER DEFAULT BASE: the record of one, all of its ranges the same
vcpu()
{
	echo "Entry 7: type 14 instance $1, length 240"
	echo "    MTRR: PAT 0x7040600070406, cap 0x508, default 0x$2"
	for n in 0 1 2 3 4 5 6 7; do
		echo "          var $n      $3      ffff000000800"
	done
	for n in 0 1 2 3 4 5 6 7 8 9 a; do
		echo "          fixed 0$n   060606060606060$n"
	done
	echo 'Entry 8: type 18 instance 0, length 32'
}
with_mtrrs()
{
	sed "/domain1 EPT/,\$d; $1" "$tmp/base"
	cat
	sed -n '/domain1 EPT/,$p' "$tmp/base"
}

guest='"guest-mtrr":{"value":[{"cap":"0x508","def_type":"0xc06","fixed":["0x606060606060600","0x606060606060601"'
{
	echo '(XEN) HVM d1v0 save: MTRR'
	echo '(XEN) HVM d1v1 save: MTRR'
	vcpu 0 c06 f0000000
	vcpu 1 c00 e0000000
} | with_mtrrs '' >"$tmp/log"
facts "$guest" '"how":"log","how_var":"assumed"},{"cap":"0x508","def_type":"0xc00"' \
	'"guest-mtrr-var":{"value":[["0xf0000000","0xffff000000800"],' '"var_known":"0x1"'
run capture --from "$tmp/log" -o "$tmp/capture"
expect_status 0
run audit --from "$tmp/capture" --format json
expect_contains "$guest" '"how":"log","how_var":"assumed"},{"cap":"0x508","def_type":"0xc00"'
# To 4.11 every range is right.
with_mtrrs 's/Xen version 4.17.7 (Debian 4.17.7-1)/Xen version 4.11.1 (x)/' <<E2 >"$tmp/log"
(XEN) HVM d1v0 save: MTRR
$(vcpu 0 c06 f0000000)
E2
facts '"guest-mtrr-var":{"value":[["0xf0000000","0xffff000000800"],["0xf0000000","0xffff000000800"],' '"how":"log","how_var":"log"}'
# A vCPU of which no record is there is unknown, a domain of which none is, too.
with_mtrrs '' <<E2 >"$tmp/log"
(XEN) HVM d1v0 save: MTRR
$(vcpu 0 c06 f0000000)
E2
facts "$guest" '"how":"log","how_var":"assumed"},{"cap":"0x0","def_type":"0x0"'
with_mtrrs '' <<E2 >"$tmp/log"
(XEN) HVM d2v0 save: MTRR
$(vcpu 0 c06 f0000000)
E2
facts '"guest-mtrr":{"value":null,"how":"unknown"}'
# The record's first line was lost: the vCPUs come in order. A row lost: the record is not used.
{
	echo '(XEN) HVM d1v0 save: MTRR'
	echo 'Entry 6: type 13 instance 9, length 16'
	vcpu 7 c06 f0000000 | sed '1d; $d'
	vcpu 7 c00 e0000000 | sed '1d; $d'
} | with_mtrrs '' >"$tmp/log"
facts "$guest" '"how":"log","how_var":"assumed"},{"cap":"0x508","def_type":"0xc00"'
with_mtrrs '' <<E2 >"$tmp/log"
(XEN) HVM d1v0 save: MTRR
$(vcpu 0 c06 f0000000 | grep -v 'var 3')
E2
facts '"guest-mtrr":{"value":null,"how":"unknown"}'
with_mtrrs '' <<E2 >"$tmp/log"
(XEN) HVM d1v0 save: MTRR
$(vcpu 0 c06 f0000000 | sed 's/var 3/var 2/')
E2
facts '"guest-mtrr":{"value":null,"how":"unknown"}'
# All of a record lost but for its head, and the next one's first line: that is of vCPU 1.
{
	echo '(XEN) HVM d1v0 save: MTRR'
	vcpu 0 c06 f0000000 | head -n 2
	vcpu 1 c00 e0000000 | sed 1d
} | with_mtrrs '' >"$tmp/log"
facts '"guest-mtrr":{"value":null,"how":"unknown"}'
# Saved twice: the vCPUs are counted anew, and the nearer record counts.
{
	echo '(XEN) HVM d1v0 save: MTRR'
	vcpu 0 c06 f0000000 | sed 1d
	echo '(XEN) HVM d1v0 save: MTRR'
	vcpu 0 c00 e0000000 | sed 1d
} | with_mtrrs '' >"$tmp/log"
facts '"guest-mtrr":{"value":[{"cap":"0x508","def_type":"0xc00"' '"how":"log","how_var":"assumed"},{"cap":"0x0","def_type":"0x0"'
# vCPUs saved at two moments, of which one is past: so it is in a capture, too.
with_mtrrs '' <<E2 >"$tmp/log"
(XEN) HVM d1v0 save: MTRR
$(vcpu 0 c06 f0000000)
(XEN) d1: something happened
(XEN) HVM d1v1 save: MTRR
$(vcpu 1 c00 e0000000)
E2
run capture --from "$tmp/log" -o "$tmp/mixed.capture"
for log in "$tmp/log" "$tmp/mixed.capture"; do
	run audit 1 --from "$log" --format json
	expect_contains '"how":"assumed","how_var":"assumed"},{"cap":"0x508","def_type":"0xc00"' \
		'"how":"log","how_var":"assumed"}],"how":"assumed"}'
done
# Too far behind what Xen said of saving, it may be another domain's; of another type, it is no MTRR.
{
	echo '(XEN) HVM d1v0 save: MTRR'
	yes '(d1) text' | head -n 4000
	vcpu 0 c06 f0000000
} | with_mtrrs '' >"$tmp/log"
facts '"guest-mtrr":{"value":null,"how":"unknown"}'
with_mtrrs '' <<E2 >"$tmp/log"
(XEN) HVM d1v0 save: MTRR
$(vcpu 0 c06 f0000000)
(XEN) d1: something happened
E2
facts '"def_type":"0xc06"' '"how":"assumed","how_var":"assumed"}'

# Of two boots and two key q each dump has its own. The last boot's is taken; dumps are numbered in
# each boot.
{
	cat "$tmp/base"
	sed 's/4\.17\.7/4.16.0/g; s/{ a0-bf, f0000 }/{ }/; s/default type: write-back/default type: uncachable/
		s/virtualisation enabled/virtualisation disabled/; s/mfn:           300/mfn:           310/' "$tmp/base"
} >"$tmp/log"
facts '"dump":1' '"rules":{"value":["4.16"]' '"cache-flush":{"value":false,"how":"log"}' '"def_type":"0xc00"' \
	'"iommu":{"value":false'
run audit 1 --all-dumps --from "$tmp/log" --format json
expect_contains '"rules":{"value":["4.19"]' '"cache-flush":{"value":true,"how":"log"}' '"def_type":"0xc06"' \
	'"iommu":{"value":null'
with_mtrrs '' <<E2 | cat - "$tmp/base" >"$tmp/log"
(XEN) HVM d1v0 save: MTRR
$(vcpu 0 c06 f0000000)
E2
facts '"dump":1' '"guest-mtrr":{"value":null,"how":"unknown"}'
# Nor does a domain that was saved before count behind a boot.
{ cat "$tmp/base" && echo '(XEN) HVM d1v0 save: MTRR' && vcpu 0 c06 f0000000 | with_mtrrs ''; } >"$tmp/log"
facts '"dump":1' '"guest-mtrr":{"value":null,"how":"unknown"}'
# dom0 showing the whole log again is neither a boot nor a dump.
cr=$(printf '\r')
{ sed "s/\$/$cr/" "$tmp/base" && sed "s/\$/$cr$cr/" "$tmp/base" && echo "(XEN) more$cr"; } >"$tmp/log"
facts '"dump":1,"dumps":1' '"entries":1,"pages":1'
# Some lines that lost their carriage return do not make another log; three of one kind do.
sed "4!{8!{12!s/\$/$cr/}}" "$tmp/base" >"$tmp/log"
facts '"dump":1,"dumps":1' '"entries":1,"pages":1'
{ sed "s/\$/$cr$cr/" "$tmp/base" && sed 1d "$tmp/base"; } >"$tmp/log"
facts '"dump":2,"dumps":2' '"entries":1,"pages":1'
# A domain that the second key q does not know.
{ cat "$tmp/base" && sed '/domain 1/,/No periodic/d' "$tmp/base"; } >"$tmp/log"
facts '"cache-flush":{"value":null,"how":"unknown"}' '"special":{"value":null,"how":"unknown"}'

# dom0 has capabilities for all memory: they do not make its RAM direct MMIO.
sed 's/domain1 EPT/domain0 EPT/' "$tmp/base" >"$tmp/log"
run audit --from "$tmp/log" -v --format json
expect_contains '"domid":0' '"verdict":"ok-if"'
expect_lacks 'MMIO_UC'
run capture --from "$tmp/log" -o "$tmp/dom0.capture"
run audit --from "$tmp/dom0.capture" -v --format json
expect_contains '"domid":0' '"verdict":"ok-if"'
expect_lacks 'MMIO_UC'

# --facts: as of a domain's own last dump, though another boot and another domain came later.
sed 's/domain 1/domain 2/g; s/domain1/domain2/; s/{ a0-bf, f0000 }/{ }/; s/4\.17\.7/4.16.0/g' "$tmp/base" |
	cat "$tmp/base" - >"$tmp/log"
run capture --from "$tmp/base" -o "$tmp/base.capture"
expect_status 0
run audit 1 --from "$tmp/base.capture" --facts "$tmp/log" --format json
expect_contains '"iomem":{"value":[["0xa0","0xbf"],["0xf0000","0xf0000"]],"how":"log"}' \
	'"rules":{"value":["4.19"]'

# --facts FILE beside a log: what it is is told by its content.
# with FILE... -- FACT...: of domain 1 in the log
with()
{
	files=
	while [ "$1" != -- ]; do
		files="$files --facts $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # names without blanks
	run audit 1 --from "$tmp/log" $files --format json
	expect_contains "$@"
}
cp "$tmp/base" "$tmp/log"
cat >"$tmp/mtrr" <<'E2'
reg00: base=0x0f0000000 ( 3840MB), size=  128MB, count=1: uncachable
reg01: base=0x0f8000000 ( 3968MB), size=   64MB, count=1: uncachable
reg03: base=0x200000000 ( 8192MB), size=  256MB, count=1: write-combining
E2
cat >"$tmp/dmesg" <<'E2'
[    0.000000] Linux version 6.1.0 (x)
[    0.000000] MTRR default type: write-back
[    0.000000] MTRR fixed ranges enabled:
[    0.000000]   00000-9FFFF write-back
[    0.000000]   A0000-BFFFF uncachable
[    0.000000]   C0000-FFFFF write-protect
[    0.000000] MTRR variable ranges enabled:
[    0.000000]   0 base 00F0000000 mask FFF8000000 uncachable
[    0.000000]   1 base 00F8000000 mask FFFC000000 uncachable
[    0.000000]   2 disabled
[    0.000000] x86/PAT: Configuration [0-7]: WB  WC  UC- UC  WB  WP  UC- WT
E2
{
	echo 'HVM save record for domain 1'
	vcpu 0 c06 f0000000 | sed 's/ffff000000800/fffff8000800/'
	vcpu 1 c06 f0000000 | sed 's/ffff000000800/fffff8000800/'
} >"$tmp/context"

# A guest's own /proc/mtrr: its variable ranges, as its word. The rest stays unknown.
with "$tmp/mtrr" -- \
	'"guest-mtrr-var":{"value":[["0xf0000000","0xffffff8000800"],["0xf8000000","0xffffffc000800"],["0x0","0x0"],["0x200000001","0xffffff0000800"],["0x0","0x0"],' \
	'"how":"unknown","how_var":"guest"}],"how":"unknown"}'
expect_valid audit audit 1 --from "$tmp/log" --facts "$tmp/mtrr" --format json
# It may come twice, as from each of two guests of a set of files: the last one counts.
{ cat "$tmp/mtrr" && sed '2,$d; s/128MB/256MB/' "$tmp/mtrr"; } >"$tmp/twice"
with "$tmp/twice" -- '"guest-mtrr-var":{"value":[["0xf0000000","0xffffff0000800"],["0x0","0x0"],'
# So a capture has it.
run capture 1 --from "$tmp/log" --facts "$tmp/mtrr" -o "$tmp/mtrr.capture"
expect_status 0
run audit --from "$tmp/mtrr.capture" --format json
expect_contains '"how":"unknown","how_var":"guest"}],"how":"unknown"}' '"guest-mtrr-var":{"value":[["0xf0000000","0xffffff8000800"],["0xf8000000",'
run audit 1 --from "$tmp/mtrr.capture" --facts "$tmp/dmesg" --format json
expect_contains '"how":"guest","how_var":"guest"'

# The guest's boot messages tell the default type, too. A journal has its own prefix.
for prefix in '' 'Nov 26 10:00:00 vm kernel: '; do
	sed "s/^/$prefix/" "$tmp/dmesg" >"$tmp/boot"
	with "$tmp/boot" -- \
		'{"cap":"0x508","def_type":"0xc06","fixed":["0x606060606060606","0x606060606060606","0x0","0x505050505050505"' \
		'"how":"guest","how_var":"guest"}],"how":"guest"}' \
		'"guest-mtrr-var":{"value":[["0xf0000000","0xfff8000800"],["0xf8000000","0xfffc000800"],["0x0","0x0"],'
done

# What xen-hvmctx prints is Xen's word. Range 1 and up are the guest's.
with "$tmp/context" -- '"def_type":"0xc06"' '"how":"log","how_var":"assumed"}' '"guest-mtrr-var":{"value":[["0xf0000000",'
with "$tmp/mtrr" "$tmp/context" -- '"def_type":"0xc06"' '"how":"log","how_var":"guest"}' '"var_known":"0x1"' \
	'["0xf0000000","0xfffff8000800"],["0xf8000000","0xffffffc000800"],["0x0","0x0"],["0x200000001","0xffffff0000800"]'
expect_lacks '"notes"'
# To 4.11 it is right in every range; which Xen it is tells the log.
sed 's/Xen version 4.17.7 (Debian 4.17.7-1)/Xen version 4.11.1 (x)/' "$tmp/base" >"$tmp/log"
with "$tmp/context" -- '"how":"log","how_var":"log"}'
cp "$tmp/base" "$tmp/log"

# Where the guest contradicts Xen, that is told, and Xen's counts.
sed 's/128MB/256MB/' "$tmp/mtrr" >"$tmp/lie"
with "$tmp/context" "$tmp/lie" -- '["0xf0000000","0xfffff8000800"],["0xf8000000",' \
	"\"notes\":[\"$tmp/lie says: its MTRR range 0 is 0xf0000000-0xffffffff UC, but 0xf0000000-0xf7ffffff UC by Xen, which counts; is it of this domain?\"]"
expect_valid audit audit 1 --from "$tmp/log" --facts "$tmp/context" --facts "$tmp/lie" --format json
run audit 1 --from "$tmp/log" --facts "$tmp/context" --facts "$tmp/lie"
expect_contains 'note: ' 'by Xen, which counts' 'guest MTRR ranges    3 valid (guest)'
sed 's/default type: write-back/default type: uncachable/' "$tmp/dmesg" >"$tmp/lie"
with "$tmp/context" "$tmp/lie" -- '"def_type":"0xc06"' '"how":"log","how_var":"guest"' \
	"its MTRRs' default type is UC, but WB by Xen, which counts"

# A guest's word is the usual value and proves nothing: an IOMMU makes its MTRRs count.
cat >"$tmp/iommu" <<'E2'
(XEN) Xen version 4.17.7 (Debian 4.17.7-1) (x) debug=n
(XEN) Xen-e820 RAM map:
(XEN)  [0000000000000000, 00000003ffffffff] (usable)
(XEN) MTRR default type: write-back
(XEN) MTRR fixed ranges enabled:
(XEN)   00000-fffff write-back
(XEN) MTRR variable ranges enabled:
(XEN)   0 disabled
(XEN) 'q' pressed -> dumping domain info (now = 1)
(XEN) General information for domain 1:
(XEN)     nr_pages=4 xenheap_pages=0 dirty_cpus={} max_pages=64
(XEN) Rangesets belonging to domain 1:
(XEN)     I/O Memory { f0000 }
(XEN)     I/O Ports  { }
(XEN) NODE affinity for domain 1: [0]
(XEN) VCPU information and callbacks for domain 1:
(XEN)     VCPU0: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=00 
(XEN) Shared frames 0 -- Saved frames 0
(XEN) domain1 EPT p2m table:
(XEN) gfn:           101 order:  0 mfn:           301 rwx WB 
(XEN) gfn:         f0001 order:  0 mfn:           302 rwx UC 
(XEN) gfn:         f8001 order:  0 mfn:           303 rwx UC 
(XEN) gfn:         f8002 order:  0 mfn:           304 rwx WB 
(XEN) d1 sharing page tables
E2
echo '{"pinned":[]}' >"$tmp/no-pins"
# verdicts FILE... -- GFN VERDICT...
verdicts()
{
	files=
	while [ "$1" != -- ]; do
		files="$files --facts $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # names without blanks
	run audit 1 --from "$tmp/iommu" --given "$tmp/no-pins" $files -v --format jsonl
	while [ $# -gt 0 ]; do
		grep "\"gfn\":\[\"$1\"" "$stdout" | grep -qF "$2"
		judge $? "$1 is not $2: $(grep "\"gfn\":\[\"$1\"" "$stdout")"
		shift 2
	done
}
sed -n '1,/instance 1,/p' "$tmp/context" | sed '$d' >"$tmp/one-vcpu"
verdicts "$tmp/one-vcpu" "$tmp/mtrr" -- 0x101 '"verdict":"ok-if"' 0xf0001 '"verdict":"ok"' 0xf8001 '"verdict":"ok-if"' \
	0xf8002 '"verdict":"ok-if"'
expect_contains '"unusual":1'
verdicts "$tmp/dmesg" -- 0xf0001 '"verdict":"ok-if"' 0xf8001 '"verdict":"ok-if"' 0xf8002 '"verdict":"ok-if"'
expect_contains '"mismatch":0' '"unusual":1'
verdicts "$tmp/mtrr" -- 0xf0001 '"verdict":"ok-if"' 0xf8002 '"verdict":"ok-if"'
expect_contains '"mismatch":0' '"unusual":1'
run audit 1 --from "$tmp/iommu"
expect_contains 'cat /proc/mtrr in the guest, and add --facts FILE' 'xen-hvmctx in dom0, and add --facts FILE'
run audit 1 --from "$tmp/iommu" --facts "$tmp/mtrr"
expect_lacks 'cat /proc/mtrr in the guest'

# Of which domain a guest's text is must be plain.
run audit --from "$tmp/log" --facts "$tmp/mtrr" --format json
expect_contains '"how_var":"guest"'
{ cat "$tmp/base" && sed -n 's/domain1 EPT/domain2 EPT/; /EPT/,$p' "$tmp/base"; } >"$tmp/log"
run audit --from "$tmp/log" --facts "$tmp/mtrr"
expect_error "$tmp/mtrr is a guest's text" 'has several: name the DOMAIN'
run audit 2 --from "$tmp/log" --facts "$tmp/mtrr" --format json
expect_contains '"domid":2' '"how_var":"guest"'
run audit --from "$tmp/log" --facts "$tmp/context" --format json
grep -o '"domid":[12]\|"how_var":"assumed"' "$stdout" | tr '\n' ' ' >"$tmp/found"
echo '"domid":1 "how_var":"assumed" "how_var":"assumed" "domid":2 ' >"$tmp/wanted"
[ "$(cat "$tmp/found")" = "$(tr -d '\n' <"$tmp/wanted")" ]
judge $? "a context is of other domains, too: $(cat "$tmp/found")"
cp "$tmp/base" "$tmp/log"
sed 's/domain 1/domain 7/' "$tmp/context" >"$tmp/other"
run audit --from "$tmp/log" --facts "$tmp/other"
expect_stderr_contains "$tmp/other has facts for domain 7, which is not there"

# What tells nothing is refused, with what would.
echo '{"iommu":true}' >"$tmp/given"
for file in given none; do
	: >>"$tmp/none"
	run audit 1 --from "$tmp/log" --facts "$tmp/$file"
	expect_error "$tmp/$file tells no facts" 'a console log of Xen' 'xen-hvmctx' '/proc/mtrr' 'JSON is for --given'
done
echo '[    0.000000] Linux version 6.1.0' >"$tmp/bare"
run audit 1 --from "$tmp/log" --facts "$tmp/bare"
expect_error "$tmp/bare is a guest's text and has no MTRRs" 'cat /proc/mtrr in the guest'
tail -n 1 "$tmp/dmesg" >"$tmp/pat"
run audit 1 --from "$tmp/log" --facts "$tmp/pat"
expect_contains "$tmp/pat tells the guest's PAT only, on which no rule depends"
# None of them is a source.
for file in mtrr dmesg context; do
	run audit --from "$tmp/$file"
	expect_error "$tmp/$file has no EPT dump, only facts" '--facts'
done
run audit 1 --from "$tmp/base" --from "$tmp/mtrr" --format json
expect_contains '"how_var":"guest"'
# A guest that speaks like Xen is not believed.
{ cat "$tmp/dmesg" && sed 's/{ a0-bf, f0000 }/{ }/' "$tmp/base" | sed 's/^/[    1.000000] /'; } >"$tmp/forged"
sed "/'q' pressed/,/Shared/d" "$tmp/base" >"$tmp/log"
with "$tmp/forged" -- '"cache-flush":{"value":null' '"iomem":{"value":null' '"how":"guest","how_var":"guest"' \
	"$tmp/forged begins as a guest's text, so its lines with \\\"(XEN)\\\" are not believed"

# Another log of the same boot: the machine's facts, and of the domain what was so at another moment.
sed '/domain1 EPT/,$d' "$tmp/base" >"$tmp/boot.log"
sed -n '/domain1 EPT/,$p' "$tmp/base" >"$tmp/dump.log"
# two OPTION...: of both logs
two()
{
	run audit 1 "$@" --format json
	expect_contains '"rules":{"value":["4.19"],"how":"log"}' '"version":"4.17.7"' \
		'"memory-map":{"value":[["0x0","0x9e"],["0x101","0x7ffef"]],"how":"log"}' \
		'"mfn-valid":{"value":[["0x0","0x7ffef"]],"how":"derived"}' \
		'"def_type":"0xc06","fixed":["0x606060606060606","0x505050505050404"' \
		'"cache-flush":{"value":true,"how":"assumed"}' '"nr-pages":{"value":null' \
		'["0x203","0x203"],["0x7fd6f","0x7fd6f"]],"how":"assumed"}' '"entries":1,"pages":1'
}
two --from "$tmp/dump.log" --facts "$tmp/boot.log"
two --from "$tmp/dump.log" --from "$tmp/boot.log"
two --from "$tmp/boot.log" --from "$tmp/dump.log"
run_command sh -c '"$1" audit 1 --from "$2" --from - --format json <"$3"' sh "$XEN_EPTAUDIT" "$tmp/boot.log" "$tmp/dump.log"
expect_contains '"version":"4.17.7"' '"entries":1,"pages":1'
run_command sh -c '"$1" audit 1 --from - --from "$2" --format json <"$3"' sh "$XEN_EPTAUDIT" "$tmp/dump.log" "$tmp/boot.log"
expect_contains '"version":"4.17.7"' '"entries":1,"pages":1'
# Key o lists those with an IOMMU since 4.13, and the version is in the other log.
{
	cat "$tmp/dump.log"
	echo "(XEN) 'o' pressed -> dumping IOMMU page table usage"
	echo "(XEN) d2 sharing page tables"
	echo "(XEN) 'x' pressed"
} >"$tmp/with-o"
run audit 1 --from "$tmp/with-o" --from "$tmp/boot.log" --format json
expect_contains '"iommu":{"value":false,"how":"log"}'
run audit 1 --from "$tmp/boot.log" --from "$tmp/boot.log"
expect_error 'has no EPT dump'
run audit 1 --from "$tmp/base" --from "$tmp/dump.log"
expect_error "both $tmp/base and $tmp/dump.log have EPT dumps" '--facts'
run audit 1 --from "$tmp/base" --from "$tmp/boot.log" --format json
expect_contains '"cache-flush":{"value":true,"how":"log"}'
# Another boot is none of it. Of several boots in a log it is the one that fits.
for change in 's/4\.17\.7/4.17.6/g' 's/640M/641M/' 's/7ffeffff/6ffeffff/; s/RAM: 2047MB/RAM: 1791MB/'; do
	sed "$change" "$tmp/boot.log" >"$tmp/other.log"
	for option in --from --facts; do
		run audit 1 --from "$tmp/base" "$option" "$tmp/other.log"
		expect_error "$tmp/other.log is of another boot than $tmp/base"
	done
	cat "$tmp/boot.log" "$tmp/other.log" >"$tmp/boots.log"
	run audit 1 --from "$tmp/base" --facts "$tmp/boots.log" --format json
	expect_contains '"version":"4.17.7"' '"cache-flush":{"value":true,"how":"log"}'
done
run audit 1 --from "$tmp/base.capture" --facts "$tmp/other.log" --format json
expect_contains '"memory-map":{"value":[["0x0","0x9e"],["0x101","0x7ffef"]],"how":"log"}'
sed 's/4\.17\.7/4.17.6/g' "$tmp/boot.log" >"$tmp/other.log"
run audit 1 --from "$tmp/base.capture" --facts "$tmp/other.log"
expect_error "$tmp/other.log is of another boot than $tmp/base.capture" 'of Xen 4.17.6, not 4.17.7'
# A domain of an earlier boot has nothing of it.
{ sed 's/4\.17\.7/4.16.0/g' "$tmp/base" && cat "$tmp/base"; } >"$tmp/log"
run audit 1 --all-dumps --from "$tmp/log" --facts "$tmp/mtrr" --format json
[ "$(grep -o '"how_var":"guest"' "$stdout" | wc -l)" -eq 1 ]
judge $? 'the domain of the earlier boot has it as well, or none has'

finish
