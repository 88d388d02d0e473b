#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rules: which there are, and where they come from; sets of one's own.
. "${SRCDIR:-.}/tests/lib.sh"

six=$captures/six-domains.xen4.17

run rules
expect_status 0
expect_contains '4.17.0-4.17.4, 4.18.0-4.18.2' 'v1-2024-06' 'ram-wb-2024-06'
run rules show 4.17
expect_stdout_is 'Rule set 4.17
  releases: 4.17.0-4.17.4, 4.18.0-4.18.2
  origin:   a superpage of special pages only stays whole (60d1adfa1879)
  made of:  4.16
  commit:   60d1adfa1879 (2022-06-30, first in 4.17.0)
            superpages of nothing but special pages are not split
  1. RO_MMIO            the frame is read-only MMIO
     made     c61a6f74f80e (2016-02-17, first in 4.7.0, also from 4.5.3, 4.6.3 on)
     moved    30921dc2df36 (2017-02-07, first in 4.9.0, also from 4.6.5, 4.7.2, 4.8.1 on)
  2. INVALID_UC         the first frame is not mfn_valid()
     made     7728324966f9 (2008-07-07, first in 3.3.0)
     changed  c61a6f74f80e (2016-02-17, first in 4.7.0, also from 4.5.3, 4.6.3 on)
     moved    30921dc2df36 (2017-02-07, first in 4.9.0, also from 4.6.5, 4.7.2, 4.8.1 on)
     moved    81fd0d3ca4b2 (2020-07-31, first in 4.15.0)
  3. NO_IO_WB           the domain has neither IOMMU nor I/O capabilities
     made     7b97780b624a (2009-01-23, first in 3.4.0)
     changed  3089a6d82bdf (2014-03-10, first in 4.5.0, also from 4.2.5, 4.3.3, 4.4.1 on)
     changed  c5004d346933 (2014-05-02, first in 4.5.0)
     changed  91d4eca7add6 (2018-10-05, first in 4.12.0)
     changed  f89f555827a6 (2019-09-25, first in 4.13.0)
     changed  81fd0d3ca4b2 (2020-07-31, first in 4.15.0)
  4. SPECIAL_WB_ALL     the frame is one of Xen'"'"'s special pages
     made     ca24b2ffdbd9 (2020-07-31, first in 4.15.0, also from 4.12.4, 4.13.2, 4.14.1 on)
     changed  60d1adfa1879 (2022-06-30, first in 4.17.0)
  5. MMIO_UC            the type is mmio_direct
     made     7b97780b624a (2009-01-23, first in 3.4.0)
     changed  81fd0d3ca4b2 (2020-07-31, first in 4.15.0)
  6. GRANT_FOREIGN_WB   the page is granted or foreign
     made     8af4b47f061e (2021-06-17, first in 4.16.0)
  7. PINNED             the gfn lies in a pinned range
     made     7728324966f9 (2008-07-07, first in 3.3.0)
     changed  4d66f069d6ab (2014-04-10, first in 4.5.0)
     moved    0acc7010ac22 (2016-03-04, first in 4.7.0)
  8. MTRR_MERGE         guest and host MTRRs say so
     made     7728324966f9 (2008-07-07, first in 3.3.0)
     changed  b99113b9d5fa (2014-03-10, first in 4.5.0, also from 4.2.5, 4.3.3, 4.4.1 on)
     changed  3d90d6e69fe2 (2014-04-10, first in 4.5.0)'
run rules show mmio-guest-mtrr-2024-06
expect_contains '  message:  Roger Pau Monné, 2024-06-11' 'Re: [PATCH] x86/EPT: relax iPAT for "invalid" MFNs' \
	'Message-ID: <Zmf_k2meED8iG3H5@macbook>'
run rules show 4.21
expect_contains '  made of:  4.19' '  commit:   8333e358e4cd (2025-05-20, first in 4.21.0)'
run rules show 4.5
expect_lacks 'made of' 'commit:' 'message:'
run rules show
expect_status 2
expect_stdout_empty
run rules list 4.17
expect_status 2
expect_stdout_empty
run rules --help
expect_status 0
expect_contains 'Examples:' 'rules fit --from log'
run rules for 4.17.4+13-gabc
expect_contains '4.17.0-4.17.4' '4.17.5-4.17.7' 'which decide differently'
run rules show 9.9
expect_error "no rule set '9.9'"
run rules for 4.17.4+13-gabc --format json
expect_contains '"how":"assumed","note":"somewhere between 4.17.4 and 4.17.5, which decide differently"'
run rules for 4.17.4 --format json
expect_contains '"how":"log","note":null'
run rules for x
expect_error "'x' is no Xen version"
run rules for 4.4.0
expect_error 'before 4.5'
run rules nosuch
expect_error "'nosuch' is not known"

