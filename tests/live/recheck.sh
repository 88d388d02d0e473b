#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What looks wrong is looked at twice, since it may have changed meanwhile.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture

# ---- races ----

# Wrong at the first look, right at the second: left out, and said.
sed '/^(XEN) domain5 /,/^(XEN) *$/s/WB $/WB!/' "$tmp/D" >"$tmp/D2"
captured
sed -i "s|^key D .*|& $tmp/D2|" "$tmp/script"
live audit 5
expect_status 3
expect_contains 'entries were wrong, but others when looked at again' ' 0 mismatch'
[ "$(grep -c key-D "$tmp/log")" -eq 2 ]
judge $? 'not looked at twice'
live audit 5 --format json
expect_contains '"complete":false' '"findings":[]'

# What the user says counts there, too.
captured
echo '{"cache-flush": true}' >"$tmp/given"
live audit 5 --given "$tmp/given"
expect_status 0
[ "$(grep -c key-D "$tmp/log")" -eq 1 ]
judge $? 'looked at twice, although by what is given nothing was wrong'

# A guest that sets its MTRRs meanwhile: what it set counts as possible.
sed -n '/^\(domain\|mtrr\|type\) \([0-79]\|1.\|2.\) /!p' "$tmp/all" | sed '/^access/d' >"$tmp/script"
live audit 8
expect_status 0
first=$(grep 'ok-if' "$stdout" | tail -n 1)
echo 'mtrr 8 0 2 def=800' >>"$tmp/script"
live audit 8
expect_status 0
expect_contains 'the vCPU that Xen asked'
[ -n "$first" ]
judge $? 'nothing was ok-if'

# ---- on a Xen made by hand ----

make_machine
# ---- looked at twice ----

# Of a domain with neither IOMMU nor capabilities all is WB!.
{
	domain 3 0 2
	record 8 0 $((0x50008)) 'rwx UC '
	record 9 0 $((0x50009)) 'rwx WB!'
} >"$tmp/D"
cp "$tmp/D" "$tmp/D2"
no_iommu='iommu 3 off'
same_wrong()
{
	machine "$no_iommu"
	sed -i "s|^key D .*|key D $tmp/D $tmp/D2|" "$tmp/script"
	live audit 3
}
sed '/Memory {/s/{.*/{ }/; /Ports/s/{.*/{ }/' "$tmp/q.whole" >"$tmp/q"
same_wrong
expect_status 1
expect_contains ' 1 mismatch'
[ "$(grep -c '^key-D' "$tmp/log")" -eq 2 ]
judge $? 'not looked at twice'
# Who only lists is not in need of that, whatever is wrong.
cp "$tmp/D" "$tmp/D.kept"
sed -i 's/rwx UC /rwx WP /' "$tmp/D"
cp "$tmp/D" "$tmp/D2"
same_wrong
expect_status 1
live list 3
expect_status 0
[ "$(grep -c '^key-D' "$tmp/log")" -eq 1 ]
judge $? 'looked at twice for a list'
cp "$tmp/D.kept" "$tmp/D"
for change in 's/rwx UC /r x UC /' 's/rwx UC /rwx WT /' 's/rwx UC /rwx UC!/' 's/rwx UC /rwx ???/' \
	's/50008 rwx/50007 rwx/' 's/: *8 order:  0/:             8 order:  9/' \
	'/rwx UC /d' 's/domain3/domain4/' 's/mfn:.*UC /PoD/'; do
	sed "$change" "$tmp/D" >"$tmp/D2"
	cmp -s "$tmp/D" "$tmp/D2"
	judge $((!$?)) "nothing is changed by $change"
	same_wrong
	expect_status 3
	expect_contains ' 0 mismatch' '1 entries were wrong, but others'
done
# The second dump is lost.
domain 3 0 2000 >"$tmp/D2"
machine "$no_iommu" 'ring 65536'
sed -i "s|^key D .*|key D $tmp/D $tmp/D2|" "$tmp/script"
live audit 3
expect_status 1
expect_contains 'findings were seen once'
# What changed until then counts as possible, too.
cp "$tmp/D" "$tmp/D2"
machine "$no_iommu"
echo 'mtrr 3 0 3 def=c06' >>"$tmp/script"
facts guest-mtrr host-mtrr-var
expect_contains '[0x806, 0x0, 8, measured], [0xc06, 0x0, 8, measured]' '[0x0, 0x0]] measured'
machine "$no_iommu" 'fail host 1 4'
facts host-mtrr-var
expect_contains '[0x0, 0x0]] assumed'
# Once, where it is paused: nothing changes then.
machine
domain 3 0 2 >"$tmp/D"
live audit 3 --pause
[ "$(grep -c '^mtrr' "$tmp/log")" -eq 1 ]
judge $? 'asked twice for the MTRRs of a domain that is paused'

# The rest of a guest's line begins the second dump: it is not taken for a line of Xen's.
{
	domain 3 0 2
	record 8 0 $((0x50008)) 'rwx UC '
} >"$tmp/D"
cp "$tmp/q" "$tmp/q.cut"
printf '(d3) ' >>"$tmp/q.cut"
{
	echo '(XEN) domain3 EPT p2m table:'
	cat "$tmp/D"
} >"$tmp/D2"
machine "$no_iommu"
sed -i "s|^key D .*|key D $tmp/D $tmp/D2|; s|^key q .*|key q $tmp/q.cut|" "$tmp/script"
live audit 3
expect_status 1
expect_contains ' 1 mismatch'

finish
