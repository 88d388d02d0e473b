#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# 23 domains of a real Xen, with what dom0's calls returned: every entry against the truth, and what is
# captured says the same elsewhere.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
# Two pages of domain 21 have less access, by a monitor.
read_capture 'access 21 0x1412 0x1412 5' 'access 21 0x1440 0x1440 3'
cp "$tmp/boot.whole" "$tmp/boot"
cp "$tmp/all" "$tmp/script"

live audit --all -v --format jsonl
expect_status 1
cp "$stdout" "$tmp/runs"
run_command sh -c '"$1/tests/tools/against-truth" "$1/tests/captures/stale-entries.xen4.17.truth.tsv" \
	<"$2"' sh "$SRCDIR" "$tmp/runs"
expect_stdout_is '1140 mismatch mismatch B19
529 mismatch mismatch B21
16 mismatch-unknowable ok-if -
920 ok ok -
4956 ok ok-if -
302 pending pending -
2 skipped skipped -
316 unknowable ok-if -'
live audit --all --format json
expect_contains '"kind":"live"' '"how":"measured"' '"exit_status":1' '"complete":true'
cp "$stdout" "$tmp/json"
python3 - "$tmp/json" <<'END' >"$stdout"
import json, sys
document = json.load(open(sys.argv[1]))
entries = sum(domain['summary']['entries'] for domain in document['domains'])
print(entries, document['source']['hypercalls'] / entries < 0.05)
END
expect_stdout_is '8181 True'

if need python3 && python3 -c 'import jsonschema' 2>/dev/null; then
	run_command "$SRCDIR/tests/tools/valid-json" "$SRCDIR/tests/schema/audit.json" "$tmp/json"
	expect_status 0
fi

# What is captured says the same elsewhere.
domains()
{
	python3 -c 'import json, sys
document = json.load(open(sys.argv[1]))
print(json.dumps([document[key] for key in ("domains", "xen", "exit_status")]))' "$1"
}
live capture --all -o "$tmp/capture"
expect_status 0
run audit --from "$tmp/capture" --format json
expect_status 1
cp "$stdout" "$tmp/again"
domains "$tmp/json" >"$tmp/wanted"
domains "$tmp/again" >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"

# Other verbs ask the same Xen.
live list 14 --emt WC --ipat yes
expect_status 0
expect_contains 'Domain 14' '0x2200-0x23ff'
live explain 5 0x100
expect_status 0
live compare --rules 4.17 --rules 4.19 5
expect_status 1
expect_contains 'Domain 5 (s1-revoked-iomem)'
live compare --rules 4.17 --rules 4.19 # all of them
expect_status 1
expect_contains 'Domain 5 (s1-revoked-iomem)' 'Domain 15 (s5-clean-pvh)'
live compare --all 15
expect_contains '131 entries; of them'
live rules fit 15
expect_status 0
expect_contains 'fits best'
live diff --pause a b
expect_status 2
expect_stderr_contains "unrecognized option '--pause'"

finish
