#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Tables read directly (--via gdbsx) on a Xen that is played by tests/live/, with the tables of a
# real one. What would harm a real host ends the program there, so that no such test passes.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen

# direct ARGUMENT...: the program on the Xen of $tmp/script
direct()
{
	live "$@"
	! grep -q HARM "$tmp/log"
	judge $? 'a real host would have been harmed'
}

# script [LINE...]: the Xen with 23 domains, and these lines
script()
{
	{
		cat "$tmp/base"
		for line; do
			echo "$line"
		done
	} >"$tmp/script"
}

# without WORD [LINE...]: the same without lines that begin with WORD
without()
{
	word=$1
	shift
	script "$@"
	sed -i "/^$word /d" "$tmp/script"
}

reads()
{
	grep -c '^gdbsx [0-9]' "$tmp/log"
}

tables_read()
{
	sed -n 's/^gdbsx \([0-9][0-9]*\)$/\1/p' "$tmp/log" | awk '{ n += $1 } END { print n + 0 }'
}

gzip -dc "$captures/stale-entries.xen4.17.conring-and-facts.txt.gz" >"$tmp/facts"
"$SRCDIR/tests/live/from-capture" "$tmp" 'domain 0 - 163840 1 Domain-0' <"$tmp/facts"
{
	cat "$tmp/script"
	memory_lines
} >"$tmp/base"
eptps=$(sed -n 's/^d\([0-9]*\) \(0x[0-9a-f]*\) .*/--eptp=\1=\2/p' "$roots")
eptp() { sed -n "s/^d$1 \\(0x[0-9a-f]*\\) .*/\\1/p" "$roots"; }

# ---- both ways say the same ----

script
direct list --all --format xen
cp "$stdout" "$tmp/console"
# shellcheck disable=SC2086 # a list of words, throughout
direct list --all --format xen --via gdbsx $eptps
expect_status 0
cp "$stdout" "$tmp/direct"
expect_same "$tmp/console" "$tmp/direct"
! grep -q '^key-' "$tmp/log"
judge $? 'a debug key was pressed'
! grep -q '^type' "$tmp/log"
judge $? 'types were asked for'
[ "$(reads)" -lt 400 ]
judge $? "$(reads) reads for 8181 entries of 23 domains"

direct audit --all --via gdbsx $eptps -v --format jsonl
expect_status 1
cp "$stdout" "$tmp/runs"
run_command sh -c '"$1/tests/tools/against-truth" "$1/tests/captures/stale-entries.xen4.17.truth.tsv" \
	<"$2"' sh "$SRCDIR" "$tmp/runs"
expect_contains '1140 mismatch mismatch B19' '529 mismatch mismatch B21' '302 pending pending -' \
	'16 mismatch-unknowable ok-if -' '316 unknowable ok-if -'
expect_lacks 'ok mismatch' 'mismatch ok' 'pending mismatch'
direct audit 5 --via gdbsx --eptp "$(eptp 5)" --format json
expect_status 1
expect_contains '"kind":"live"' '"via":"gdbsx"' '"complete":true'
cp "$stdout" "$tmp/json"
[ "$(grep -c '^key-' "$tmp/log")" -eq 1 ]
judge $? 'key q alone tells what the domain may do'
direct audit 5 --via gdbsx --eptp "$(eptp 5)" --no-q
expect_contains 'tables read via gdbsx'
! grep -q '^key-' "$tmp/log"
judge $? 'a debug key was pressed with --no-q'
direct list 14 --via gdbsx --eptp 14="$(eptp 14)" --columns type,access,raw --xen 4.17.7
expect_status 0
expect_contains 'ram_rw'
grep -q 'reads the EPT of 1 domain directly' "$tmp/notice"
judge $? 'the notice does not say what is done'

# What is captured says what it was read by, and the same elsewhere.
direct capture 5 --via gdbsx --eptp "$(eptp 5)" -o "$tmp/capture"
expect_status 0
zcat -f "$tmp/capture" | head -n 1 | grep -q '"via":"gdbsx"'
judge $? 'the capture does not say what it was read by'
run audit --from "$tmp/capture" --format json
expect_status 1
domains()
{
	python3 -c 'import json, sys
document = json.load(open(sys.argv[1]))
for domain in document["domains"]: # an entry as it stands is not in a capture
    for finding in domain["findings"]:
        finding.pop("raw", None)
print(json.dumps([document[key] for key in ("domains", "xen", "exit_status")]))' "$1"
}
cp "$stdout" "$tmp/again"
domains "$tmp/json" >"$tmp/wanted"
domains "$tmp/again" >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"

