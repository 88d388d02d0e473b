# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# xen: conring_size=4M
# Another Xen, perhaps with its own userland: clean domains, entries that became
# stale, a capture, a domain that is paused meanwhile, and both ways of reading
# where there are two.

hand_built one pvh one
must xdom ram "$one" 0x100 64 0
must xdom ram "$one" 0x2000 2 9
hand_built two pvh two
must xdom ram "$two" 0x100 16 0
run clean xen-eptaudit audit --all --format json -v

hand_built rev hvm revoked
must xdom setmtrr "$rev" 0 def=806
must xdom iomem "$rev" 0xc0000 0x400 1
must xdom ram "$rev" 0x100 16 0
must xdom ram "$rev" 0x200 2 9
must xdom iomem "$rev" 0xc0000 0x400 0
run revoked xen-eptaudit audit revoked --format json
run capture xen-eptaudit capture revoked --pause -o /out/revoked.capture
run console xen-eptaudit list --all --format xen
run direct xen-eptaudit list --all --format xen --via gdbsx
run audit-direct xen-eptaudit audit --all --via gdbsx --format json -v
run key-q xl debug-keys q
run key-D xl debug-keys D
xl dmesg >/out/suite.ring
xl info xen_version >/out/version
