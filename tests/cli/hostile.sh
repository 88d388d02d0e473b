#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Files that somebody made to do harm, or that do by chance: refused with the reason, or read in
# the time and memory of what they are, whatever they claim.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"
hostile=$SRCDIR/tests/hostile
log=$captures/stale-entries.xen4.17.serial.log.gz

# bounded COMMAND...: it ends soon, and needs no more memory than is there for any file
bounded()
{
	# With sanitizers no program runs in so little.
	if sh -c 'ulimit -v 150000; "$1" --version' sh "$XEN_EPTAUDIT" >/dev/null 2>&1; then
		run_command sh -c 'ulimit -v 150000; ulimit -t 20; "$@"' sh "$@"
	else
		run_command sh -c 'ulimit -t 100; "$@"' sh "$@"
	fi
}

# refused FILE TEXT...: by every verb that reads it, with one sentence
refused()
{
	file=$1
	shift
	for verb in audit list 'compare --all' 'rules fit' "capture -o $tmp/none"; do
		# shellcheck disable=SC2086 # words
		bounded "$XEN_EPTAUDIT" $verb --from "$file"
		expect_error "$@"
	done
	bounded "$XEN_EPTAUDIT" diff "$file" "$file"
	expect_error "$@"
	[ ! -e "$tmp/none" ]
	judge $? 'a file was left'
}

refused "$hostile/min-schema-version.capture" 'a version not known here'
refused "$hostile/domid-string.capture" 'line 2: "domid" is no number'
refused "$hostile/gfn-back.capture" 'line 4: its gfns do not come behind'
refused "$hostile/huge-run.capture" 'line 3: its gfns go beyond 40 bits'

# Every field has a type and a range.
good=$hostile/facts-without-rules.capture
if need python3; then
	cat <<'E2' >"$tmp/table"
"domid":1 "domid":32752 line 2: "domid" is no number from 0 to 32751
"domid":1 "domid":-1 line 2: "domid"
"domid":1 "domid":1.5 line 2: "domid"
"domid":1, "domid":null, line 2: "domid"
"dump":1, "dump":0, line 2: "dump"
"dump":1, "dump":2, line 2: "dump"
"dumps":1 "dumps":99999999999999999999 line 2: "dump"
"name":null "name":7 line 2: "name"
"name":null "name":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" line 2: "name"
"facts":{} "facts":[] line 2: "facts" is no object
"facts":{} "facts":{ line 2: it is no JSON
"facts":{} "facts":{},"x":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]] line 2: it is no JSON
"how":"log" "how":"rumour" line 1: "how" is no way of knowing
"how":"log" "how":{} line 1: "how" is no way of knowing
"xen":"4.17.7" "xen":[] line 1: "xen"
"rules":["4.19"] "rules":"4.19" line 1: "rules" is no array
"rules":["4.19"] "rules":[null] line 1: it names a rule set that is not known
"rules":["4.19"] "rules":["9.99"] line 1: it names a rule set that is not known
"gfn":"0x0" "gfn":"0x10000000000" line 3: its gfns go beyond 40 bits
"gfn":"0x0" "gfn":"-0x1" line 3: it is not a line of a run
"gfn":"0x0" "gfn":"0x11111111111111111" line 3: it is not a line of a run
"mfn":"0x100" "mfn":"0x10000000000" line 3: its mfns go beyond 40 bits
"mfn":"0x100" "mfn":256 line 3: it is not a line of a run
"order":0 "order":3 line 3: its order is none
"order":0 "order":-9 line 3: it is not a line of a run
"order":0 "order":9 line 3: its frames are not aligned
"entries":1,"bits" "entries":0,"bits" line 3: it has no entries
"entries":1,"bits" "entries":18446744073709551617,"bits" line 3: it is not a line of a run
"entries":1,"bits" "entries":2,"bits" line 4: the entries of the domain are not as many
"bits":"0x77" "bits":"0x477" line 3: it has bits that mean nothing
"type":0 "type":16 line 3: there is no such p2m type
"type":0 "type":256 line 3: there is no such p2m type
"complete":true "complete":"yes" line 4: "complete" is neither
"entries":1,"complete" "entries":"1","complete" line 4: the entries
"not_seen":[] "not_seen":7 line 4: frames must be an array
"not_seen":[] "not_seen":[["0x5","0x1"]] line 4: range 0
"record":"domain-end" "record":"domain_end" line 4: it is no line that can stand here
E2
	"$SRCDIR/tests/tools/reseal" "$good" "$tmp/wrong" <"$tmp/table" 2>"$stderr"
	judge $? 'the table is wrong'
	n=0
	while read -r before after text; do
		n=$((n + 1))
		run list --from "$tmp/wrong.$n"
		what="$before -> $after"
		expect_error "$text"
	done <"$tmp/table"
	printf '{}\n' | cat "$good" - >"$tmp/wrong"
	refused "$tmp/wrong" 'line 6: it stands behind the last line'
	# A line as long as the file.
	for n in 1 2; do
		python3 -c 'import sys
