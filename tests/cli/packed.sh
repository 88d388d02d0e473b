#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Packed logs, captures and images are read as what they hold, from files and pipes.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"
gz=$captures/stale-entries.xen4.17.serial.log.gz
gzip -dc "$gz" >"$tmp/log"
run audit --from "$tmp/log" --format jsonl
sed 1d "$stdout" >"$tmp/wanted"
[ "$(wc -l <"$tmp/wanted")" -gt 20 ]
judge $? 'no findings to compare'

# same COMMAND...: it prints of a log what the plain one has; the first line names the file
same()
{
	run_command "$@"
	expect_status 1
	sed 1d "$stdout" >"$tmp/got"
	expect_same "$tmp/wanted" "$tmp/got"
	[ ! -s "$stderr" ]
	judge $? 'something is told of a log'
}

# Members follow each other; what gzip ignores behind them is ignored.
head -c 70000 "$tmp/log" | gzip >"$tmp/two.gz"
tail -c +70001 "$tmp/log" | gzip -1 >>"$tmp/two.gz"
cp "$tmp/two.gz" "$tmp/padded.gz"
printf '\0\0\0' >>"$tmp/padded.gz"
files="$tmp/log $gz $tmp/two.gz $tmp/padded.gz"
# Without libzstd it is said what to do.
has_zstd=
if need zstd; then
	zstd -q "$tmp/log" -o "$tmp/log.zst"
	run list --from "$tmp/log.zst"
	if grep -q 'zstd -d' "$stderr"; then expect_error 'cannot read'; else has_zstd=yes; fi
fi
if [ "$has_zstd" ]; then
	head -c 70000 "$tmp/log" | zstd -q >"$tmp/two.zst"
	tail -c +70001 "$tmp/log" | zstd -q >>"$tmp/two.zst"
	files="$files $tmp/log.zst $tmp/two.zst"
fi
# The same of xz.
if need xz; then
	xz -k "$tmp/log"
	run list --from "$tmp/log.xz"
	if grep -q 'xz -d' "$stderr"; then
		expect_error 'cannot read'
	else
		head -c 70000 "$tmp/log" | xz >"$tmp/two.xz"
		tail -c +70001 "$tmp/log" | xz >>"$tmp/two.xz"
		files="$files $tmp/log.xz $tmp/two.xz"
	fi
fi
# Text that is not plain ASCII: with a mark at its begin, UTF-16 of either order, with and without
# that mark, and a mail as it was sent.
tr -d '\r' <"$tmp/log" | tr '\200-\377' '?' >"$tmp/ascii"
run audit --from "$tmp/ascii" --format jsonl
sed 1d "$stdout" >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"
{ printf '\357\273\277'; cat "$tmp/ascii"; } >"$tmp/log.utf8"
awk '{ gsub(/=/, "=3D"); while (length($0) > 73) {
		at = substr($0, 72, 1) == "=" ? 71 : substr($0, 73, 1) == "=" ? 72 : 73
		if (substr($0, at - 1, 1) == "=") at -= 2
		print substr($0, 1, at) "="; $0 = substr($0, at + 1) }
	sub(/ $/, "=20"); print }' "$tmp/ascii" >"$tmp/log.mail"
files="$files $tmp/log.utf8 $tmp/log.mail"
if need python3; then
	for encoding in utf-16 utf-16-le utf-16-be; do
		python3 -c 'import sys; sys.stdout.buffer.write(sys.stdin.read().encode(sys.argv[1]))' \
			$encoding <"$tmp/ascii" >"$tmp/log.$encoding"
		files="$files $tmp/log.$encoding"
	done
fi
printf 'BZh91AY&SY' >"$tmp/log.bz2"
run list --from "$tmp/log.bz2"
expect_error 'bzip2 -d'
head -c 300 "$gz" >"$tmp/cut.gz"
run list --from "$tmp/cut.gz"
expect_error 'is cut short'

for file in $files; do
	same "$XEN_EPTAUDIT" audit --from "$file" --format jsonl
	# shellcheck disable=SC2016 # the inner shell's
	same sh -c 'cat "$1" | "$2" audit --from - --format jsonl' sh "$file" "$XEN_EPTAUDIT"
	# shellcheck disable=SC2016 # the inner shell's
	same sh -c '"$2" audit --from - --format jsonl <"$1"' sh "$file" "$XEN_EPTAUDIT"
	mkfifo "$tmp/fifo"
	cat "$file" >"$tmp/fifo" &
	same "$XEN_EPTAUDIT" audit --from "$tmp/fifo" --format jsonl
	rm "$tmp/fifo"
done

# A capture, too, wherever it comes from.
run capture --from "$tmp/log" -o "$tmp/capture"
expect_status 0
gzip "$tmp/capture"
for how in 'cat "$1" |' 'gzip -dc "$1" |' 'exec <"$1";'; do
	run_command sh -c "$how \"\$2\" audit --from - --format jsonl" sh "$tmp/capture.gz" "$XEN_EPTAUDIT"
	expect_status 1
	expect_contains '"kind":"capture","name":"standard input"'
