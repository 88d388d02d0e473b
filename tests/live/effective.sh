#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# effective tells the same of 23 domains of a real Xen whether Xen prints their p2m or it is read
# directly. Their own page tables are made here: they map some of all that their p2m has.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture 'domain 0 - 163840 1 Domain-0' 'cpu GenuineIntel'

{
	cat "$tmp/all"
	memory_lines
} >"$tmp/script"
live list --all --format json
cp "$stdout" "$tmp/entries"
python3 - "$tmp/entries" >"$tmp/guests" <<'PY'
import json, sys
for domain in json.load(open(sys.argv[1]))["domains"]:
    domid, ram, frames = domain["domid"], [], set()
    for run in domain["runs"]:
        first, last = (int(x, 16) for x in run["gfn"])
        # Both ends, and what lies beyond: there is nothing, or another kind.
        frames.update((first, last, last + 1))
        if run["attributes"][:2] == "rw" and run["emt"] == "WB" and not run["pending"]:
            ram += range(first, min(last, first + 3) + 1)
    if len(ram) < 4:
        print("cpu %d 0 0 cr0=10" % domid)  # paging is off
        continue
    top, second, third, leaves = ram[:4]
    print("cpu %d 0 0 cr0=80050033 cr3=%x000 cr4=20 efer=d00" % (domid, top))
    print("page %d 0x%x 0 0=%x003 511=%x003" % (domid, top, second, second),
          "1=fffff003" if domid % 2 else "")  # a table that is nowhere
    print("page %d 0x%x 0 1=%x003" % (domid, second, third))
    print("page %d 0x%x 0 2=%x003" % (domid, third, leaves),
          " ".join("%d=%x" % (4 + i, gfn >> 9 << 21 | 0x83 | i % 4 << 3)
                   for i, gfn in enumerate(sorted(frames)[:500])))
    # Each with an entry of the PAT; some frames twice.
    print("page %d 0x%x 0" % (domid, leaves),
          " ".join("%d=%x" % (i, gfn << 12 | 3 | i % 4 << 3 | (i & 4) << 5)
                   for i, gfn in enumerate((sorted(frames) * 2)[:505])))
PY
cat "$tmp/guests" >>"$tmp/script"

# told: of each domain all but by what it was read, one run a line
told()
{
	python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
print(len(report["domains"]), "domains, complete:", report["complete"])
for domain in report["domains"]:
    for run in domain.pop("runs"):
        print(domain["domid"], json.dumps(run))
    print(json.dumps(domain))' "$stdout"
}

live effective --all --format json
printed_status=$status
told >"$tmp/printed"
! grep -q '^gdbsx [0-9]' "$tmp/log"
judge $? 'tables were read directly'
# shellcheck disable=SC2046 # a list of words
live effective --all --format json --via gdbsx \
	$(sed -n 's/^d\([0-9]*\) \(0x[0-9a-f]*\) .*/--eptp=\1=\2/p' "$roots")
expect_status "$printed_status"
told >"$tmp/direct"
grep -q '^gdbsx [0-9]' "$tmp/log" && ! grep -q '^key-D' "$tmp/log"
judge $? 'Xen was made to print the tables'
expect_same "$tmp/printed" "$tmp/direct"
# It is no comparison of nothing. The ring has older registers of three of the domains, by key v:
# no further address spaces.
cp "$tmp/direct" "$stdout"
expect_contains '23 domains' '"became": "weaker"' '"became": "stronger"' '"became": "as asked"' \
	'"effective": null' '"taken_by": ["ipat"]' '"paging": "off"' '"gap_count": 1'
finish
