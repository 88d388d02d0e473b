# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# xen: conring_size=4M
# with: hvm
# A guest with firmware and devices: hvmloader sets its MTRRs after its memory
# was populated, qemu pins its video memory and tracks writes to it. The I/O
# ports make all of that count.

guest hvm hvm "type='hvm'" 'memory=48' "vga='cirrus'" 'videoram=8' 'vnc=0' "ioports=['2f8-2ff']"
must_say "$hvm" 'All threads complete' 120 # its firmware, which looks for a disk in vain then
if live; then
	run hvm-live xen-eptaudit audit hvm --format json -v
fi
run key-q xl debug-keys q
run key-D xl debug-keys D
xl dmesg >/out/hvm.ring
