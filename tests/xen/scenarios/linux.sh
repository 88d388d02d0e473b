# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# xen: conring_size=8M
# with: linux
# A Linux guest: effective of its kernel's address space. It takes minutes, and
# so is not among the scenarios that are run unless named.

guest linux linux "type='pvh'" "kernel='/test/vmlinux'" "ramdisk='/test/linux-initrd'" \
	"cmdline='quiet mitigations=off nowatchdog cryptomgr.notests nokaslr selinux=0 apparmor=0 audit=0'" \
	'memory=192'
must_say "$linux" U 360 # its first process
# Its entry stack for 16-bit programs alone is mapped 65536 times, which would take minutes to send:
# what is told of the other parts of the kernel is enough.
effective_kernel() {
	run "$1" xen-eptaudit effective linux --format json \
		--gva ffff800000000000-fffffeffffffffff --gva ffffff8000000000-ffffffffffffffff
}

if live; then
	effective_kernel linux
	must xdom pause "$linux"
	effective_kernel linux-paused
	run linux-capture xen-eptaudit capture linux --guest-tables -o /out/linux.capture
fi
xl dmesg >/out/linux.ring
