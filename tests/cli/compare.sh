#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# compare: what another rule set would do, against a second implementation.
. "${SRCDIR:-.}/tests/lib.sh"

six=$captures/six-domains.xen4.17
stale=$captures/stale-entries.xen4.17

run compare 4 --rules 4.17 --rules 4.19 --from "$six.serial.log.gz"
expect_status 1
expect_stdout_is "console $six.serial.log.gz
rule set 4.17 before, 4.19 after

Domain 4
  UC! (INVALID_UC) becomes UC (MMIO_UC), faster: PAT WC gives WC, not UC
    0xc0000-0xc01ff       mfn 0xc0000            1 x order 9, 2 MiB
  1 of 282 entries differ, 2 MiB of 51 MiB: 1 faster (2 MiB)
  Whatever its PAT says, the guest loses nothing, and gains WC in 2 MiB."
run compare 1 --rules 4.17 --rules 4.19 --from "$six.serial.log.gz"
expect_status 0
run compare 3 --gfn c0000-c05ff --rules 4.17 --rules 4.19 --from "$six.serial.log.gz"
expect_contains '3 of 3 entries differ, 6 MiB of 6 MiB: 3 faster (6 MiB)'
# The other way it is called safer; taken away from everybody, weaker.
run compare 4 --rules 4.19 --rules 4.17 --from "$six.serial.log.gz"
expect_contains 'UC (MMIO_UC) becomes UC! (INVALID_UC), safer: PAT WC gives UC, not WC'
run compare 3 --rules 4.19 --rules ram-wb-2024-06 --from "$six.serial.log.gz" \
	--given "$six.true-facts.json"
expect_contains '68 of 138 entries differ, 8.2 MiB of 16.5 MiB: 68 weaker (8.2 MiB)'
# Two sets that differ only where a type is what is not usual.
run compare 5 --rules 4.15 --rules 4.16 --from "$six.serial.log.gz" --given "$six.true-facts.json"
expect_status 0
expect_contains '0 of 78 entries differ' 'may differ: that hangs on page types'
# What has no usual value is not guessed: it is said what may differ, and on what that hangs.
run compare 3 --rules 4.19 --rules mmio-guest-mtrr-2024-06 --from "$six.serial.log.gz"
expect_status 0
expect_contains '  0 of 138 entries differ' '  68 more (8.2 MiB) may differ: that hangs on guest MTRRs'
run compare 2 --rules 4.19 --rules mmio-guest-mtrr-2024-06 --from "$six.serial.log.gz"
expect_status 1
expect_contains 'UC (MMIO_UC) becomes WB (MMIO_GUEST_MTRR), weaker: ' '; if guest MTRR ranges is as usual'
# What is not known is one and the same before and after: nothing differs for that.
run compare 1 --rules 4.17 --rules 4.19 --from "$stale.serial.log.gz"
expect_status 0
if need python3; then
	set --
	for pair in '4.17 4.19' '4.17 v1-2024-06' '4.17 invalid-mfn-2024-06' '4.19 v1-2024-06' \
		'4.19 4.21' '4.19 mmio-guest-mtrr-2024-06' '4.19 mmio-guest-wc-2024-06' \
		'4.17 mmio-guest-mtrr-2024-06' '4.17 mmio-guest-wc-2024-06' '4.19 ram-wb-2024-06' \
		'4.17 ram-wb-2024-06' '4.17 special-first-2022-09' '4.19 special-first-2022-09'; do
		set -- "$@" "$pair"
		"$XEN_EPTAUDIT" compare --rules "${pair% *}" --rules "${pair#* }" \
			--from "$six.serial.log.gz" --given "$six.true-facts.json" --format json \
			>"$tmp/json.$pair"
	done
	python3 -c '
import json, sys
for pair in sys.argv[2:]:
    for d in json.load(open(sys.argv[1] + pair))["domains"]:
        print(pair, d["domid"], d["differing"])' "$tmp/json." "$@" >"$tmp/got"
	run_command "$SRCDIR/tests/tools/count-differences" "$six.serial.log.gz" \
		"$six.true-facts.json" "$@"
	cp "$stdout" "$tmp/counted"
	for pair; do
		what="compare $pair"
		grep "^$pair " "$tmp/counted" >"$stdout"
		grep "^$pair " "$tmp/got" >"$tmp/got.one"
		[ -s "$stdout" ]
		judge $? 'nothing was counted'
		expect_stdout_is "$tmp/got.one"
	done
