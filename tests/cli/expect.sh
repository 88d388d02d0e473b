#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Expectations: one line in CI that fails when memory types are wrong.
. "${SRCDIR:-.}/tests/lib.sh"

log=$captures/six-domains.xen4.17.serial.log.gz

# holds DOMAIN EXPECTATION; fails DOMAIN EXPECTATION WHY
holds()
{
	run audit "$1" --from "$log" --expect "$2" --format json
	expect_status 0
	expect_contains "\"expect\":\"$2\",\"holds\":true"
}

fails()
{
	run audit "$1" --from "$log" --expect "$2" --format json
	expect_status 1
	expect_contains "\"expect\":\"$2\",\"holds\":false" "$3" '"exit_status":1'
}

holds 1 '0x0-0x9f=WB!'
holds 1 '0-9f=WB!'
holds 1 '0x0-0x9f=WB*'
holds 1 '0x0-0x9f~WB'
holds 4 '0xc0000-0xc01ff=UC'
holds 4 '0xc0000~WC'
holds 4 '0x2600-0x27ff=WC!'
holds 4 '0xd0000?=UC'
fails 1 '0x0-0x9f=WB' '160 of 160 entries differ, first gfn 0x0: WB!'
fails 1 '0x0-0x9f~UC' '160 of 160'
fails 4 '0xc0000=UC!' 'first gfn 0xc0000: UC'
fails 4 '0xd0000=UC' 'gfn 0xd0000 is not mapped'
fails 4 '0xc0100-0xc0300=UC' 'gfn 0xc0200 is not mapped'
fails 4 '0xc0000?=WB' 'first gfn 0xc0000: UC'
fails 5 '0x1000=WB*' 'to be recomputed'
fails 1 'type:mmio_direct=UC' 'the source does not know types'

# The first hole is named; PoD is no type; what one domain had does not count for the next.
cat >"$tmp/holes" <<'E2'
(XEN) Xen version 4.17.7 (x) debug=n
(XEN) domain1 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:           300 rwx WB!
(XEN) gfn:             2 order:  0 mfn:           302 rwx WB!
(XEN) gfn:             4 order:  0 mfn:           304 rwx WB!
(XEN) gfn:             5 order:  0 PoD
(XEN) domain2 EPT p2m table:
(XEN) gfn:             4 order:  0 mfn:           304 rwx WB!
(XEN) gfn:             5 order:  0 mfn:           305 rwx WB!
E2
run audit 1 --from "$tmp/holes" --expect '0x0-0x4=WB!' --expect '0x5=UC' --expect '0x5~UC' --format json
expect_status 1
expect_contains '"expect":"0x0-0x4=WB!","holds":false,"text":"gfn 0x1 is not mapped"' \
	'"expect":"0x5=UC","holds":false,"text":"1 of 1 entries differ, first gfn 0x5: populated on demand"' \
	'"expect":"0x5~UC","holds":false'
run audit --from "$tmp/holes" --expect '0x4-0x5=WB!' --expect '0x4=WB!' --expect '0x2-0x4?=WB!' --format jsonl
expect_status 1
sed -n 's/.*"domid":\([12]\).*"expectations":\[\([^]]*\)\].*/\1 \2/p' "$stdout" >"$tmp/got"
cp "$tmp/got" "$stdout"
expect_stdout_is '1 {"expect":"0x4-0x5=WB!","holds":false,"text":"1 of 2 entries differ, first gfn 0x5: populated on demand"},{"expect":"0x4=WB!","holds":true,"text":"holds for 1 entry"},{"expect":"0x2-0x4?=WB!","holds":true,"text":"holds for 2 entries"}
2 {"expect":"0x4-0x5=WB!","holds":true,"text":"holds for 2 entries"},{"expect":"0x4=WB!","holds":true,"text":"holds for 1 entry"},{"expect":"0x2-0x4?=WB!","holds":true,"text":"holds for 1 entry"}'
run audit --from "$tmp/holes" --expect '0x0-0x4=WB!' --expect '0x4=WB!' --format jsonl
expect_contains '"expect":"0x0-0x4=WB!","holds":false,"text":"gfn 0x0 is not mapped"'

# Where the source knows types.
export TMPDIR="$tmp"
gzip -dc "$captures/six-domains.xen4.17.ept-tables.core.gz" >"$tmp/core"
run audit --from "$tmp/core" --eptp 4=0x5657c01e --xen 4.17.7 --expect 'type:mmio_direct=UC' \
	--expect 'type:mmio_direct~WC'
expect_status 0
expect_contains 'expected type:mmio_direct=UC: holds for 1 entry'
run audit --from "$tmp/core" --eptp 4=0x5657c01e --xen 4.17.7 --expect 'type:mmio_direct=UC!' \
	--expect 'type:mmio_direct=WC*' --expect 'type:grant_map_rw=WB!' --expect 'type:grant_map_rw?=WB!'