n = int(sys.argv[3])
lines = open(sys.argv[1], "rb").read().splitlines(True)
lines[n - 1] = lines[n - 1][:-2] + b" " * 3000000 + b"}\n"
open(sys.argv[2], "wb").writelines(lines)' "$good" "$tmp/wrong" $n
		refused "$tmp/wrong" "line $n: it is longer than any line"
	done
fi

# What a run claims takes no time: here to the end of all guest frames.
all=$((1099511627776 - 262144))
need python3 && for run in '0x77 0 0' '0x37 255 9' '0x7 5 18' '0x277 255 9' '0x177 0 0'; do
	# shellcheck disable=SC2086 # three words
	set -- $run
	entries=$((all >> $3))
	printf '%s %s\n' '"mfn":"0x100","order":0,"entries":16777216,"bits":"0x77","type":0' \
		"\"mfn\":\"0x40000\",\"order\":$3,\"entries\":$entries,\"bits\":\"$1\",\"type\":$2" |
		"$SRCDIR/tests/tools/reseal" "$hostile/run-16m.capture" "$tmp/claim"
	echo "\"entries\":16777216,\"complete\" \"entries\":$entries,\"complete\"" |
		"$SRCDIR/tests/tools/reseal" "$tmp/claim.1" "$tmp/claims"
	mv "$tmp/claims.1" "$tmp/claims"
	for verb in audit 'audit -v' 'audit --gfn 5000-6000 --gfn 9999999' \
		'audit --expect 0x0-0xffff=WB!' 'list --mfn 50000-5ffff' 'compare --all' \
		'compare --rules 4.17 --rules 4.19' 'rules fit'; do
		# shellcheck disable=SC2086 # words
		bounded "$XEN_EPTAUDIT" $verb --from "$tmp/claims"
		case $verb,$1 in
		*fit,0x?77) expect_status 2 ;; # nothing in it can be judged
		*) [ "$status" -lt 2 ] || fail "status $status" ;;
		esac
	done
	bounded "$XEN_EPTAUDIT" explain 1 5555555 --from "$tmp/claims"
	expect_status 0
	rm -f "$tmp/again"
	bounded "$XEN_EPTAUDIT" capture --from "$tmp/claims" -o "$tmp/again"
	expect_status 0
	bounded "$XEN_EPTAUDIT" diff "$tmp/claims" "$tmp/again"
	expect_status 0
done
bounded "$XEN_EPTAUDIT" list --from "$hostile/run-16m.capture"
expect_status 0
expect_contains '  16777216 entries'

# No finding without a rule: the rules of the head count.
run audit --from "$good" --format json
expect_status 0
expect_contains '"rules":"4.19"' '"ok_if":1'
expect_lacks 'no step'

# Nothing from outside reaches the terminal as it is.
escape=$(printf '\033')
run audit --from "$hostile/seed6.capture" --baseline "$hostile/esc.base"
expect_status 1
expect_stderr_contains 'd6 0x0 WB ?[31mX'
expect_stderr_lacks "$escape"
expect_lacks "$escape"

