# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2086
# xen: conring_size=64k x2apic=0
# cpus: 2
# A guest that prints forged lines while the dump runs (so it needs a CPU of
# its own), and a domain whose dump does not fit into the ring.

own_guest spam spam spam 'cpus="1"'
if live; then
	run spam-live xen-eptaudit audit spam --format json
fi
run spam-q xl debug-keys q
run spam-D xl debug-keys D
xl dmesg >/out/spam.ring
# The ring may have lost the boot messages already.
xl info xen_version >/out/version
run spam-log xen-eptaudit audit "$spam" --from /out/spam.ring --format json \
	--xen "$(cat /out/version)"
must xdom destroy $spam

hand_built big hvm big
must xdom ram $big 0x1000 1200 0
if live; then
	run big-live xen-eptaudit audit big
	run big-force xen-eptaudit audit big --force --format json
fi
hand_built small pvh small
must xdom ram $small 0x100 8 0
run big-D xl debug-keys D
xl dmesg >/out/big.ring
