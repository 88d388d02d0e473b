#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# effective on a running domain, on a Xen that is made by hand: what is asked for, and that whatever
# fails, or changes meanwhile, leaves nothing mapped.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp" XEN_EPTAUDIT_LOCK="$tmp/lock" XEN_EPTAUDIT_SYS="$tmp/sys" XEN_EPTAUDIT_RUN="$tmp"
fake=$(realpath -m "${BUILDDIR:-.}/build/tests/live/fake-xen.so")
[ -e "$fake" ] || finish # built without Xen

live()
{
	rm -f "$tmp/log"
	run_command env FAKE_XEN="$tmp/script" LD_PRELOAD="$fake" \
		ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" "$XEN_EPTAUDIT" "$@"
	grep '^xen-eptaudit: ' "$stderr" >"$tmp/notice"
	sed -i '/^xen-eptaudit: /d' "$stderr"
	# Whatever happened.
	mapped=$(awk '/^mapped/ { n += $2 } /^unmapped/ { n -= $2 } END { print n + 0 }' "$tmp/log")
	[ "$mapped" -eq 0 ]
	judge $? "$mapped pages are still mapped"
	[ "$(grep -c '^paused' "$tmp/log")" -eq "$(grep -c '^unpaused' "$tmp/log")" ]
	judge $? 'a domain stayed paused'
}

# Frames 0 to 31 are RAM, 0x21 is paged out, 0x200 is PoD, 0xc0000 a device's.
{
	printf '(XEN) \n(XEN) domain3 EPT p2m table:\n'
	for n in $(seq 0 31); do
		printf '(XEN) gfn: %13x order:  0 mfn: %13x rwx WB!\n' "$n" $((0x50000 + n))
	done
	printf '(XEN) gfn: %13x order:  0 mfn: %13x     WB!\n' 33 $((0x50033))
	printf '(XEN) gfn: %13x order:  9 PoD\n' 512
	printf '(XEN) gfn: %13x order:  0 mfn: %13x rwx UC!\n' $((0xc0000)) $((0x80000))
} >"$tmp/D"
: >"$tmp/q"
printf '(XEN) Xen version 4.17.0 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026\n' >"$tmp/boot"

# script [LINE...]: domain 3, whose four tables are frames 1 to 4, and these lines
script()
{
	cat <<-SCRIPT >"$tmp/script"
		version 4 17 .0
		ring 1048576
		boot $tmp/boot
		key D $tmp/D
		key q $tmp/q
		log $tmp/log
		domain 3 hvm,hap 32 2 three
		e820 0x0 0x80000000 1
		end 0x200000
		host 0x0 0x0 0
		mtrr 3 0 0 def=806
		mtrr 3 1 0 def=806
		cpu 3 0 0 cr0=80050033 cr3=1000 cr4=20 efer=d00
		cpu 3 1 0 cr0=80050033 cr3=1005 cr4=20 efer=d00
		type 3 0xc0000 0xc0000 4
		page 3 1 0 0=2003
		page 3 2 0 0=3003
		page 3 3 0 0=4003
		page 3 4 0 0=5003 1=601b 2=c0000013 3=7003
	SCRIPT
	for line; do
		echo "$line" >>"$tmp/script"
	done
}

script
live effective 3 --format json
expect_status 0
expect_contains '"vcpus":[0,1],"paging":"4-level"' \
	'{"gva":["0x0","0xfff"],"gfn":["0x5","0x5"],"order":0,"asked":{"pat":0,"type":"WB"},"emt":"WB","ipat":true,"effective":"WB","became":"as asked","taken_by":[]}' \
	'{"gva":["0x1000","0x1fff"],"gfn":["0x6","0x6"],"order":0,"asked":{"pat":3,"type":"UC"},"emt":"WB","ipat":true,"effective":"WB","became":"stronger","taken_by":["ipat"]}' \
	'{"gva":["0x2000","0x2fff"],"gfn":["0xc0000","0xc0000"],"order":0,"asked":{"pat":2,"type":"UC-"},"emt":"UC","ipat":true,"effective":"UC","became":"as asked","taken_by":[]}'
# The tables were mapped, each once, and nothing else.
grep '^page' "$tmp/log" | sort >"$tmp/got"
printf 'page 3 0x%x\n' 1 2 3 4 >"$tmp/wanted"
expect_same "$tmp/wanted" "$tmp/got"

# A guest that maps its own tables: still each once.
script 'page 3 1 0 0=2003 511=1003'
live effective 3 --format json
expect_status 0
expect_contains '"gva":["0xfffffffffffff000","0xffffffffffffffff"],"gfn":["0x1","0x1"]'
sort "$tmp/log" | grep '^page' >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"

