#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory images whose headers are wrong, one field at a time: refused with what is wrong, or read as
# far as they are right; never other entries than the whole image has.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"
need python3 || finish
gzip -dc "$captures/handbuilt.xen4.17.ept-tables.core.gz" >"$tmp/core"
eptp=--eptp=1=$(grep -v '^#' "$captures/handbuilt.xen4.17.ept-tables.roots.txt" | head -n 1 | cut -d ' ' -f 2)
"$XEN_EPTAUDIT" list --from "$tmp/core" "$eptp" --format xen >"$tmp/whole"
test -s "$tmp/whole"
judge $? 'the image has no entries'

# patched FILE [OFFSET FORMAT VALUE]...: a copy in $tmp/bad, with numbers of struct.pack() put in
patched()
{
	python3 - "$tmp/bad" "$@" <<'PY'
import struct, sys
out, source, *rest = sys.argv[1:]
data = bytearray(open(source, 'rb').read())
for at, form, value in zip(*[iter(rest)] * 3):
    struct.pack_into(form, data, int(at, 0), int(value, 0))
open(out, 'wb').write(data)
PY
}

# refused MESSAGE FILE [OFFSET FORMAT VALUE]...
refused()
{
	message=$1
	shift
	patched "$@"
	run list --from "$tmp/bad" "$eptp" --format xen
	expect_error "$message"
}

# as_whole FILE...: what does not matter
as_whole()
{
	patched "$@"
	run list --from "$tmp/bad" "$eptp" --format xen
	expect_status 0
	expect_stdout_is "$tmp/whole"
}

# some_less FILE...: pages are missing, which is told
some_less()
{
	patched "$@"
	run list --from "$tmp/bad" "$eptp" --format xen
	expect_status 3
	sort "$tmp/whole" >"$tmp/a"
	sort "$stdout" | comm -13 "$tmp/a" - | grep gfn: >"$tmp/more"
	expect_same /dev/null "$tmp/more"
}

# The same of what is copied first, which is said.
damaged()
{
	message=$1
	shift
	patched "$@"
	run list --from "$tmp/bad" "$eptp" --format xen
	expect_status 2
	expect_stdout_empty
	expect_stderr_contains "$message"
}

# ---- ELF ----

as_whole "$tmp/core"
refused 'not a 64-bit little-endian core' "$tmp/core" 4 B 1
refused 'not a 64-bit little-endian core' "$tmp/core" 5 B 2
refused 'the ELF program headers do not lie in the file' "$tmp/core" 54 '<H' 55
refused 'the ELF program headers do not lie in the file' "$tmp/core" 32 '<Q' 0x7fffffffffffffff
refused 'the ELF program headers do not lie in the file' "$tmp/core" 56 '<H' 0xfffe
# More segments than 16 bits count: the number is in the first section header, which must be there.
refused 'the ELF program headers do not lie in the file' "$tmp/core" 56 '<H' 0xffff 40 '<Q' 0x7fffffffffffffff
count=$(od -An -tu2 -j56 -N2 "$tmp/core" | tr -d ' ')
size=$(wc -c <"$tmp/core")
{
	cat "$tmp/core"
	head -c 64 /dev/zero
} >"$tmp/sections"
as_whole "$tmp/sections" 56 '<H' 0xffff 40 '<Q' "$size" $((size + 44)) '<I' "$count"
refused 'has no memory segments' "$tmp/sections" 56 '<H' 0xffff 40 '<Q' "$size" $((size + 44)) '<I' 0
refused 'the ELF program headers do not lie' "$tmp/sections" 56 '<H' 0xffff 40 '<Q' "$size" \
	$((size + 44)) '<I' 0xffffffff
refused 'has no memory segments' "$tmp/core" 56 '<H' 0
# The only segments are no memory, or lie beyond the file, or beyond what can be addressed.
set --
for n in $(seq 0 $((count - 1))); do
	set -- "$@" $((64 + 56 * n)) '<I' 4
