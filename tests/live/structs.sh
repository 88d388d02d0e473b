#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Xen's own structures read directly (--via gdbsx --xen-syms): the memory of tests/structs/, on a Xen
# that is played here. What would harm a real host ends the program there.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
if "$XEN_EPTAUDIT" --version | grep -q '^xen-syms.*: no'; then
	run audit --all --xen-syms "$tmp/xen-syms"
	expect_error '--xen-syms for --via gdbsx'
	finish
fi
if ! "$SRCDIR/tests/structs/make" "$tmp" 2>"$tmp/why"; then
	skip 'the compiler makes no programs of x86-64'
	finish
fi
syms=$tmp/xen-syms

# script [LINE...]: that machine, and these lines. Xen's _start is where its text begins.
script()
{
	for line; do
		echo "$line"
	done >"$tmp/script"
	structs_machine "$tmp/boot" >>"$tmp/script"
}

direct()
{
	live "$@"
	! grep -q HARM "$tmp/log"
	judge $? 'a real host would have been harmed'
	tr -s ' ' <"$stdout" >"$tmp/squeezed"
	cp "$tmp/squeezed" "$stdout"
}

echo '(XEN) Xen version 4.19.1 (me@here) (gcc) debug=n Mon Jan  1 00:00:00 UTC 2024' >"$tmp/boot"
# What the log tells of types is of an earlier moment; each entry has its own.
echo '(XEN) memory_map:add: dom1 gfn=17 mfn=f0000 nr=1' >>"$tmp/boot"
script
direct audit --all --via gdbsx --xen-syms "$syms"
grep -q "only where Xen's structures are damaged it may have to use debug key q" "$tmp/notice"
judge $? 'it is said that a debug key is pressed'
expect_status 1
expect_contains 'Domain 1 (one), dump 1 of 2' 'Domain 2 (two)' \
	'12 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 1 mismatch' \
	'guest MTRR ranges 1 valid (measured)' 'pinned ranges 2 ranges (measured)' \
	"Xen's special pages 4 frames (measured)" 'page types in each entry (measured)' \
	'not the domain'"'"'s own p2m, but view 1 of altp2m'
expect_lacks 'gfn ranges (log)'
[ "$(grep -c 'assigned to the domain' "$stdout")" -eq 1 ]
judge $? 'a note is not there once'
! grep -q '^key-' "$tmp/log"
judge $? 'a debug key was pressed'

# The image of the same machine has the same verdicts.
verdicts()
{
	python3 -c 'import json, sys
for domain in json.load(sys.stdin)["domains"]:
    [run.pop("raw", None) for run in domain["runs"]]
    print(json.dumps([domain[key] for key in ("domid", "dump", "runs", "findings", "summary")]))' \
		<"$stdout" >"$1"
}
live audit --all --via gdbsx --xen-syms "$syms" --format json -v
verdicts "$tmp/running"
run audit --from "$tmp/image" --xen-syms "$syms" --format json -v
verdicts "$tmp/offline"
[ "$(grep -c . "$tmp/offline")" -eq 3 ]
judge $? 'not three p2ms'
expect_same "$tmp/running" "$tmp/offline"

# So has a core of what was read, which nothing else is in.
direct capture --all --via gdbsx --xen-syms "$syms" --core -o "$tmp/kept"
expect_status 0
run audit --from "$tmp/kept" --xen-syms "$syms" --format json -v
verdicts "$tmp/kept.verdicts"
expect_same "$tmp/offline" "$tmp/kept.verdicts"
[ "$(wc -c <"$tmp/kept")" -lt 400000 ]
judge $? 'the core has more than what was read'
# Of one domain, its own tables only.
rm -f "$tmp/one"
direct capture 1 --via gdbsx --xen-syms "$syms" --core -o "$tmp/one"
expect_status 0
run audit 1 --from "$tmp/one" --xen-syms "$syms" --format json -v
verdicts "$tmp/one.verdicts"
grep '^\[1,' "$tmp/offline" >"$tmp/wanted"
expect_same "$tmp/wanted" "$tmp/one.verdicts"
run audit --from "$tmp/one" --xen-syms "$syms"
expect_status 1
expect_contains 'Domain 1, dump 2 of 2' 'Domain 2' 'the image does not have its tables'
run audit 2 --from "$tmp/one" --xen-syms "$syms"
expect_status 2
expect_stderr_contains 'the image has no page at'
# Only what was read of a running Xen can be kept so.
direct capture --all --via gdbsx --core -o "$tmp/none"
expect_status 2
expect_stderr_contains "without Xen's structures"
direct capture --all --core -o "$tmp/none"
expect_error '--via gdbsx'
for option in '--redact' '--guest-tables' '--eptp 0x40301e' '--tables-only' '--given x' '--facts x' \
	'--xen 4.17' '--rules 4.17' "--from $tmp/image"; do
	# shellcheck disable=SC2086 # options are words
	direct capture --all --via gdbsx --xen-syms "$syms" --core -o "$tmp/none" $option
	expect_error '--core keeps memory of a running Xen' "${option%% *}"
