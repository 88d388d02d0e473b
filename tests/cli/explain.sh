#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# explain: what decided, since when, what another rule would say, and what happened.
. "${SRCDIR:-.}/tests/lib.sh"
COLUMNS=100

six=$captures/six-domains.xen4.17
stale=$captures/stale-entries.xen4.17

# on_one_screen: whatever it is asked about can be read without scrolling.
on_one_screen()
{
	[ "$(wc -l <"$stdout")" -le "${1:-48}" ] && [ "$(wc -L <"$stdout")" -le 100 ]
	judge $? "more than a screen: $(wc -lL <"$stdout")"
}

# The situation of June 2024: direct MMIO above RAM.
printf '%s' '{"iommu": false, "cache-flush": true, "mmio-ro": [], "special": [],
	"mfn-valid": [["0x0", "0x7ffff"]]}' >"$tmp/capable"
sed 's/"cache-flush": true/"cache-flush": false/' "$tmp/capable" >"$tmp/incapable"
above()
{
	run explain --gfn e0000 --mfn 100000 --type mmio_direct --order 9 "$@"
	expect_status 0
}
for version in 4.15.0 4.15.7 4.16.0 4.16.7 4.17.0 4.17.4 4.18.0 4.18.2; do
	above --xen $version --given "$tmp/capable"
	expect_contains 'INVALID_UC         decides   UC!' '  moved    Xen commit 81fd0d3ca4b2' \
		'The rules say UC! here since 81fd0d3ca4b2 (4.15.0): ' '4fdd8d75566f (4.19.0, 4.17.5, 4.18.3): ' \
		'  4.19, 4.21                   UC          MMIO_UC           since 4fdd8d75566f' \
		'  v1-2024-06                   UC          INVALID_UC_V1'
done
# What is no entry, no frame, and no Xen that shows types.
run explain --gfn e0000 --mfn 100000 --type ram_rw --xen 4.4
expect_error 'Xen 4.4: Xen before 4.5 does not show memory types'
run explain --gfn e0000 --mfn 10000000000 --type ram_rw --xen 4.17.3
expect_status 2
expect_stderr_contains '--mfn 10000000000: a frame has at most 40 bits'
for type in invalid mmio_dm populate_on_demand; do
	run explain --gfn e0000 --mfn 100000 --type $type --xen 4.17.3
	expect_status 2
	expect_stderr_contains "--type $type: such a gfn"
done
# The file of facts can name the Xen as well.
printf '{"xen": {"version": "4.17.3"}}' >"$tmp/named"
above --given "$tmp/named"
printf '{"xen": {"rules": "4.17"}}' >"$tmp/named"
above --given "$tmp/named"
above --xen 4.17.3 --given "$tmp/capable"
on_one_screen
expect_stdout_is "$SRCDIR/tests/expected/explain-mmio.txt"
for version in 4.17.5 4.18.3 4.19.0 4.22.0; do
	above --xen $version --given "$tmp/capable"
	expect_contains 'MMIO_UC            decides   UC ' \
		'The rules say UC here since 4fdd8d75566f (4.19.0, 4.17.5, 4.18.3): ' \
		'Releases with that step: 4.15.0 and later.'
done
# v1 asked for a capability or an IOMMU, what went in does not.
above --rules v1-2024-06 --given "$tmp/capable"
expect_contains 'INVALID_UC_V1      decides   UC ' '  4.19, 4.21                   UC  '
above --rules v1-2024-06 --given "$tmp/incapable"
expect_contains 'INVALID_UC_V1      decides   UC!' '  rule   UC! ' \
	'  4.19, 4.21                   UC  '
above --rules 4.19 --given "$tmp/incapable"
expect_contains 'MMIO_UC            decides   UC ' \
	'  v1-2024-06                   UC!         INVALID_UC_V1'
# A Xen that may be on either side: both are explained.
above --xen 4.17.4+8-gabc --given "$tmp/capable"
on_one_screen 56
expect_contains '  note       somewhere between 4.17.4 and 4.17.5' 'Steps of rule set 4.17' \
	'Steps of rule set 4.19' 'The rules say UC! here since' 'The rules say UC here since'

