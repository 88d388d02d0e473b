#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Logs of a hypervisor that did right: not one mismatch, in whatever way the log reached us.
. "${SRCDIR:-.}/tests/lib.sh"

# totals FILE: the totals of an audit in JSON Lines, over all domains
totals()
{
	grep '"record":"domain"' "$1" | sed 's/.*"summary":{\([^}]*\)}.*/\1/' | tr -d '"' |
		awk -F '[:,]' '{ for (i = 1; i < NF; i += 2) n[$i] += $(i + 1) }
			END { print n["entries"], n["ok"], n["ok_if"], n["inherited"], n["pending"],
				n["skipped"], n["mismatch"] }'
}

# verdicts FILE: all that does not depend on where the log came from
verdicts()
{
	sed 's/"source":{[^}]*}//; s/"replayed_lines":[0-9]*//; s/"rejected_lines":[0-9]*//' "$1"
}

keep_and_total()
{
	cp "$stdout" "$tmp/kept"
	run_command totals "$tmp/kept"
}

# check LOG STATUS TOTALS [OPTION...]: every dump in it
check()
{
	name=$1 wanted=$2 counts=$3
	shift 3
	run audit --from "$captures/$name.gz" --all-dumps -v --format jsonl "$@"
	expect_status "$wanted"
	keep_and_total
	expect_stdout_is "$counts"
}

#                                                           entries ok ok-if inh. pend. skip mism.
check pvh-linux.xen4.17.serial.log 0                        '11004 10996 0 0 0 8 0'
check handbuilt.xen4.17.serial.log 0                        '6698 105 1015 0 5562 16 0'
check handbuilt.xen4.17.conring.txt 0                       '6698 105 1015 0 5562 16 0'
check hvm-qemu.xen4.17.timestamps.conring.txt 0             '18145 3068 2646 0 12431 0 0'
check six-domains.xen4.17.serial.log 0                      '5350 674 3932 0 739 5 0'
check host-guest-matrix.xen4.17.serial.log 0                '500 0 500 0 0 0 0'
check guest-forges-lines.xen4.17.serial.log 0               '1066 0 1066 0 0 0 0'
check ring-overflow.xen4.17.serial.log 0                    '9724 0 9724 0 0 0 0'
check ring-overflow.xen4.17.reads.txt 3                     '648 0 648 0 0 0 0'

# With what the scenario really set, most of it is proven.
for name in pvh-linux:serial.log:'11004 10996 0 0 0 8 0' \
	handbuilt:serial.log:'6698 1116 4 0 5562 16 0' \
	hvm-qemu:timestamps.conring.txt:'18145 5201 513 0 12431 0 0' \
	six-domains:serial.log:'5350 3611 995 0 739 5 0' \
	host-guest-matrix:serial.log:'500 500 0 0 0 0 0' \
	guest-forges-lines:serial.log:'1066 1064 2 0 0 0 0'; do
	log=${name%%:*}.xen4.17 counts=${name##*:} kind=${name#*:}
	check "$log.${kind%:*}" 0 "$counts" --given "$captures/$log.true-facts.json"
done

# The same log in other clothes.
for name in pvh-linux.xen4.17.serial.log hvm-qemu.xen4.17.timestamps.conring.txt \
	six-domains.xen4.17.serial.log guest-forges-lines.xen4.17.serial.log \
	stale-entries.xen4.17.serial.log handbuilt.xen4.17.conring.txt; do
	gzip -dc "$captures/$name.gz" >"$tmp/log"
	"$XEN_EPTAUDIT" audit --from "$tmp/log" -v --format jsonl >"$tmp/plain"
	verdicts "$tmp/plain" >"$tmp/wanted"
	for clothes in 's/x/x/' 's/$/\r/' 's/\r$//' 's/\r*$//'; do
		sed "$clothes" "$tmp/log" | "$XEN_EPTAUDIT" audit --from - -v --format jsonl >"$tmp/other"
		verdicts "$tmp/other" >"$tmp/got"
		expect_same "$tmp/wanted" "$tmp/got"
	done
	case $name in *timestamps*) continue ;; esac
	for stamp in '[2026-11-23 01:31:05] ' '[2026-11-23 01:31:05.123] ' '[  112.891353] ' \
		'[0000000048f7d3b4] '; do
		sed "s/^\(\r*(XEN) \)/\1$stamp/" "$tmp/log" >"$tmp/stamped"
		"$XEN_EPTAUDIT" audit --from "$tmp/stamped" -v --format jsonl >"$tmp/other"
		verdicts "$tmp/other" >"$tmp/got"
		expect_same "$tmp/wanted" "$tmp/got"
	done
done

# Trailing blanks lost on the way: iPAT 0 is what a blank means, and it is said.
gzip -dc "$captures/six-domains.xen4.17.serial.log.gz" | sed 's/ *\r*$//' >"$tmp/trimmed"
run audit --from "$tmp/trimmed" --all-dumps -v --format jsonl
expect_contains '"attributes_trimmed":true'
keep_and_total
expect_stdout_is '5350 674 3932 0 739 5 0'
run audit --from "$tmp/trimmed"
expect_contains 'attributes-trimmed'

# xen-hvmctx of old Xens counts fixed registers in decimal: the guest's MTRRs are known all the same.
six=$captures/six-domains.xen4.17.serial.log.gz
gzip -dc "$six" >"$tmp/hex"
sed 's/^\( *fixed \)0a /\110 /' "$tmp/hex" >"$tmp/decimal"
[ "$(cmp -l "$tmp/hex" "$tmp/decimal" | wc -l)" -ge 4 ]
judge $? 'no such line'
for log in hex decimal; do
	run audit --from "$tmp/$log" -v --format jsonl
	sed 1d "$stdout" >"$tmp/$log.out"
done
expect_same "$tmp/hex.out" "$tmp/decimal.out"

finish