# One gfn: only the tables on its path, once to prove the root, once to copy, once to compare.
direct explain 5 100 --via gdbsx --eptp "$(eptp 5)" --no-q
expect_status 0
explained=$(tables_read)
[ "$explained" -le 24 ]
judge $? "$explained tables read for one gfn"

# Paused meanwhile, and never afterwards.
direct audit 5 --via gdbsx --eptp "$(eptp 5)" --pause --no-q
[ "$(grep -c '^paused 5' "$tmp/log")" -eq 1 ] && [ "$(grep -c '^unpaused 5' "$tmp/log")" -eq 1 ]
judge $? 'not paused once and unpaused once'

# Two roots of one domain are two dumps of it.
direct list --via gdbsx 5 --eptp "$(eptp 5)" --eptp "5=$(eptp 6)"
expect_status 0
[ "$(grep -c '^Domain 5' "$stdout")" -eq 2 ]
judge $? 'not two dumps'

# ---- where nothing can be read ----

script 'no-gdbsx 38'
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_error 'built without gdbsx' '--via console'
script 'no-gdbsx 95'
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_error 'built without gdbsx'
script 'no-gdbsx 1'
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_error 'does not let this domain read tables directly'
script 'no-gdbsx 13'
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_error 'FLASK'
# Where asking for it can end the host's life, nobody asks.
for minor in 14 15 16; do
	without version "version 4 $minor .0"
	sed -i "1i version 4 $minor .0" "$tmp/script"
	direct list 5 --via gdbsx --eptp "$(eptp 5)"
	expect_error 'Xen 4.14 to 4.16 can crash'
	direct audit 5
	direct audit 5 --dry-run
done
without 'domain 0' 'cpu GenuineIntel'
sed -i '1i domain 0 hvm,hap 163840 1 Domain-0' "$tmp/script"
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_error 'PVH' '--via console'
without 'domain 0'
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_error 'does not list the domain in which this runs'
for vendor in AuthenticAMD HygonGenuine; do
	script "cpu $vendor"
	direct list 5 --via gdbsx --eptp "$(eptp 5)"
	expect_error "not Intel's"
done
# It is told by the kernel in two places, of which one takes a while.
mkdir -p "$tmp/sys/devices/system/cpu"
modalias=$tmp/sys/devices/system/cpu/modalias
for vendor in 2 9; do
	script
	printf 'cpu:type:x86,ven000%sfam0017mod0031:feature:,0000,0001\n' "$vendor" >"$modalias"
	direct list 5 --via gdbsx --eptp "$(eptp 5)"
	expect_error "not Intel's"
done
script 'cpu AuthenticAMD'
echo 'cpu:type:x86,ven0000fam0006mod003C:feature:,0000,0001' >"$modalias"
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_status 0
echo 'cpu:type:arm' >"$modalias"
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_error "not Intel's"
rm "$modalias"
without own-page
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_error '/dev/xen/hypercall' 'does not move'
without e820
direct list 5 --via gdbsx --eptp "$(eptp 5)"
expect_error 'memory map'

# nothing_read TEXT...: refused before anything was read
nothing_read()
{
	direct list 5 --via gdbsx --eptp "$(eptp 5)"
	expect_error "$@"
	[ "$(reads)" -eq 0 ]
	judge $? 'something was read'
}

# Whose page it is, has to be certain.
script 'pagemap 0'
nothing_read '/proc/self/pagemap'
script 'pagemap 0xc000000000000777' # swapped
nothing_read '/proc/self/pagemap'
script 'pagemap 0x8000000000000777 0x8000000000000778'
nothing_read 'should not move'
script 'moved 0x778'
nothing_read 'should not move'
script 'not-owned'
nothing_read '0 are this domain' 'exactly one must be'
script 'm2p 0x2345 1 0x777' 'owned 0x2345'
nothing_read '2 are this domain' 'exactly one must be'
script 'm2p 0x20000 0x40 0x777' 'm2p 0x20001 1 0x777' 'm2p 0x20002 1 0x777'
direct list 5 --via gdbsx --eptp "$(eptp 5)" # look-alikes that are not dom0's
expect_status 0
script 'hidden 1'
nothing_read 'does not show all of its table of frames'
script 'pagemap 0x8000000000abcdef'
nothing_read 'of 0 machine frames'
# A frame that is in no RAM is not ours, whatever stands there.
script
sed -i 's/^own-page .*/own-page 0x7fff1 0x777/' "$tmp/script"
nothing_read '0 are this domain'

