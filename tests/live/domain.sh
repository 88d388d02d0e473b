#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Which domain is meant, which can be audited, and what is told of each.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture

captured
live audit 15
expect_status 0
expect_contains 'Domain 15 (s5-clean-pvh)' 'I/O capabilities     no (measured)' '0 mismatch' \
	'131 ok, 0 ok-if'
live audit s1-revoked-iomem --pause
expect_status 1
expect_contains 'Domain 5 (s1-revoked-iomem)' 'B19'
pauses_are_over
grep -q '^paused 5' "$tmp/log"
judge $? 'not paused'
live audit d5 --summary
expect_status 1
live audit 9
expect_error 'no domain 9' '5 (s1-revoked-iomem), 15 (s5-clean-pvh)'
live audit nobody
expect_error 'no domain nobody'
captured 'domain 30 hvm,hap 10 1'
live audit ''
expect_error 'there is no domain'
: >"$tmp/there"
live capture 15 -o "$tmp/there"
expect_error 'exists'
! grep -q key "$tmp/log"
judge $? 'Xen was made to print for a capture that cannot be'
# A boot that has left the ring cannot tell of a tip between 4.17.4 and 4.17.5.
captured 'version 4 17 .4'
sed -i 's/^boot.*/boot \/dev\/null/' "$tmp/script"
live audit 15
expect_contains 'Xen 4.17.4 (assumed), judged by the rules of Xen 4.17.0-4.17.4, 4.18.0-4.18.2 (set 4.17) or Xen 4.17.5-4.17.7, 4.18.3-4.18.6, 4.19, 4.20 (set 4.19)'
captured 'version 4 17 .3'
sed -i 's/^boot.*/boot \/dev\/null/' "$tmp/script"
live audit 15
expect_contains 'Xen 4.17.3 (measured), judged by the rules of Xen 4.17.0-4.17.4, 4.18.0-4.18.2 (set 4.17)'
captured 'domain 30 hvm,hap 10 1 s5-clean-pvh'
live audit s5-clean-pvh
expect_error 'both named' 'choose by id'
captured 'domain 30 - 10 1 pv' 'domain 31 hvm 10 1 shadow' 'domain 32 hvm,hap,dying 10 1 dying' \
	'domain 33 hvm,hap 10 1 mine' 'own 33' 'domain 34 hvm,hap 10 1 silent'
live audit pv
expect_error 'domain 30 (pv) is a PV domain'
live audit 31
expect_error 'domain 31 (shadow) has shadow page tables'
live audit dying
expect_error 'is being destroyed'
live audit 33
expect_error 'is the one this runs in'
live audit 34
expect_error 'domain 34 has no EPT that Xen prints'
live audit --all
expect_status 1
expect_contains 'note: domain 33 is the one' 'note: domain 34 has no EPT' 'Domain 15 '
name=$(printf 'x\033[31m\033]0;y\007')
sed "s/s5-clean-pvh/$name/" "$tmp/two" >"$tmp/script"
live audit 15
expect_status 0
expect_contains 'Domain 15 (x?[31m?]0;y?)'
[ "$(tr -d '\n\t -~' <"$stdout" | wc -c)" -eq 0 ]
judge $? 'control characters in the report'
live audit 15 --format json
expect_contains '"name":"x?[31m?]0;y?"'


# ---- on a Xen made by hand ----

make_machine
machine 'domain 0 hvm,hap 7 1 zero' 'domain 1 hvm 7 1 shadow' 'domain 2 hvm,hap,dying 7 1 dying' 'own 7'
live audit nobody --no-q
expect_error 'with an EPT there are: 0 (zero), 3 (three)'
live audit d --no-q
expect_error 'there is no domain d '
live audit domain3 --no-q
expect_contains 'Domain 3 (three)'
live audit --all --no-q
expect_lacks 'shadow page tables'
machine 'domain 1 hvm 7 1 shadow'
sed -i '/^domain 3/d' "$tmp/script"
live audit --all --no-q
expect_error 'no domain with an EPT runs here'
machine
sed -i 's/ three$/ 77/' "$tmp/script"
echo 'domain 12345 hvm,hap 7 1 many' >>"$tmp/script"
live audit 77 --no-q
expect_contains 'Domain 3 (77)'
live audit 12345 --no-q
expect_error 'domain 12345 has no EPT'
machine
sed -i "s/ three\$/ $(printf 'a\033b')/" "$tmp/script"
live audit "$(printf 'a\033b')" --no-q
expect_contains 'Domain 3 (a?b)'
# More than one call lists, and more than a line has room for.
machine
for domid in $(seq 4 90); do
	echo "domain $domid hvm,hap 7 1 d$domid"
done >>"$tmp/script"
live audit 90 --no-q
expect_error 'domain 90 has no EPT'
live audit --all --pause --no-q
grep -q 'domain 3, 4, 5, .*, [0-9]* and [0-9]* more' "$tmp/notice"
judge $? 'not said how many are paused'
[ "$(grep -c '^paused' "$tmp/log")" -eq 88 ]
judge $? 'not all are paused'
# The boot's banner tells more than the version, if it is of the Xen that runs.
sed 's/4.17.7/4.17.4/' "$tmp/boot.whole" >"$tmp/boot"
machine 'version 4 17 .4'
live audit 3 --no-q
expect_contains 'Xen 4.17.4 (measured), judged by the rules of Xen 4.17.0-4.17.4, 4.18.0-4.18.2 (set 4.17)'
cp "$tmp/boot.whole" "$tmp/boot"
machine 'version 4 17 .3'
live audit 3 --no-q
expect_contains 'Xen 4.17.3 (measured), judged by the rules of Xen 4.17.0-4.17.4, 4.18.0-4.18.2 (set 4.17)'
machine 'version 4 17 <denied>'
live audit 3 --no-q
expect_contains 'Xen 4.17 (assumed)' 'names no point release of 4.17'
machine 'version 4 17 .7' 'fail extraversion 1'
live audit 3 --no-q
expect_contains 'Xen 4.17 (assumed)' 'names no point release of 4.17'

# ---- what is told of the log, and of each domain its own ----

{
	domain 2 0 2
	printf '(d2) (XEN) domain2 EPT p2m table:\n(d2) '
	record 1 0 $((0x50001)) 'rwx UC '
	domain 3 0 2
} >"$tmp/D"
machine 'domain 2 hvm,hap 7 1' 'iommu 2 off' 'mtrr 2 0 0 def=806'
live audit --all --no-q --format jsonl
expect_contains '"domid":2,"name":null' '"domid":3,"name":"three"' '"rejected_lines":2'
sed -n 's/.*"record":"domain","domid":\(.\).*"iommu":{"value":\([a-z]*\).*/\1 \2/p' "$stdout" >"$tmp/iommus"
cp "$tmp/iommus" "$stdout"
expect_stdout_is '2 false
3 true'

finish
