#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Machine frames have names: those of the devices that they belong to.
. "${SRCDIR:-.}/tests/lib.sh"

# A frame buffer and, right behind it in the guest, registers of another device; Xen's own names.
cat <<'LOG' >"$tmp/log"
(XEN) Xen version 4.17.0 (Debian 4.17.0-1) (x@y) (gcc) debug=n Sat Jan  1 00:00:00 UTC 2022
(XEN) Xen-e820 RAM map:
(XEN)  [0000000000000000, 000000007fffffff] (usable)
(XEN) PCI: MCFG configuration 0: base e0000000 segment 0000 buses 00 - 0f
(XEN) PCI: Using MCFG for segment 0000 bus 00-0f
(XEN) IOAPIC[0]: apic_id 2, version 32, address 0xfec00000, GSI 0-23
(XEN) 
(XEN) domain4 EPT p2m table:
(XEN) gfn:             0 order:  9 mfn:         50000 rwx WB 
(XEN) gfn:         c0000 order:  9 mfn:        380000 rwx UC!
(XEN) gfn:         c0200 order:  0 mfn:         fb000 rwx UC!
(XEN) gfn:         e0000 order:  0 mfn:         e0001 r x UC!
(XEN) gfn:         f0000 order:  0 mfn:         fec00 r x UC!
(XEN) gfn:         f1000 order:  0 mfn:         fb000 rwx WB!
LOG
cat <<'GIVEN' >"$tmp/given"
{ "xen": { "version": "4.17.0" }, "iommu": true, "cache-flush": true, "special": [], "pinned": [],
  "domains": { "4": { "guest-mtrr": null } }, "devices": [
    { "mfn": ["0x380000", "0x38ffff"], "part": "BAR 2", "which": "0000:00:02.0, 8086:3e92",
      "kind": "VGA" },
    { "mfn": ["0xfb000", "0xfb000"], "part": "BAR 0", "which": "0000:03:00.0" },
    { "mfn": ["0xfa000", "0xfbfff"], "part": "window", "which": "0000:00:1c.0" } ] }
GIVEN

# Of a bridge and the device behind it the smaller range tells more.
# A limit says which device cannot be had as the guest wants it; each device is one.
run audit --from "$tmp/log" --given "$tmp/given"
expect_status 1
expect_contains 'Direct MMIO forced UC: 0xc0000-0xc01ff, 2 MiB, BAR 2 of 0000:00:02.0, 8086:3e92, VGA. The guest cannot have write-combining there.' \
	'Direct MMIO forced UC: 0xc0200, 4 KiB, BAR 0 of 0000:03:00.0. The guest' \
	'0xe0000, 0xf0000, 8 KiB. The guest cannot have write-combining there, and has no use for it: these are registers.'
# A finding has it below its range.
grep -A 1 '0xf1000 .* 1 entry' "$stdout" | grep -q '^ *BAR 0 of 0000:03:00.0$'
judge $? 'the finding does not name its device'
run audit --from "$tmp/log" --given "$tmp/given" --format json
expect_contains '"device":"BAR 0 of 0000:03:00.0"' '"device":"BAR 2 of 0000:00:02.0, 8086:3e92, VGA"'
expect_valid audit audit --from "$tmp/log" --given "$tmp/given" --format json

# Every other verb that shows frames.
run list --from "$tmp/log" --given "$tmp/given" --columns gfn,device --no-headings
tr -s ' ' <"$stdout" | sed 's/ $//' >"$tmp/list"
cp "$tmp/list" "$stdout"
expect_contains ' 0xc0000-0xc01ff BAR 2 of 0000:00:02.0, 8086:3e92, VGA'
run explain 4 0xc0000 --from "$tmp/log" --given "$tmp/given"
expect_contains '  device     BAR 2 of 0000:00:02.0, 8086:3e92, VGA'
run map 4 --from "$tmp/log" --given "$tmp/given"
grep -A 1 '0x00c0200000' "$stdout" | grep -q '^ *BAR 0 of 0000:03:00.0$'
judge $? 'the map does not name the device'
run map 4 --from "$tmp/log" --given "$tmp/given" --format json
expect_contains '"device":"BAR 2 of 0000:00:02.0, 8086:3e92, VGA"'
# A picture says where each begins, what it is to a pointer, and to programs.
run map 4 --from "$tmp/log" --given "$tmp/given" --format svg
expect_contains '>BAR 2</text>' 'data-device="BAR 0 of 0000:03:00.0"' \
	'BAR 2 of 0000:00:02.0, 8086:3e92, VGA'

# What Xen's own log tells, and a capture keeps.
run list --from "$tmp/log" --format json
expect_lacks '"device":"BAR'
expect_contains '"device":"IO-APIC"' '"device":"MMCFG"'
run capture --from "$tmp/log" -o "$tmp/capture"
expect_status 0
run list --from "$tmp/capture" --format json
expect_contains '"device":"IO-APIC"' '"device":"MMCFG"'

# What lspci printed in dom0, which has no domain for segment 0 and no numbers without -nn.
cat <<'LSPCI' >"$tmp/lspci"
00:00.0 Host bridge [0600]: Intel Corporation Host Bridge [8086:3ec2] (rev 07)
	Subsystem: Device [1849:3ec2]
