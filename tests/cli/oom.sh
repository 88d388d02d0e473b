#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory runs out in one allocation after the other: status 2 and a sentence, and never another
# result. $EVERY is how many are passed over from one to the next, less one.
. "${SRCDIR:-.}/tests/lib.sh"

library=$(realpath -m "${BUILDDIR:-.}/build/tests/oom/fail.so")
# Sanitizers have a malloc() of their own.
if ! need python3 || grep -q __asan_init "$XEN_EPTAUDIT"; then
	finish
fi
mkdir "$tmp/files"
OOM_LIBRARY=$library run_command python3 "$SRCDIR/tests/oom/run" "$tmp/files" "${EVERY:-$([ -n "$FULL" ] && echo 17 || echo 51)}"
add_up "$stdout"
finish
