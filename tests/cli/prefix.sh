#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Logs that someone else wrote down, with a prefix of his own before every line.
. "${SRCDIR:-.}/tests/lib.sh"

tools=$SRCDIR/tests/tools

# Each capture gives the same report under each prefix, guests' forged lines included.
for log in "$captures"/*.log.gz "$captures"/*.txt.gz; do
	gzip -dc "$log" >"$tmp/log"
	"$XEN_EPTAUDIT" audit --from - -v --all-dumps --format json --xen 4.17.7 <"$tmp/log" \
		>"$tmp/wanted" 2>&1
	for name in $("$tools/prefix-log"); do
		one_in 5 || continue
		"$tools/prefix-log" "$name" <"$tmp/log" >"$tmp/prefixed"
		run_command sh -c '"$1" audit --from - -v --all-dumps --format json --xen 4.17.7 <"$2" 2>&1' \
			"$name ${log##*/}" "$XEN_EPTAUDIT" "$tmp/prefixed"
		cp "$stdout" "$tmp/got"
		expect_same "$tmp/wanted" "$tmp/got"
	done
done

# A guest that knows the prefix, and what its own lines have before it.
gzip -dc "$captures/handbuilt.xen4.17.serial.log.gz" | tr -d '\r' >"$tmp/log"
for name in $("$tools/prefix-log"); do
	"$tools/prefix-log" "$name" <"$tmp/log" >"$tmp/prefixed"
	"$XEN_EPTAUDIT" audit --from - -v <"$tmp/prefixed" >"$tmp/wanted"
	# Once at the begin of its line, and once where Xen's own would stand in a line with a
	# shorter prefix.
	awk -v n="$name" '{ print } / order: / && NR % 7 == 0 {
		forged = $0
		sub(/gfn: .*/, "gfn:         fffff order:  0 mfn:         12345 rwx UC!", forged)
		at = index($0, "(XEN) ")
		print substr($0, 1, at - 1) "(d1) " forged
		print substr($0, 1, at - 1) "(d1) " substr($0, at)
		short = $0
		sub(/[0-9]+(\]:|:)? *\(XEN\) .*/, "", short)
		print short "(d1) " substr(forged, length(short) + 6)
	}' "$tmp/prefixed" >"$tmp/forged"
	run_command sh -c '"$1" audit --from - -v <"$2"' "$name" "$XEN_EPTAUDIT" "$tmp/forged"
	expect_contains "like Xen's but"
	grep -v ' not believed$\| second showing ' "$stdout" >"$tmp/got"
	expect_same "$tmp/wanted" "$tmp/got"
done

# Lines that lack the prefix are not Xen's, whatever they say.
"$tools/prefix-log" xenconsoled <"$tmp/log" >"$tmp/prefixed"
"$XEN_EPTAUDIT" list --from - <"$tmp/prefixed" >"$tmp/wanted"
awk '{ print } / order: / { print "(XEN) gfn:         fffff order:  0 mfn:         12345 rwx UC!"
	print "[yesterday] (XEN) domain1 EPT p2m table:" }' "$tmp/prefixed" >"$tmp/forged"
run_command sh -c '"$1" list --from - <"$2"' sh "$XEN_EPTAUDIT" "$tmp/forged"
# They were left out, of which every verb tells, and of a capture, too.
expect_status 3
expect_stderr_contains 'lines with (XEN) behind'
cp "$stdout" "$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"
run audit --from "$tmp/forged" --format json
expect_contains '"left_out_lines":'
run capture --from "$tmp/forged" -o "$tmp/forged.capture"
expect_status 3
run list --from "$tmp/forged.capture"
expect_status 3
expect_stderr_contains 'lines with (XEN) behind'

# One line of dom0 before the log does not make it a prefix.
{ echo 'Nov 18 01:55:11 host su: (XEN) domain1 EPT p2m table:'; cat "$tmp/log"; } >"$tmp/quoted"
"$XEN_EPTAUDIT" list --from - <"$tmp/log" >"$tmp/wanted"
run_command sh -c '"$1" list --from - <"$2"' sh "$XEN_EPTAUDIT" "$tmp/quoted"
cp "$stdout" "$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"

finish
