#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every capture is told alike as text, JSON and JSON Lines, and so is the capture file that is made of
# it. Random machines are, too, see tests/machine.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"
set --
for log in "$captures"/*.log.gz "$captures"/*.txt.gz; do
	case $log in *.reads.txt.gz) ;; *) set -- "$@" "$log" ;; esac
done
run_command "${BUILDDIR:-.}/build/tests/machine/machine" --same "$@"
expect_status 0
[ "$(tail -n 1 "$stdout")" = "$# passed, 0 failed" ]
judge $? 'not all logs were compared'

finish
