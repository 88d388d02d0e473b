#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is said of each kind of entry, word by word, in every form.
. "${SRCDIR:-.}/tests/lib.sh"
COLUMNS=80

cat <<'LOG' >"$tmp/log"
(XEN) Xen version 4.17.7 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026
(XEN) Xen-e820 RAM map:
(XEN)  [0000000000000000, 000000007fffffff] (usable)
(XEN) 
(XEN) domain4 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:         50000 rwx WB 
(XEN) gfn:             1 order:  0 mfn:         50001 rwx UC 
(XEN) gfn:             2 order:  0 mfn:         50002 rwx WB!
(XEN) gfn:             3 order:  0 mfn:         50003 rwx WP 
(XEN) gfn:             4 order:  0 mfn:         50004 rwx ???
(XEN) gfn:             5 order:  0 mfn:         50005     WB 
(XEN) gfn:             6 order:  0 mfn:         50006 rwx WB?
(XEN) gfn:           200 order:  9 PoD
(XEN) gfn:           400 order:  9 mfn:         f0000 rwx UC 
(XEN) gfn:           600 order:  9 mfn:         f0200 rwx WB!
(XEN) 
(XEN) domain5 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:         60000 rwx WB!
LOG
echo '{"cache-flush": true, "special": [["0x60000","0x60000"]]}' >"$tmp/given"

audit()
{
	run audit --from - --given "$tmp/given" "$@" <"$tmp/log"
	expect_status 1
}

audit -v
cat <<'WANTED' >"$tmp/wanted"
console standard input
Xen 4.17.7 (log), judged by the rules of Xen 4.17.5-4.17.7, 4.18.3-4.18.6,
  4.19, 4.20 (set 4.19)

Domain 4
  1 of its 10 entries (2 MiB) breaks the rules of this Xen: 1 danger.

  WB!, should be UC                                                       danger
    rule    MMIO_UC: the type is mmio_direct
    effect  the guest can cache what must not be cached, and see old data:
            where it asks for WB it gets WB, not UC
      0x600-0x7ff            1 entry      2 MiB  rwx WB!  mfn 0xf0200

  WB, right only if                                                        ok-if
    if      pinned ranges, guest MTRRs, guest MTRR ranges, host MTRRs, host
            MTRR ranges: as usual
    rule    MTRR_MERGE: guest MTRR WB and host MTRR WB merge to it
      0x0                    1 entry      4 KiB  rwx WB   mfn 0x50000

  UC, right only if                                                        ok-if
    if      pinned ranges, guest MTRRs, guest MTRR ranges, host MTRRs, host
            MTRR ranges: as usual
    rule    MTRR_MERGE: guest MTRR UC and host MTRR WB merge to it
      0x1                    1 entry      4 KiB  rwx UC   mfn 0x50001

  WB!, right only if                                                       ok-if
    if      pinned ranges: not as usual
    rule    PINNED: the gfn lies in a pinned range
      0x2                    1 entry      4 KiB  rwx WB!  mfn 0x50002

  WP, right only if                                                        ok-if
    if      pinned ranges, guest MTRRs, guest MTRR ranges, host MTRRs, host
            MTRR ranges: as usual
    rule    MTRR_MERGE: guest MTRR WP and host MTRR WB merge to it
      0x3                    1 entry      4 KiB  rwx WP   mfn 0x50003

  Xen recomputes these when they are next touched                        pending
      0x4                    1 entry      4 KiB  rwx ???  mfn 0x50004
      0x6                    1 entry      4 KiB  rwx WB?  mfn 0x50006

  not present                                                            skipped
      0x5                    1 entry      4 KiB      WB   mfn 0x50005

  populated on demand, maps nothing yet                                  skipped
      0x200-0x3ff            1 entry      2 MiB

  UC, as it should be                                                         ok
    rule    MMIO_UC: the type is mmio_direct
      0x400-0x5ff            1 entry      2 MiB  rwx UC   mfn 0xf0000

  10 entries, 6 MiB: 1 ok, 4 ok-if (1 only by an unusual fact), 0 inherited,
    2 pending, 2 skipped, 1 mismatch
  3 entries are right only if these facts, which are not certain, are as usual:
    pinned ranges (4), guest MTRRs (3), guest MTRR ranges (3), host MTRRs (3),
    host MTRR ranges (3)
    to find out the pinned ranges: a memory image or --via gdbsx with
      --xen-syms shows them; if you know them, use --given
    to find out the guest MTRRs: audit the running domain, or xen-hvmctx in
      dom0, and add --facts FILE
    to find out the guest MTRR ranges: cat /proc/mtrr in the guest, and add
      --facts FILE
    to find out the host MTRRs: boot Xen with mtrr.show=1, and add --facts with
      the log from its first line on
    to find out the host MTRR ranges: cat /proc/mtrr in dom0, and write that
      into a file for --given
  1 entry is right only if something is not as usual

  What is known of this domain, and how:
    IOMMU                unknown, and not needed here
    I/O capabilities     yes (given)
    guest MTRRs          unknown
    guest MTRR ranges    unknown
    pinned ranges        unknown
    host MTRRs           unknown
    host MTRR ranges     unknown
    Xen's special pages  1 frame (given)
    read-only MMIO       unknown, and not needed here
    host memory map      2 GiB RAM (log)
    page types           from rights, order and frame (derived)
    RAM pages            unknown

