#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every verb's JSON is valid by its schema: list, decode and diff here, audit in output.sh, explain,
# compare and rules in tests of their names. What would not be is told.
. "${SRCDIR:-.}/tests/lib.sh"

six=$captures/six-domains.xen4.17
stale=$captures/stale-entries.xen4.17
export TMPDIR="$tmp"
gzip -dc "$six.ept-tables.core.gz" >"$tmp/core"

# A schema for each verb that writes JSON.
run --list-completions
sed -n 's/ --format=.*json.*//p' "$stdout" | sort >"$tmp/verbs"
for schema in "$SRCDIR"/tests/schema/*.json; do basename "$schema" .json; done |
	grep -vx error | sort >"$tmp/schemas"
expect_same "$tmp/verbs" "$tmp/schemas"

expect_valid map map --from "$six.serial.log.gz" --format json
expect_valid map map 4 --gfn 0-fff --from "$stale.serial.log.gz" -j
expect_valid error audit --from "$tmp/missing" --format json
expect_valid error list --from "$tmp/missing" -j
expect_valid error audit --nosuch -j
expect_valid error audit --gfn zz -j
expect_valid audit#line audit --from "$stale.serial.log.gz" -v --format jsonl
expect_valid audit#line audit --from "$tmp/missing" --format jsonl
expect_valid audit audit 6 --from "$stale.serial.log.gz" --gfn 100000000 -j

for capture in "$captures"/*.log.gz "$captures"/*.conring.txt.gz; do
	expect_valid list list --from "$capture" --format json
done
expect_valid list list --from "$tmp/core" --eptp 4=0x5657c01e --format json
expect_valid list list --from "$tmp/core" --find-eptp --format json
expect_valid list list 4 --from "$six.serial.log.gz" --emt WC --format json
expect_valid list#line list --from "$stale.serial.log.gz" --format jsonl
expect_valid list#line list --from "$tmp/core" --eptp 4=0x5657c01e --format jsonl

set -- 0x9c00000000000377 2:0x9c00000000000377 3:0x0 0x5 1:0x7ffffffffffffff7 eptp=0x5657c01e \
	eptp=0x3 pat=0x0007040600070406 pat=0x0302040600070406 def_type=0xc06 def_type=0x802 cap=0x508 \
	fixed0=0x0606060606060606 fixed10=0x0302060606060606 base=0xf0000000 mask=0xff8000800
expect_valid decode decode "$@" --format json
expect_valid decode decode "$@" --xen 4.17.5 --pat 0x0007040600070406 --format json
expect_valid decode#value decode "$@" --format jsonl
gzip -dc "$six.serial.log.gz" | grep -a 'gfn: ' | head -n 400 >"$tmp/lines"
expect_valid decode decode --format json <"$tmp/lines"

expect_valid diff diff "$stale.serial.log.gz" "$six.serial.log.gz" --format json
expect_valid diff diff "$six.serial.log.gz" "$six.serial.log.gz" --format json
"$XEN_EPTAUDIT" capture 4 --dump 1 --from "$stale.serial.log.gz" -o "$tmp/before"
expect_valid diff diff "$tmp/before" "$stale.serial.log.gz" 4 --format json
gzip -dc "$six.serial.log.gz" >"$tmp/log"
"$XEN_EPTAUDIT" capture 4 --from "$tmp/core" --eptp 4=0x5657c01e --facts "$tmp/log" -o "$tmp/image"
expect_valid diff diff "$six.serial.log.gz" "$tmp/image" 4 --format json

# The schemas do see what is wrong.
if validator_there; then
	"$XEN_EPTAUDIT" list 4 --from "$six.serial.log.gz" --format json >"$tmp/good"
	for change in 's/"emt":"WB"/"emt":"WX"/' 's/"order":9/"order":8/' 's/"pending":false,//' \
		's/"gfn":\["0x\([^"]*\)",/"gfn":[/' 's/"complete":true/"complete":1/'; do
		sed "$change" "$tmp/good" >"$tmp/bad"
		run_command "$SRCDIR/tests/tools/valid-json" "$SRCDIR/tests/schema/list.json" "$tmp/bad"
		what="list, $change"
		expect_status 1
	done
fi

finish