# PoD, what is paged out, what is no RAM and what is nowhere is never touched.
script 'page 3 1 0 0=2003 1=200003 2=21003 3=c0000003 4=5000003'
live effective 3 --format json
expect_status 3
expect_contains '"gap_count":4'
grep '^page' "$tmp/log" | sort >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"
# Also where only the query says so.
script 'type 3 0x2 0x2 4'
live effective 3
expect_status 3
expect_contains 'gap: 0x0-0x7fffffffff was not seen: the guest'"'"'s table cannot be read (gfn 0x2)'
grep '^page' "$tmp/log" >"$tmp/got"
echo 'page 3 0x1' >"$tmp/one"
expect_same "$tmp/one" "$tmp/got"

# One page that fails is a gap; others of its batch are there.
script 'page 3 3 0 0=4003 1=8003' 'nopage 3 8 2'
live effective 3
expect_status 3
expect_contains 'gap: 0x200000-0x3fffff was not seen: the guest'"'"'s table cannot be read (gfn 0x8)' \
	'0x1000-0x1fff'

# Tables that change between two looks: each page is read once, so that what is told was so.
script 'page 3 4 2 0=ffffff003'
live effective 3 --format json
expect_status 0
expect_lacks '0xffffff'

# Every call that can fail.
for call in foreignmemory map-pages type; do
	script "fail $call 5"
	live effective 3
	expect_status 3
	expect_contains 'gap: 0x0-0xffffffffffffffff was not seen'
done
for call in cpu mtrr; do
	script "fail $call 1"
	live effective 3
	expect_status 3
	run_command grep 'the registers of its vCPUs cannot be read' "$tmp/notice"
	expect_status 0
done
# Every call that is made at all fails, always or once: with status 0 all is told as before, with 2
# why it could not, in one line; and never is anything else told as a whole.
runs_of()
{
	grep -o '"runs":\[.*\],"conflicts"' "$stdout" | sed 's/"taken_by":\[[^]]*\]//g'
}
script
live effective 3 --pause --samples 2 --format json
expect_status 0
runs_of >"$tmp/whole"
sed '/^\(page\|mapped\|unmapped\|paused\|unpaused\) /d' "$tmp/log" | sort -u >"$tmp/calls"
[ "$(wc -l <"$tmp/calls")" -gt 18 ]
judge $? 'hardly any call was made'
while read -r call; do
	for how in 3 5 '38 2'; do
		one_in 4 || continue
		[ "$call" != unpause ] || continue # which is tried for a while, see live/pause
		script "fail $call $how"
		live effective 3 --pause --samples 2 --format json
		case $status in
		0)
			runs_of >"$tmp/got"
			expect_same "$tmp/whole" "$tmp/got"
			;;
		2)
			grep -q '"schema":"xen-eptaudit/error"' "$stdout" &&
				[ "$(grep -c . "$stderr")" -eq 1 ]
			judge $? "fail $call $how: not one line that says why"
			;;
		3) expect_contains '"complete":false' ;;
		*) fail "fail $call $how: status $status" ;;
		esac
	done
done <"$tmp/calls"

# A domain that goes away at any moment, paused or not.
for n in $(seq 1 2 80); do
	one_in 4 || continue
	script "die 3 $n"
	live effective 3
	case $status in 2 | 3) pass ;; 0) [ "$n" -gt 30 ]; judge $? "died at call $n" ;; *) fail "died at call $n" ;; esac
done
script 'die 3 30'
live effective 3 --pause
case $status in 2 | 3) pass ;; *) fail 'died while paused' ;; esac

# --samples: the tables of another process come into view.
script 'cpu 3 0 3 cr0=80050033 cr3=9000 cr4=20 efer=d00' 'page 3 9 0 256=2003'
live effective 3 --format json
expect_lacks '"cr3":"0x9000"'
live effective 3 --samples 4 --format json
expect_contains '"cr3":"0x1000"' '"cr3":"0x9000"' '0xffff800000000000'

# audit tells who suffers from a finding: by the rules of 4.19 the device's memory is not UC!.
script 'page 3 4 0 0=5003 1=601b 2=c0000013 3=c0000083' 'mtrr 3 0 0 def=806 pat=0007040100070406' \
	'mtrr 3 1 0 def=806 pat=0007040100070406'
live audit 3 --effective --xen 4.19.0
expect_status 1
expect_contains 'UC!, should be UC' '        mapped at 0x3000-0x3fff (gfn 0xc0000): asks for WC (PAT 4), gets UC'
expect_lacks 'mapped at 0x2000'

# ---- where there is no EPT: what the guest asks for ----

# no_ept [LINE...]: domain 3 with shadow page tables; some of its memory is UC by its MTRRs
no_ept()
{
	script "$@" 'mtrr 3 0 0 def=806 base0=6000 mask0=fffffff800' \
		'mtrr 3 1 0 def=806 base0=6000 mask0=fffffff800'
	sed -i 's/^domain 3 hvm,hap/domain 3 hvm/' "$tmp/script"
}

