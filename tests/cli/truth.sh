#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every line of stale-entries against what is true of it, with three states of knowledge.
. "${SRCDIR:-.}/tests/lib.sh"

stale=$captures/stale-entries.xen4.17

against_truth()
{
	"$XEN_EPTAUDIT" audit -v --format jsonl "$@" >"$tmp/runs" || [ $? -eq 1 ] || return
	"$SRCDIR/tests/tools/against-truth" "$stale.truth.tsv" <"$tmp/runs"
}

need python3 || finish

# The log alone: what was revoked (d4, d5, d6), and nothing really wrong is called ok.
for log in serial.log conring-and-facts.txt; do
	run_command against_truth --from "$stale.$log.gz"
	expect_stdout_is '1140 mismatch mismatch B19
529 mismatch ok-if -
16 mismatch-unknowable ok-if -
916 ok ok -
4960 ok ok-if -
302 pending pending -
2 skipped skipped -
316 unknowable ok-if -'
done
run audit --from "$stale.serial.log.gz" --format json
expect_status 1
cp "$stdout" "$tmp/audit.json"
run_command python3 -c '
import json, sys
domains = json.load(open(sys.argv[1]))["domains"]
print([d["domid"] for d in domains if d["findings"]])' "$tmp/audit.json"
expect_stdout_is '[4, 5, 6]'

# With what dom0's calls returned: exactly the 1669.
run_command against_truth --from "$stale.serial.log.gz" --given "$stale.dom0-facts.json"
expect_stdout_is '1140 mismatch mismatch B19
529 mismatch mismatch B21
16 mismatch-unknowable ok-if -
916 ok ok -
4960 ok ok-if -
302 pending pending -
2 skipped skipped -
316 unknowable ok-if -'

# With the true guest MTRRs and pins besides: exactly the 1685.
run_command against_truth --from "$stale.serial.log.gz" --given "$stale.all-facts.json"
expect_stdout_is '1140 mismatch mismatch B19
529 mismatch mismatch B21
16 mismatch-unknowable mismatch B21
990 ok inherited -
4359 ok ok -
527 ok ok-if -
302 pending pending -
2 skipped skipped -
316 unknowable ok -'

finish
