#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Baselines: what is known does not fail, what is new does, and what is gone is told.
. "${SRCDIR:-.}/tests/lib.sh"

log=$captures/stale-entries.xen4.17.serial.log.gz
base=$tmp/baseline

run audit --from "$log" --write-baseline "$base"
expect_status 0
expect_contains '1140 mismatch, of which 1140 in the baseline'
[ "$(grep -c '^d[456] 0x.* NO_IO_WB$' "$base")" = 13 ] || fail "$(cat "$base")"
head -n 2 "$base" >"$tmp/head"
cat >"$tmp/wanted" <<'E2'
# Findings of xen-eptaudit that are known and accepted: DOMAIN GFN-GFN TYPE RULE
d4 0x0-0xf WB NO_IO_WB
E2
cmp -s "$tmp/head" "$tmp/wanted" || fail "$(cat "$tmp/head")"

run audit --from "$log" --baseline "$base"
expect_status 0
expect_lacks 'should be' 'found no more'
run audit -v --from "$log" --baseline "$base"
expect_status 0
expect_contains 'should be'
run audit --from "$log" --baseline "$base" --format json
expect_status 0
expect_contains '"accepted":true' '"accepted":494' '"exit_status":0'
run audit --from "$log" --baseline "$base" --format tap
expect_status 0
expect_contains 'ok 4 - domain 4: audit: 0 of 547 entries mismatch'
expect_lacks '# mismatch'
run audit 4 --from "$log" --format tap
expect_contains '# mismatch (slow) gfn 0x0-0xf' 'not ok 1 - domain 4: audit: 494 of 547 entries mismatch'

# One line less: exactly its entries fail. Two lines that meet cover one finding.
grep -v '^d4 0x0-0xf ' "$base" >"$tmp/less"
run audit --from "$log" --baseline "$tmp/less"
expect_status 1
expect_contains '0x0-0xf ' '1140 mismatch, of which 1124 in the baseline'
expect_lacks '0x11-0x9f'
printf 'd4 0x8-0x20 WB * # second\n* 0x0-7 WB NO_IO_WB\n' >>"$tmp/less"
run audit --from "$log" --baseline "$tmp/less"
expect_status 0
# A gap, another type, another rule, another domain: not accepted.
for line in 'd4 0x0-0xe WB *' 'd4 0x0-0xf WB! *' 'd4 0x0-0xf WB MMIO_UC' 'd5 0x0-0xf WB *'; do
	grep -v '^d4 0x0-0xf ' "$base" >"$tmp/less"
	echo "$line" >>"$tmp/less"
	run audit 4 --from "$log" --baseline "$tmp/less"
	expect_status 1
	expect_contains '494 mismatch, of which 478 in the baseline'
done

# What is gone is told, but of domains only that were seen as a whole.
printf 'd4 0x999999 UC! *\nd77 0x1 UC *\n' >>"$base"
run audit --from "$log" --baseline "$base"
expect_status 0
expect_stderr_contains 'line 15 (d4 0x999999 UC! *) is found no more'
expect_stderr_lacks 'd77'
run audit 4 --gfn 0-ff --from "$log" --baseline "$base"
expect_status 0
expect_stderr_lacks 'found no more'
gzip -dc "$log" >"$tmp/whole"
header=$(grep -an 'domain4 EPT' "$tmp/whole" | tail -n 1 | cut -d: -f1)
head -n $((header + 30)) "$tmp/whole" | head -c -30 >"$tmp/cut"
run audit 4 --from "$tmp/cut" --baseline "$base"
expect_status 3
expect_stderr_lacks 'found no more'

# A new one may take the place of the old.
run audit --from "$log" --baseline "$base" --write-baseline "$base"
expect_status 0
[ "$(grep -c '^d' "$base")" = 13 ] || fail "$(cat "$base")"

# Bad ones.
for line in 'd4' 'd4 0x0 WB' 'd4 x WB NO_IO_WB' 'd4 5-3 WB *' 'd4 5 XX *' 'd4 5 UC- *' 'd4 5 WB * *'; do
	printf '# head\n%s\n' "$line" >"$tmp/bad"
	run audit --from "$log" --baseline "$tmp/bad"
	expect_error 'line 2: DOMAIN GFN-GFN TYPE RULE is expected'
done
run audit --from "$log" --baseline "$tmp/none"
expect_error 'cannot read the baseline'
run audit --from "$tmp/none" --write-baseline "$tmp/fresh"
expect_status 2
for leftover in "$tmp"/fresh*; do
	[ ! -e "$leftover" ] || fail "left behind: $leftover"
done
run audit --from "$log" --write-baseline "$tmp/none/none"
expect_error 'cannot write'
finish
