#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Parts of the live source by themselves: see parts.c.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
"${BUILDDIR:-.}/build/tests/live/parts" "$tmp" >"$tmp/told"
status=$?
cat "$tmp/told"
closing=$(tail -n 1 "$tmp/told")
passed=${closing%% passed*} failed=${closing#*, } failed=${failed%% *}
[ "$status" -eq 0 ]
judge $? "status $status"
finish
