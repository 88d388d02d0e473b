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
expect_status 3
expect_contains 'A domain that is not named' 'incomplete: no header names its domain' 'conring_size='

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
expect_contains 'and no header between' 'gfns 0x15c9-0xffffffffff were not seen'

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
	(XEN)  [0000000200000000, 00000002ffffffff] (usable)
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
		line = sprintf("(XEN) gfn: %13x order:  0 mfn: %13x %-3s WB!", g, 2097152 + g, $(i + 1))
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
expect_lacks 'host MTRRs are those of boot'
whole 3 400 '' 329 rwx
expect_contains "it shows 329 RAM pages of the domain's 400" 'gfns 0x149-0xffffffffff were not seen'
whole 3 400 '' 200 rwx 30 mmio 100 rwx 30 PoD
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
# In another boot, another memory map.
{ small 10 '' 11 rwx && small 10 '' 15 rwx | sed '/2ffffffff/d'; } >"$tmp/small"
run audit 1 --all-dumps --fail-on never --from "$tmp/small"
expect_status 0

# A key that was pressed ends a dump: entries behind it are of one whose header is lost.
{
	small 10 '' 11 rwx
	echo "(XEN) 'D' pressed -> dumping HVM EPT tables"
	echo '(XEN) gfn:           300 order:  0 mfn:        200300 rwx WB!'
} >"$tmp/small"
run audit --from "$tmp/small" --format json
expect_status 3
expect_contains '"entries":11,"pages":11' '"headless":{"entries":1,"gfn":["0x300","0x300"]}'
whole 3 400 '' 9 rwx
run audit 1 --from "$tmp/small" --format tap
expect_contains "not ok 2 - domain 1: complete: it shows 9 RAM pages of the domain's 400" '1..2'

# Superpages end where they end: what lies in one cannot come behind it.
for first in '' '(XEN) gfn:             0 order:  9 mfn:        200000 rw  WB!'; do
	{
		small 10 'Something happened'
		[ -z "$first" ] || echo "$first"
		echo '(XEN) gfn:           200 order:  9 mfn:        200200 rw  WB!'
		echo '(XEN) gfn:           3ff order:  0 mfn:        200999 rwx WB!'
	} >"$tmp/small"
	seen 3
	expect_contains 'after gfn 0x3ff the log goes on with gfn 0x3ff'
done
# Lines that dom0 showed again are counted; of a damaged one something is lost, unless it was one of those.
small 10 '' 11 rwx >"$tmp/small"
grep gfn "$tmp/small" | head -n 5 >"$tmp/again"
cat "$tmp/again" >>"$tmp/small"
run audit 1 --from "$tmp/small" --format json
expect_status 0
expect_contains '"entries":11' '"replayed_lines":5' '"complete":true'
# Another dump that lost its header is no repetition, if one thing of one entry is different.
for change in '3s/WB!/WB /' '3s/WB!/WT!/' '3s/rwx/r x/' '3s/mfn:        2/mfn:        3/' '3s/WB!/WB?/' '3s/mfn.*/PoD/'; do
	{ small 10 'Something happened' 11 rwx && sed "$change" "$tmp/again"; } >"$tmp/small"
	seen 3
	expect_contains 'and no header between'
done
{ small 10 '' 11 rwx && sed '1,2d; s/WB!/(d1) text/' "$tmp/again"; } >"$tmp/small"
seen 0
{ small 10 '' 10 rwx && echo '(XEN) gfn:             a order:  0 mfn:        20(d1) text'; } >"$tmp/small"
seen 3
expect_contains 'a line behind gfn 0x9 is damaged'

# A line that is nearly a record, or more than one, is none, behind others and as the first.
good='gfn:             0 order:  0 mfn:        200000 rwx WB!'
for line in 'gfn:   10000000200 order:  9 mfn:        200000 rw  WB!' \
	'gfn:           200 order:  0 mfn:   10000200000 rwx WB!' \
	'gfn:           201 order:  9 mfn:        200000 rwx WB!' \
	'gfn:           200 order:  1 mfn:        200000 rwx WB!' \
	'gfn:           200 order:  0 mfn:        200000 rwx UC-' \
	'gfn:           200 order:  0 mfn:        200000 rwx wb!' \
	'gfn:           200 order:  0 mfn:        200000 rwx WBx' \
	'gfn:           200 order:  0 mfn:        200000 xwr WB!' \
	'gfn:           200 order:  0 mfn:        200000-rwx WB!' \
	'gfn:           2 0 order:  0 mfn:        200000 rwx WB!' \
	'gfn:           200 order:  0 PoDtext' \
	'gfn:           200 order:  0 mfn:        200000 rwx WB!text'; do
	for before in 0 1 4; do
		{
			small 10 'Something happened' $before rwx
			echo "(XEN) $line"
			echo '(XEN) gfn:           300 order:  0 mfn:        200300 rwx WB!'
		} >"$tmp/small"
		run audit 1 --from "$tmp/small" --format json
		expect_status 3
		expect_contains "\"entries\":$((before + 1))," 'is damaged'
	done
done
expect_contains '"replayed_lines":1,' # the last of them is two lines in one
{
	small 10 'Something happened' 4 rwx | sed "s/\$/$(printf '\r')/"
	echo "(XEN) ${good}x" | sed 's/ 0 order/ff order/'
} >"$tmp/small"
seen 3
expect_contains '  4 entries' 'is damaged'
# Every EMT that there can be is a record's.
for emt in 'UC ' 'UC!' 'WC ' 'WT!' 'WP ' 'WB?' '?2 ' '?3!' '??!' '???'; do
	{ small 10 'Something happened' 3 rwx && echo "(XEN) $good" | sed "s/ 0 order/ff order/; s/WB!/$emt/"; } >"$tmp/small"
	run list 1 --from "$tmp/small" --format xen
	expect_status 0
	expect_contains "gfn:            ff order:  0 mfn:        200000 rwx $emt"
done

# A compressed log that lost its end: the last dump may lack some, those before do not.
small 10 '' 11 rwx >"$tmp/small"
sed -n '/domain1/,$ { s/domain1/domain2/; p; }' "$tmp/small" | cat "$tmp/small" - >"$tmp/two"
gzip -c "$tmp/two" | head -c -8 >"$tmp/two.gz"
run audit 1 --from "$tmp/two.gz"
expect_status 0
run audit 2 --from "$tmp/two.gz"
expect_status 3
expect_contains 'the compressed log is cut short' 'were not seen'

# Findings win over incompleteness.
gzip -dc "$captures/stale-entries.xen4.17.serial.log.gz" | head -c -12000 >"$tmp/cut"
run audit --from "$tmp/cut" --format json
expect_status 1
expect_contains '"complete":false' '"exit_status":1'

finish
