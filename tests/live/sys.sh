#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What dom0's /sys tells of read-only MMIO.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture

# ---- what dom0's /sys tells of read-only MMIO ----

# A device whose MSI-X table is in the second page of its first BAR, pending bits in the third; one
# that is switched off; one without MSI-X.
python3 - "$tmp/sys" <<'END'
import os, struct, sys
root = sys.argv[1]
def put(path, data):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data)
def table(signature, data):
    put('firmware/acpi/tables/' + signature, signature.encode() + bytes(32) + data)
def device(name, config, *bars):
    put('bus/pci/devices/%s/config' % name, config)
    lines = ['0x%016x 0x%016x 0x%016x' % bar for bar in bars]
    lines += ['0x%016x 0x%016x 0x%016x' % (0, 0, 0)] * (13 - len(bars))
    put('bus/pci/devices/%s/resource' % name, ('\n'.join(lines) + '\n').encode())
table('APIC', bytes(8) + bytes([0, 8]) + bytes(6) + bytes([1, 12, 0, 0]) +
      struct.pack('<II', 0xfec00000, 0))
table('MCFG', bytes(8) + struct.pack('<QHBBI', 0xe0000000, 0, 0, 0x0f, 0))
table('HPET', bytes(4) + bytes([0, 64, 0, 0]) + struct.pack('<Q', 0xfed00000))
config = bytearray(256)
config[0:2], config[6], config[0x34] = b'\x86\x80', 0x10, 0x40
config[0x0a:0x0c] = b'\x00\x03'
config[0x40:0x42] = bytes([0x01, 0x50])
config[0x50:0x5c] = struct.pack('<BBHII', 0x11, 0, 3, 0x1000, 0x2000)
device('0000:00:03.0', config, (0xf0000000, 0xf000ffff, 0x40200))
device('0000:00:04.0', b'\xff' * 256, (0xf0100000, 0xf0100fff, 0x40200))
device('0000:00:05.0', bytes(256), (0xf0200000, 0xf020ffff, 0x40200), (0xc000, 0xc03f, 0x40101))
END
cat <<'END' >"$tmp/mmio"
(XEN) 
(XEN) domain50 EPT p2m table:
(XEN) gfn:         f0000 order:  0 mfn:         f0000 rwx UC 
(XEN) gfn:         f0001 order:  0 mfn:         f0001 rwx UC 
(XEN) gfn:         f0002 order:  0 mfn:         f0002 rwx UC 
(XEN) gfn:         f0003 order:  0 mfn:         f0003 rwx UC 
(XEN) gfn:         f0100 order:  0 mfn:         f0100 rwx UC 
(XEN) gfn:         f0200 order:  0 mfn:         f0200 rwx UC 
(XEN) gfn:         fec00 order:  0 mfn:         fec00 r-x UC!
END
sed -i 's/r-x UC!/r x UC!/' "$tmp/mmio"
mmio()
{
	captured 'domain 50 hvm,hap 0 1 mmio' 'iommu 50 on' 'type 50 0xf0000 0xfffff 2' \
		'mtrr 50 0 0 def=806'
	sed -i "s|^key D .*|key D $tmp/mmio|" "$tmp/script"
}
verdicts_of_mmio()
{
	live "$@" 50 -v --columns gfn,verdict,assumes
	expect_status 0
	sed -n '/^  0x/p' "$stdout" | tr -s ' ' >"$tmp/lines"
	cp "$tmp/lines" "$stdout"
}
mmio
verdicts_of_mmio audit
expect_stdout_is ' 0xf0000 ok
 0xf0001-0xf0002 ok-if mmio-ro
 0xf0003 ok
 0xf0100 ok-if mmio-ro
 0xf0200 ok
 0xfec00 ok'
live capture 50 -o "$tmp/mmio.capture"
expect_status 0
grep -o '"mmio-ro":{[^}]*}' "$tmp/mmio.capture" >"$stdout"
expect_stdout_is '"mmio-ro":{"value":[["0xfec00","0xfec00"]],"complete":false,"possible":[["0xe0000","0xe0fff"],["0xf0001","0xf0002"],["0xf0100","0xf0100"],["0xfed00","0xfed00"]],"how":"derived"}'
# Whose memory it is, is kept too.
grep -o '"devices":{[^}]*}.*' "$tmp/mmio.capture" >"$stdout"
expect_contains '{"mfn":["0xf0000","0xf000f"],"part":"BAR 0","which":"0000:00:03.0, 8086:0000","kind":"VGA"}' \
	'{"mfn":["0xa0","0xbf"],"part":"VGA hole","which":"0000:00:03.0, 8086:0000","kind":"VGA"}' \
	'{"mfn":["0xf0100","0xf0100"],"part":"BAR 0","which":"0000:00:04.0","kind":""}' \
	'"part":"HPET"' '"part":"MMCFG"' '"part":"IO-APIC"'
verdicts_of_mmio audit --from "$tmp/mmio.capture"
expect_stdout_is ' 0xf0000 ok
 0xf0001-0xf0002 ok-if mmio-ro
 0xf0003 ok
 0xf0100 ok-if mmio-ro
 0xf0200 ok
 0xfec00 ok'

# Virtual functions have no vendor in their configuration space, but all else.
python3 - "$tmp/sys/bus/pci/devices/0000:00:03.0/config" <<'END'
import sys
with open(sys.argv[1], 'r+b') as file:
    file.write(b'\xff\xff\xff\xff')