half='{"gva":["0x0","0xfff"],"gfn":["0x5","0x5"],"order":0,"asked":{"pat":0,"type":"WB"},"emt":null,"ipat":null,"effective":null,"became":null,"taken_by":[],"guest_mtrr":"WB","guest_half":"WB"}
{"gva":["0x1000","0x1fff"],"gfn":["0x6","0x6"],"order":0,"asked":{"pat":3,"type":"UC"},"emt":null,"ipat":null,"effective":null,"became":null,"taken_by":[],"guest_mtrr":"UC","guest_half":"UC"}
{"gva":["0x2000","0x2fff"],"gfn":["0xc0000","0xc0000"],"order":0,"asked":{"pat":2,"type":"UC-"},"emt":null,"ipat":null,"effective":null,"became":null,"taken_by":[],"guest_mtrr":"WB","guest_half":"UC"}
{"gva":["0x3000","0x3fff"],"gfn":["0x7","0x7"],"order":0,"asked":{"pat":0,"type":"WB"},"emt":null,"ipat":null,"effective":null,"became":null,"taken_by":[],"guest_mtrr":"WB","guest_half":"WB"}'
expect_half()
{
	expect_status 0
	expect_contains "$1" '"complete":true' '"conflicts":[],"conflicts_complete":false' \
		'"guest_half":{"UC":8192,"WC":0,"WT":0,"WP":0,"WB":8192}'
	echo "$half" | while IFS= read -r line; do
		grep -qF "$line" "$stdout" || echo "$line"
	done >"$tmp/missing"
	expect_same /dev/null "$tmp/missing"
}
no_ept
live effective 3 --format json
expect_half '"ept":false,"no_ept":"it has shadow page tables (hap=0), and no EPT"'
if validator_there; then
	cp "$stdout" "$tmp/half.json"
	printf '%s\t%s\t%s\n' effective "$tmp/half.json" 'effective 3, no EPT' >>"$tmp/.documents"
fi
# Xen is made to print nothing, and nothing but RAM is touched.
! grep -q '^key' "$tmp/log"
judge $? 'a debug key was pressed'
grep '^page' "$tmp/log" | sort >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"
live effective 3
expect_contains 'it has shadow page tables (hap=0), and no EPT: what Xen'"'"'s own tables make of it is' \
	'MTRR   both' 'asks for UC 8 KiB, WB 8 KiB'
# All domains of an AMD host, and a capture of one.
script 'mtrr 3 0 0 def=806 base0=6000 mask0=fffffff800' \
	'mtrr 3 1 0 def=806 base0=6000 mask0=fffffff800'
sed -i '1i cpu AuthenticAMD' "$tmp/script"
for chosen in 3 --all; do
	live effective $chosen --format json
	expect_half '"no_ept":"this processor is AMD'"'"'s, and has no EPT"'
	for redact in '' --redact; do
		rm -f "$tmp/capture"
		# shellcheck disable=SC2086 # empty or a word
		live capture $chosen --guest-tables $redact --pause -o "$tmp/capture"
		expect_status 0
		run effective --from "$tmp/capture" --format json
		expect_half '"no_ept":"this processor is AMD'"'"'s, and has no EPT"'
	done
done
# Nothing else can be told of such a capture, and no other verb is fit for such a domain.
run audit --from "$tmp/capture" --xen 4.17.0
expect_status 3
expect_contains 'there are no entries (this processor is AMD'"'"'s, and has no EPT): only effective'
run list --from "$tmp/capture"
expect_status 3
no_ept
live audit 3 --effective
expect_status 2
# What a query calls no RAM is not touched; what is populated on demand Xen does not tell: nothing is.
no_ept 'type 3 0x2 0x2 4'
live effective 3
expect_status 3
expect_contains 'gap: 0x0-0x7fffffffff was not seen: the guest'"'"'s table cannot be read (gfn 0x2)'
no_ept 'pod 3 0 7'
live effective 3
expect_status 2
! grep -q '^page' "$tmp/log"
judge $? 'a page was mapped'
no_ept 'fail pod 1'
live effective 3
expect_status 2
for call in foreignmemory map-pages type; do
	no_ept "fail $call 5"
	live effective 3
	expect_status 3
done
for n in $(seq 1 2 40); do
	one_in 4 || continue
	no_ept "die 3 $n"
	live effective 3
	case $status in 2 | 3) pass ;; 0) [ "$n" -gt 20 ]; judge $? "died at call $n" ;; *) fail "died at call $n" ;; esac
done

run effective --from "$tmp/D" --samples 2
expect_error '--samples is for running domains'

finish