# Errors of each call, with the domain never left paused.
script
for call in owner m2p map-m2p foreignmemory map end gdbsx getinfolist; do
	for errno in 1 12 14 22 38; do
		one_in 3 || continue
		script "fail $call $errno"
		direct list 5 --via gdbsx --eptp "$(eptp 5)" --pause
		expect_status 2
		[ "$(grep -c '^paused' "$tmp/log")" -eq "$(grep -c '^unpaused' "$tmp/log")" ]
		judge $? "paused after $call failed with $errno"
	done
done
for time in 3 4 5 6 7 8 9 10; do
	one_in 3 || continue
	script "fail gdbsx 3 $time"
	direct list 5 --via gdbsx --eptp "$(eptp 5)" --pause
	expect_status 2
	[ "$(grep -c '^paused' "$tmp/log")" -eq "$(grep -c '^unpaused' "$tmp/log")" ]
	judge $? "paused after read $time failed"
	script "short $time"
	direct list 5 --via gdbsx --eptp "$(eptp 5)"
	expect_error 'fewer than'
done
for time in 1 2; do
	script "wrong $time"
	direct list 5 --via gdbsx --eptp "$(eptp 5)"
	expect_error 'was not read back as it is'
done

# ---- tables that are none ----

root=$(eptp 5)
mfn=0x$(printf '%x' $((root >> 12)))
script
direct list 5 --via gdbsx --eptp 0x7fff101e # behind the end of RAM
expect_error 'is no root of an EPT of domain 5' 'outside of RAM'
direct list 5 --via gdbsx --eptp 0xa001e
expect_error 'is no root of an EPT of domain 5'
direct list 5 --via gdbsx --eptp 0x500001e # nothing is there
expect_error 'is no root of an EPT of domain 5'
direct list 5 --via gdbsx --eptp 0x1f
expect_error '--eptp 0x1f is no EPT pointer'
direct list --all --via gdbsx --eptp "$root"
expect_error 'of which domain?'
direct list 5 --via gdbsx --eptp "6=$root"
expect_error 'is of no domain that is looked at'
without root # nothing fits Xen's table of frames
direct list 5 --via gdbsx --eptp "$root"
expect_error 'is no root of an EPT of domain 5' 'do not'

# RAM that ends within a frame ends before it.
script "change 9 $mfn 17 $(printf '0x%x' $((0x7ffef << 12 | 7)))"
direct list 5 --via gdbsx --eptp "$root"
expect_lacks 'not in RAM'
sed -i 's/^e820 0x0*100000 0x7fef0000 1$/e820 0x100000 0x7feefffe 1/' "$tmp/script"
direct list 5 --via gdbsx --eptp "$root"
expect_contains 'not in RAM, and was not read'

# An entry of the root that leads out of RAM, behind its end, or round in circles: told, not read.
for frame in 0x7fff0 0xa0 0xfee00 0xffffffffff; do
	script "change 9 $mfn 17 $(printf '0x%x' $((frame << 12 | 7)))"
	direct list 5 --via gdbsx --eptp "$root"
	expect_contains 'not in RAM, and was not read'
	expect_status 3
done
script "change 9 $mfn 17 $(printf '0x%x' $((mfn << 12 | 7)))" \
	"change 9 $mfn 18 $(printf '0x%x' $((mfn << 12 | 7)))"
direct list 5 --via gdbsx --eptp "$root"
expect_contains 'has been in before'

# More tables than the domain can have gfns for.
script 'last-gfn 5 0' "random 7 9 0x100000"
direct list 5 --via gdbsx --eptp "$root"
expect_error 'more than 64 tables'

# What changes at the first and second time, and not at the third, is seen as it is then.
script
direct list 5 --via gdbsx --eptp "$root"
cp "$stdout" "$tmp/still"
n=$(reads)
script "flip $n $mfn 5 0x7"
direct list 5 --via gdbsx --eptp "$root"
expect_stdout_is "$tmp/still"
expect_status 0
# What does not come to rest is left out and counted.
script "change $n $mfn 0 0x7" "flip $((n + 1)) $mfn 0 0x1007"
for k in 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	echo "flip $((n + k)) $mfn 0 $((k << 12 | 7))" >>"$tmp/script"
done
direct audit 5 --via gdbsx --eptp "$root"
expect_status 3