expect_status 1
expect_contains 'NOT AS EXPECTED type:mmio_direct=UC!: 1 of 1 entries differ' \
	'NOT AS EXPECTED type:mmio_direct=WC*: 1 of 1 entries differ' \
	'NOT AS EXPECTED type:grant_map_rw=WB!: nothing is mapped there' \
	'expected type:grant_map_rw?=WB!: holds for 0 entries'

# No fact is needed: a bare dump of any Xen.
gzip -dc "$log" | sed -n '1378,1500p' >"$tmp/bare"
run audit 1 --from "$tmp/bare" --expect '0x0-0x20=WB!'
expect_status 0
run audit 1 --from "$tmp/bare" --expect '0x0-0x20=UC'
expect_status 1
run audit 1 --from "$tmp/bare"
expect_error '--xen'

# From a file, and as TAP.
cat >"$tmp/expectations" <<'E2'
# what this guest must have
0x0-0x9f=WB!	# its low memory

0xfee00=WB!
E2
run audit 1 --from "$log" --expect-file "$tmp/expectations" --format tap
expect_status 0
expect_stdout_is "TAP version 13
# console $log
ok 1 - domain 1: audit: 0 of 537 entries mismatch
ok 2 - domain 1: 0x0-0x9f=WB!: holds for 160 entries
ok 3 - domain 1: 0xfee00=WB!: holds for 1 entry
1..3"
run audit 6 --from "$captures/stale-entries.xen4.17.serial.log.gz" --format tap
expect_status 1
expect_contains 'not ok 1 - domain 6: audit: 68 of 68 entries mismatch' '# mismatch (slow) gfn 0x400-0x5ff' '1..1'
# TAP fails where the exit status does: not for findings below --fail-on.
for severity in slow differs; do
	run audit 6 --from "$captures/stale-entries.xen4.17.serial.log.gz" --format tap --fail-on $severity
	expect_status 1
	expect_contains 'not ok 1 - domain 6: audit: 68 of 68 entries mismatch'
done
for severity in danger never; do
	run audit 6 --from "$captures/stale-entries.xen4.17.serial.log.gz" --format tap --fail-on $severity
	expect_status 0
	expect_contains 'ok 1 - domain 6: audit: 68 of 68 entries mismatch' '# mismatch (slow) gfn 0x400-0x5ff'
	expect_lacks 'not ok'
done
# Optional ranges, and entries that --gfn leaves out of the audit, are expected all the same.
run audit 4 --from "$log" --gfn 0-10 --format tap --expect 'd0000?=UC' --expect '0xc0000-0xc01ff~WC' \
	--expect '0xc0000~WB' --expect '0x2600-0x27ff=WC*'
expect_status 1
expect_contains 'ok 2 - domain 4: d0000?=UC: holds for 0 entries' \
	'ok 3 - domain 4: 0xc0000-0xc01ff~WC: holds for 1 entry' \
	'not ok 4 - domain 4: 0xc0000~WB: 1 of 1 entries differ, first gfn 0xc0000: UC' \
	'ok 5 - domain 4: 0x2600-0x27ff=WC*: holds for 1 entry' '1..5'

for wrong in '0x10' '=WB' '0x10=XX' '0x10=UC-' 'zz=WB' '0x20-0x10=WB' 'type:nosuch=UC' '0x10~WB!'; do
	run audit 1 --from "$log" --expect "$wrong"
	expect_status 2
	expect_stdout_empty
	expect_stderr_contains "expectation '$wrong'"
done
run audit 1 --from "$log" --expect-file "$tmp/missing"
expect_status 2
expect_stdout_empty

# A file that cannot be read, or whose lines are long, is not one without expectations.
run audit 1 --from "$log" --expect-file "$tmp"
expect_status 2
expect_stderr_contains 'cannot read expectations from' 'Is a directory'
printf '# %0300d 0x0-0x9f=UC\n0x0-0x9f=WB!\n' 0 >"$tmp/long"
run audit 1 --from "$log" --expect-file "$tmp/long"
expect_status 0
expect_contains 'expected 0x0-0x9f=WB!'
printf '\n0x0-0x9f=XX\n' >"$tmp/bad"
run audit 1 --from "$log" --expect-file "$tmp/bad"
expect_status 2
expect_stderr_contains "bad, line 2: expectation '0x0-0x9f=XX'"

# A test that has no expectations could never fail.
echo '# none yet' >"$tmp/none"
run audit 1 --from "$log" --summary --expect-file "$tmp/none"
expect_status 1
expect_stderr_contains "--expect-file $tmp/none has no expectations"
run audit 1 --from "$log" --summary --expect-file "$tmp/none" --allow-empty
expect_status 0

finish
