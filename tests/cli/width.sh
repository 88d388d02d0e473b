#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is for people fits the terminal: every verb on every capture.
. "${SRCDIR:-.}/tests/lib.sh"

case $XEN_EPTAUDIT in /*) ;; *) XEN_EPTAUDIT=$PWD/$XEN_EPTAUDIT ;; esac
cd "$SRCDIR" || exit 1
captures=tests/captures

# The longest line of standard output has at most so many columns. A word alone, such as the name of
# a file, is not divided.
expect_width()
{
	sed 's/\r$//; s/\x1b\[[0-9;]*m//g' "$stdout" |
		awk -v most="$1" 'length > most && gsub(/ /, " ") > 1' >"$tmp/long"
	[ ! -s "$tmp/long" ]
	judge $? "wider than $1: $(head -n 2 "$tmp/long")"
}

# narrow WIDTH ARGUMENT...: in a pipe
narrow()
{
	COLUMNS=$1
	shift
	run "$@"
	[ "$1" = capture ] || [ -s "$stdout" ]
	judge $? 'nothing printed'
	expect_width "$COLUMNS"
}

for capture in "$captures"/*.log.gz "$captures"/*.txt.gz; do
	domain=$("$XEN_EPTAUDIT" list --from "$capture" 2>/dev/null | sed -n '1s/Domain //p')
	gfn=$("$XEN_EPTAUDIT" list "$domain" --from "$capture" | sed -n '3s/^ *\(0x[0-9a-f]*\).*/\1/p')
	narrow 80 audit --from "$capture"
	narrow 80 audit --strict --summary --from "$capture"
	narrow 80 capture --from "$capture" -o "$tmp/capture" --redact
	for width in 80 120; do
		one_in 3 || continue
		narrow $width audit -v --from "$tmp/capture"
		narrow $width list --from "$tmp/capture"
		narrow $width explain "$domain" "$gfn" --from "$tmp/capture"
		narrow $width compare --rules 4.11 --rules 4.21 --from "$tmp/capture"
		narrow $width compare --all --from "$tmp/capture"
		narrow $width rules fit --from "$tmp/capture"
		narrow $width diff "$capture" "$captures/six-domains.xen4.17.serial.log.gz"
	done
	rm "$tmp/capture"
done
for width in 80 120; do
	for set in $("$XEN_EPTAUDIT" rules | sed -n 's/^\([^ ][^ ]*\) .*/\1/p'); do
		narrow $width rules show "$set"
	done
	narrow $width rules
	narrow $width rules for 4.17.4+8-gabc
	for value in 0x4170000030000037 eptp=0x12345601e pat=0x7040600070406 def_type=0xc06; do
		narrow $width decode --level 1 "$value"
	done
done
for verb in '' audit list explain compare diff decode capture rules; do
	# shellcheck disable=SC2086 # none is none
	narrow 80 $verb --help
done

# On a terminal its width counts, and what there is no room for is left out, which is said.
stale=$captures/stale-entries.xen4.17.serial.log.gz
# terminal WIDTH "ARGUMENT..."
terminal()
{
	run_command script -qec "stty cols $1; '$XEN_EPTAUDIT' $2" /dev/null
	expect_width "$1"
}
if need script; then
	for width in 60 80 120; do
		terminal $width "audit 6 --from $stale"
		terminal $width "audit 6 --from $stale --columns gfn,mfn,order,entries,size,attributes,text"
		terminal $width "list 6 --from $stale --columns gfn,mfn,order,entries,size,attributes,type,access"
		terminal $width "compare 6 --rules 4.17 --rules 4.19 --from $stale"
	done
	terminal 60 "list 6 --from $stale"
	expect_contains 'left out, as the terminal is narrow: order' '  gfn '
	terminal 120 "list 6 --from $stale"
	expect_lacks 'left out'
	expect_contains 'order'
fi
# In a pipe nothing is.
COLUMNS=60
run list 6 --from "$stale"
expect_lacks 'left out'
expect_contains 'order'

finish
