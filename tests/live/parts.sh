#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Parts of the live source by themselves: see parts.c.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
"${BUILDDIR:-.}/build/tests/live/parts" "$tmp" >"$tmp/told"
status=$?
add_up "$tmp/told"
[ "$status" -eq 0 ]
judge $? "status $status"
finish
