#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# diff: what changed between two captures, logs or images.
. "${SRCDIR:-.}/tests/lib.sh"

log=$captures/stale-entries.xen4.17.serial.log.gz
run capture 4 --dump 1 --from "$log" -o "$tmp/before"
expect_status 0
run capture 4 --dump 2 --from "$log" -o "$tmp/after"
expect_status 0

run diff "$tmp/before" "$tmp/before"
expect_status 0
expect_stdout_is 'Domain 4
  no entry differs'
run diff "$tmp/before" "$tmp/after"
expect_status 1
expect_stdout_is 'Domain 4
  fact I/O capabilities: no (assumed) -> no (log)
  fact Xen'"'"'s special pages: 72 frames (assumed) -> 72 frames (log)
  fact I/O memory: none (assumed) -> none (log)
  fact I/O ports: no (assumed) -> no (log)
  fact RAM pages: 9233 (assumed) -> 9233 (log)
  0x0-0xf (64 KiB): rwx WB  order 0 mfn 0x7c00 ok-if -> rwx WB  order 0 mfn 0x7c00 mismatch
  0x10 (4 KiB): rwx WB! order 0 mfn 0x7c10 ok-if -> rwx WB! order 0 mfn 0x7c10 ok
  0x11-0x9f (572 KiB): rwx WB  order 0 mfn 0x7c11 ok-if -> rwx WB  order 0 mfn 0x7c11 mismatch
  0xc0-0x1ff (1.2 MiB): rwx WB  order 0 mfn 0x7cc0 ok-if -> rwx WB  order 0 mfn 0x7cc0 mismatch
  0x200-0x1fff (30 MiB): rw  WB  order 9 mfn 0x7a00+ ok-if -> rw  WB  order 9 mfn 0x7a00+ mismatch
  0xfee00 (4 KiB): rwx WB! order 0 mfn 0x56a31 ok-if -> rwx WB! order 0 mfn 0x56a31 ok
  31.8 MiB differ'
run diff "$tmp/before" "$tmp/after" --gfn 10
expect_status 1
expect_contains '  0x10 (4 KiB)' '  4 KiB differ'
expect_lacks '0x11'

# A frame more, one less, one moved, one of another type: each is told.
gzip -dc "$captures/six-domains.xen4.17.serial.log.gz" >"$tmp/one"
awk '/domain4 EPT/ { here = 1 }
	/domain5 EPT/ { here = 0 }
	here && /gfn: +0 / { next }
	here && /gfn: +1 / { sub(/rwx WB/, "rwx UC") }
	here && /gfn: +2 / { sub(/mfn: +[0-9a-f]+/, "mfn:         7ca00") }
	{ print }' "$tmp/one" >"$tmp/two"
run diff "$tmp/one" "$tmp/two" 4
expect_status 1
expect_stdout_is 'Domain 4
  0x0 (4 KiB): rwx WB  order 0 mfn 0x7ca66 ok-if -> not mapped
  0x1 (4 KiB): rwx WB  order 0 mfn 0x7ca65 ok-if -> rwx UC  order 0 mfn 0x7ca65 mismatch
  0x2 (4 KiB): rwx WB  order 0 mfn 0x7ca64 ok-if -> rwx WB  order 0 mfn 0x7ca00 ok-if
  12 KiB differ'
run diff "$tmp/one" "$tmp/one"
expect_status 0
run diff "$tmp/one" "$log"
expect_status 1
expect_contains 'Domain 23 is only in the second'
run diff "$log" "$tmp/one" --format json
expect_status 1
expect_contains '{"domid":23,"only_in":"before"}' '"schema":"xen-eptaudit/diff"' '"exit_status":1'
if need python3; then
	run diff "$tmp/before" "$tmp/after" --format json
	cp "$stdout" "$tmp/json"
	run_command python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))["domains"][0]
print(d["differing_pages"], d["facts"]["nr-pages"]["how_after"], d["changes"][0]["gfn"],
      d["changes"][0]["after"]["verdict"])' "$tmp/json"
	expect_stdout_is "8161 log ['0x0', '0xf'] mismatch"
