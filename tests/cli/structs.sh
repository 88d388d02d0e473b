#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# --xen-syms: what Xen has in memory, found by symbols and DWARF. tests/structs/ makes a machine's
# memory with structures of the same names, and its xen-syms.

. "${SRCDIR:-.}/tests/lib.sh"

image=$tmp/image syms=$tmp/xen-syms

# Without libdw that is all it says.
if "$XEN_EPTAUDIT" --version | grep -q '^xen-syms.*: no'; then
	echo >"$syms"
	run audit --from "$SRCDIR/tests/cli/structs.sh" --xen-syms "$syms"
	expect_error 'built without libdw' 'libdw-dev'
	finish
fi
if ! "$SRCDIR/tests/structs/make" "$tmp" 2>"$tmp/why"; then
	skip 'the compiler makes no programs of x86-64'
	finish
fi

# audit ARGUMENT...: with one blank where columns are apart
audit()
{
	run audit --xen-syms "$syms" "$@"
	tr -s ' ' <"$stdout" >"$tmp/squeezed"
	cp "$tmp/squeezed" "$stdout"
}

# ---- all is known, and nothing needs to be named --------------------------
audit --from "$image"
expect_status 1
expect_contains 'Xen 4.19.1 (measured)' 'Domain 1, dump 1 of 2' 'Domain 2' \
	'12 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 1 mismatch' \
	'not the domain'"'"'s own p2m, but view 1 of altp2m' \
	'PCI devices that are assigned to the domain: 0000:03:02.1' \
	'IOMMU no (measured)' 'I/O capabilities yes (measured)' 'guest MTRR ranges 1 valid (measured)' \
	'pinned ranges 2 ranges (measured)' 'host MTRR ranges 1 valid (measured)' \
	"Xen's special pages 4 frames (measured)" 'read-only MMIO 1 frame (measured)' \
	'RAM pages 12 (measured)' 'guest MTRRs no vCPU (measured)' 'IOMMU yes (measured)'
expect_lacks 'assumed'
# The stale entry, and nothing else.
expect_contains '0x1a 1 entry' 'limit: Direct MMIO forced UC: 0x16'

facts()
{
	"$XEN_EPTAUDIT" audit 1 --from "$image" --xen-syms "$syms" --format json |
		python3 -c 'import json, sys
for name, fact in json.load(sys.stdin)["domains"][0]["facts"].items():
    print(name, fact["how"], json.dumps(fact.get("value")), json.dumps(fact.get("possible")))'
}
facts >"$tmp/facts"
run_command cat "$tmp/facts"
expect_contains 'special measured [["0x701", "0x704"]] []' \
	'mmio-ro measured [["0xfec00", "0xfec00"]] null' \
	'memory-map measured [["0x0", "0x9e"], ["0x100", "0x7ff"]] null' \
	'mfn-valid measured [["0x0", "0x7ff"]] null' \
	'iomem measured [["0xf0000", "0xf00ff"]] null' 'iommu-snoop measured false'
grep -v ' measured ' "$tmp/facts" | cut -d ' ' -f 1,2 >"$tmp/rest" # no rule of Xen's asks for these
run_command cat "$tmp/rest"
expect_stdout_is 'cache-control assumed
vcpus unknown
devices unknown'

run list 2 --from "$image" --xen-syms "$syms"
expect_status 0
expect_contains '0x610'
run audit 0 --from "$image" --xen-syms "$syms"
expect_error 'there is no EPT of domain 0: it is PV, or uses shadow page tables'
run audit 7 --from "$image" --xen-syms "$syms"
expect_error 'the Xen in the image has no domain 7'

# A capture keeps it: the same verdicts without the image.
run capture 1 --from "$image" --xen-syms "$syms" -o "$tmp/capture"
expect_status 0
verdicts()
{
	"$XEN_EPTAUDIT" audit --all-dumps "$@" --format json -v |
		python3 -c 'import json, sys
for domain in json.load(sys.stdin)["domains"]:
    for run in domain["runs"] + domain["findings"]:
        run.pop("raw", None) # which no capture keeps
    print(json.dumps([domain[key] for key in ("domid", "facts", "runs", "findings", "summary")] +
                     [note for note in domain.get("notes", []) if "altp2m" in note]))'
}
verdicts 1 --from "$image" --xen-syms "$syms" >"$tmp/before"
verdicts --from "$tmp/capture" >"$tmp/after"
[ "$(grep -c . "$tmp/after")" -eq 2 ]
judge $? 'the capture has not both views'
expect_same "$tmp/before" "$tmp/after"
grep -q 'view 1 of altp2m' "$tmp/after"
judge $? 'which view it is was lost'
run capture 1 --from "$image" --xen-syms "$syms" --redact -o "$tmp/redacted"
run audit --all-dumps --from "$tmp/redacted"
expect_contains 'view 1 of altp2m'