done
# An image in a pipe is told from a log.
run_command sh -c 'gzip -dc "$1" | "$2" list --from -' sh \
	"$captures/six-domains.xen4.17.ept-tables.core.gz" "$XEN_EPTAUDIT"
expect_error 'standard input is a memory image: name the EPT'

# Cut and damaged ones.
cut_file()
{
	run audit --from "$1" --format json
	[ "$status" -eq 1 ] || [ "$status" -eq 3 ]
	judge $? "status $status"
	expect_contains '"complete":false'
}
head -c 60000 "$gz" >"$tmp/cut.gz"
cut_file "$tmp/cut.gz"
for file in $files; do
	case $file in
	*.zst)
		head -c 60000 "$file" >"$tmp/cut.zst"
		cut_file "$tmp/cut.zst"
		cp "$file" "$tmp/damaged.zst"
		printf 'damage' | dd of="$tmp/damaged.zst" bs=1 seek=9 conv=notrunc 2>/dev/null
		run audit --from "$tmp/damaged.zst"
		expect_error "cannot read $tmp/damaged.zst: it is damaged, or no zstd file"
		;;
	esac
done
printf '\037\213' >"$tmp/short.gz"
run audit --from "$tmp/short.gz"
expect_error 'short.gz is cut short'

# What unpacks to a thousand times its size takes no memory, and no disk.
# With sanitizers no program runs in so little.
limit='ulimit -v 200000'
sh -c "$limit"'; "$1" --version' sh "$XEN_EPTAUDIT" >/dev/null 2>&1 || limit=:
if [ "$has_zstd" ]; then
	head -c 400000000 /dev/zero | zstd -q >"$tmp/bomb.zst"
	head -c 400000000 /dev/zero | gzip >"$tmp/bomb.gz"
	for file in "$tmp/bomb.gz" "$tmp/bomb.zst"; do
		run_command sh -c "$limit"'; ulimit -f 1000; "$1" list --from "$2"' sh \
			"$XEN_EPTAUDIT" "$file"
		expect_status 2
		expect_stderr_contains 'is not a console log of Xen'
		run_command sh -c 'ulimit -f 1000000; "$1" list --from "$2" --eptp 0x1e' sh \
			"$XEN_EPTAUDIT" "$file"
		expect_status 0
		expect_stderr_contains "xen-eptaudit: unpacking $file to a temporary file"
	done
fi

# The note comes before the work: while most of the image still is to come.
gzip -dc "$captures/six-domains.xen4.17.ept-tables.core.gz" >"$tmp/core"
mkfifo "$tmp/fifo"
: >"$tmp/note"
{
	head -c 100 "$tmp/core"
	tries=0
	until grep -q 'copying' "$tmp/note" || [ $tries -eq 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ $tries -lt 100 ] || touch "$tmp/late"
	tail -c +101 "$tmp/core"
} >"$tmp/fifo" &
# shellcheck disable=SC2016 # the inner shell's
run_command sh -c '"$1" list --from "$2/fifo" --eptp 4=0x5657c01e 2>"$2/note"' sh "$XEN_EPTAUDIT" "$tmp"
expect_contains '  282 entries'
[ ! -e "$tmp/late" ]
judge $? 'the note came after the copy'

# A window or a dictionary of more memory than a stranger's file may take: the file itself is tiny.
if [ "$has_zstd" ]; then
	printf '\050\265\057\375\000\200\031\000\000abc' >"$tmp/window-64m.zst"
	printf '\050\265\057\375\000\170\031\000\000abc' >"$tmp/window-32m.zst"
	run audit --from "$tmp/window-64m.zst"
	expect_error 'more memory is wanted to unpack it' 'zstd -d --long=31'
	run audit --from "$tmp/window-32m.zst"
	expect_error 'is not a console log'
fi
if [ -e "$tmp/two.xz" ]; then
	printf 'abc\n' | xz --lzma2=dict=128MiB >"$tmp/dictionary.xz"
	run audit --from "$tmp/dictionary.xz"
	expect_error 'more memory is wanted to unpack it' 'xz -d'
	printf 'abc\n' | xz -9 >"$tmp/nine.xz"
	run audit --from "$tmp/nine.xz"
	expect_error 'is not a console log'
fi

# A temporary file that has no room, and that cannot be made.
head -c 3000000 /dev/urandom | gzip >"$tmp/some.gz"
run_command sh -c 'trap "" XFSZ; ulimit -f 100; "$1" list --from "$2" --eptp 0x1e' sh "$XEN_EPTAUDIT" "$tmp/some.gz"
expect_status 2
expect_stderr_contains 'cannot unpack' 'it needs room in $TMPDIR'
if [ -z "${VALGRIND:-}" ]; then # which needs temporary files, too
	run_command env TMPDIR=/nonexistent "$XEN_EPTAUDIT" list --from "$tmp/some.gz" --eptp 0x1e
	expect_error 'cannot make a temporary file' 'set TMPDIR'
fi

# What has no end, or nothing of a machine's memory, is not begun with.
for device in /dev/zero /dev/null; do
	run list --from $device --eptp 0x1e
	expect_error "$device is a device; name a memory image"
	run list --from $device --find-eptp
	expect_error "$device is a device; name a memory image"
done

finish
