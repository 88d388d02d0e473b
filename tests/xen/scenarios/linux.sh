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
if live; then
	run linux xen-eptaudit effective linux --format json
	run linux-text xen-eptaudit effective linux --summary
	run linux-capture xen-eptaudit capture linux --guest-tables -o /tmp/linux.capture
	ls -l /tmp/linux.capture >/out/linux-capture.size
fi
xl dmesg >/out/linux.ring