END
verdicts_of_mmio audit
expect_stdout_is ' 0xf0000 ok
 0xf0001-0xf0002 ok-if mmio-ro
 0xf0003 ok
 0xf0100 ok-if mmio-ro
 0xf0200 ok
 0xfec00 ok'

# Where not every device tells, any page can be one.
rm "$tmp/sys/bus/pci/devices/0000:00:05.0/resource"
verdicts_of_mmio audit
expect_stdout_is ' 0xf0000-0xf0003 ok-if mmio-ro
 0xf0100 ok-if mmio-ro
 0xf0200 ok-if mmio-ro
 0xfec00 ok'

# Tables that are cut, and capabilities in a ring, lead nowhere.
for table in APIC MCFG HPET; do
	truncate -s 46 "$tmp/sys/firmware/acpi/tables/$table"
done
printf '\021\100' | dd of="$tmp/sys/bus/pci/devices/0000:00:03.0/config" bs=1 seek=64 conv=notrunc 2>/dev/null
live audit 50
expect_status 0

# ---- on a Xen made by hand ----

make_machine
rm -r "$tmp/sys"
# ---- dom0's /sys ----

machine
facts mmio-ro
expect_stdout_is 'mmio-ro null unknown'
cat <<'PYTHON' >"$tmp/sys.py"
import os, struct, sys
root = sys.argv[1]
def put(path, data):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data)
def table(name, data, signature=None):
    put('firmware/acpi/tables/' + name, (signature or name).encode() + bytes(32) + data)
def device(name, config, *bars):
    put('bus/pci/devices/%s/config' % name, bytes(config))
    lines = ['0x%016x 0x%016x 0x%016x' % bar for bar in bars]
    lines += ['0x%016x 0x%016x 0x%016x' % (0, 0, 0)] * (13 - len(bars))
    put('bus/pci/devices/%s/resource' % name, ('\n'.join(lines) + '\n').encode())
def msix(control, table, pending, capabilities=0x10):
    config = bytearray(256)
    config[6], config[0x34] = capabilities, 0x40
    config[0x40:0x4c] = struct.pack('<BBHII', 0x11, 0, control, table, pending)
    return config
if sys.argv[2] == 'apic':
    # One I/O APIC; others are none: another type, too short, cut.
    table('APIC', bytes(8) + bytes([2, 12, 0, 0]) + struct.pack('<II', 0xfec10000, 0) +
          bytes([1, 8, 0, 0]) + struct.pack('<I', 0xfec20000) +
          bytes([1, 12, 0, 0]) + struct.pack('<II', 0xfec00000, 0) +
          bytes([1, 12, 0, 0]) + struct.pack('<I', 0xfec30000))
elif sys.argv[2] == 'pci':
    table('MCFG', bytes(8) + struct.pack('<QHBBI', 0xe0000000, 0, 0x10, 0x1f, 0) +
          struct.pack('<QHBBI', 0xd0000000, 0, 9, 8, 0))
    table('HPET', bytes(4) + bytes([1, 64, 0, 0]) + struct.pack('<Q', 0xfed00000)) # ports
    memory, ports = 0x200, 0x101
    # A table in the third BAR that just reaches its second page; pending bits that reach another.
    device('0000:00:01.0', msix(0xc000 | 255, 0x10 | 2, 0x4ff8 | 2),
           (0, 0, 0), (0, 0, 0), (0xf0000000, 0xf000ffff, memory))
    # 2048 vectors: 8 pages, and 256 bytes of pending bits.
    device('0000:00:02.0', msix(0x7ff, 0, 0xff80), (0xf1000000, 0xf101ffff, memory))
    # No list of capabilities; a table behind its BAR, in ports, in no BAR at all.
    device('0000:00:03.0', msix(0, 0, 0, 0), (0xf2000000, 0xf2000fff, memory))
    device('0000:00:04.0', msix(0, 0x1000, 1), (0xf3000000, 0xf3000fff, memory), (0xc000, 0xc0ff, ports))
    device('0000:00:05.0', msix(0, 7, 6), (0xf4000000, 0xf4000fff, memory))
    # Another capability.
    device('0000:00:06.0', bytes(msix(0, 0, 0)).replace(b'\x11', b'\x05'), (0xf5000000, 0xf5000fff, memory))
    # Switched off.
    device('0000:00:07.0', b'\xff' * 256, (0xf6000000, 0xf6000fff, memory), (0xc000, 0xc0ff, ports),
           (0xf7000000, 0xf7000000, memory))
elif sys.argv[2] == 'endless':
    table('APIC', bytes(8 + 16))
elif sys.argv[2] == 'wrong':
    table('APIC', bytes(8) + bytes([1, 12, 0, 0]) + struct.pack('<II', 0xfec00000, 0), 'XPIC')
PYTHON
python3 "$tmp/sys.py" "$tmp/sys" apic
machine
facts mmio-ro
expect_stdout_is 'mmio-ro [[[0xfec00, 0xfec00]], null] derived'
for table in wrong endless; do
	rm -r "$tmp/sys"
	python3 "$tmp/sys.py" "$tmp/sys" $table
	facts mmio-ro
	expect_stdout_is 'mmio-ro null unknown'
done
rm -r "$tmp/sys"
python3 "$tmp/sys.py" "$tmp/sys" pci
facts mmio-ro
expect_stdout_is 'mmio-ro [[], [[0xe1000, 0xe1fff], [0xf0000, 0xf0001], [0xf0004, 0xf0005], [0xf1000, 0xf1007], [0xf100f, 0xf1010], [0xf6000, 0xf6000]]] derived'
rm -r "$tmp/sys"

finish
