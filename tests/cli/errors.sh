#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input: one sentence that names the way out, status 2, nothing on standard output.
. "${SRCDIR:-.}/tests/lib.sh"

log=$captures/six-domains.xen4.17.serial.log.gz

run audit --from "$tmp/missing"
expect_error 'missing: No such file' 'xl dmesg'
run audit --from "$tmp"
expect_error 'is a directory' 'xl dmesg'
: >"$tmp/empty"
run audit --from "$tmp/empty"
expect_error 'is empty' 'xl debug-keys'
head -c 100000 /dev/urandom >"$tmp/binary"
run audit --from "$tmp/binary"
expect_error 'xen-eptaudit audit: '
head -c 5000 "$log" >"$tmp/damaged.gz"
run audit --from "$tmp/damaged.gz"
expect_status 3
expect_contains 'incomplete'
head -c 400 "$log" >"$tmp/damaged.gz"
printf 'damage' | dd of="$tmp/damaged.gz" bs=1 seek=200 conv=notrunc 2>/dev/null
run audit --from "$tmp/damaged.gz"
expect_status 2
expect_stdout_empty
echo 'nothing of Xen here' >"$tmp/other"
run audit --from "$tmp/other"
expect_error 'not a console log of Xen'
printf '\n {"iommu": true}\n' >"$tmp/other"
run audit --from "$tmp/other"
expect_error 'is not a console log of Xen (facts in JSON stand beside one: --given FILE)'
gzip -dc "$log" | sed 's/(XEN)/\x1b[33m&\x1b[0m/' >"$tmp/other"
run audit --from "$tmp/other"
expect_error 'is not a console log of Xen (it has the colours of a terminal; without them: sed '
gzip -dc "$log" | head -n 200 >"$tmp/boot"
run audit --from "$tmp/boot"
expect_error 'has no EPT dump' 'xl debug-keys'
gzip -dc "$log" | sed -n '274,400p' >"$tmp/bare"
run audit --from "$tmp/bare"
expect_error 'does not tell which Xen' '--xen'
run audit --from "$tmp/bare" --xen 4.17.7
expect_status 0
for domain in 32752 99999 -1 x '1 ' '1 and 2 '; do
	{
		cat "$tmp/boot"
		echo "(XEN) domain$domain EPT p2m table: $([ "$domain" != '1 ' ] || echo text)"
		echo '(XEN) gfn:             0 order:  0 mfn:           300 rwx WB!'
	} >"$tmp/nobody"
	run audit --from "$tmp/nobody"
	expect_status 3
	expect_contains 'A domain that is not named' 'incomplete: no header names its domain'
done
run audit 99 --from "$log"
expect_error 'no dump of domain 99' '1, 2, 3, 4, 5, 6'
run audit web --from "$log"
expect_error "choose 'web' by its id"
run audit --dump 7 --from "$log"
expect_error 'no domain has a dump 7'
run audit 1 --dump 0 --from "$log"
expect_status 2
expect_stdout_empty

given()
{
	printf '%s' "$1" >"$tmp/given"
	run audit --from "$log" --given "$tmp/given"
	shift
	expect_error "$@"
}
run audit --from "$log" --given "$tmp/missing"
expect_error 'cannot read facts'
given 'not JSON' 'cannot read facts'
given '[1]' 'a JSON object of facts'
given '{"iomu": true}' 'fact iomu' 'no such fact'
given '{"iommu": 1}' 'fact iommu' 'true or false'
given '{"domains": {"1": {"pinned": [{"gfn": ["0x10"], "type": "WC"}]}}}' 'pin 0'
given '{"domains": {"1": {"pinned": [{"gfn": ["0x10", "0x1f"], "type": "XX"}]}}}' 'pin 0'
given '{"domains": {"1": {"dumps": {"2": {"special": [["0x2", "0x1"]]}}}}}' 'fact special'
given '{"guest-mtrr": {"def_type": "c06", "fixed": ["0x0"]}}' 'fixed'
given '{"host-mtrr-var": [{"mfn": ["0x1", "0x5"], "type": "UC"}]}' 'power of two'
given '{"p2m-type": [{"gfn": ["0x1", "0x5"], "type": "ram"}]}' "no p2m type 'ram'"
given '{"rules": "4.99"}' "no rule set '4.99'"

run audit --from "$log" --rules 9.9
expect_error "no rule set '9.9'" '4.19'
run audit --from "$log" --xen four
expect_error "'four' is no Xen version"
run audit --from "$log" --xen 4.4.1
expect_error 'before 4.5'
for option in --columns=gfn,no --format=xml --fail-on=bad --color=red --gfn=zz --gfn=2-1 --no-such; do
	run audit --from "$log" $option
	expect_status 2
	expect_stdout_empty
done
run audit --from "$log" 1 2
expect_status 2
run
expect_status 2
expect_stdout_empty
run nosuchverb
expect_error "no verb 'nosuchverb'"
run audit --help
expect_status 0
expect_contains '--from' '--given' 'Columns:' 'Exit status'

# A full disk is noticed.
if [ -w /dev/full ]; then
	"$XEN_EPTAUDIT" audit --from "$log" -v >/dev/full 2>"$stderr"
	status=$?
	expect_status 2
	expect_stderr_contains 'cannot write the report'
	six=$captures/six-domains.xen4.17.serial.log.gz
	for words in 'rules' 'rules show 4.17' "rules fit --from $six" \
		"compare --rules 4.17 --rules 4.19 --from $six" "explain 4 c0000 --from $six" \
		--version 'audit --help' --list-completions; do
		# shellcheck disable=SC2086 # words
		"$XEN_EPTAUDIT" $words >/dev/full 2>"$stderr"
		status=$? what="$words >/dev/full"
		expect_status 2
		expect_stderr_contains 'cannot write the output: No space left on device'
	done
fi

# Every verb helps with examples of its own, and refuses what it does not know.
"$XEN_EPTAUDIT" --list-completions | grep -v ' ' >"$tmp/verbs"
while read -r verb; do
	run "$verb" --help
	expect_status 0
	expect_contains 'Examples:' "  xen-eptaudit $verb "
	run "$verb" --nosuch
	expect_status 2
	expect_stdout_empty
	expect_stderr_contains 'nosuch'
done <"$tmp/verbs"
[ "$(wc -l <"$tmp/verbs")" -ge 8 ]
judge $? 'verbs are missing'

# What a terminal would act on is told as something else, whoever says what is wrong.
colour=$(printf '\033[31m\302\233')
for words in "$colour" "audit --$colour" "audit -$colour" "audit --format $colour" \
	"list --emt $colour" "audit --gfn $colour"; do
	# shellcheck disable=SC2086 # words
	run $words
	expect_status 2
	expect_stderr_contains '?[31m??'
	! LC_ALL=C grep -q "$(printf '[\033\302]')" "$stderr"
	judge $? 'it is told as it is'
done

finish