# Who is looked at goes, is about to go, or is another one since then: refused, but where nobody has
# looked before that, or nobody looks any more.
script
direct list 5 --via gdbsx --eptp "$root"
lists=$(grep -v '^gdbsx [0-9]' "$tmp/log" | sed -n '/^getinfolist$/=')
first=$(echo "$lists" | head -n 1) last=$(echo "$lists" | tail -n 1)
for fate in die dying rebuilt; do
	n=5
	while [ $n -le $((last + 5)) ]; do
		one_in 6 || { n=$((n + 5)) && continue; }
		script "$fate 5 $n"
		direct list 5 --via gdbsx --eptp "$root"
		if [ $n -gt "$last" ] || { [ $fate = rebuilt ] && [ $n -le "$first" ]; }; then
			expect_status 0
		else
			expect_error 'domain 5'
		fi
		n=$((n + 5))
	done
done

# ---- the root is found ----

# By key v: whose vCPUs are which is told, also where guests say so, too.
cat >"$tmp/v" <<END
(XEN) *********** VMCS Areas **************
(XEN)
(XEN) >>> Domain 4 <<<
(XEN) 	VCPU 0
(XEN) *** Guest State ***
(d4) (XEN) >>> Domain 5 <<<
(d4) (XEN) EPT pointer = 0x0000000000001000  EPTP index = 0x0000
(XEN) EPT pointer = 0x$(printf '%016x' "$(eptp 4)")  EPTP index = 0x0000
(XEN)
(XEN) >>> Domain 5 <<<
(XEN) 	VCPU 0
(XEN) EPT pointer = 0x$(printf '%016x' "$(eptp 5)")  EPTP index = 0x0000
(XEN) 	VCPU 1
(XEN) EPT pointer = 0x$(printf '%016x' "$(eptp 5)")  EPTP index = 0x0000
(XEN)
(XEN) >>> Domain 6 <<<
(XEN) 	VCPU 0
(XEN) EPT pointer = 0x$(printf '%016x' "$(eptp 6)")  EPTP index = 0x0000
(XEN) 	VCPU 1
(XEN) EPT pointer = 0x$(printf '%016x' "$(eptp 7)")  EPTP index = 0x0001
(XEN)
(XEN) >>> Domain 7 <<<
(XEN) 	VCPU 0: not initialized
(XEN) **************************************
END
script "key v $tmp/v"
direct list 5 --via gdbsx
expect_stdout_is "$tmp/still"
[ "$(grep -c '^key-v' "$tmp/log")" -eq 1 ]
judge $? 'key v was not pressed once'
for domain in 6 7 8; do # different ones, none, not a word of it
	direct list $domain --via gdbsx
	expect_error "root of domain $domain's EPT was not found" '--eptp' '--via console'
done
direct list --all --via gdbsx
expect_status 0
[ "$(grep -c '^Domain ' "$stdout")" -eq 2 ]
judge $? 'not the two domains whose roots are known'
# Where the header was overwritten, the line is not believed.
script "key v $tmp/v" 'ring 512'
sed -i '/^boot /d' "$tmp/script"
direct list 4 --via gdbsx
expect_error "root of domain 4's EPT was not found"
direct list 6 --via gdbsx
expect_status 2

# In Xen's structures.
structures "$tmp/base" "$roots" >"$tmp/structures"
{ cat "$tmp/base" "$tmp/structures"; } >"$tmp/script"
direct list 5 --via gdbsx
expect_stdout_is "$tmp/still"
! grep -q '^key-' "$tmp/log"
judge $? 'a debug key was pressed'
direct list --all --format xen --via gdbsx
cp "$stdout" "$tmp/found"
expect_same "$tmp/console" "$tmp/found"
# A list that changes while it is read is read again.
{ cat "$tmp/base" "$tmp/structures"
  for n in $(seq 1 30); do echo "flip $n 277 10 0xffff830000110000"; done; } >"$tmp/script"
