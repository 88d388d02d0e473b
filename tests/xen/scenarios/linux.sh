# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# xen: conring_size=8M
# with: linux
# A Linux guest: effective of its kernel's address space. It takes minutes, and
# so is not among the scenarios that are run unless named.

cat >/tmp/linux.cfg <<END
name='linux'
type='pvh'
kernel='/test/vmlinux'
ramdisk='/test/linux-initrd'
cmdline='quiet mitigations=off nowatchdog cryptomgr.notests nokaslr selinux=0 apparmor=0 audit=0'
memory=192
END
must xl create -q -e /tmp/linux.cfg
linux=$(xl domid linux)
echo "linux $linux" >>/out/domains

# Its first process says so by Xen's debug port.
i=0
until xl dmesg | grep -q "(d$linux) U"; do
	i=$((i + 1))
	[ $i -lt 180 ] || must false "the guest did not start"
	sleep 2
done
if live; then
	run linux xen-eptaudit effective linux --format json
	run linux-text xen-eptaudit effective linux --summary
	run linux-capture xen-eptaudit capture linux --guest-tables -o /tmp/linux.capture
	ls -l /tmp/linux.capture >/out/linux-capture.size
fi
xl dmesg >/out/linux.ring