done
refused 'has no memory segments' "$tmp/core" "$@"
set --
for n in $(seq 0 $((count - 1))); do
	set -- "$@" $((64 + 56 * n + 8)) '<Q' 0x7fffffffffff0000
done
refused 'has no memory segments' "$tmp/core" "$@"
set --
for n in $(seq 0 $((count - 1))); do
	set -- "$@" $((64 + 56 * n + 24)) '<Q' 0xfffffffffffff000
done
refused 'has no memory segments' "$tmp/core" "$@"
printf '\177ELF' >"$tmp/short"
refused 'is smaller than a page' "$tmp/short"

# ---- makedumpfile's ----

"$SRCDIR/tests/tools/make-kdump" "$tmp/core" "$tmp/kdump" zlib
as_whole "$tmp/kdump"
head -c 4000 "$tmp/kdump" >"$tmp/short"
refused 'ends within its headers' "$tmp/short"
head -c 5000 "$tmp/kdump" >"$tmp/short"
refused 'it ends within its headers' "$tmp/short"
refused 'it is not of pages of 4 KiB' "$tmp/kdump" 428 '<I' 8192
refused 'its bitmaps do not lie in the file' "$tmp/kdump" 436 '<I' 0xffffffff
refused 'its bitmaps do not lie in the file' "$tmp/kdump" 432 '<I' 0xffffffff
refused 'makedumpfile --reassemble' "$tmp/kdump" 4108 '<I' 1
refused 'it claims more frames than any machine has, or none' "$tmp/kdump" 4192 '<Q' 0
refused 'it claims more frames than any machine has, or none' "$tmp/kdump" 4192 '<Q' 0x1000000001
refused 'it claims more frames than it has bits for' "$tmp/kdump" 4192 '<Q' 0xfffffffff
for flag in 'lzo 2' 'snappy 4'; do
	# An old header says nothing; then the first and last page do.
	refused "its pages are packed with ${flag% *}" "$tmp/kdump" 424 '<I' "${flag#* }"
done
# Frames below 2^32 are in the first header, too, and count there before version 6.
as_whole "$tmp/kdump" 8 '<I' 5
blocks=$(od -An -tu4 -j436 -N4 "$tmp/kdump" | tr -d ' ')
first=$((4096 * (2 + blocks)))
head -c $((first + 24)) "$tmp/kdump" >"$tmp/short"
refused 'it has no descriptors of its pages' "$tmp/short"
pages=$((($(od -An -tu8 -j$first -N8 "$tmp/kdump") - first) / 24))
# Descriptors of all pages but the root lead out of the file, to more than a page, or to what does
# not unpack.
for change in '0 <Q 0x7fffffffffffffff' '0 <Q 0xfffffffffffffff8' '8 <I 0xffffffff' '8 <I 4097' \
	'8 <I 3' '12 <I 0'; do
	# shellcheck disable=SC2086 # three words
	set -- $change
	at=$1 form=$2 value=$3
	set --
	for n in $(seq 1 $((pages - 1))); do
		set -- "$@" $((first + 24 * n + at)) "$form" "$value"
	done
	some_less "$tmp/kdump" "$@"
done

# ---- as it comes through a pipe ----

"$SRCDIR/tests/tools/make-kdump" "$tmp/core" "$tmp/flat" zlib flattened
as_whole "$tmp/flat"
damaged 'it is damaged, or of a version not known here' "$tmp/flat" 16 '>Q' 2
damaged 'it is damaged, or of a version not known here' "$tmp/flat" 24 '>Q' 2
damaged 'it is damaged' "$tmp/flat" 4096 '>Q' 0x4000000000000000
damaged 'it is damaged' "$tmp/flat" 4104 '>Q' 0x4000000000000000
damaged 'it is damaged' "$tmp/flat" 4104 '>Q' 0
head -c -16 "$tmp/flat" >"$tmp/short"
damaged 'it is cut short' "$tmp/short"
finish
