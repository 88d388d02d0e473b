#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Files that are made: whole or not there, never over what is not replaced, nothing else touched.
. "${SRCDIR:-.}/tests/lib.sh"

log=$captures/stale-entries.xen4.17.serial.log.gz
gzip -dc "$captures/six-domains.xen4.17.ept-tables.core.gz" >"$tmp/core"
mkdir "$tmp/d"
echo mine >"$tmp/d/mine"
d=$tmp/d

# only NAME...: what is in the folder
only()
{
	printf '%s\n' "$@" | sort >"$tmp/wanted.names"
	ls -A "$d" | sort >"$tmp/names"
	cmp -s "$tmp/wanted.names" "$tmp/names"
	judge $? "there are: $(tr '\n' ' ' <"$tmp/names")"
}

# mode FILE MODE
mode()
{
	[ "$(stat -c %a "$1")" = "$2" ]
	judge $? "mode $(stat -c %a "$1"), not $2"
}

capture() { run capture --from "$log" -o "$1"; }
tables() { run capture --from "$tmp/core" --eptp 4=0x5657c01e --tables-only -o "$1"; }
baseline() { run audit --from "$log" --summary --write-baseline "$1"; }

# What is there and is no file that may be replaced.
ln -s mine "$d/link"
ln -s nowhere "$d/dangling"
mkfifo "$d/fifo"
mkdir "$d/folder"
for made in capture tables baseline; do
	for name in link dangling fifo folder; do
		$made "$d/$name"
		expect_status 2
		expect_stderr_contains "$d/$name"
	done
	only mine link dangling fifo folder
	$made "$d/none/file"
	expect_status 2
	expect_stderr_contains "cannot write $d/none/file: No such file or directory"
	$made "$d/folder/"
	expect_status 2
	$made "$d/$(printf '%0300d' 1)"
	expect_status 2
	expect_stderr_contains 'the name is too long'
	$made /dev/full
	expect_status 2
done
[ "$(cat "$d/mine")" = mine ] && [ -L "$d/link" ] && [ -p "$d/fifo" ]
judge $? 'something is not what it was'
rm -r "$d/link" "$d/dangling" "$d/fifo" "$d/folder"
for made in capture tables; do
	$made "$d/mine"
	expect_error "$d/mine exists; a capture never overwrites: name a new file"
done

# It is readable by its owner only, or as the one that it replaces; a FILE.new is a user's.
echo user >"$d/b.new"
umask 022
capture "$d/c"
expect_status 0
mode "$d/c" 600
tables "$d/t"
expect_status 0
mode "$d/t" 600
baseline "$d/b"
expect_status 0
mode "$d/b" 600
chmod 640 "$d/b"
baseline "$d/b"
expect_status 0
mode "$d/b" 640
[ "$(cat "$d/b.new")" = user ]
judge $? 'a file of the user is gone'
only mine b b.new c t

# Nothing is left where it fails, and the old one stays.
cp "$d/b" "$tmp/b"
run_command sh -c 'trap "" XFSZ; ulimit -S -f 1; "$1" capture --from "$2" -o "$3"' sh "$XEN_EPTAUDIT" "$log" "$d/big"
expect_error "cannot write $d/big: File too large"
run audit --from "$tmp/none" --write-baseline "$d/b"
expect_status 2
expect_same "$tmp/b" "$d/b"
only mine b b.new c t

# Standard output.
for made in capture tables baseline; do
	$made -
	expect_status 0
	cp "$stdout" "$tmp/$made.out"
done
only mine b b.new c t
"$XEN_EPTAUDIT" list --from "$d/c" >"$tmp/wanted"
run list --from "$tmp/capture.out"
expect_stdout_is "$tmp/wanted"
expect_same "$d/t" "$tmp/tables.out"
run_command sh -c '"$1" capture --from "$2" -o - >/dev/full' sh "$XEN_EPTAUDIT" "$log"
expect_status 2
expect_stderr_contains 'No space left on device'

# File systems that have no links.
if need "${CC:-cc}" && ${CC:-cc} -shared -fPIC -o "$tmp/nolinks.so" "$SRCDIR/tests/hostile/nolinks.c" 2>/dev/null &&
	LD_PRELOAD=$tmp/nolinks.so "$XEN_EPTAUDIT" --version >/dev/null 2>&1; then
	for made in capture tables baseline; do
		rm -f "$d/old"
		export LD_PRELOAD="$tmp/nolinks.so"
		$made "$d/old"
		unset LD_PRELOAD
		expect_status 0
		only mine b b.new c t old
		mode "$d/old" 600
	done
	rm "$d/old"
	export LD_PRELOAD="$tmp/nolinks.so"
	capture "$d/again"
	expect_status 0
	capture "$d/again"
	expect_error 'a capture never overwrites'
	run capture --from "$tmp/none" -o "$d/not"
	expect_status 2
	# Ended by a signal while it waits for its input.
	mkfifo "$tmp/fifo"
	for signal in TERM HUP; do
		"$XEN_EPTAUDIT" audit --from "$tmp/fifo" --write-baseline "$d/waits" >/dev/null 2>&1 &
		program=$!
		exec 3>"$tmp/fifo"
		tries=0
		until ls -A "$d" | grep -q '^\.xen-eptaudit' || [ $tries -eq 100 ]; do
			sleep 0.1
			tries=$((tries + 1))
		done
		[ $tries -lt 100 ]
		judge $? 'no temporary name was seen'
		kill -$signal $program
		wait $program
		exec 3>&-
		only mine b b.new c t again
	done
	unset LD_PRELOAD
fi

# What is read is not replaced, under whatever name; but a baseline by the new one.
cp "$log" "$tmp/log"
ln "$tmp/log" "$tmp/other"
echo '{}' >"$tmp/given"
run audit --from "$log" --write-baseline "$tmp/known"
for words in "--from $tmp/log -o $tmp/other" "--from $tmp/log --write-baseline $tmp/other" \
	"--from $log --facts $tmp/log -o $tmp/log" "--from $log --given $tmp/given -o $tmp/given" \
	"--from $log --baseline $tmp/known -o $tmp/known"; do
	# shellcheck disable=SC2086 # words
	run audit $words
	expect_status 2
	expect_stderr_contains 'is read, and would be replaced: name another file to write'
done
cmp -s "$log" "$tmp/log"
judge $? 'the log is not what it was'
run audit --from "$log" --baseline "$tmp/known" --write-baseline "$tmp/known"
expect_status 0

finish