done
[ ! -e "$tmp/none" ]
judge $? 'there is a core'

# One that lies where distributions put it is found, and used for --via gdbsx only.
mkdir -p "$tmp/root/usr/lib/debug/boot"
cp "$syms" "$tmp/root/usr/lib/debug/boot/xen-syms-4.19.1"
export XEN_EPTAUDIT_ROOT="$tmp/root"
live audit --all --via gdbsx --format json -v
verdicts "$tmp/found"
expect_same "$tmp/offline" "$tmp/found"
! grep -q '^key-' "$tmp/log"
judge $? 'a debug key was pressed'
unset XEN_EPTAUDIT_ROOT

# Xen does not say where it lies: it is looked for.
sed -i '/^xen-at/d' "$tmp/script"
direct audit --all --via gdbsx --xen-syms "$syms"
expect_contains '12 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 1 mismatch'

# Of another build: refused, before anything else is read.
script
cp "$syms" "$tmp/other"
at=$(grep -obUa 'GNU' "$tmp/other" | head -n 1 | cut -d : -f 1)
printf 'XXXX' | dd of="$tmp/other" bs=1 conv=notrunc seek=$((at + 4)) 2>/dev/null
direct audit --all --via gdbsx --xen-syms "$tmp/other"
expect_status 2
expect_stderr_contains 'is of another build of Xen'

# The console is asked nothing of it.
direct audit --all --xen-syms "$syms"
expect_error '--xen-syms for --via gdbsx'

# ---- what changes while it is read ----
# A vCPU's range is another one in each of the first reads; a list is torn once.
list=$(nm "$syms" | sed -n 's/^ffff82d0\([0-9a-f]*\) . pin1$/\1/p')
frame=$((0x$list - 0x40000000 + 0x200000 >> 12)) word=$(((0x$list & 0xfff) / 8 + 1))
for read in 4 8 12 16 20 24 28 32; do
	script "flip $read $frame $word 0xffff830000001238"
	direct audit 1 --via gdbsx --xen-syms "$syms"
	expect_contains 'pinned ranges 2 ranges (measured)'
done
# It stays torn: then it is not known, and that is said.
script "change 2 $frame $word 0xffff830000001238"
direct audit 1 --via gdbsx --xen-syms "$syms"
expect_contains 'structures are not as they must be: pinned ranges'
# It changes while the tables are read: then it is not relied on.
word=$(((0x$list & 0xfff) / 8)) seen=0
for read in $(seq 8 4 60); do
	one_in 2 || continue
	script "change $read $frame $word 5"
	live audit 1 --via gdbsx --xen-syms "$syms"
	tr -s ' ' <"$stdout" | grep -q 'pinned ranges 2 ranges (assumed)' && seen=1
done
judge $((!seen)) 'a changed range is relied on'
# All of it is something else from some moment on: whatever that is, no frame outside of RAM is read.
for read in 3 5 9 14 20; do
	for seed in 1 2 3 4; do
		one_in 4 || continue
		script "random $seed $read 0x1000"
		direct audit --all --via gdbsx --xen-syms "$syms"
		[ "$status" -le 3 ]
		judge $? "status $status"
	done
done
finish