# Roots may be named all the same: the facts are those of the domain.
eptp=$("$XEN_EPTAUDIT" list --from "$image" --find-eptp | sed -n 's/.*\(0x[0-9a-f]*1e\).*/\1/p' | head -n 1)
audit --from "$image" --eptp "1=$eptp"
expect_contains 'pinned ranges 2 ranges (measured)'

# ---- not of this Xen, or no xen-syms at all --------------------------------
mkdir "$tmp/other"
sed 's/"conring_size=1k dom0_mem=4M"/"another build"/' "$SRCDIR/tests/structs/xen.c" >"$tmp/other/xen.c"
cp "$SRCDIR/tests/structs/xen.lds" "$SRCDIR/tests/structs/make" "$tmp/other"
"$tmp/other/make" "$tmp/other"
run audit --from "$image" --xen-syms "$tmp/other/xen-syms"
expect_error "$tmp/other/xen-syms is of another build of Xen" 'its build-id' 'was not found'
run audit --from "$image" --xen-syms "$tmp/none"
expect_error "cannot read $tmp/none: No such file"
run audit --from "$image" --xen-syms "$BUILDDIR/xen-eptaudit"
expect_error 'is no xen-syms: symbols that each Xen has are not in it'
run audit --from "$image" --xen-syms "$SRCDIR/tests/cli/structs.sh"
expect_error 'is no xen-syms: it is no ELF file of x86-64'
head -c 5000 "$syms" >"$tmp/cut"
run audit --from "$image" --xen-syms "$tmp/cut"
expect_status 2
run audit --all --xen-syms "$syms"
expect_error '--xen-syms' 'for --via gdbsx'
gzip -c "$syms" >"$tmp/xen-syms.gz"
run audit 2 --from "$image" --xen-syms "$tmp/xen-syms.gz"
expect_status 0

# ---- symbols alone ---------------------------------------------------------
# This Xen's structures are laid out as nobody's else: none of them is believed.

# ---- none is named: it lies where distributions put it --------------------
verdicts 2 --from "$image" --xen-syms "$syms" >"$tmp/named"
python3 - "$image" >"$tmp/core" <<'CORE'
import struct, sys
memory = open(sys.argv[1], "rb").read()
sys.stdout.buffer.write(struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 4, 62, 1, 0, 64, 0, 0,
                                    64, 56, 1, 64, 0, 0) +
                        struct.pack("<IIQQQQQQ", 1, 4, 4096, 0, 0, len(memory), len(memory), 4096) +
                        bytes(4096 - 120) + memory)
CORE
export XEN_EPTAUDIT_ROOT="$tmp/root"
for folder in boot usr/lib/debug/boot; do
	mkdir -p "$XEN_EPTAUDIT_ROOT/$folder"
	# Others lie beside it: of another build, none at all, and a map of symbols.
	cp "$tmp/other/xen-syms" "$XEN_EPTAUDIT_ROOT/$folder/xen-syms-4.18.0"
	echo >"$XEN_EPTAUDIT_ROOT/$folder/xen-syms-4.18.1"
	nm "$syms" >"$XEN_EPTAUDIT_ROOT/$folder/xen-syms-4.19.1.map"
	run audit 2 --from "$tmp/core"
	expect_error "$tmp/core is a memory image"
	cp "$syms" "$XEN_EPTAUDIT_ROOT/$folder/xen-syms-4.19.1"
	verdicts 2 --from "$tmp/core" >"$tmp/found"
	expect_same "$tmp/named" "$tmp/found"
	rm -r "$XEN_EPTAUDIT_ROOT"
done
unset XEN_EPTAUDIT_ROOT

cp "$syms" "$tmp/symbols"
strip --strip-debug "$tmp/symbols"
run audit --from "$image" --xen-syms "$tmp/symbols"
expect_error 'has no DWARF to find domains with' '--eptp'
audit --from "$image" --xen-syms "$tmp/symbols" --eptp "1=$eptp"
expect_status 0
expect_contains 'has symbols only, no DWARF' 'Xen 4.19.1 (measured)' 'pinned ranges unknown'