# What is stale, and by which defect: capabilities that were revoked …
run explain 6 450 --from "$stale.serial.log.gz"
expect_status 0
expect_stdout_is "$SRCDIR/tests/expected/explain-stale.txt"
# … a host MTRR that was changed …
COLUMNS=1000
run explain 1 200 --from "$stale.serial.log.gz" --given "$stale.dom0-facts.json"
expect_status 0
expect_contains 'mismatch (danger, B21)' 'no value of what is not known explains the entry' 'a host MTRR was changed, and Xen' \
	'It is stale: it holds' '(known as B21; Xen: all)'
COLUMNS=100
# … and what is inherited, and by which.
run explain 21 1220 --from "$stale.serial.log.gz" --given "$stale.all-facts.json"
expect_status 0
expect_stdout_is "$SRCDIR/tests/expected/explain-inherited.txt"

for entry in '21 1220' '6 450' '12 1400' '1 200' '4 fee00' '4 a0' '15 0' '18 40000' '19 20000'; do
	# shellcheck disable=SC2086 # two words
	run explain $entry --from "$stale.serial.log.gz"
	expect_status 0
	on_one_screen
	# shellcheck disable=SC2086
	expect_valid explain explain $entry --from "$stale.serial.log.gz" --format json
done
for entry in '21 1220' '1 200'; do
	# shellcheck disable=SC2086
	expect_valid explain explain $entry --from "$stale.serial.log.gz" \
		--given "$stale.all-facts.json" --format json
done
run explain 6 450 --from "$stale.serial.log.gz" --format json
expect_contains '"steps":[{"step":"RO_MMIO"' '"answer":"decides"' '"other_rules":{' '"bug":"B19"' \
	'"happened":"It is stale' '"deed":"changed","id":"c5004d346933"'
expect_valid explain explain --gfn e0000 --mfn 100000 --type mmio_direct --rules 4.17 --format json
expect_valid explain explain --gfn 10 --mfn 100000 --type ram_rw --xen 4.17.4+2-gabc --order 18 \
	--format json
# A page that is populated on demand has no frame, and no rule is asked.
gfn=$(gzip -dc "$six.serial.log.gz" | sed -n 's/^(XEN) gfn: *\([0-9a-f]*\) order:  9 PoD.*/\1/p' | tail -n 1)
run explain 5 "$gfn" --from "$six.serial.log.gz"
expect_status 0
expect_contains 'PoD' 'skipped: populated on demand'
expect_lacks 'Steps'
expect_valid explain explain 5 "$gfn" --from "$six.serial.log.gz" --format json

run explain 6 99999 --from "$stale.serial.log.gz"
expect_error 'no entry for gfn 0x99999'
run explain 99 0 --from "$stale.serial.log.gz"
expect_error 'domain 99'
run explain 6 zz --from "$stale.serial.log.gz"
expect_error "'zz' is no hexadecimal gfn"
run explain 6 --from "$stale.serial.log.gz"
expect_status 2
expect_stdout_empty
run explain 6 450
expect_error '--from'
run explain --gfn e0000 --mfn 100000 --type mmio_direct
expect_error '--xen'
run explain --gfn e0000 --mfn 100000 --xen 4.17.0
expect_error '--type'
run explain --gfn e0000-e0fff --mfn 100000 --type mmio_direct --xen 4.17.0
expect_error 'one gfn'
run explain --gfn e0000 --mfn 100000 --type mmio --xen 4.17.0
expect_status 2
expect_stdout_empty
run explain --gfn e0000 --mfn 100000 --type mmio_direct --order 3 --xen 4.17.0
expect_status 2
expect_stdout_empty
run explain --gfn e0000 --mfn 100000 --type mmio_direct --xen four
expect_error "'four' is no Xen version"
run explain --help
expect_status 0
expect_contains 'Examples:' 'explain 6 400 --from log'

