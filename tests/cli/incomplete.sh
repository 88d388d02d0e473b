#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Logs that lost something: exit 3, and what was not seen is named.
. "${SRCDIR:-.}/tests/lib.sh"

reads=$tmp/reads
gzip -dc "$captures/ring-overflow.xen4.17.reads.txt.gz" >"$reads"
section()
{
	sed -n "/^=== $1\$/,/^=== end/p" "$reads" | sed '1d; $d'
}
section boot >"$tmp/boot"

# A dump that fits is complete.
{ cat "$tmp/boot"; section D-small; } >"$tmp/log"
run audit --from "$tmp/log" --format json
expect_status 0
expect_contains '"entries":24' '"complete":true'

# The header is lost: no entry may be given to a domain.
{ cat "$tmp/boot"; section D-just-overflow-288-lines; } >"$tmp/log"
run audit --from "$tmp/log"
expect_error 'no header that names their domain' 'conring_size='

# A whole dump, then one that lost its header: must not be glued to it.
{ cat "$tmp/boot"; section D-small; section D-just-overflow-288-lines; } >"$tmp/log"
run audit --from "$tmp/log" --format json
expect_status 3
expect_contains '"entries":24' 'the console ring was overwritten' '"entries":264,"gfn":["0x2000","0x213f"]'

# The first line after the loss looks almost like a record; a later domain is complete.
{ cat "$tmp/boot"; section D-small; section D-three-domains-third-complete; } >"$tmp/log"
run audit --from "$tmp/log" --format json
expect_status 3
expect_contains '"entries":163,"gfn":["0x105d","0x10ff"]'
run audit 3 --from "$tmp/log" --format json
expect_status 0
expect_contains '"entries":100' '"complete":true'

# Cut at every kind of place. Key q of the same series tells that pages are missing.
gzip -dc "$captures/pvh-linux.xen4.17.serial.log.gz" >"$tmp/whole"
header=$(grep -an 'domain4 EPT' "$tmp/whole" | tail -n 1 | cut -d: -f1)
head -n $((header + 2000)) "$tmp/whole" >"$tmp/cut"
tail -n +11957 "$tmp/whole" >>"$tmp/cut"
run audit 4 --from "$tmp/cut"
expect_status 3
expect_contains 'RAM pages of the domain'"'"'s 65552' 'were not seen'
head -n $((header + 2000)) "$tmp/whole" | head -c -30 >"$tmp/cut"
run audit 4 --from "$tmp/cut"
expect_status 3
expect_contains 'the log ends in the middle of a line'

# A second dump whose header is lost steps back, and is no repetition of the first.
{
	head -n $((header + 2000)) "$tmp/whole"
	sed -n "$((header + 1)),$((header + 50))p" "$tmp/whole" | sed 's/WB!/UC!/'
} >"$tmp/back"
run audit 4 --from "$tmp/back"
expect_status 3
expect_contains 'and no header between'

# More RAM than the domain has: lines of another dump are mixed in.
first=$(grep -an 'domain1 EPT' "$tmp/whole" | head -n 1 | cut -d: -f1)
awk -v at="$first" '{ print } NR == at + 562 {
	for (i = 0; i < 40; i++)
		printf "(XEN) gfn: %13x order:  9 mfn: %13x rw  WB!\r\n", (4096 + i) * 512, (20 + i) * 512
	}' "$tmp/whole" >"$tmp/more"
run audit 1 --dump 1 --from "$tmp/more"
expect_status 3
expect_contains 'but the domain has only 16401'

# How many pages may be missing, or too many, for a dump to be taken as a whole.
# small PAGES LINE COUNT RIGHTS...: a domain of so many pages, the line before its dump, then entries
small()
{
	cat <<-E2
	(XEN) Xen version 4.17.7 (x) debug=n
	(XEN) Xen-e820 RAM map:
	(XEN)  [0000000000000000, 000000007fffffff] (usable)
	(XEN) 'q' pressed -> dumping domain info (now = 1)
	(XEN) General information for domain 1:
	(XEN)     nr_pages=$1 xenheap_pages=2 dirty_cpus={} max_pages=$1
	(XEN) Memory pages belonging to domain 1:
	(XEN)     XenPage 0000000000000200: caf=c000000000000001, taf=e400000000000001
	(XEN) Shared frames 0 -- Saved frames 0
	(XEN) $2
	(XEN) domain1 EPT p2m table:
	E2
	shift 2
	echo "$@" | awk '{ for (i = 1; i < NF; i += 2) for (k = 0; k < $i; k++) {
		line = sprintf("(XEN) gfn: %13x order:  0 mfn: %13x %-3s WB!", g, 1024 + g, $(i + 1))
		if ($(i + 1) == "mmio")
			line = sprintf("(XEN) gfn: %13x order:  0 mfn: %13x rwx UC ", g, 1048576 + g)
		if ($(i + 1) == "PoD")
			line = sprintf("(XEN) gfn: %13x order:  0 PoD", g)
		print line
		g++
	} }'
}
# seen STATUS: what the audit of $tmp/small comes to
seen()
{
	run audit 1 --from "$tmp/small"
	expect_status "$1"
}
# whole STATUS PAGES LINE COUNT RIGHTS...
whole()
{
	wanted=$1
	shift
	small "$@" >"$tmp/small"
	seen "$wanted"
}
whole 0 400 '' 330 rwx
whole 3 400 '' 329 rwx
expect_contains "it shows 329 RAM pages of the domain's 400" 'gfns 0x149-0xffffffffff were not seen'
whole 3 400 '' 329 rwx 100 mmio 100 PoD
{ small 400 '' 119 rwx && echo '(XEN) more'; } >"$tmp/small"
seen 0
{ small 400 '' 118 rwx && echo '(XEN) more'; } >"$tmp/small"
seen 3
whole 0 10 '' 11 rwx
whole 3 10 '' 12 rwx
expect_contains 'it shows 12 RAM pages, but the domain has only 10: lines of another dump are mixed in'
whole 0 10 '' 11 rwx 5 rw
whole 0 10 'Something happened' 12 rwx
whole 0 400 'Something happened' 9 rwx
# Of two dumps each is counted for itself.
{ small 10 '' 11 rwx 5 rw && small 10 '' 12 rwx; } >"$tmp/small"
run audit 1 --all-dumps --from "$tmp/small" --format json
expect_status 3
expect_contains '"entries":16,"pages":16' '"entries":12,"pages":12'
{ small 10 '' 11 rwx && small 10 '' 11 rwx; } >"$tmp/small"
run audit 1 --all-dumps --from "$tmp/small"
expect_status 0

# Findings win over incompleteness.
gzip -dc "$captures/stale-entries.xen4.17.serial.log.gz" | head -c -12000 >"$tmp/cut"
run audit --from "$tmp/cut" --format json
expect_status 1
expect_contains '"complete":false' '"exit_status":1'

finish
