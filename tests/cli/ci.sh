#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What programs rely on: tests that fail where they must, files that are whole, hints for a slip.
. "${SRCDIR:-.}/tests/lib.sh"

log=$captures/stale-entries.xen4.17.conring-and-facts.txt.gz
small=$captures/six-domains.xen4.17.serial.log.gz

# TAP fails where the exit status does.
run audit 1 --strict --from "$log" --format tap
expect_status 3
expect_contains 'not ok 2 - domain 1: proven: 772 of 772 entries are right only if' '1..2'
run audit 15 --strict --from "$log" --format tap
expect_status 0
expect_lacks 'not ok'
run audit --from "$tmp/none" --format tap
expect_status 2
expect_contains 'Bail out! cannot read'
run audit 6 --from "$log" --format tap
expect_contains '# mismatch (slow) gfn 0x400-0x5ff: got UC, wanted WB!, by NO_IO_WB, B19; 1 entry'

# What is named and matches nothing is told and fails, unless that is allowed.
empty()
{
	text=$1
	shift
	run audit 6 --from "$small" "$@"
	expect_status 1
	expect_stderr_contains "$text" '--allow-empty'
	run audit 6 --from "$small" "$@" --allow-empty
	expect_status 0
	expect_stderr_lacks "$text"
}
run audit 6 --from "$small"
expect_status 0
empty 'no entry lies in --gfn 0x100000000' --gfn 100000000
empty 'no entry lies in --gfn 0x100000000' --gfn 4000-4fff --gfn 100000000
empty 'that domain is not there' --expect '7:0x4000=UC'
empty 'that domain is not there' --expect 'web:0x4000=UC'
echo '{"domains": {"33": {"iommu": true}}}' >"$tmp/given"
empty '--given has no facts for domain 6' --given "$tmp/given"
echo 'd33 0x0-0xf WB NO_IO_WB' >"$tmp/base"
empty 'meets a finding' --baseline "$tmp/base"
run audit --from "$small" --given "$tmp/given"
expect_status 1
expect_stderr_contains '--given has facts for domain 33, which is not there'
run audit 6 --from "$small" --gfn 100000000 --format json
expect_contains '"matched_nothing":["no entry lies in --gfn 0x100000000"]' '"exit_status":1'
run audit 6 --from "$small" --gfn 100000000 --format tap
expect_contains 'not ok 2 - matches: no entry lies in --gfn 0x100000000' '1..2'

# An expectation of one domain is not held against the others.
run audit --from "$small" --expect '1:0x0-0x9f=WB!' --expect 'd4:0xc0000=UC' --format tap
expect_status 0
[ "$(grep -c '=' "$stdout")" -eq 2 ]
judge $? 'not two expectations'
run audit --from "$small" --expect 'domain4:0x0-0x9f=WB!' --format tap
expect_status 1
expect_contains 'not ok 5 - domain 4: domain4:0x0-0x9f=WB!: 160 of 160 entries differ'

# A file takes its place when it is whole.
run audit 6 --from "$log" --format openmetrics -o "$tmp/m.prom"
expect_status 1
expect_stdout_empty
run_command cat "$tmp/m.prom"
expect_contains 'xen_eptaudit_findings{domain="6",name="",severity="slow",bug="B19"} 68' \
	'xen_eptaudit_entries{domain="6",name="",verdict="mismatch"} 68' 'xen_eptaudit_complete 1' '# EOF'
cp "$tmp/m.prom" "$tmp/before"
run audit 6 --from "$tmp/none" --format openmetrics -o "$tmp/m.prom"
expect_status 2
expect_same "$tmp/before" "$tmp/m.prom"
[ "$(ls -A "$tmp" | grep -c xen-eptaudit)" -eq 0 ]
judge $? 'something stayed behind'
(umask 022 && "$XEN_EPTAUDIT" audit 6 --from "$log" --format openmetrics -o "$tmp/open.prom")
run_command ls -l "$tmp/open.prom"
expect_contains '-rw-r--r--'
run audit 6 --from "$log" -q
expect_status 1
expect_stdout_empty