fi
# Dumps of one domain are compared in their order.
run diff "$log" "$log" 4 --all-dumps
expect_status 0
expect_stdout_is 'Domain 4, dump 1 of 2
  no entry differs
Domain 4, dump 2 of 2
  no entry differs'
# Facts alone make a difference, too, also where only their values are others.
cat >"$tmp/small" <<'E2'
(XEN) Xen version 4.17.7 (x) debug=n
(XEN) 'q' pressed -> dumping domain info (now = 1)
(XEN) General information for domain 1:
(XEN)     nr_pages=10 xenheap_pages=2 dirty_cpus={} max_pages=10
(XEN)     XenPage 0000000000000200: caf=c000000000000001, taf=e400000000000001
(XEN) Shared frames 0 -- Saved frames 0
(XEN) domain1 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:           300 rwx WB!
(XEN) gfn:             5 order:  0 PoD
E2
sed 's/nr_pages=10/nr_pages=11/; s/0200:/0201:/' "$tmp/small" >"$tmp/other"
run diff "$tmp/small" "$tmp/other"
expect_status 1
expect_stdout_is 'Domain 1
  fact Xen'"'"'s special pages: 1 frame (log) -> 1 frame (log), with other values
  fact RAM pages: 10 (log) -> 11 (log)
  no entry differs'
# A version that one of them does not tell is not taken from the other.
sed 1d "$tmp/small" >"$tmp/bare"
run diff "$tmp/small" "$tmp/bare"
expect_error 'bare does not tell which Xen'
run diff "$tmp/small" "$tmp/small" --xen 4.16.0
expect_status 0
sed 's/domain1/domain2/' "$tmp/small" >"$tmp/other"
run diff "$tmp/small" "$tmp/other"
expect_status 1
expect_stdout_is 'Domain 1 is only in the first
Domain 2 is only in the second'

# Of what was not seen as a whole it cannot be said that nothing changed.
header=$(grep -an 'domain4 EPT' "$tmp/one" | tail -n 1 | cut -d: -f1)
head -n $((header + 30)) "$tmp/one" | head -c -30 >"$tmp/cut"
run diff "$tmp/cut" "$tmp/cut" 4
expect_status 3
expect_stdout_is 'Domain 4
  no entry differs; incomplete: not all entries were seen'

# What is not there in one that lost entries may be mapped all the same.
head -c -10 "$tmp/small" >"$tmp/torn"
for pair in small-torn torn-small; do
	run diff "$tmp/${pair%-*}" "$tmp/${pair#*-}"
	expect_status 3
	expect_stdout_is 'Domain 1
  no entry differs; incomplete: not all entries were seen'
done
sed -n '/domain1 EPT/,$s/domain1/domain2/p' "$tmp/small" >"$tmp/second"
sed -n '/domain2 EPT/!p' "$tmp/small" | cat - "$tmp/second" >"$tmp/both"
sed '/domain1 EPT/d' "$tmp/both" >"$tmp/lost"
run diff "$tmp/both" "$tmp/lost"
expect_status 3
expect_contains 'Domain 1 is only in the first; incomplete: the other one lost entries'

# A log and the image of the same tables: the same entries.
gzip -dc "$captures/hvm-qemu.xen4.17.ept-tables.core.gz" >"$tmp/core"
gzip -dc "$captures/hvm-qemu.xen4.17.timestamps.conring.txt.gz" >"$tmp/log"
run capture 1 --from "$tmp/core" --eptp 1=0x702c601e --facts "$tmp/log" -o "$tmp/image"
expect_status 0
run diff "$tmp/log" "$tmp/image" 1
expect_contains '  no entry differs'

run diff "$tmp/before"
expect_error 'name two captures'
run diff --from "$tmp/before" "$tmp/before" "$tmp/after"
expect_status 2
expect_stderr_contains "unrecognized option '--from'"
run diff "$tmp/before"
expect_error 'name two captures'
run diff "$tmp/before" "$tmp/none"
expect_error 'none'
finish
