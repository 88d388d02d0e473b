# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
# Guests whose page tables have every PAT type over memory of every kind, and what effective tells
# of them. check_maps.py knows what must come out: keep both in step, and guest/maps.c.

# maps_guest VARIABLE NAME ELF
maps_guest() {
	hand_built "$1" pvh "$2"
	eval "_maps=\$$1"
	# The MTRRs first: what is populated then has its type from the beginning.
	{
		echo "iomem $_maps 0xc0000 0x400 1"
		echo "iomem $_maps 0xfec00 1 1"
		echo "setmtrr $_maps 0 def=c06 fix=0606050401000606 base0=400000 mask0=ffffe00800" \
			"base1=600001 mask1=ffffe00800 base2=800004 mask2=ffffe00800" \
			"base3=a00005 mask3=ffffe00800"
		_n=0
		for _type in 0 1 4 5 6; do
			echo "pin $_maps $((0x70 + _n)) $((0x70 + _n)) $_type"
			echo "pin $_maps $((0xe00 + _n * 0x200)) $((0xfff + _n * 0x200)) $_type"
			_n=$((_n + 1))
		done
		for _gfn in 0x20 0x30 0x40 0x50 0x60; do
			echo "ram $_maps $_gfn 1 0"
		done
		echo "ram $_maps 0x70 5 0"
		echo "ram $_maps 0x100 64 0"
		echo "ram $_maps 0x400 10 9"
		echo "mmio $_maps 0xc0000 0xc0000 0x210 1"
		echo "mmio $_maps 0xe0000 0xfec00 1 1"
		echo "shared $_maps 0xf0010"
		echo "boot $_maps /test/$3"
		echo "unpause $_maps"
	} >"/tmp/$2.commands"
	must xdom - <"/tmp/$2.commands"
	must_say "$_maps" 'maps: done' 60
}

maps_guests() {
	maps_guest four maps-4level maps-4
	maps_guest pae maps-pae maps-3
	run maps xen-eptaudit effective --all --format json
	run maps-capture xen-eptaudit capture --all --guest-tables -o /out/maps.capture
	! direct || run maps-direct xen-eptaudit effective --all --via gdbsx --format json
	xl dmesg >/out/maps.ring
	must xdom destroy "$four"
	must xdom destroy "$pae"
}
