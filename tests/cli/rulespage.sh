#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xen-eptaudit-rules(7) has the rule sets that the program has, and the bugs that it names.
. "${SRCDIR:-.}/tests/lib.sh"

page=$SRCDIR/man/xen-eptaudit-rules.7

# items SECTION: "NAME|text|text behind .br|…" for each item of a list in it, folded lines made whole
items()
{
	sed -n "/^\.Sh $1\$/,/^\.El/p" "$page" | awk '
		/^\.It Cm / { if (item != "") print item; item = $3 "|"; start = 1; next }
		/^\.El/ { print item; exit }
		item == "" { next }
		/^\.(br|Pp)/ { item = item "|"; start = 1; next }
		{ item = item (start ? "" : " ") $0; start = 0 }'
}

# Sets: releases, what they changed, and steps.
for section in 'RULES BY RELEASE' PROPOSALS VENDORS; do
	items "$section"
done | sort >"$tmp/documented"
"$XEN_EPTAUDIT" rules list | awk '
	NR % 2 { name = $1; sub(/^[^ ]* */, ""); releases = $0; next }
	{ sub(/^ */, ""); print name "|" releases ". " toupper(substr($0, 1, 1)) substr($0, 2) "." }' |
	while IFS='|' read -r name text; do
		steps=$("$XEN_EPTAUDIT" rules show "$name" |
			sed -n 's/^  [0-9]*\. \([A-Z0-9_]*\) .*/\1/p' | tr '\n' ',' | sed 's/,$//; s/,/, /g')
		echo "$name|$text|$steps"
	done | sort >"$tmp/wanted"
[ "$(wc -l <"$tmp/wanted")" -gt 20 ]
judge $? 'hardly any rule sets'
run_command cat "$tmp/documented"
expect_stdout_is "$tmp/wanted"

# Every step that a set has, and no other.
items STEPS | cut -d'|' -f1 | sort >"$tmp/documented"
cut -d'|' -f3 "$tmp/wanted" | tr -d ' ' | tr ',' '\n' | sort -u >"$tmp/steps"
run_command cat "$tmp/documented"
expect_stdout_is "$tmp/steps"

# Bugs: those of the tables, with releases and fix.
items 'KNOWN BUGS' >"$tmp/bugs"
{
	grep -o '"B[0-9][0-9]*"' "$SRCDIR/src/rules/bugs.c"
	grep -o '\.id = "B[0-9]*"' "$SRCDIR/src/rules/bugadvice.c" | cut -d' ' -f3
} | tr -d '"' | sort -u >"$tmp/wanted"
cut -d'|' -f1 "$tmp/bugs" | sort >"$tmp/names"
run_command cat "$tmp/names"
expect_stdout_is "$tmp/wanted"
awk '/^\t\{* *\{* *\.id = "B/ { match($0, /B[0-9]+/); id = substr($0, RSTART, RLENGTH) }
	/\.affected = / && !(id in seen) { seen[id] = 1; sub(/.*\.affected = "/, ""); sub(/".*/, "")
		print id "|Xen: " $0 "." }' "$SRCDIR/src/rules/bugs.c" >"$tmp/told"
awk '/\.id = "B/ { match($0, /B[0-9]+/); id = substr($0, RSTART, RLENGTH) }
	/\.fixed = / { sub(/.*\.fixed = "/, ""); sub(/".*/, ""); print id "|Fixed: " $0 "." }' \
	"$SRCDIR/src/rules/bugadvice.c" >>"$tmp/told"
[ "$(wc -l <"$tmp/told")" -gt 10 ]
judge $? 'hardly anything told of bugs'
while IFS='|' read -r bug text; do
	grep "^$bug|" "$tmp/bugs" | grep -qF "|$text"
	judge $? "the page does not have of $bug: $text"
done <"$tmp/told"

# As a report tells it.
run audit 6 --from "$captures/stale-entries.xen4.17.conring-and-facts.txt.gz"
expect_contains "Xen     $(sed -n 's/^B19|.*|Xen: \([^|]*\)\.|.*/\1/p' "$tmp/bugs")" \
	"fixed   $(sed -n 's/^B19|.*|Fixed: \([^|]*\)\.|.*/\1/p' "$tmp/bugs")"

# The table of what a guest gets is that of the program: decode tells it for a PAT of these types.
sed -n '/^EMT   PAT:/,/^\.Ed/p' "$page" | sed '1d; $d' >"$tmp/documented"
for emt in UC:00 WC:08 WT:20 WP:28 WB:30; do
	"$XEN_EPTAUDIT" decode --level 1 --pat 0x60504010700 "$(printf '0x%x' $((0x100007 + 0x${emt#*:})))" |
		sed -n 's/.*effective type for PAT0 to PAT7 [^:]*: //p' |
		awk -v emt="${emt%:*}" '{ printf "%-11s %-4s %-4s %-4s %-4s %-4s %s\n", emt, $1, $2, $3, $4, $5, $6 }'
done >"$tmp/wanted"
run_command cat "$tmp/documented"
expect_stdout_is "$tmp/wanted"
finish
