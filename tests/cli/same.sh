#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every log and image is told alike as text, JSON and JSON Lines, and so are the capture file that is
# made of it and the one that is made of that. Random machines are, too, see tests/machine.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"
set --
for log in "$captures"/*.log.gz "$captures"/*.txt.gz; do
	case $log in *.reads.txt.gz) ;; *) set -- "$@" "$log" ;; esac
done
for core in "$captures"/*.core.gz; do
	name=${core%.ept-tables.core.gz}
	gzip -dc "$core" >"$tmp/${name##*/}"
	for log in "$name".*log.gz "$name".*txt.gz; do
		case $log in *[*]* | *.reads.txt.gz) continue ;; esac
		eptps=$(sed -n 's/^d\([0-9]*\) \(0x[0-9a-f]*\) .*/ --eptp \1=\2/p' "$name.ept-tables.roots.txt" |
			sort -u | head -n 3 | tr -d '\n')
		set -- "$@" "$tmp/${name##*/}$eptps --facts $log"
	done
done
run_command "${BUILDDIR:-.}/build/tests/machine/machine" --same "$@"
expect_status 0
[ "$(tail -n 1 "$stdout")" = "$# passed, 0 failed" ]
judge $? 'not all logs were compared'

finish
