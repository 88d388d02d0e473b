#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The reports, to the letter, and the options that shape them.
. "${SRCDIR:-.}/tests/lib.sh"

log=$captures/stale-entries.xen4.17.serial.log.gz
cd "$SRCDIR" || exit 1
case $XEN_EPTAUDIT in /*) ;; *) XEN_EPTAUDIT=$OLDPWD/$XEN_EPTAUDIT ;; esac
log=tests/captures/stale-entries.xen4.17.serial.log.gz

COLUMNS=80
run audit 6 --from $log
expect_status 1
expect_stdout_is tests/expected/audit-d6.txt
run audit 6 --from $log -v --format json
cp "$stdout" "$tmp/d6.json"
expect_status 1
expect_stdout_is tests/expected/audit-d6.json
run audit 6 --from $log --format jsonl
expect_status 1
sed -i 's/"host":"[^"]*"/"host":"dom0"/' "$stdout"
expect_stdout_is tests/expected/audit-d6.jsonl
# Without a time that is given it is that of the audit; each line of use by itself has it.
(unset SOURCE_DATE_EPOCH && "$XEN_EPTAUDIT" audit 6 --from $log --format jsonl) >"$tmp/now"
[ "$(grep -c "\"host\":\"$(uname -n)\",\"time\":\"20[0-9][0-9]-[0-9-]*T[0-9:]*Z\"" "$tmp/now")" -eq \
	"$(grep -c '"record":"\(audit\|domain\|finding\)"' "$tmp/now")" ]
judge $? 'no host and time on lines'

# A pipe, and a file that is not compressed, are the same to the reports but for the name.
gzip -dc $log >"$tmp/log"
"$XEN_EPTAUDIT" audit 6 --from - <"$tmp/log" | tail -n +2 >"$tmp/got"
tail -n +2 tests/expected/audit-d6.txt >"$tmp/wanted"
expect_same "$tmp/wanted" "$tmp/got"
cat $log | "$XEN_EPTAUDIT" audit 6 --from - | tail -n +2 >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"

COLUMNS=1000
# Domains by id in each spelling, dumps by number, frames by range.
run capture 6 --from $log -o "$tmp/cap"
for name in 6 d6 domain6 06; do
	for source in $log "$tmp/cap"; do
		run audit $name --from "$source" --summary
		expect_contains '68 entries, 8.2 MiB: 0 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 68 mismatch'
	done
done
for name in +6 ' 6' 6x d domain 'd 6' 32759 4294967302; do
	run audit "$name" --from $log
	expect_error 'no domain names'
	run audit "$name" --from "$tmp/cap"
	expect_error 'the capture has no domain'
	run list --from "$captures/six-domains.xen4.17.ept-tables.core.gz" --eptp "$name=0x7fc5201e"
	expect_error 'DOMID=VALUE is expected'
	run list "$name" --from "$captures/six-domains.xen4.17.ept-tables.core.gz" --eptp 0x7fc5201e
	expect_error 'a memory image has no domain names'
done
run audit 1 --dump 2 --from $log --summary
expect_contains 'Domain 1, dump 2 of 4'
run audit 6 --gfn 400-5ff --gfn 0x600 --from $log --summary
expect_contains '2 entries, 4 MiB: 0 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 2 mismatch'

run audit 6 --gfn 500 --from $log --summary
expect_contains '1 entry, 2 MiB: 0 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 1 mismatch'

# What decides the exit status.
run audit 6 --from $log --fail-on slow
expect_status 1
run audit 6 --from $log --fail-on danger
expect_status 0
run audit 6 --from $log --fail-on never --format json
expect_status 0
expect_contains '"exit_status":0'
run audit 8 --from $log
expect_status 0
run audit 8 --from $log --strict --format json
expect_status 3
expect_contains '"exit_status":3'
run audit 15 --from $log --strict
expect_status 0
# What was inherited from a superpage is not proven either.
run audit 21 --gfn 1220-1221 --from $log --given tests/captures/stale-entries.xen4.17.all-facts.json --strict
expect_status 3
expect_contains '0 ok, 0 ok-if, 2 inherited'

# Columns, totals, colour.
run audit 6 --from $log --columns=gfn,step,severity,bug
expect_contains '  0x400-0x5ff          NO_IO_WB          slow      B19'
expect_lacks 'should be'
run audit 6 --from $log --summary
expect_lacks '0x400'
run audit 6 --from $log
expect_lacks "$(printf '\033')"
run audit 6 --from $log --color=always
expect_contains "$(printf '\033[31m')"
run audit 6 --from $log --color=never
expect_lacks "$(printf '\033')"

# Several domains in text: what is told once, what for each, and the totals.
unusual()
{
	echo "(XEN) domain$1 EPT p2m table:"
	awk -v count="$2" 'BEGIN { for (i = 0; i < count; i++)
		printf "(XEN) gfn: %13x order:  0 mfn: %13x rwx WB!\n", 2 * i, 4096 + 2 * i }'
}
{
	echo '(XEN) Xen version 4.17.7 (x) debug=n'
	unusual 1 25
	echo '(d1) domain1 EPT p2m table:'
	unusual 2 21
	for domain in 3 4; do
		echo "(XEN) domain$domain EPT p2m table:"
		echo '(XEN) gfn:             0 order:  0 mfn:          1000 rwx UC '
	done
	printf '(XEN) gfn:             1 order:  0 mfn:'
} >"$tmp/several"
cat >"$tmp/several.json" <<'E2'
{"iommu": true, "cache-flush": false, "pinned": [], "mmio-ro": [], "guest-mtrr": null,
 "host-mtrr": {"def_type": "0x806", "var": []}, "memory-map": [["0x0", "0xffff"]]}
E2
several()
{
	run audit --from "$tmp/several" --given "$tmp/several.json" "$@"
	expect_status 1
}
# is COUNT TEXT: so many lines have the text
is()
{
	[ "$(grep -cF -e "$2" "$stdout")" -eq "$1" ]
	judge $? "not $1 lines with: $2"
}
several
is 1 'IOMMU                yes (given)'
is 40 'rwx WB!  mfn'
is 2 'UC, should be WB'
expect_lacks 'more in tables'
several --columns=gfn,verdict
is 42 '  0x'
expect_contains '... and 5 more runs that are right only if' '... and 1 more run that is right only if' \
	'4 domains: 48 entries, 192 KiB: 0 ok, 46 ok-if (' ' only by an unusual fact), 0 inherited, 0 pending, 0 skipped, 2 mismatch' \
	"1 line of a guest looks like Xen's but is not believed" 'incomplete: see above'
several --summary
expect_lacks 'iommu' 'ok only if' '  0x0'
several --color=always
expect_contains "$(printf '\033')[32m0 mismatch" "$(printf '\033')[31m1 mismatch" "$(printf '\033')[31mUC, should be WB"
run audit 4 --gfn 0 --from $log --color=always
expect_contains "$(printf '\033')[31m"

# Rules and versions of one's choice: 4.16 knows mfn_valid(), 4.14 decides direct MMIO earlier.
run audit 19 --from $log --rules 4.17 --format json
expect_status 1
expect_contains '"version":"4.17.7","rules":"4.17","how":"given","version_how":"log"' 'INVALID_UC'
run audit 1 --from $log --rules 4.17 --summary
expect_contains 'Xen 4.17.7 (log), judged by the rules of Xen 4.17.0-4.17.4'
run audit 19 --from $log --xen 4.17.3 --format json
expect_contains '"version":"4.17.3","rules":"4.17","how":"given"'
run audit 19 --from $log --xen 4.30.0 --format json
expect_contains '"rules":"4.21","how":"assumed"' 'newer than any Xen known here'
run audit 19 --from $log --xen 4.17.99 --format json
expect_contains '"rules":"4.19","how":"assumed"' 'newer than any 4.17 known here: rules of 4.17.7 assumed'

# Facts in a report can be given back, and give the same verdicts.
run audit 6 --from $log --given "$tmp/d6.json" --summary
expect_contains '68 mismatch'

# Every form of JSON is valid by the published schema.
if need python3 && run_command python3 -c 'import jsonschema' && [ $status -eq 0 ]; then
	for name in stale-entries.xen4.17.serial.log handbuilt.xen4.17.conring.txt \
		six-domains.xen4.17.serial.log ring-overflow.xen4.17.reads.txt; do
		for options in '' '-v' '--summary' '--all-dumps -v'; do
			# shellcheck disable=SC2086 # options are words
			"$XEN_EPTAUDIT" audit --from "tests/captures/$name.gz" $options --format json \
				>"$tmp/$name.json"
			run_command tests/tools/valid-json tests/schema/audit.json "$tmp/$name.json"
			expect_status 0
		done
	done
	"$XEN_EPTAUDIT" audit --from $log -v --format jsonl >"$tmp/lines"
	run_command python3 -c '
import collections, json, sys
print(sorted(collections.Counter(json.loads(l)["record"] for l in open(sys.argv[1])).items()))
' "$tmp/lines"
	expect_stdout_is "[('audit', 1), ('domain', 23), ('end', 1), ('finding', 13), ('run', 172)]"
else
	skip 'python3-jsonschema is not installed'
fi

finish