Domain 5
  Its only entry does not break the rules of this Xen.

  WB!, as it should be                                                        ok
    rule    SPECIAL_WB: the frame is one of Xen's special pages
      0x0                    1 entry      4 KiB  rwx WB!  mfn 0x60000

  1 entry, 4 KiB: 1 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 0 mismatch

2 domains: 11 entries, 6 MiB: 2 ok, 4 ok-if (1 only by an unusual fact),
    0 inherited, 2 pending, 2 skipped, 1 mismatch

How to read this
    0x10-0x1f  guest frames (gfn) of 4 KiB, first and last: the address divided
               by 4096. An entry of Xen's table maps some of them; mfn is the
               machine frame of the first
    WB         write-back, that of ordinary memory
    WP         write-protected
    UC         uncached
    !          the type is forced (iPAT): what the guest's own page tables ask
               for by its PAT does not count; without it, it does
    ?          Xen recomputes the entry when it is next touched
    rwx        the guest may read, write, execute
    danger     the guest can cache what must not be cached, or memory and
               device disagree
    ok-if      right if what is not known is as usual (audit -v shows which
               entries)
    pending    Xen recomputes the entry when it is next touched
    skipped    maps nothing now
    derived    follows from other facts
    log        read in the log
    given      given on the command line
    set        the rules that the releases named share; xen-eptaudit rules
               lists them
WANTED
expect_stdout_is "$tmp/wanted"
audit
cat <<'WANTED' >"$tmp/wanted"
console standard input
Xen 4.17.7 (log), judged by the rules of Xen 4.17.5-4.17.7, 4.18.3-4.18.6,
  4.19, 4.20 (set 4.19)

Domain 4
  1 of its 10 entries (2 MiB) breaks the rules of this Xen: 1 danger.

  WB!, should be UC                                                       danger
    rule    MMIO_UC: the type is mmio_direct
    effect  the guest can cache what must not be cached, and see old data:
            where it asks for WB it gets WB, not UC
      0x600-0x7ff            1 entry      2 MiB  rwx WB!  mfn 0xf0200

  WB!, right only if                                                       ok-if
    if      pinned ranges: not as usual
    rule    PINNED: the gfn lies in a pinned range
      0x2                    1 entry      4 KiB  rwx WB!  mfn 0x50002

  10 entries, 6 MiB: 1 ok, 4 ok-if (1 only by an unusual fact), 0 inherited,
    2 pending, 2 skipped, 1 mismatch
  3 entries are right only if these facts, which are not certain, are as usual:
    pinned ranges (4), guest MTRRs (3), guest MTRR ranges (3), host MTRRs (3),
    host MTRR ranges (3); -v shows which
    to find out the pinned ranges: a memory image or --via gdbsx with
      --xen-syms shows them; if you know them, use --given
    to find out the guest MTRRs: audit the running domain, or xen-hvmctx in
      dom0, and add --facts FILE
    to find out the guest MTRR ranges: cat /proc/mtrr in the guest, and add
      --facts FILE
    to find out the host MTRRs: boot Xen with mtrr.show=1, and add --facts with
      the log from its first line on
    to find out the host MTRR ranges: cat /proc/mtrr in dom0, and write that
      into a file for --given
  1 entry is right only if something is not as usual

  What is known of this domain, and how:
    IOMMU                unknown, and not needed here
    I/O capabilities     yes (given)
    guest MTRRs          unknown
    guest MTRR ranges    unknown
    pinned ranges        unknown
    host MTRRs           unknown
    host MTRR ranges     unknown
    Xen's special pages  1 frame (given)
    read-only MMIO       unknown, and not needed here
    host memory map      2 GiB RAM (log)
    page types           from rights, order and frame (derived)
    RAM pages            unknown

Domain 5
  Its only entry does not break the rules of this Xen.

  1 entry, 4 KiB: 1 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 0 mismatch

