#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What reads JSON compiles against the oldest json-c that hosts have (see json-c-0.11.h).
. "${SRCDIR:-.}/tests/lib.sh"
need "${CC:-cc}" || finish
BUILDDIR=${BUILDDIR:-.}

mkdir -p "$tmp/include/json-c"
echo '#include "json-c-0.11.h"' >"$tmp/include/json-c/json.h"
compiled=0
for file in $(grep -rl 'json-c/' "$SRCDIR/src" --include='*.c'); do
	run_command "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -include "$BUILDDIR/config.h" -fsyntax-only \
		-I"$tmp/include" -I"$BUILDDIR" -I"$SRCDIR/src" -I"$SRCDIR/tests" -Wall -Wextra -Wshadow \
		-Wstrict-prototypes -Werror "$file"
	expect_status 0
	compiled=$((compiled + 1))
done
[ "$compiled" -gt 0 ]
judge $? 'nothing reads JSON'
finish