# Nothing is accepted and ignored.
for options in '--columns gfn -j' '--bytes --format tap' '--summary -v' '-q -v' '-v --format junit' \
	'--summary --format openmetrics' '-q --format json' '--all-dumps --format openmetrics' \
	'--summary --columns gfn'; do
	# shellcheck disable=SC2086 # words
	run audit 6 --from "$log" $options
	expect_status 2
done
run list 6 --from "$log" -j --columns gfn
expect_status 2
run list 6 --from "$log" --type ram_rw
expect_status 3
expect_stderr_contains 'p2m types are not known here'
run list 6 --from "$log" --no-headings --bytes --columns gfn,size
expect_contains '2097152'
expect_lacks 'MiB' ' size'

# Hints.
run aduit
expect_error "did you mean 'audit'?"
run audit --from "$log" --fomrat json
expect_stderr_contains 'did you mean --format?'
run audit --from "$log" --format jsn
expect_stderr_contains "did you mean 'json'?"
run audit "$log"
expect_status 2
expect_stderr_contains "did you mean --from $log?"
run audit 6 --from "$log" --gfn 400 --given "$tmp/none" --
expect_status 2
for words in 'audit -h' 'help audit' 'audit --help'; do
	# shellcheck disable=SC2086 # words
	run $words
	expect_status 0
	expect_contains '-h, --help' 'Examples:'
	awk 'length($0) > 80 { n++ } END { exit n > 0 }' "$stdout"
	judge $? 'wider than 80 columns'
done
run --version
expect_contains 'newest rules: set 4.' 'running domains:' 'packed files: gzip' 'makedumpfile images: yes'

# Rule sets by version, and against those of the Xen that made the entries.
run rules show 4.17.4
expect_contains 'Rule set 4.17'
run audit 6 --from "$log" --rules 4.17.4 --summary
expect_contains 'judged by the rules of Xen 4.17.0-4.17.4, 4.18.0-4.18.2 (set 4.17)'
run compare 5 --rules 4.16.2 --from "$log"
expect_status 1
expect_contains 'rule set 4.19 before, 4.16 after'
run compare 5 --rules 4.16 --rules 4.17 --xen 4.17.5 --from "$log"
expect_error '--xen is for one --rules'

# The map, as wide as the screen.
run map 6 --from "$log"
expect_status 1
expect_contains '* 0x0000400000-0x00005fffff     2 MiB  UC      WB!       slow B19' '###' \
	'  0x0000000000-0x00000fffff     1 MiB  -       -         not mapped' '8.2 MiB mapped'
awk 'length($0) > 80 && !/^console/ { n++ } END { exit n > 0 }' "$stdout"
judge $? 'wider than 80 columns'
COLUMNS=60 run map 6 --from "$log"
expect_lacks '###'
run map 6 --from "$log" --gfn 300-fff
expect_contains 'not mapped'
expect_lacks '0x0000000000'
run compare 5 --rules 4.16 --rules 4.19 --from "$log" --format svg
expect_status 1
expect_contains 'data-upper="UC!" data-lower="UC" data-class="faster"' '</svg>'
run compare --all --from "$log" --format svg
expect_error 'one pair of rule sets'

# The recipe of the manual, as it stands there.
sed -n '/^\.Sh IN CI/,/^\.Sh ENV/p' "$SRCDIR/man/xen-eptaudit.8" |
	awk '/^xen-eptaudit / { whole = 1 } whole && /\\e$/ { printf "%s ", substr($0, 1, length($0) - 2); next }
		whole { print; whole = 0 }' >"$tmp/recipe"
[ "$(wc -l <"$tmp/recipe")" -eq 4 ]
judge $? 'not four commands in the manual'
XEN_EPTAUDIT=$(realpath "$XEN_EPTAUDIT") && small=$(realpath "$small") && mkdir "$tmp/ci" && cd "$tmp/ci" || exit 1
cp "$small" log
while read -r _ words; do
	eval "set -- $words" # as a shell reads them
	run "$@"
	expect_status 0
done <"$tmp/recipe"
for made in known.txt junit.xml xen-eptaudit.prom; do
	[ -s "$made" ]
	judge $? "no $made"
done
finish
