# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# xen: conring_size=4M
# How long both ways take: for a domain of 16 entries, which is what a run costs
# whatever it reads, and one of 8192 of 4K.

hand_built few hvm few
must xdom ioport "$few" 0x3c0 0x20 1
must xdom setmtrr "$few" 0 def=806
must xdom ram "$few" 0x100 16 0
if live; then
	# What it takes to start the program, whatever it does.
	run version xen-eptaudit --version
	run version-again xen-eptaudit --version
	# The first run searches for roots, and keeps where they are.
	run first xen-eptaudit list few --via gdbsx --format xen
	run few-console xen-eptaudit list few --format xen
	run few-direct xen-eptaudit list few --via gdbsx --format xen
fi
hand_built many hvm many
must xdom ioport "$many" 0x3c0 0x20 1
must xdom setmtrr "$many" 0 def=806
for g in 0x1000 0x1800 0x2000 0x2800; do
	must xdom ram "$many" $g 2048 0
done
if live; then
	run many-direct xen-eptaudit list many --via gdbsx --format xen
	run many-audit xen-eptaudit audit many --no-q --via gdbsx --format json
	run many-console xen-eptaudit list many --format xen
fi
