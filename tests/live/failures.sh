#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every call fails with every error that it can give, and domains die at every moment: see failures.c.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture

# The EPTs of two domains are enough, where there are hundreds of runs.
awk '/^\(XEN\) domain[0-9]+ EPT/ { wanted = / domain(5|15) EPT/ } wanted' "$tmp/D" >"$tmp/D.two"
mv "$tmp/D.two" "$tmp/D"
run_command "${BUILDDIR:-.}/build/tests/live/failures" "$tmp/two" "$tmp"
expect_status 0
cat "$stdout"
closing=$(tail -n 1 "$stdout")
passed=${closing%% passed*} failed=${closing#*, } failed=${failed%% *}
finish