# A list of a million frames in descending order.
{
	gzip -dc "$log" | sed -n '/Xen version/{p;q;}'
	echo "(XEN) 'q' pressed -> dumping domain info (now = 1000)"
	echo '(XEN) General information for domain 1:'
	awk 'BEGIN { for (i = 500000; i; i--) printf "(XEN)     DomPage %016x: caf=1, taf=1\n(XEN)     XenPage %016x: caf=1, taf=1\n", i * 2, i * 2 }'
	echo '(XEN) domain1 EPT p2m table:'
	echo '(XEN) gfn:             0 order:  0 mfn:         50000 rwx WB '
} >"$tmp/frames"
bounded "$XEN_EPTAUDIT" audit --from "$tmp/frames"
[ "$status" -ne 2 ]
judge $? 'a log of many frames is not read'

# Domains in descending order in a packed log, of which there is no way back but from its begin.
bounded "$XEN_EPTAUDIT" audit --from "$hostile/descending-domains.log.gz" --format jsonl
expect_status 3
[ "$(grep -c '"record":"domain"' "$stdout")" -eq 1000 ]
judge $? 'not a thousand domains'
gzip -dc "$hostile/descending-domains.log.gz" >"$tmp/descending"
sed 1d "$stdout" >"$tmp/wanted"
run audit --from "$tmp/descending" --format jsonl
sed 1d "$stdout" >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"

# A limit is a limit.
for file in "$hostile/descending-domains.log.gz" -; do
	# shellcheck disable=SC2016 # the inner shell's
	run_command sh -c 'cat "$3" | "$1" audit --from "$2" --max-size 1M' sh "$XEN_EPTAUDIT" "$file" \
		"$tmp/descending"
	expect_error 'more than 1 MiB; allow more with --max-size'
done
for size in '' 0 x -1 5x 99999999999999999999 16777216T; do
	run audit --from "$log" --max-size "$size"
	expect_status 2
	expect_stderr_contains 'a size such as 200G is expected'
done
run list --from "$log" --max-size 1T
expect_status 0
for verb in audit list; do
	bounded "$XEN_EPTAUDIT" $verb --from /dev/zero
	expect_error 'is a device'
done
# A packed pipe is kept as it is: what unpacks to much needs no room.
head -c 100000000 /dev/zero | gzip >"$tmp/zeros.gz"
# shellcheck disable=SC2016 # the inner shell's
run_command sh -c 'ulimit -f 400; cat "$1" | "$2" audit --from -' sh "$tmp/zeros.gz" "$XEN_EPTAUDIT"
expect_error 'is not a console log'

# Lines without an end.
for option in --baseline --expect-file --rules-file; do
	bounded "$XEN_EPTAUDIT" audit --from "$log" $option /dev/zero
	expect_status 2
	expect_stderr_contains 'line 1: it is longer than 4096 bytes'
done

# Tables in a circle, and a dump whose pages unpack to more than a page.
gzip -dc "$hostile/four-page-fanout.img.gz" >"$tmp/fanout"
bounded "$XEN_EPTAUDIT" list --from "$tmp/fanout" --find-eptp
[ "$status" -ne 1 ]
judge $? "status $status"
gzip -dc "$hostile/overflow.kdump.gz" >"$tmp/kdump"
bounded "$XEN_EPTAUDIT" list --from "$tmp/kdump" --find-eptp
expect_status 0
run list --from "$tmp/kdump" --eptp 0x7cd6f01e
[ "$status" -eq 0 ] || [ "$status" -eq 3 ]
judge $? "status $status"

# A run of all frames, and a variable range with a gap in its mask: every other page of half of them.
gaps=$hostile/gaps-in-mask.capture
for verb in audit map 'map --format svg' 'compare --rules 4.17 --rules 4.11' 'rules fit' \
	'explain 1 1001'; do
	# shellcheck disable=SC2086 # words
	bounded "$XEN_EPTAUDIT" $verb --from "$gaps"
	expect_status 2
	expect_stderr_contains 'domain 1: by variable MTRRs whose masks have gaps, the pages from gfn 0x'
done
bounded "$XEN_EPTAUDIT" audit --from "$gaps" --gfn 1000-8fff
expect_status 1
bounded "$XEN_EPTAUDIT" list --from "$gaps"
expect_status 0

finish