# ---- damaged, or torn ------------------------------------------------------
# address SYMBOL: the last eight of its digits, the others being the same for all
address()
{
	nm "$syms" | sed -n "s/^ffff82d0\([0-9a-f]*\) . $1\$/\1/p"
}

# bytes NUMBER: its eight bytes for printf %b, lowest first
bytes()
{
	echo "$1" | sed 's/\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)/\\x\8\\x\7\\x\6\\x\5\\x\4\\x\3\\x\2\\x\1/'
}

pointer() { bytes "ffff82d0$(address "$1")"; }

# damage SYMBOL OFFSET BYTES ARGUMENT...: audits an image in which they stand there
damage()
{
	cp "$image" "$tmp/damaged"
	at=$((0x$(address "$1") - 0x40000000 + 0x200000 + $2))
	env printf '%b' "$3" | dd of="$tmp/damaged" bs=1 conv=notrunc seek=$at 2>/dev/null
	shift 3
	audit --from "$tmp/damaged" "$@"
}

wild=$(bytes ffff830012345678)
damage domain_list 0 "$wild"
expect_error 'no domain of the Xen'
damage domain_list 0 "$(bytes 0000000000000001)"
expect_error 'no domain of the Xen'

# A pin of no type, one behind its end, a list that turns in a circle, one that leads away.
for at in '0 \x03' "32 $(bytes 0000000000000000)" "8 $(pointer pin1)" "8 $wild"; do
	damage pin1 "${at% *}" "${at#* }" 1
	expect_contains 'structures are not as they must be: pinned ranges' 'pinned ranges unknown'
done
damage port_range 16 "$wild" 1
expect_contains 'must be: I/O capabilities'
damage port_range 0 "$(bytes 0000000000000000)" 1 # ends before it begins
expect_contains 'must be: I/O capabilities'
damage vcpus1 0 "$wild" 1
expect_contains 'must be: guest MTRRs'
damage vcpu10 0x48 '\xff\xff\xff\xff' 1
expect_status 1
damage mmio_ro_ranges 0 "$wild" 1
expect_lacks 'read-only MMIO 1 frame (measured)'
damage ro_range 16 "$(pointer ro_range)" 1
expect_lacks 'read-only MMIO 1 frame (measured)'
damage mtrr_state 0 '\xff' 1 # so many registers no processor has
expect_contains 'host MTRRs unknown'
damage e820 0 '\xff\xff\xff\xff' 1
expect_contains 'host memory map unknown'
damage frame_table $((0x701 * 32)) '\x01\x07\x00\x00' # after itself
expect_contains 'lists of special pages are damaged' "Xen's special pages unknown"
damage frame_table $((0x703 * 32 + 8)) "$(bytes 0000000000000001)" # in the list, not flagged
expect_contains 'lists of special pages are damaged'
damage idle_pg_table $((261 * 8)) "$(bytes 0000ffffffffff63)" # no table of frames any more
expect_contains 'lists of special pages are damaged'
damage p2m1 8 "$(pointer domain2)" # a p2m of another
expect_contains 'Domain 2' 'some p2ms of domain 1 may be missing here: what Xen has of them is damaged'
expect_lacks 'Domain 1'
damage p2m1 16 '\x01' # of another kind
expect_lacks 'Domain 1'
expect_contains 'some p2ms of domain 1 may be missing here'
damage p2m1 24 "$(bytes 0000000000000000)" # torn down, as of a domain that is gone
expect_lacks 'Domain 1' 'not all p2ms'
damage view1 8 "$wild" 1
expect_contains 'Domain 1' 'some p2ms of domain 1 may be missing here'
expect_lacks 'view 1 of altp2m'
damage eptps 0 "$(bytes 000000000055501e)" 1 # in use, but there is no such view
expect_contains 'Domain 1, dump 1 of 2' 'some p2ms of domain 1 may be missing here'
damage device 0 "$wild" 1
expect_contains 'it is not known which PCI devices are assigned to the domain'
damage conring 0 "$wild" 1
expect_contains "Xen's console ring has no text" 'Xen 4.19.1 (measured)'
damage conringp 0 '\xff\xff\xff\xff' 1
expect_contains 'Xen 4.19.1 (measured)'
finish
