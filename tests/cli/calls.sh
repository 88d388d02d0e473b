#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Calls about files and processes fail, one after the other: status 2 and a sentence and no file, or
# all is as usual. $EVERY is how many are passed over from one to the next, less one.
. "${SRCDIR:-.}/tests/lib.sh"

CALLS_LIBRARY=$(realpath -m "${BUILDDIR:-.}/build/tests/oom/calls.so")
export CALLS_LIBRARY
# Sanitizers are loaded first, and make such calls themselves.
if ! need python3 || grep -q __asan_init "$XEN_EPTAUDIT"; then
	finish
fi
mkdir "$tmp/files"
run_command python3 "$SRCDIR/tests/oom/run" "$tmp/files" "${EVERY:-$([ -n "$FULL" ] && echo 7 || echo 29)}"
add_up "$stdout"
finish