expect_valid rules rules --format json
expect_valid rules rules show 4.17 --format json
expect_valid rules rules show ram-wb-2024-06 --format json
expect_valid rules rules for 4.17.4+13-gabc --format json

# Rule sets of one's own: a copy of 4.17 says what 4.17 says, and takes part everywhere.
cat >"$tmp/own" <<'E2'
# a vendor's
copy: RO_MMIO INVALID_UC NO_IO_WB SPECIAL_WB_ALL MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE # as 4.17
all-guest:	RO_MMIO PINNED MTRR_MERGE
E2
run rules show copy --rules-file "$tmp/own"
expect_status 0
expect_contains 'Rule set copy' '2. INVALID_UC' '8. MTRR_MERGE'
run rules list --format json --rules-file "$tmp/own"
expect_contains '"name":"all-guest"' '"released":false,"steps":["RO_MMIO","PINNED","MTRR_MERGE"]'
expect_valid rules rules list --format json --rules-file "$tmp/own"
run compare --rules 4.17 --rules copy --rules-file "$tmp/own" --from "$six.serial.log.gz"
expect_status 0
run compare 4 --rules copy --rules 4.19 --rules-file "$tmp/own" --from "$six.serial.log.gz"
expect_status 1
expect_contains '1 of 282 entries differ, 2 MiB of 51 MiB: 1 faster (2 MiB)'
run compare --all --from "$six.serial.log.gz" --format json --rules-file "$tmp/own"
expect_contains '{"before":"4.17","after":"copy","differing":0}' \
	'{"before":"4.19","after":"copy","differing":37}'
run rules fit --from "$six.serial.log.gz" --rules-file "$tmp/own"
expect_contains 'copy                                 37      260' 'told from 4.19 by 37 entries: d3 0xc0000-0xc07ff'
run audit 4 --rules all-guest --rules-file "$tmp/own" --from "$six.serial.log.gz" --format json \
	--given "$six.true-facts.json"
expect_status 1
expect_contains '"rules":"all-guest"' '"step":"MTRR_MERGE"'
run explain --gfn 5 --mfn 0xfee00 --type mmio_direct --xen 4.17.3 --rules-file "$tmp/own"
expect_contains 'all-guest '

# Many that say the same stand in one list, which is not cut.
for n in 1 2 3 4 5 6 7 8; do
	echo "vendors-set-with-a-long-name-0$n: RO_MMIO PINNED MTRR_MERGE"
done >"$tmp/many"
run explain --gfn 5 --mfn 0xfee00 --type mmio_direct --xen 4.17.3 --rules-file "$tmp/many"
expect_status 0
expect_contains vendors-set-with-a-long-name-01, vendors-set-with-a-long-name-07, \
	vendors-set-with-a-long-name-08

# bad LINE WHY
bad()
{
	printf '# head\n%s\n' "$1" >"$tmp/bad"
	run rules list --rules-file "$tmp/bad"
	expect_error "line 2: $2"
}

bad 'RO_MMIO MTRR_MERGE' 'NAME: STEP STEP ... is expected'
bad ': MTRR_MERGE' 'a name has letters'
bad 'a b: MTRR_MERGE' 'a name has letters'
bad '4.19: MTRR_MERGE' '4.19: there is a rule set of that name'
bad 'x: NONE MTRR_MERGE' 'NONE: no such step'
bad 'x: RO_MMIO' 'x: must end with'
bad 'x:' 'x: must end with'
bad 'x: RO_MMIO RO_MMIO MTRR_MERGE' 'x: has a step twice'
bad 'x: MTRR_MERGE PINNED RAM_WB_GUEST_MTRR' 'x: has steps behind'
run rules list --rules-file "$tmp/none"
expect_error 'cannot read rule sets'
seq 9 | sed 's/.*/s&: MTRR_MERGE/' >"$tmp/many"
run rules list --rules-file "$tmp/many"
expect_error 'line 9: s9: too many rule sets'

# What reads no entries takes no option that is about them.
run rules show 4.17 --from "$six.serial.log.gz"
expect_error "--from is for 'rules fit'"
run rules for 4.17.5 --gfn 0
expect_error "--gfn is for 'rules fit'"
run rules --rules 4.17
expect_error "--rules is for 'rules fit'"
run rules list --all
expect_error "--all is for 'rules fit'"

finish
