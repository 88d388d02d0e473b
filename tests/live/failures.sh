#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every call fails with every error that it can give, and domains die at every moment: see failures.c.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture

# The EPTs of two domains are enough, where there are hundreds of runs.
awk '/^\(XEN\) domain[0-9]+ EPT/ { wanted = / domain(5|15) EPT/ } wanted' "$tmp/D" >"$tmp/D.two"
mv "$tmp/D.two" "$tmp/D"

# all_ways ARGUMENT...: all ways to fail
all_ways()
{
	run_command "${BUILDDIR:-.}/build/tests/live/failures" "$@"
	expect_status 0
	add_up "$stdout"
}

[ -n "$FULL" ] || export FEW_ERRORS=1
all_ways "$tmp/two" "$tmp"

# The same of tables that are read directly.
{
	echo 'domain 0 - 163840 1 Domain-0'
	cat "$tmp/two"
	memory_lines
} >"$tmp/direct"
five=$(sed -n 's/^d5 \(0x[0-9a-f]*\) .*/--eptp 5=\1/p' "$roots")
fifteen=$(sed -n 's/^d15 \(0x[0-9a-f]*\) .*/--eptp 15=\1/p' "$roots")
all_ways "$tmp/direct" "$tmp" "--via gdbsx $fifteen" "--via gdbsx $five $fifteen"

# And where their roots are found first. What is done with each error is the same there, so that
# few of them do.
if [ -n "$FULL" ]; then
	structures "$tmp/direct" "$roots" >>"$tmp/direct"
	export FEW_ERRORS=1
	all_ways "$tmp/direct" "$tmp" '--via gdbsx' '--via gdbsx'
fi
finish