00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics [8086:3e92] (prog-if 00 [VGA controller])
	Region 2: Memory at 380000000 (64-bit, prefetchable) [size=256M]
	Region 4: I/O ports at f000 [size=64]
	Expansion ROM at 000c0000 [virtual] [disabled] [size=128K]
03:00.0 Non-Volatile memory controller: Samsung
	Region 0: Memory at fb000000 (64-bit, non-prefetchable) [size=16K]
LSPCI
echo '{ "iommu": true, "cache-flush": true, "special": [], "pinned": [],
	"domains": { "4": { "guest-mtrr": null } } }' >"$tmp/alone"
run audit --from "$tmp/log" --given "$tmp/alone" --facts "$tmp/lspci"
expect_contains '2 MiB, BAR 2 of 0000:00:02.0, 8086:3e92, VGA. The guest cannot have write-combining' \
	'4 KiB, BAR 0 of 0000:03:00.0, Non-Volatile memory controller. The'
run list --from "$tmp/log" --facts "$tmp/lspci" --format json
expect_contains '"device":"IO-APIC"' '"device":"BAR 0 of 0000:03:00.0, Non-Volatile memory controller"'

# Other people are told what kind of device it is, not which.
sed "s/\"which\": \"0000:03:00.0\"/\"which\": \"0000:03:00.0\", \"kind\": \"NVMe\"/" \
	"$tmp/given" >"$tmp/kinds"
run capture --from "$tmp/log" -o "$tmp/redacted" --redact
expect_status 0
gzip -dc <"$tmp/redacted" 2>/dev/null >"$tmp/plain" || cp "$tmp/redacted" "$tmp/plain"
cp "$tmp/plain" "$stdout"
expect_contains '"part":"IO-APIC","which":"","kind":""'
expect_lacks '"0xfec00"'

# What is wrong in it is told, and nothing of it harms a terminal.
echo '{ "devices": [ { "mfn": ["0x1"] } ] }' >"$tmp/bad"
run audit --from "$tmp/log" --given "$tmp/bad"
expect_status 2
expect_stderr_contains 'device 0 needs "mfn"'
printf '{ "devices": [ { "mfn": ["0x380000", "0x380fff"], "part": "BAR\\u001b[2J" } ] }\n' >"$tmp/bad"
run explain 4 c0000 --from "$tmp/log" --given "$tmp/bad"
LC_ALL=C grep -q "$(printf '\033')" "$stdout"
[ $? -ne 0 ]
judge $? 'a control character reached the terminal'

# What two places tell of the same device stands once.
sed '/domain4/,$d' "$tmp/log" >"$tmp/boot"
run audit --from "$tmp/log" --facts "$tmp/boot" --format json
[ "$(grep -o '"part":"IO-APIC"' "$stdout" | wc -l)" -eq 1 ]
judge $? 'the IO-APIC is not there once'
# Frames of two devices, one behind the other in the guest as in the machine: a run of each, by
# every verb, from a log and from a capture, whose runs come as a whole.
cat <<'LOG' >"$tmp/two"
(XEN) Xen version 4.17.0 (x@y) (gcc) debug=n
(XEN) domain4 EPT p2m table:
LOG
for i in 0 1 2 3 4 5; do
	echo "(XEN) gfn:         f000$i order:  0 mfn:         f000$i rwx UC " >>"$tmp/two"
done
cat <<'GIVEN' >"$tmp/given"
{ "iommu": true, "cache-flush": true, "mmio-ro": [], "special": [],
  "p2m-type": [ { "gfn": ["0xf0000", "0xf0005"], "types": ["mmio_direct"] } ], "devices": [
    { "mfn": ["0xf0000", "0xf0001"], "part": "BAR 0", "which": "0000:03:00.0" },
    { "mfn": ["0xf0002", "0xf0004"], "part": "BAR 2", "which": "0000:03:00.0" } ] }
GIVEN
run capture --from "$tmp/two" --given "$tmp/given" -o "$tmp/two.capture"
expect_status 0
for file in "$tmp/two --given $tmp/given" "$tmp/two.capture"; do
	# shellcheck disable=SC2086 # file and options
	run list --from $file --columns gfn,device --no-headings
	tr -s ' ' <"$stdout" | sed 's/ $//' >"$tmp/list"
	cp "$tmp/list" "$stdout"
	expect_contains ' 0xf0000-0xf0001 BAR 0 of' ' 0xf0002-0xf0004 BAR 2 of' ' 0xf0005-0xf0005
' ' 6 entries'
	# shellcheck disable=SC2086
	run list --from $file --columns gfn
	expect_contains ' 0xf0000-0xf0005'
	# shellcheck disable=SC2086
	run audit -v --from $file --format jsonl
	grep -c '"record":"run".*"device":"BAR' "$stdout" | grep -qx 2
	judge $? 'each device has a run of its own'
	# shellcheck disable=SC2086
	run list --from $file --format xen
	expect_contains 'gfn:         f0005 order:  0 mfn:         f0005 rwx UC '
done

finish