2 domains: 11 entries, 6 MiB: 2 ok, 4 ok-if (1 only by an unusual fact),
    0 inherited, 2 pending, 2 skipped, 1 mismatch

How to read this
    0x10-0x1f  guest frames (gfn) of 4 KiB, first and last: the address divided
               by 4096. An entry of Xen's table maps some of them; mfn is the
               machine frame of the first
    WB         write-back, that of ordinary memory
    UC         uncached
    !          the type is forced (iPAT): what the guest's own page tables ask
               for by its PAT does not count; without it, it does
    rwx        the guest may read, write, execute
    danger     the guest can cache what must not be cached, or memory and
               device disagree
    ok-if      right if what is not known is as usual (audit -v shows which
               entries)
    pending    Xen recomputes the entry when it is next touched
    skipped    maps nothing now
    derived    follows from other facts
    log        read in the log
    given      given on the command line
    set        the rules that the releases named share; xen-eptaudit rules
               lists them
WANTED
expect_stdout_is "$tmp/wanted"
audit --summary
cat <<'WANTED' >"$tmp/wanted"
console standard input
Xen 4.17.7 (log), judged by the rules of Xen 4.17.5-4.17.7, 4.18.3-4.18.6,
  4.19, 4.20 (set 4.19)

Domain 4
  10 entries, 6 MiB: 1 ok, 4 ok-if (1 only by an unusual fact), 0 inherited,
    2 pending, 2 skipped, 1 mismatch

Domain 5
  1 entry, 4 KiB: 1 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 0 mismatch

2 domains: 11 entries, 6 MiB: 2 ok, 4 ok-if (1 only by an unusual fact),
    0 inherited, 2 pending, 2 skipped, 1 mismatch
WANTED
expect_stdout_is "$tmp/wanted"
audit -v --format tap
cat <<'WANTED' >"$tmp/wanted"
TAP version 13
# console standard input
# ok-if gfn 0x0-0x0: rwx WB 
# ok-if gfn 0x1-0x1: rwx UC 
# ok-if gfn 0x2-0x2: rwx WB!
# ok-if gfn 0x3-0x3: rwx WP 
# pending gfn 0x4-0x4: rwx ???
# skipped gfn 0x5-0x5:     WB 
# pending gfn 0x6-0x6: rwx WB?
# skipped gfn 0x200-0x3ff: PoD
# ok gfn 0x400-0x5ff: rwx UC 
# mismatch (danger) gfn 0x600-0x7ff: got WB!, wanted UC, by MMIO_UC; 1 entry
not ok 1 - domain 4: audit: 1 of 10 entries mismatch
# ok gfn 0x0-0x0: rwx WB!
ok 2 - domain 5: audit: 0 of 1 entries mismatch
1..2
WANTED
expect_stdout_is "$tmp/wanted"

# Many runs of what is ok only if a fact is unusual: some are shown, or all with -v.
{
	sed 4q "$tmp/log"
	for n in $(seq 0 2 60); do
		printf '(XEN) gfn: %13x order:  0 mfn: %13x rwx WB!\n' "$n" $((0x50000 + n))
	done
} >"$tmp/many"
sed -i 's/^(XEN) $/(XEN) domain4 EPT p2m table:/' "$tmp/many"
run audit --from "$tmp/many" --given "$tmp/given"
expect_contains '  ... and 11 more runs that are right only if a fact is unusual (-v)'
[ "$(grep -c 'rwx WB!  mfn' "$stdout")" -eq 20 ]
judge $? 'not 20 are shown'
run audit --from "$tmp/many" --given "$tmp/given" -v
expect_lacks 'more runs'
[ "$(grep -c 'rwx WB!  mfn' "$stdout")" -eq 31 ]
judge $? 'not all are shown'
# No version; one that leaves open which rule set; a name.
sed 1d "$tmp/log" >"$tmp/unknown"
COLUMNS=1000
run audit --from "$tmp/unknown" --rules 4.19
expect_contains 'Xen of unknown version (given), judged by the rules of Xen 4.17.5-4.17.7, 4.18.3-4.18.6, 4.19, 4.20 (set 4.19)'
run audit --from "$tmp/unknown" --rules 4.19 --format json
expect_contains '"xen":{"version":null'

need python3 || finish
cat <<'PYTHON' >"$tmp/short.py"
import json, sys
# Runs in a line each, without what is told elsewhere.
def facts(names):
    return '+'.join(names) or '-'
