#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every form of report on the same input says the same.
. "${SRCDIR:-.}/tests/lib.sh"

# forms NAME ARGUMENT...: all of them into a folder
forms()
{
	mkdir -p "$tmp/$1"
	into=$tmp/$1
	shift
	for form in text json jsonl tap junit openmetrics; do
		"$XEN_EPTAUDIT" audit "$@" --format $form >"$into/$form"
	done
	"$XEN_EPTAUDIT" map "$@" --format json >"$into/map" 2>/dev/null # what was lost
	"$XEN_EPTAUDIT" map "$@" --format svg >"$into/svg" 2>/dev/null
}

# same NAME FINDINGS
same()
{
	run_command "$SRCDIR/tests/tools/same-findings" "$tmp/$1"
	expect_status 0
	expect_contains "$2 findings"
}

if need python3; then
	forms stale --from "$captures/stale-entries.xen4.17.serial.log.gz" \
		--given "$captures/stale-entries.xen4.17.all-facts.json"
	same stale "$(grep -o '"severity":' "$tmp/stale/json" | wc -l)"
	forms six --from "$captures/six-domains.xen4.17.serial.log.gz"
	same six 0
	forms ring --from "$captures/ring-overflow.xen4.17.reads.txt.gz"
	same ring 0
	forms hand --from "$captures/handbuilt.xen4.17.conring.txt.gz"
	same hand "$(grep -o '"severity":' "$tmp/hand/json" | wc -l)"

	# The comparison does see what is not the same.
	for change in 's/"entries":64/"entries":63/' 's/"severity":"slow"/"severity":"danger"/' \
		's/"gfn_last":1023/"gfn_last":1022/'; do
		cp -r "$tmp/stale" "$tmp/changed"
		sed -i "$change" "$tmp/changed/jsonl"
		run_command "$SRCDIR/tests/tools/same-findings" "$tmp/changed"
		what="jsonl with $change"
		expect_status 1
		rm -r "$tmp/changed"
	done
fi

# As CI systems and monitoring read them.
if need xmllint; then
	for name in stale six ring hand; do
		[ -e "$tmp/$name/junit" ] || continue
		run_command xmllint --noout --schema "$SRCDIR/tests/schema/junit.xsd" "$tmp/$name/junit"
		expect_status 0
		run_command xmllint --noout "$tmp/$name/svg"
		expect_status 0
	done
	"$XEN_EPTAUDIT" audit --from "$tmp/none" --format junit >"$tmp/error.xml" 2>/dev/null
	run_command xmllint --noout --schema "$SRCDIR/tests/schema/junit.xsd" "$tmp/error.xml"
	expect_status 0
	# A name that has to be escaped.
	cp "$captures/six-domains.xen4.17.serial.log.gz" "$tmp/a&b<\"'.log.gz"
	"$XEN_EPTAUDIT" audit --from "$tmp/a&b<\"'.log.gz" --format junit >"$tmp/escaped.xml"
	run_command xmllint --noout --schema "$SRCDIR/tests/schema/junit.xsd" "$tmp/escaped.xml"
	expect_status 0
fi
if need promtool; then
	run_command sh -c 'promtool check metrics <"$1"' sh "$tmp/stale/openmetrics"
	expect_status 0
	run_command tail -n 1 "$tmp/stale/openmetrics"
	expect_stdout_is '# EOF'
fi
finish