direct list 5 --via gdbsx
expect_stdout_is "$tmp/still"
# Not what does not fit in all: another number, no way back, another root, an end that is none.
refuses_structures()
{
	direct list 5 --via gdbsx
	expect_error "root of domain 5's EPT was not found"
}
{ cat "$tmp/base" "$tmp/structures"; echo 'change 0 277 0 99'; } >"$tmp/script"
refuses_structures
{ cat "$tmp/base" "$tmp/structures"; echo 'change 0 524 5 0'; } >"$tmp/script"
refuses_structures
{ cat "$tmp/base" "$tmp/structures"; echo 'change 0 524 7 1'; } >"$tmp/script"
refuses_structures
{ cat "$tmp/base" "$tmp/structures"; echo 'change 0 295 10 0xffff830000110000'; } >"$tmp/script"
refuses_structures
{ cat "$tmp/base" "$tmp/structures" | sed 's/symbol domain_list/symbol another/'; } >"$tmp/script"
refuses_structures
# Page tables that lead out of RAM are not followed.
{ cat "$tmp/base" "$tmp/structures"; echo 'change 0 257 262 0xfee00003'; } >"$tmp/script"
refuses_structures
# Two roots that both are proven: which is the host's is not known.
{ cat "$tmp/base" "$tmp/structures"
  echo "change 0 277 61 0xffff830000301000"
  echo "change 0 769 5 0xffff830000115000"
  echo "change 0 769 7 0x$(printf '%x' $(($(eptp 6) >> 12)))"
  echo "change 0 769 20 $(eptp 6)"; } >"$tmp/script"
cp "$tmp/script" "$tmp/two-roots"
refuses_structures
# What lies behind one of its structures is another domain's: that leads to that one. It is no
# second root, and not taken where its own is not found.
{ cat "$tmp/base" "$tmp/structures"
  echo "change 0 277 61 0xffff830000301000"
  echo "change 0 769 5 0xffff830000115000"
  echo "change 0 769 105 0xffff830000116000"
  echo "change 0 769 107 0x$(printf '%x' $(($(eptp 6) >> 12)))"
  echo "change 0 769 120 $(eptp 6)"; } >"$tmp/script"
