#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Lists that are cut in text: what is left out is counted, and JSON has all of what it promises.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"
need python3 || finish

# image: a guest in the machine's memory, by a script for make-guest on standard input
image()
{
	"$SRCDIR/tests/tools/make-guest" "$tmp/image"
}

# length KEY: of the array that the one domain in $stdout has
length()
{
	python3 -c 'import json, sys
print(len(json.load(open(sys.argv[1]))["domains"][0][sys.argv[2]]))' "$stdout" "$1"
}

echo '{"domains": {"3": {"vcpus": [{"cr0": "0x80050033", "cr3": "0x1000", "cr4": "0x20",
	"efer": "0xd00", "pat": "0x0006050100070406"}]}}}' >"$tmp/given"
guest="--from $tmp/image --eptp 3=0x101e --given $tmp/given --xen 4.19.0"

# ---- conflicts ----

# Every other frame of 50 is mapped as WB, too: a stretch of its own each.
{
	echo 'ept 0 100 0 WB! 0 10'
	echo 'ept 200 400 9 WB 0'
	echo 'page 1 0=2003'
	echo 'page 2 0=3003'
	echo 'page 3 0=4003 1=200083'
	for n in $(seq 0 2 48); do
		printf 'page 4 %x=%x\n' "$n" $((0x200013 + n * 4096))
	done
} | image
# shellcheck disable=SC2086 # a list of words
run effective $guest
expect_status 0
expect_contains '... and 5 more conflicts (--format json)'
test "$(grep -c 'conflict:' "$stdout")" -eq 20
judge $? "not 20 conflicts are told"
# shellcheck disable=SC2086
run effective $guest --format json
test "$(length conflicts)" -eq 25
judge $? "JSON has $(length conflicts) conflicts, not 25"

# ---- gaps ----

# 40 tables that are no RAM, and one that is between each.
{
	echo 'ept 0 100 0 WB! 0 10'
	echo 'ept c0000 a00 9 UC! 5'
	echo 'page 1 0=2003'
	echo 'page 2 0=3003'
	for n in $(seq 0 2 78); do
		printf 'page 3 %x=c0000003 %x=4003\n' "$n" $((n + 1))
	done
	echo 'page 4 0=5003'
} | image
# shellcheck disable=SC2086
run effective $guest
expect_status 3
expect_contains '... and 8 more gaps' 'incomplete: tables of the guest were not seen'
test "$(grep -c 'gap: ' "$stdout")" -eq 32
judge $? "not 32 gaps are told"

# ---- mappings that suffer from one finding ----

# Direct MMIO that the guest wants write-combining, UC where the rules let it have that.
{
	echo 'ept 0 100 0 WB! 0 10'
	echo 'ept c0000 a00 9 UC! 5'
	echo 'page 1 0=2003'
	echo 'page 2 0=3003'
	echo 'page 3 0=4003'
	for n in $(seq 0 2 40); do
		printf 'page 4 %x=%x\n' "$n" $((0xc0000083 + n * 4096))
	done
} | image
# shellcheck disable=SC2086
run audit $guest --effective
expect_status 1
expect_contains '        ... and 5 more mappings'
test "$(grep -c '  mapped at ' "$stdout")" -eq 16
judge $? "not 16 mappings are told"
# shellcheck disable=SC2086
run audit $guest --effective --format json
expect_contains '"more_mappings":5'
finish
