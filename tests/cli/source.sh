#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What holds for the source as a whole, and a compiler does not tell.
. "${SRCDIR:-.}/tests/lib.sh"

# only_in FILE PATTERN: that stands in this file of src/, and nowhere else there
only_in()
{
	what="$2 in src/"
	grep -rnE --include='*.[ch]' -e "$2" "$SRCDIR/src" >"$stdout"
	: >"$stderr"
	grep -q "src/$1:" "$stdout"
	judge $? "not in $1, is that right?"
	grep -v "src/$1:" "$stdout" >"$tmp/others"
	mv "$tmp/others" "$stdout"
	[ ! -s "$stdout" ]
	judge $? "not only in $1"
}

# JSON from outside is read through getters that check it.
only_in base/jsonread.c 'json_(object|tokener|util)_[a-z_]*\(|json-c/'

# What is done with a fact goes by its kind: fact_info[] in model/facts.c.
what='switches over facts'
find "$SRCDIR/src" -name '*.c' -exec grep -c 'case FACT_' {} + | grep -v ':[012]$' >"$stdout"
[ ! -s "$stdout" ]
judge $? 'they belong into fact_info[]'

finish