direct list 5 --via gdbsx
expect_stdout_is "$tmp/still"
echo 'change 0 524 7 1' >>"$tmp/script"
refuses_structures
# Whoever came meanwhile could be that other one: from the second list on that follows the symbols.
{ cat "$tmp/base" "$tmp/structures"; } >"$tmp/script"
direct list 5 --via gdbsx
expect_status 0
call=$(grep -v '^gdbsx [0-9]' "$tmp/log" | awk '/^multicall$/ { lists = 1 }
	/^getinfolist$/ && lists && last != "getinfolist" && ++lists == 3 { print NR }
	{ last = $0 }')
printf '%s\n' 'domain 77 hvm,hap 100 1 new' "come 77 $call" >>"$tmp/script"
refuses_structures

# For who goes meanwhile no key is pressed, and the others are looked at.
{ cat "$tmp/base" "$tmp/structures"; echo 'change 0 524 7 1'; echo 'dying 5 40'; } >"$tmp/script"
direct list 5 --via gdbsx
expect_error 'domain 5 went away'
direct audit --all --via gdbsx --no-q --summary
expect_status 1
expect_lacks 'Domain 5 '
expect_contains 'Domain 6' 'domain 5 went away'
! grep -q '^key-' "$tmp/log"
judge $? 'a debug key was pressed'

# What Xen printed at boot is kept as where it prints its tables: without a key nobody reads the ring.
keeps_boot=yes
rm -f "$tmp/run/xen-eptaudit.boot"
script
direct audit 5 --via gdbsx --eptp "$(eptp 5)" --no-q --format json
cp "$stdout" "$tmp/json"
grep -q '^readconsole' "$tmp/log"
judge $? 'the ring was not read'
[ -f "$tmp/run/xen-eptaudit.boot" ]
judge $? 'what Xen printed at boot is not kept'
yes '(d3) prints a lot' | head -n 400 >"$tmp/late"
script 'index 100000'
sed -i "s|^boot .*|boot $tmp/late|" "$tmp/script"
direct audit 5 --via gdbsx --eptp "$(eptp 5)" --no-q --format json
domains "$tmp/json" >"$tmp/wanted"
domains "$stdout" >"$tmp/got"
expect_same "$tmp/wanted" "$tmp/got"
! grep -q '^readconsole' "$tmp/log"
judge $? 'the ring was read'
# What a key prints is behind all of that.
sed "s|^boot .*|boot $tmp/late|" "$tmp/base" >"$tmp/script"
direct audit 5 --via gdbsx --eptp "$(eptp 5)" --format json
expect_contains '"cache-flush":{"value":false,"how":"measured"}'
grep -q '^readconsole' "$tmp/log"
judge $? 'the ring was not read'
keeps_boot=

# Where they are is left for the next run, which then asks for no symbol, and searches nothing.
keeps_boot=yes
kept=$tmp/run/xen-eptaudit.places
rm -f "$kept"
{ cat "$tmp/base" "$tmp/structures"; } >"$tmp/script"
direct list 6 --via gdbsx
searched=$(reads)
[ -f "$kept" ] && [ "$(stat -c %a "$kept")" = 600 ]
judge $? 'where things are is not kept'
cp -p "$kept" "$tmp/kept"
direct list 5 --via gdbsx
expect_stdout_is "$tmp/still"
! grep -q '^multicall' "$tmp/log"
judge $? 'symbols were asked for'
[ "$(reads)" -lt "$searched" ]
judge $? "$(reads) reads, and $searched where nothing was known"
# There the host's root is told from that of a view.
cp "$tmp/two-roots" "$tmp/script"
direct list 5 --via gdbsx
expect_stdout_is "$tmp/still"
# It is a guess as any other: what is there decides.
{ cat "$tmp/base" "$tmp/structures"; echo 'change 0 524 7 1'; } >"$tmp/script"
refuses_structures
{ cat "$tmp/base" "$tmp/structures"; echo 'change 0 524 5 0xffff830000116000'; } >"$tmp/script"
refuses_structures
{ cat "$tmp/base" "$tmp/structures"; echo 'change 0 524 6 0xffff830000116000'; } >"$tmp/script"
refuses_structures
# What is damaged, of another boot, or leads elsewhere, is found anew.
{ cat "$tmp/base" "$tmp/structures"; } >"$tmp/script"
for damage in 's/boot ./boot x/' '2d' '2s/$/ 5/' '2s/ [0-9]*$/ 512/' '2s/ [0-9]*$/ -1/' '2s/ [0-9]*$/ 21/' \
	'2s/\([^ ]* \)\{3\}[0-9]*/ffff82d040200000 ffff82d040203100 ffff82d040201000 0/' \
	'2s/^[^ ]* [^ ]*/ffff82d040200000 ffff82d040203108/' '2s/^[^ ]*/1000/' \
	'2s/^[^ ]*/ffff82d0401ff000/' '$s/$/\nx/'; do
	sed "$damage" "$tmp/kept" >"$kept"
	chmod 600 "$kept"
	direct list 5 --via gdbsx
	expect_stdout_is "$tmp/still"
	expect_same "$tmp/kept" "$kept"
done
chmod g+r "$kept"
direct list 5 --via gdbsx
grep -q '^multicall' "$tmp/log"
judge $? 'what others could read or write was believed'
keeps_boot=

# ---- preflight ----

script 'ring 512'
direct list 14
expect_error 'console ring' 'this Xen lets dom0 read the tables directly: --via gdbsx'
script 'no-gdbsx 38' 'ring 512'
direct list 14
expect_error 'console ring'
expect_stderr_lacks '--via gdbsx'
script
direct list 14
grep -q -e '--via gdbsx' "$tmp/notice"
judge $? 'the notice does not name the other way'
run audit --from "$tmp/capture" --via gdbsx
expect_error '--via is for running domains'
run audit 5 --via serial
expect_status 2
expect_stderr_contains 'console or gdbsx is expected'

# ---- memory by chance ----

# Proven, and then anything: more tables than there can be, or all frames of a few. RANDOM_RUNS=N of
# them read about 2000 N tables.
runs=${RANDOM_RUNS:-$([ -n "$FULL" ] && echo 8 || echo 2)}
seed=1 tables=0
while [ $seed -le "$runs" ]; do
	frames=$((seed % 2 ? 1500 : 1 << 20))
	script "random $seed 9 $frames"
	direct list 5 --via gdbsx --eptp "$root"
	if [ $frames -eq 1500 ]; then
		expect_status 3
		expect_contains 'table entries are damaged'
	else
		expect_error 'more than 2114 tables'
	fi
	tables=$((tables + $(tables_read)))
	seed=$((seed + 1))
done
[ $tables -ge $(($runs * 1500)) ]
judge $? "$tables tables were read"

# Xen's own structures by chance, from its page tables or from its list of domains on.
seed=1
while [ $seed -le $(($runs * 2)) ]; do
	{
		cat "$tmp/base"
		case $((seed % 2)) in
		0) grep -v '^change' "$tmp/structures" ;;
		*) grep -v '^change 0 2[7-9]' "$tmp/structures" ;;
		esac
		echo "random $seed 3 $((seed % 3 ? 1 << 16 : 700))"
	} >"$tmp/script"
	refuses_structures
	seed=$((seed + 1))
done

finish
