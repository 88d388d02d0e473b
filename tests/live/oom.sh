#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory runs out while a running Xen is asked, in one allocation after the other: status 2 and a
# sentence, nothing stays paused, and never another result. $EVERY is how many are passed over from
# one to the next, less one.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
# Sanitizers have a malloc() of their own.
if grep -q __asan_init "$XEN_EPTAUDIT"; then
	finish
fi
read_capture
awk '/^\(XEN\) domain[0-9]+ EPT/ { wanted = / domain(5|15) EPT/ } wanted' "$tmp/D" >"$tmp/D.two"
mv "$tmp/D.two" "$tmp/D"
mkdir "$tmp/files" "$tmp/files.run" "$tmp/files.sys"
{
	cat "$tmp/two"
	echo "log $tmp/files.log"
} >"$tmp/printed"
{
	echo 'domain 0 - 163840 1 Domain-0'
	cat "$tmp/printed"
	memory_lines
} >"$tmp/direct"
fifteen=$(sed -n 's/^d15 \(0x[0-9a-f]*\) .*/--eptp=15=\1/p' "$roots" | head -n 1)
OOM_LIBRARY=$(realpath -m "${BUILDDIR:-.}/build/tests/oom/fail.so")
export OOM_LIBRARY FAKE_LIBRARY="$fake"
run_command python3 "$SRCDIR/tests/oom/run" "$tmp/files" "${EVERY:-$([ -n "$FULL" ] && echo 29 || echo 91)}" "$tmp/printed" "$tmp/direct" "$fifteen"
add_up "$stdout"
finish
