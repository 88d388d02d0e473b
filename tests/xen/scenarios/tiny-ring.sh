# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# xen: conring_size=16k console_timestamps=datems
# The smallest console ring that Xen has, and the date in front of each line.

live || exit 1
hand_built little pvh little
must xdom ram "$little" 0x100 16 0
must xdom ram "$little" 0x2000 2 9
run little xen-eptaudit audit little --format json
run little-again xen-eptaudit audit little --format json -v
run little-q xl debug-keys q
run little-D xl debug-keys D
xl dmesg >/out/little.ring
xl info xen_version >/out/version
run little-log xen-eptaudit audit --from /out/little.ring --format json \
	--xen "$(cat /out/version)"
hand_built large pvh large
must xdom ram "$large" 0x1000 400 0
run large xen-eptaudit audit large --format json
run large-force xen-eptaudit audit large --force --format json
run capture xen-eptaudit capture large -o /out/large.capture
