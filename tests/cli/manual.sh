#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual has every verb, option and fact that the program has, and no option more.

. "${SRCDIR:-.}/tests/lib.sh"

page=$SRCDIR/man/xen-eptaudit.8

# Option names are those before a "=".
run --list-completions
grep -v ' ' "$stdout" >"$tmp/verbs"
sed -n 's/^[^ ]* --\([^=]*\).*/\1/p' "$stdout" >"$tmp/options"
# The table of facts in the sources: an empty list would test nothing.
sed -n 's/.*\[FACT_[A-Z0-9_]*\] = { "\([a-z-]*\)".*/\1/p' "$SRCDIR/src/model/facts.c" >"$tmp/facts"
sed -n 's/^\.It .*Fl -\([a-z-]*\).*/\1/p' "$page" >"$tmp/documented"
for list in verbs options facts documented; do
	[ -s "$tmp/$list" ]
	judge $? "no $list found"
done

while read -r verb; do
	grep -q "^\.It Cm $verb\b" "$page"
	judge $? "the manual lacks the verb $verb"
done <"$tmp/verbs"
while read -r option; do
	grep -qx -e "$option" "$tmp/documented"
	judge $? "the manual lacks the option --$option"
done <"$tmp/options"
while read -r option; do
	grep -qx -e "$option" "$tmp/options"
	judge $? "the program lacks the option --$option of the manual"
done <"$tmp/documented"
while read -r fact; do
	grep -qx "\.It Cm $fact" "$page"
	judge $? "the manual lacks the fact $fact"
done <"$tmp/facts"

# A terminal of 80 columns is enough for all pages.
if need mandoc; then
	for file in "$SRCDIR"/man/*.[1-9]; do
		run_command sh -c 'mandoc -Tascii -O width=80 "$1" | sed "s/.\x08//g" | awk "length > 80"' sh "$file"
		expect_stdout_empty
		what="mandoc -Tlint $file"
		mandoc -Tlint -W warning "$file" >"$stdout" 2>&1
		judge $? 'mandoc has a warning'
	done
fi
finish
