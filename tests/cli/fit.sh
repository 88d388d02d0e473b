#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rules fit: the rule set that made the entries is found by them.
. "${SRCDIR:-.}/tests/lib.sh"

six=$captures/six-domains.xen4.17
stale=$captures/stale-entries.xen4.17

# The true set, or its equals, fits every capture best.
for capture in "$captures"/*.log.gz "$captures"/*.txt.gz; do
	case $capture in *.reads.txt.gz) continue ;; esac
	run rules fit --from "$capture" --format json
	expect_status 0
	grep -q '"rules":"4.19","contradictions":[0-9]*,"fits":true,"unusual":[0-9]*,"running":true' \
		"$stdout"
	judge $? "4.19 does not fit $capture best"
	expect_lacks '2024-06' # proposals have made no entries
done

run rules fit 4 --from "$six.serial.log.gz" --given "$six.true-facts.json"
expect_status 0
expect_stdout_is "console $six.serial.log.gz, Xen 4.17.7
279 entries that are not pending

rule set                 contradictions  unusual
4.21                                  0        0  fits best
4.19                                  0        0  fits best  running Xen's
4.14                                  0        0  fits best
4.17                                  1        0
    told from 4.19 by 1 entry: d4 0xc0000-0xc01ff
      domain 4 gfn 0xc0000 mfn 0xc0000 is UC, not UC! (INVALID_UC)
4.16                                  1        0
    told from 4.19 by 1 entry: d4 0xc0000-0xc01ff
      domain 4 gfn 0xc0000 mfn 0xc0000 is UC, not UC! (INVALID_UC)
4.15                                  1        0
    told from 4.19 by 1 entry: d4 0xc0000-0xc01ff
      domain 4 gfn 0xc0000 mfn 0xc0000 is UC, not UC! (INVALID_UC)
4.11                                  1        0
    told from 4.19 by 1 entry: d4 0xfffff-0xfffff
      domain 4 gfn 0xfffff mfn 0x5657e is WB!, not WB (MTRR_MERGE)
4.6.5                                 1        0
    told from 4.19 by 1 entry: d4 0xfffff-0xfffff
      domain 4 gfn 0xfffff mfn 0x5657e is WB!, not WB (MTRR_MERGE)
4.5                                   1        0
    told from 4.19 by 1 entry: d4 0xfffff-0xfffff
      domain 4 gfn 0xfffff mfn 0x5657e is WB!, not WB (MTRR_MERGE)
4.7                                   2        0
    told from 4.19 by 2 entries: d4 0xc0000-0xc01ff, d4 0xfffff-0xfffff
      domain 4 gfn 0xc0000 mfn 0xc0000 is UC, not UC! (INVALID_UC)
4.5.3                                 2        0
    told from 4.19 by 2 entries: d4 0xc0000-0xc01ff, d4 0xfffff-0xfffff
      domain 4 gfn 0xc0000 mfn 0xc0000 is UC, not UC! (INVALID_UC)

No entry tells those that fit best apart."

# fits LOG: the sets that fit best, oldest last.
fits()
{
	"$XEN_EPTAUDIT" rules fit --from "$1" | sed -n 's/ .*fits best.*//p' | tr '\n' ' '
}

# Written anew as Xen of each set would have made them: that set is found, and with it only those
# that would have made the same log.
sets='4.5 4.5.3 4.6.5 4.7 4.11 4.14 4.15 4.16 4.17 4.19 4.21'
if need python3; then
	for log in six stale; do
		eval "capture=\$$log"
		# shellcheck disable=SC2086 # words
		run_command "$SRCDIR/tests/tools/rewrite-log" "$capture.serial.log.gz" \
			"$capture.true-facts.json" "$tmp/$log" $sets
		expect_status 0
	done
	for set in $sets; do
		equals=
		for other in $sets; do
			cmp -s "$tmp/six.$set" "$tmp/six.$other" && equals="$other $equals"
		done
		what="six-domains as $set"
		best=$(fits "$tmp/six.$set")
		[ "$best" = "$equals" ]
		judge $? "'$best' fits best, not '$equals'"

		# Types are not known here: more than the equals may explain a log.
		what="stale-entries as $set"
		case " $(fits "$tmp/stale.$set")" in *" $set "*) pass ;; *) fail 'does not fit best' ;; esac
	done
	for pair in '4.5|4.5 ' '4.5.3|4.5.3 ' '4.7|4.7 ' '4.11|4.11 4.6.5 ' '4.16|4.17 4.16 ' \
		'4.15|4.17 4.16 4.15 ' '4.19|4.21 4.19 '; do
		what="stale-entries as ${pair%|*}"
		best=$(fits "$tmp/stale.${pair%|*}")
		[ "$best" = "${pair#*|}" ]
		judge $? "'$best' fits best, not '${pair#*|}'"
	done
	run rules fit --from "$tmp/six.4.17"
	expect_status 0
	expect_contains 'Another rule set fits better than that of the running Xen: it may carry backports.' \
		'    told from 4.17 by 37 entries: d3 0xc0000-0xc07ff, d3 0xd0010-0xd002f'
	run rules fit --from "$tmp/six.4.17" --xen 4.17.4
	expect_contains "4.17                                  0      260  fits best  running Xen's"
	expect_lacks 'Another rule set'
fi

# Entries were lost: what is there is fitted, and that is said.
gzip -dc "$captures/pvh-linux.xen4.17.serial.log.gz" >"$tmp/whole"
head -n $(($(grep -an 'domain4 EPT' "$tmp/whole" | tail -n 1 | cut -d: -f1) + 2000)) "$tmp/whole" >"$tmp/cut"
tail -n +11957 "$tmp/whole" >>"$tmp/cut"
run rules fit 4 --from "$tmp/cut"
expect_status 3
expect_contains 'incomplete: entries were lost'

expect_valid rules rules fit 4 --from "$tmp/cut" --format json

for capture in "$six.serial.log.gz" "$stale.serial.log.gz" \
	"$captures/pvh-linux.xen4.17.serial.log.gz"; do
	expect_valid rules rules fit --from "$capture" --format json
done

run rules fit
expect_error '--from'
run rules fit 99 --from "$six.serial.log.gz"
expect_error 'domain 99'
run rules fit 4 5 --from "$six.serial.log.gz"
expect_status 2
expect_stdout_empty
run rules fit --from "$tmp/none"
expect_error 'none'

# --gfn counts here, too.
run rules fit 4 --from "$six.serial.log.gz" --gfn 2600-27ff
expect_status 0
expect_contains '1 entry that is not pending'
run rules fit 4 --from "$six.serial.log.gz" --gfn 7fffffff0
expect_error 'no entry to judge within --gfn'

finish