COLUMNS=1000
# Each step with the facts that it looks at, and what it can give, as far as it is asked.
steps()
{
	run explain --gfn 5 --mfn 100000 "$@"
	sed -n '/^Steps of/,/^$/ { /./p; }' "$stdout" | sed 's/ *$//' >"$tmp/steps"
	cp "$tmp/steps" "$stdout"
}
steps --type ram_rw --rules 4.17
expect_stdout_is 'Steps of rule set 4.17 (given):
  RO_MMIO            passes              read-only MMIO not listed
  INVALID_UC         may       UC!       valid frames unknown
  NO_IO_WB           may       WB!       IOMMU unknown, I/O capabilities unknown, page types RAM
  SPECIAL_WB_ALL     may       WB!       Xen'"'"'s special pages unknown
  MMIO_UC            passes              page types RAM
  GRANT_FOREIGN_WB   passes              page types RAM
  PINNED             may       any of 5  pinned ranges unknown
  MTRR_MERGE         decides   any of 5  guest MTRRs unknown, guest MTRR ranges unknown, host MTRRs unknown, host MTRR ranges unknown'
steps --type mmio_direct --rules 4.5
expect_stdout_is 'Steps of rule set 4.5 (given):
  INVALID_UC_PLAIN   may       UC        valid frames unknown
  PINNED             may       any of 5  pinned ranges unknown
  NO_IO_WB_ANY       may       WB!       IOMMU unknown, I/O capabilities unknown
  MMIO_UC_APIC_WB    decides   UC/WB!    page types mmio_direct, APIC access page unknown
  not asked: MTRR_MERGE'
steps --type mmio_direct --rules v1-2024-06
expect_contains '  INVALID_UC_V1      may       UC/UC!    IOMMU unknown, I/O capabilities unknown, page types mmio_direct,' \
	'  SPECIAL_WB         may       WB!       valid frames unknown, Xen'"'"'s special pages unknown' \
	'  MMIO_UC            decides   UC        page types mmio_direct'
steps --type mmio_direct --rules mmio-guest-wc-2024-06
expect_contains '  MMIO_GUEST_WC      decides   UC/WC     page types mmio_direct, guest MTRRs unknown,'
steps --type mmio_direct --rules mmio-guest-mtrr-2024-06
expect_contains '  MMIO_GUEST_MTRR    decides   any of 5  page types mmio_direct, guest MTRRs unknown,'
steps --type ram_rw --rules ram-wb-2024-06
expect_contains '  RAM_WB_GUEST_MTRR  decides   any of 5  guest MTRRs unknown, guest MTRR ranges unknown,'
steps --type ram_rw --rules 4.14
expect_contains '  SPECIAL_SPLIT      may '

# Of a dump that lost entries, what is explained is right, but others are not known.
gzip -dc "$stale.serial.log.gz" | tr -d '\r' >"$tmp/whole"
run explain 6 100 --from "$tmp/whole"
expect_status 0
expect_lacks incomplete
sed '/domain6 EPT p2m table/,/domain7 EPT p2m table/{/gfn: *4[0-9a-f][0-9a-f] /d}' "$tmp/whole" >"$tmp/lossy"
run explain 6 100 --from "$tmp/lossy"
expect_status 3
expect_contains '  incomplete '
run explain 6 100 --from "$tmp/lossy" --format json
expect_status 3
expect_contains '"complete":false'
run explain 6 450 --from "$tmp/lossy"
expect_status 3
expect_stdout_empty
expect_stderr_contains 'whether it has an entry for gfn 0x450 is not known' 'lost'
expect_stderr_lacks 'has no entry'
run explain 6 7fffff --from "$tmp/whole"
expect_error 'has no entry for gfn 0x7fffff'

# What describes an entry goes with no source, and the other way round.
run explain 6 100 --from "$tmp/whole" --mfn 5
expect_error '--mfn describes an entry that is in no source'
run explain 6 100 --from "$tmp/whole" --gfn 5
expect_error '--gfn describes an entry that is in no source'
run explain --gfn 2fa --mfn 5 --order 9 --type ram_rw --xen 4.17.5
expect_error '--mfn 5: no page of order 9 has gfn 2fa there'
run explain --gfn 5 --mfn 5 --type ram_rw --xen 4.17.5 --from "$tmp/whole"
expect_error '--from is for an entry of a source'

finish
