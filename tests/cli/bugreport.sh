#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The file to attach to a report: one folder, and in it a capture with the same findings.
. "${SRCDIR:-.}/tests/lib.sh"

stale=$captures/stale-entries.xen4.17

# findings FILE|OPTION...: what is found, without machine frames, which may have other numbers
findings()
{
	"$XEN_EPTAUDIT" audit "$@" --format jsonl 2>/dev/null | grep '^{"record":"finding"' |
		sed 's/"\(mfn\|raw\)":"[^"]*",//g; s/"access":"[^"]*",//; s/"mfn_contiguous":[a-z]*,//' >"$tmp/findings"
	cat "$tmp/findings"
}

# unpacked FILE: its folder is $folder, and it has nothing beside it
folder=$tmp/unpacked/xen-eptaudit-report
unpacked()
{
	rm -rf "$tmp/unpacked"
	mkdir "$tmp/unpacked"
	run_command tar tzf "$1"
	expect_status 0
	expect_stdout_is 'xen-eptaudit-report/about.txt
xen-eptaudit-report/audit.txt
xen-eptaudit-report/capture'
	run_command tar xzf "$1" -C "$tmp/unpacked"
	expect_status 0
	[ ! -s "$stderr" ]
	judge $? 'tar complains'
}

# same_in NAME OPTION...: the report has the findings of what it was made from
same_in()
{
	name=$1
	shift
	findings "$@" >"$tmp/wanted"
	[ -s "$tmp/wanted" ]
	judge $? 'nothing is found in it'
	for redact in '' --no-redact; do
		rm -f "$tmp/report.tar.gz"
		# shellcheck disable=SC2086 # no word, or one
		run bugreport "$@" $redact -o "$tmp/report.tar.gz"
		expect_status 0
		expect_stdout_empty
		unpacked "$tmp/report.tar.gz"
		findings --from "$folder/capture" --all-dumps >"$tmp/got"
		what="$name $redact"
		expect_same "$tmp/wanted" "$tmp/got"
		# Its text is the audit of its capture.
		(cd "$folder" && "$XEN" audit --from capture --all-dumps) >"$tmp/text"
		expect_same "$tmp/text" "$folder/audit.txt"
	done
}

XEN=$(realpath "$XEN_EPTAUDIT")
# Only that program sets how wide text is.
unset COLUMNS
same_in log --from "$stale.conring-and-facts.txt.gz"
run_command cat "$folder/about.txt"
expect_contains 'xen-eptaudit 0' 'Xen: 4.17.7 (log)' 'rules: set 4.19' 'conring_size=4M' \
	"source: console $stale.conring-and-facts.txt.gz"
same_in 'one domain' 6 --from "$stale.conring-and-facts.txt.gz"
gzip -dc "$stale.ept-tables.core.gz" >"$tmp/core"
same_in image --from "$tmp/core" --eptp 6=0x7917001e --facts "$stale.serial.log.gz" --phys-bits 39
run capture --from "$stale.conring-and-facts.txt.gz" -o "$tmp/secret-name.capture"
echo '"domid":6,"name":null "domid":6,"name":"secret-guest"' |
	"$SRCDIR/tests/tools/reseal" "$tmp/secret-name.capture" "$tmp/named"
mv "$tmp/named.1" "$tmp/secret-name.capture"
same_in capture --from "$tmp/secret-name.capture"
grep -q secret-guest "$folder/capture"
judge $? 'with --no-redact a name is gone'

# Without that no name and no machine frame is in it.
rm -f "$tmp/report.tar.gz"
run bugreport 6 --from "$tmp/secret-name.capture" -o "$tmp/report.tar.gz"
expect_status 0
unpacked "$tmp/report.tar.gz"
run_command cat "$folder/about.txt" "$folder/audit.txt" "$folder/capture"
expect_lacks secret-guest secret-name "$tmp" '0x7ed5a'

# To standard output the same; what is there stays; what cannot be written is told.
run bugreport --from "$stale.conring-and-facts.txt.gz" -o -
cp "$stdout" "$tmp/out.tar.gz"
unpacked "$tmp/out.tar.gz"
run bugreport --from "$stale.conring-and-facts.txt.gz" -o "$tmp/report.tar.gz"
expect_error 'report.tar.gz exists; a report never overwrites'
run bugreport --from "$tmp/none" -o "$tmp/not.tar.gz"
expect_status 2
[ ! -e "$tmp/not.tar.gz" ]
judge $? 'a file without a report'
run_command sh -c '"$1" bugreport --from "$2" -o - >/dev/full' sh "$XEN_EPTAUDIT" "$stale.conring-and-facts.txt.gz"
expect_status 2
run bugreport --from "$stale.conring-and-facts.txt.gz"
expect_status 2
expect_stderr_contains '-o FILE.tar.gz'

# Entries were lost, which its audit tells, too.
gzip -dc "$captures/pvh-linux.xen4.17.serial.log.gz" >"$tmp/whole"
head -n $(($(grep -an 'domain4 EPT' "$tmp/whole" | tail -n 1 | cut -d: -f1) + 2000)) "$tmp/whole" |
	head -c -30 >"$tmp/cut"
run bugreport 4 --from "$tmp/cut" -o "$tmp/lost.tar.gz"
expect_status 3
expect_stderr_contains 'domain 4 is not captured as a whole'
unpacked "$tmp/lost.tar.gz"
run audit --from "$folder/capture"
expect_status 3
grep -q incomplete "$folder/audit.txt"
judge $? 'its audit does not tell that it is incomplete'
finish
