#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is said of a single entry that is right only if: its limit is told, and its facts are counted.
. "${SRCDIR:-.}/tests/lib.sh"

# Whether the frame is mfn_valid() is not known.
cat <<'LOG' >"$tmp/log"
(XEN) Xen version 4.17.0 (me@here) (gcc) debug=n Sat Jan  1 00:00:00 UTC 2022
(XEN) domain4 EPT p2m table:
(XEN) gfn:         c0200 order:  0 mfn:        380000 rwx UC!
LOG
echo '{"iommu": true, "cache-flush": true, "special": [], "mmio-ro": [], "pinned": [],
	"domains": {"4": {"guest-mtrr": null}}}' >"$tmp/given"
run audit --from "$tmp/log" --given "$tmp/given"
expect_status 0
expect_contains '1 entry, 4 KiB: 0 ok, 1 ok-if' 'limit: Memory forced UC: 0xc0200, 4 KiB.' \
	'1 entry is right only if'

# A baseline's line of one gfn accepts the finding of that gfn, and of no other.
for gfn in 100 101; do
	sed "s/c0200 order:  0 mfn:        380000 rwx UC!/  $gfn order:  0 mfn:         50000 rwx UC /" \
		"$tmp/log" >"$tmp/log.$gfn"
done
echo '{"iommu": false, "cache-flush": false, "special": [], "mmio-ro": [], "pinned": [],
	"p2m-type": [{"gfn": ["0x0", "0xfff"], "type": "ram_rw"}], "mfn-valid": [["0x0", "0xfffff"]]}' >"$tmp/given"
run audit --from "$tmp/log.100" --given "$tmp/given" --write-baseline "$tmp/baseline"
expect_status 0
grep -q ' 0x100-0x100 \| 0x100 ' "$tmp/baseline"
judge $? 'the baseline does not have the finding'
run audit --from "$tmp/log.100" --given "$tmp/given" --baseline "$tmp/baseline"
expect_status 0
run audit --from "$tmp/log.101" --given "$tmp/given" --baseline "$tmp/baseline"
expect_status 1

finish
