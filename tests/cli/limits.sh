#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a verdict of ok hides: types that no setting of the guest can give it.
. "${SRCDIR:-.}/tests/lib.sh"

# A guest with a frame buffer above RAM, where frames are not mfn_valid().
cat <<'LOG' >"$tmp/log"
(XEN) Xen-e820 RAM map:
(XEN)  [0000000000000000, 000000007fffffff] (usable)
(XEN) 
(XEN) domain4 EPT p2m table:
(XEN) gfn:             0 order:  9 mfn:         50000 rwx WB 
(XEN) gfn:         c0000 order:  9 mfn:        380000 rwx UC!
LOG
echo '{"iommu": false, "cache-flush": true, "special": [], "mmio-ro": [], "pinned": [],
	"domains": {"4": {"guest-mtrr": null}}}' >"$tmp/given"

audit()
{
	run audit --from "$tmp/log" --given "$tmp/given" "$@"
}

for version in 4.15.0 4.16.7 4.17.0 4.17.4 4.18.2; do
	audit --xen $version
	expect_status 0
	expect_contains '  limit: Direct MMIO forced UC: 0xc0000-0xc01ff, 2 MiB. The guest cannot have write-combining there. Rules of 4.15 to 4.17.4; from 4.17.5 and 4.18.3 on it can. Step INVALID_UC, commit 4fdd8d75566f.'
done
# It comes after the verdicts, and not with the totals.
[ "$(sed -n '/mismatch$/,$p' "$stdout" | grep -c limit:)" -eq 1 ]
judge $? 'not behind the verdicts'
audit --xen 4.17.0 --summary
expect_lacks limit:
# Before 30921dc2df36 it was the same.
audit --rules 4.5.3
expect_contains 'Rules of 4.5.3 to 4.6.4; from 4.6.5, 4.7.2 and 4.8.1 on it can. Step INVALID_UC, commit 30921dc2df36.'
audit --rules 4.7
expect_contains 'Rules of 4.5.3 to 4.6.4; from 4.6.5, 4.7.2 and 4.8.1 on it can. Step INVALID_UC'
# Of these the entry is none: a finding is no limit.
for set in 4.14 4.19 4.21 v1-2024-06; do
	audit --rules $set
	expect_status 1
	expect_lacks limit:
done
audit --rules 4.17 --format json
expect_contains '"limits":[{"gfn":[["0xc0000","0xc01ff"]],"more_ranges":0,"entries":1,"pages":512,"memory":"mmio_direct","emt":"UC","ipat":true,"lost":["WC","WT","WP","WB"],"step":"INVALID_UC"' \
	'"until":{"id":"4fdd8d75566f","date":"2024-06-13","first":"4.19.0","backports":"4.17.5, 4.18.3"'
expect_valid audit audit --from "$tmp/log" --given "$tmp/given" --rules 4.17 --format json

# With an entry as later rules want it, nothing is withheld.
sed -i 's/UC!/UC /' "$tmp/log"
audit --rules 4.19 --format json
expect_status 0
expect_contains '"limits":[]'

# Device memory that is forced cacheable: 4.5 does not ask for the type where there is no I/O.
sed 's/UC /WB!/; s/WB $/WB!/' "$tmp/log" >"$tmp/wb"
echo '{"iommu": false, "cache-flush": false, "mmio-ro": [], "mfn-valid": [["0x0", "0xfffffff"]]}' >"$tmp/none"
run audit --from "$tmp/wb" --given "$tmp/none" --rules 4.5
expect_status 0
expect_contains 'limit: Direct MMIO forced WB: 0xc0000-0xc01ff, 2 MiB. The guest cannot have it uncached. Rules of 4.5 to 4.6.4; from 4.6.5 on it can. Step NO_IO_WB_ANY'

# RAM that is pinned to UC cannot be cached; RAM that is WB! lacks nothing.
echo '{"iommu": true, "special": [], "mmio-ro": [], "pinned": [{"gfn": ["0x0", "0x1ff"], "type": "UC"}]}' \
	>"$tmp/pinned"
sed 's/WB $/UC!/' "$tmp/log" >"$tmp/uc"
run audit --from "$tmp/uc" --given "$tmp/pinned" --rules 4.19
expect_contains 'limit: Memory forced UC: 0x0-0x1ff, 2 MiB. The guest cannot have it cached. Rules of 4.5 and later. Step PINNED.'
expect_lacks 'Direct MMIO'

# Host MTRRs that make RAM UC: no guest MTRR changes that.
cat <<'LOG' >"$tmp/host"
(XEN) Xen-e820 RAM map:
(XEN)  [0000000000000000, 000000007fffffff] (usable)
(XEN) 
(XEN) domain4 EPT p2m table:
(XEN) gfn:             0 order:  9 mfn:         50000 rwx UC 
LOG
zero='"0x0"'
fixed="$zero,$zero,$zero,$zero,$zero,$zero,$zero,$zero,$zero,$zero,$zero"
for type in UC WB; do
	echo '{"iommu": true, "special": [], "mmio-ro": [], "pinned": [],
		"host-mtrr": {"cap": "0x0", "def_type": "0x80'$([ $type = UC ] && echo 0 || echo 6)'", "fixed": ['"$fixed"'], "var": []},
		"domains": {"4": {"guest-mtrr": [{"cap": "0x0", "def_type": "0x800", "fixed": ['"$fixed"'], "var": []}]}}}' >"$tmp/$type"
	run audit --from "$tmp/host" --given "$tmp/$type" --rules 4.19
	expect_status 0
	case $type in
	UC) expect_contains "limit: Memory that the host's MTRRs make UC: 0x0-0x1ff, 2 MiB. The guest cannot have it cached." ;;
	WB) expect_lacks limit: ;; # its own MTRRs did it
	esac
done

# Many ranges: a few are told, more kept, the others counted.
{
	sed '$d' "$tmp/log"
	awk 'BEGIN { for (i = 0; i < 20; i++) printf "(XEN) gfn: %13x order:  0 mfn: %13x rwx UC!\n", 786432 + 2 * i, 3670016 + i }'
} >"$tmp/many"
run audit --from "$tmp/many" --given "$tmp/given" --rules 4.17
expect_contains 'Direct MMIO forced UC: 0xc0000, 0xc0002, 0xc0004, 0xc0006 and 16 more, 80 KiB.'
run audit --from "$tmp/many" --given "$tmp/given" --rules 4.17 --format json
expect_contains '["0xc001e","0xc001e"]],"more_ranges":4,"entries":20,"pages":20'

finish
