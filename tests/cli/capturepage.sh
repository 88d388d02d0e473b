#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xen-eptaudit-capture(5): its example is read as it says, and it has what captures have.
. "${SRCDIR:-.}/tests/lib.sh"

page=$SRCDIR/man/xen-eptaudit-capture.5
form=$SRCDIR/src/source/capture/form.h

# The example, with the lines that were folded made whole.
sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' "$page" | sed '1,/^\.Bd/d; /^\.Ed/d' |
	awk '/^  / { printf "%s", substr($0, 3); next } NR > 1 { print "" } { printf "%s", $0 } END { print "" }' \
		>"$tmp/web.capture"
[ "$(wc -l <"$tmp/web.capture")" -eq 8 ]
judge $? "not eight lines in the example"
sed -n '/^\$ xen-eptaudit list/,/^\.Ed/p' "$page" | sed '1d; /^\.Ed/d' >"$tmp/wanted"
run list --from "$tmp/web.capture"
expect_status 0
expect_stdout_is "$tmp/wanted"
run audit --from "$tmp/web.capture" --format jsonl
expect_status 1
expect_contains '"gfn":["0x200","0x20f"]' '"bug":"B19"' '"name":"web"' \
	'"special":{"value":[["0x400","0x400"],["0x7f000","0x7f01f"]],"how":"given"}'
run effective --from "$tmp/web.capture" --format json
expect_status 0
expect_contains '"gva":["0x0","0x1fffff"],"gfn":["0x0","0x1ff"]' \
	'"gva":["0x200000","0x20ffff"],"gfn":["0x200","0x20f"]'
# Not because checksums are passed over.
sed 's/"0x1200"/"0x1300"/' "$tmp/web.capture" >"$tmp/altered"
run list --from "$tmp/altered"
expect_error 'its checksum is wrong'

# documented NAME: whether the page has it as a name
documented()
{
	grep -q "^\.\(It\|Ss\|Cm\|Ql\) .*\b$1\b\|^\.\(It\|Ss\|Cm\) $1$" "$page"
	judge $? "the page lacks $1"
}

# Every record and key of the one table, every member that is written, every fact and how.
{
	sed -n 's/^#define FORM_\(KEY_\)\{0,1\}[A-Z_]* *"\([a-z][a-z0-9_-]*\)".*/\2/p' "$form"
	"$XEN_EPTAUDIT" capture --from "$tmp/web.capture" --guest-tables -o - | grep -o '"[a-z_0-9-]*":' | tr -d '":'
	sed -n 's/.*\[FACT_[A-Z0-9_]*\] = { "\([a-z-]*\)".*KIND_[A-MO-Z].*/\1/p' "$SRCDIR/src/model/facts.c"
	sed -n '/^static const char \*const how_names/,/^};/p' "$SRCDIR/src/model/facts.c" | grep -o '"[a-z]*"' | tr -d '"'
} | grep -vx 'value' | sort -u >"$tmp/names"
[ "$(wc -l <"$tmp/names")" -gt 50 ]
judge $? 'hardly any names found'
while read -r name; do
	documented "$name"
done <"$tmp/names"

# Limits, and the numbers of p2m types.
sed -n 's/^#define FORM_\(DOMID_MAX\|DUMP_MAX\|FRAME_BITS\|NAME_MAX\|LIST_MAX\|VCPU_MAX\|TABLE_WORDS\)[[:space:]]*\([0-9]*\).*/\2/p' \
	"$form" >"$tmp/limits"
[ "$(wc -l <"$tmp/limits")" -eq 7 ]
judge $? 'not seven limits'
while read -r limit; do
	grep -qw "$limit" "$page"
	judge $? "the page lacks the limit $limit"
done <"$tmp/limits"
sed -n '/^  0 ram_rw$/,/^\.Ed/p' "$page" | sed '/^\.Ed/d; s/^ *//' >"$tmp/documented"
sed -n 's/^\tP2M_\([A-Z_]*\) = \([0-9]*\),$/\2 \1/p' "$SRCDIR/src/model/entry.h" | grep -v "TYPE_COUNT\|CLASS_" |
	tr 'A-Z' 'a-z' >"$tmp/wanted"
run_command cat "$tmp/documented"
expect_stdout_is "$tmp/wanted"
finish