fi
# A guest with a PCI device on a host that forces snooping, as cache-control-2025-05 would have it: all
# of its RAM but the page that is special, and not the APIC page, which is not RAM.
echo '{"facts": {"iommu": true, "cache-flush": false, "cache-control": false, "iommu-snoop": true}}' \
	>"$tmp/device"
run compare 4 --rules 4.21 --rules cache-control-2025-05 --from "$six.serial.log.gz" \
	--given "$tmp/device"
expect_status 1
expect_contains '280 of 282 entries differ' \
	'the guest loses UC in 49 MiB, WC in 49 MiB, WT in 46.8 MiB, WP in 46.8 MiB, and gains WB in 2.2 MiB.'
# Without snooping nothing changes.
sed 's/"iommu-snoop": true/"iommu-snoop": false/' "$tmp/device" >"$tmp/unsnooped"
run compare 4 --rules 4.21 --rules cache-control-2025-05 --from "$six.serial.log.gz" \
	--given "$tmp/unsnooped"
expect_status 0
# Where it is not known whether snooping is forced, both are possible, and it is named.
sed 's/, "iommu-snoop": true//' "$tmp/device" >"$tmp/unknown"
run explain 4 0x200 --rules cache-control-2025-05 --from "$six.serial.log.gz" --given "$tmp/unknown"
expect_contains iommu-snoop
# What was said against special-first-2022-09: a page behind the special one becomes too weak.
echo '{"facts": {"iommu": true, "cache-flush": true, "special": [["0x7400", "0x7400"]]}}' >"$tmp/first"
run compare 4 --rules 4.17 --rules special-first-2022-09 --from "$six.serial.log.gz" \
	--given "$tmp/first"
expect_contains '0x200-0x3ff' 'split (SPECIAL_WB_ALL) becomes WB! (SPECIAL_FIRST_WB)' \
	'1 of 282 entries differ'
# Every pair of released sets, on two captures.
if need python3; then
	for given in "$six:true" "$stale:all"; do
		capture=${given%:*}
		"$XEN_EPTAUDIT" compare --all --from "$capture.serial.log.gz" \
			--given "$capture.${given#*:}-facts.json" --format json >"$tmp/json"
		run_command python3 -c '
import json, sys
for pair in json.load(open(sys.argv[1]))["pairs"]:
    if "2024" not in pair["before"] + pair["after"]:
        print(pair["before"], pair["after"], pair["differing"])' "$tmp/json"
		cp "$stdout" "$tmp/got"
		run_command "$SRCDIR/tests/tools/count-matrix" "$capture.serial.log.gz" \
			"$capture.true-facts.json"
		expect_stdout_is "$tmp/got"
	done
fi
run compare --all --from "$six.serial.log.gz" --format json
expect_status 1
expect_contains '{"before":"4.17","after":"4.19","differing":37}' '{"before":"4.19","after":"4.21","differing":0}'
run compare --all 1 --gfn 0-9f --from "$six.serial.log.gz"
expect_status 0
expect_contains '160 entries; of them' ' 9 4.17                          0      0'
run compare --from "$six.serial.log.gz"
expect_error 'name two rule sets'
run compare --all --rules 4.17 --from "$six.serial.log.gz"
expect_error 'leave out --rules'
run compare --rules 4.17 --rules 4.19
expect_error '--from'
run compare --help
expect_status 0
expect_contains 'Examples:' 'compare --all --from log'
run compare --rules 4.17 --rules 9.9 --from "$six.serial.log.gz"
expect_error "no rule set '9.9'"

expect_valid compare compare --rules 4.17 --rules 4.19 --from "$six.serial.log.gz" --format json
expect_valid compare compare --rules 4.11 --rules ram-wb-2024-06 --from "$stale.serial.log.gz" \
	--format json
expect_valid compare compare --rules 4.16 --rules 4.17 --from "$stale.serial.log.gz" \
	--given "$stale.all-facts.json" --format json
expect_valid compare compare --all --from "$six.serial.log.gz" --format json

# Entries were lost: nothing that is there differs, but that is not all.
gzip -dc "$captures/pvh-linux.xen4.17.serial.log.gz" >"$tmp/whole"
head -n $(($(grep -an 'domain4 EPT' "$tmp/whole" | tail -n 1 | cut -d: -f1) + 2000)) "$tmp/whole" >"$tmp/cut"
tail -n +11957 "$tmp/whole" >>"$tmp/cut"
run compare 4 --rules 4.17 --rules 4.19 --from "$tmp/cut"
expect_status 3
expect_contains '  incomplete: '
expect_valid compare compare 4 --rules 4.5 --rules 4.21 --from "$tmp/cut" --format json
run compare 4 --all --from "$tmp/cut" --format json
expect_contains '"complete":false'

finish