for line in sys.stdin:
    record = json.loads(line)
    if record['record'] == 'domain':
        print(record['domid'], record['name'], {key: value for key, value in record['summary'].items() if value},
              record['ok_if_assumes'], record['complete'])
    elif record['record'] == 'end':
        print(record['domains'], record['exit_status'])
    elif 'gfn' in record:
        print(record['record'], record['domid'], *record['gfn'], record['mfn'], record['order'], record['emt'],
              record['ipat'], record['verdict'], record.get('severity'), record.get('bug'),
              facts(record.get('assumes', [])), facts(record.get('unusual', [])),
              '/'.join(one['emt'] + '!' * one['ipat'] for one in record.get('expected', ['?']) if one != '?'),
              len([one for one in record.get('expected', []) if 'assumes' in one]))
PYTHON

# short OPTION...
short()
{
	audit --format jsonl "$@"
	python3 "$tmp/short.py" <"$stdout" >"$tmp/short"
	cp "$tmp/short" "$stdout"
}
short -v
cat <<'WANTED' >"$tmp/wanted"
run 4 0x0 0x0 0x50000 0 WB False ok-if None None pinned+guest-mtrr+guest-mtrr-var+host-mtrr+host-mtrr-var - UC/WC/WT/WP/WB/UC!/WC!/WT!/WP!/WB! 10
run 4 0x1 0x1 0x50001 0 UC False ok-if None None pinned+guest-mtrr+guest-mtrr-var+host-mtrr+host-mtrr-var - UC/WC/WT/WP/WB/UC!/WC!/WT!/WP!/WB! 10
run 4 0x2 0x2 0x50002 0 WB True ok-if None None pinned pinned UC/WC/WT/WP/WB/UC!/WC!/WT!/WP!/WB! 10
run 4 0x3 0x3 0x50003 0 WP False ok-if None None pinned+guest-mtrr+guest-mtrr-var+host-mtrr+host-mtrr-var - UC/WC/WT/WP/WB/UC!/WC!/WT!/WP!/WB! 10
run 4 0x4 0x4 0x50004 0 ?? None pending None None - -  0
run 4 0x5 0x5 0x50005 0 WB False skipped None None - -  0
run 4 0x6 0x6 0x50006 0 WB None pending None None - -  0
run 4 0x200 0x3ff None 9 None None skipped None None - -  0
run 4 0x400 0x5ff 0xf0000 9 UC False ok None None - - UC 0
finding 4 0x600 0x7ff 0xf0200 9 WB True mismatch danger None - - UC 0
4 None {'entries': 10, 'pages': 1543, 'ok': 1, 'ok_if': 4, 'pending': 2, 'skipped': 2, 'mismatch': 1, 'unusual': 1} {'pinned': 4, 'guest-mtrr': 3, 'guest-mtrr-var': 3, 'host-mtrr': 3, 'host-mtrr-var': 3} True
run 5 0x0 0x0 0x60000 0 WB True ok None None - - WB! 0
5 None {'entries': 1, 'pages': 1, 'ok': 1} {} True
2 1
WANTED
expect_stdout_is "$tmp/wanted"
short
cat <<'WANTED' >"$tmp/wanted"
finding 4 0x600 0x7ff 0xf0200 9 WB True mismatch danger None - - UC 0
4 None {'entries': 10, 'pages': 1543, 'ok': 1, 'ok_if': 4, 'pending': 2, 'skipped': 2, 'mismatch': 1, 'unusual': 1} {'pinned': 4, 'guest-mtrr': 3, 'guest-mtrr-var': 3, 'host-mtrr': 3, 'host-mtrr-var': 3} True
5 None {'entries': 1, 'pages': 1, 'ok': 1} {} True
2 1
WANTED
expect_stdout_is "$tmp/wanted"
short --summary
cat <<'WANTED' >"$tmp/wanted"
4 None {'entries': 10, 'pages': 1543, 'ok': 1, 'ok_if': 4, 'pending': 2, 'skipped': 2, 'mismatch': 1, 'unusual': 1} {'pinned': 4, 'guest-mtrr': 3, 'guest-mtrr-var': 3, 'host-mtrr': 3, 'host-mtrr-var': 3} True
5 None {'entries': 1, 'pages': 1, 'ok': 1} {} True
2 1
WANTED
expect_stdout_is "$tmp/wanted"

# One document has the same: all runs, and findings besides.
audit --format json -v
python3 -c 'import json, sys
domain = json.load(sys.stdin)["domains"][0]
print(len(domain["runs"]), len(domain["findings"]), domain["findings"][0] == domain["runs"][-1])' <"$stdout" >"$tmp/got"
cp "$tmp/got" "$stdout"
expect_stdout_is '10 1 True'
audit --format json --summary
expect_contains '"findings":[]'
expect_lacks '"runs"'

finish
