#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A report on a running domain: what Xen it is, and nothing that names a guest or its frames.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture

captured 'commandline placeholder conring_size=16M'
# Where frames lie is drawn by lot in a report, and so is whether they follow each other.
findings()
{
	grep '^{"record":"finding"' "$stdout" | sed 's/"mfn":"[^"]*",//; s/"mfn_contiguous":[a-z]*,//'
}

live audit 5 --format jsonl
findings >"$tmp/wanted"
[ -s "$tmp/wanted" ]
judge $? 'nothing is found'
for words in '' --no-redact; do
	# shellcheck disable=SC2086 # no word, or one
	live bugreport 5 $words -o "$tmp/report$words.tar.gz"
	expect_status 0
	tar xzf "$tmp/report$words.tar.gz" -C "$tmp"
	cat "$tmp/xen-eptaudit-report/about.txt" "$tmp/xen-eptaudit-report/capture" >"$stdout"
	expect_contains 'source: live' 'Xen: 4.17.7 (measured)' "Xen's command line: placeholder conring_size=16M" "dom0's kernel: "
	[ -n "$words" ] && expect_contains s1-revoked-iomem || expect_lacks s1-revoked-iomem
	run audit --from "$tmp/xen-eptaudit-report/capture" --format jsonl
	expect_status 1
	findings >"$tmp/got"
	expect_same "$tmp/wanted" "$tmp/got"
done
finish
