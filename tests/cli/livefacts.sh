#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Which facts the live source makes of what each call answers, on a Xen that is made by hand.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp" XEN_EPTAUDIT_LOCK="$tmp/lock" XEN_EPTAUDIT_SYS="$tmp/sys"
fake=$(realpath -m "${BUILDDIR:-.}/build/tests/live/fake-xen.so")
[ -e "$fake" ] || finish # built without Xen
need python3 || finish

live()
{
	rm -f "$tmp/log"
	run_command env FAKE_XEN="$tmp/script" LD_PRELOAD="$fake" \
		ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" "$XEN_EPTAUDIT" "$@"
	grep '^xen-eptaudit: ' "$stderr" >"$tmp/notice"
	sed -i '/^xen-eptaudit: /d' "$stderr"
}

# record GFN ORDER MFN ATTRIBUTES: a line of key D
record()
{
	printf '(XEN) gfn: %13x order: %2d mfn: %13x %s\n' "$1" "$2" "$3" "$4"
}

# domain ID FIRST COUNT [ATTRIBUTES]: what key D prints of a domain whose frames begin at 0x50000
domain()
{
	printf '(XEN) \n(XEN) domain%d EPT p2m table:\n' "$1"
	for n in $(seq "$2" $(($2 + $3 - 1))); do
		record "$n" 0 $((0x50000 + n)) "${4:-rwx WB!}"
	done
}

# script [LINE...]: a Xen with one domain, and these lines before what it has else
script()
{
	for line; do
		echo "$line"
	done >"$tmp/script"
	cat <<-SCRIPT >>"$tmp/script"
		ring 1048576
		boot $tmp/boot
		key D $tmp/D
		key q $tmp/q
		log $tmp/log
		domain 3 hvm,hap 7 1 three
		iommu 3 on
		e820 0x0 0x80000000 1
		e820 0x80000000 0x10000000 2
		e820 0x100000800 0x2000 1
		end 0x200000
		host 0x40000 0x40000 0
		host 0x0 0x0 0
		mtrr 3 0 0 def=806
	SCRIPT
}

cat <<'PYTHON' >"$tmp/facts.py"
import json, sys
for line in open(sys.argv[1]):
    record = json.loads(line)
    if record['record'] != 'domain':
        continue
    for name in sys.argv[2:]:
        fact = record['facts'][name]
        value = fact['value']
        if name == 'host-mtrr' and value:
            value = [value[key] for key in ('cap', 'def_type', 'def_type_known', 'fixed_known',
                                            'var_known')] + value['fixed'][:3]
        if name == 'mmio-ro' and value is not None:
            value = [value, fact.get('possible')]
        if name == 'guest-mtrr' and value:
            value = [[vcpu['def_type'], vcpu['fixed'][0], len(vcpu['var']), vcpu['how']]
                     for vcpu in value]
        if name == 'p2m-type' and value:
            for hint in value: # each answer stands for several types: the first, and how many
                print(*hint['gfn'], *hint['types'][:1], len(hint['types']), hint.get('access'))
            value = len(value)
        print(name, json.dumps(value).replace('"', ''), fact['how'])
PYTHON

# facts NAME...: these of domain 3, as a capture has them: value, and how it is known
facts()
{
	rm -f "$tmp/capture"
	# shellcheck disable=SC2086 # options are words
	live capture 3 $options -o "$tmp/capture"
	expect_status 0
	python3 "$tmp/facts.py" "$tmp/capture" "$@" >"$stdout"
}
options=

cat <<'Q' >"$tmp/q.part"
(XEN) 'q' pressed -> dumping domain info (now = 1)
(XEN) General information for domain 3:
(XEN)     nr_pages=5 xenheap_pages=2 shared_pages=0
(XEN) Rangesets belonging to domain 3:
(XEN)     I/O Memory { f0000-f0001 }
(XEN)     I/O Ports  { 3f8-3ff }
(XEN) Memory pages belonging to domain 3:
(XEN)     PoD entries=0 cachesize=0
(XEN)     XenPage 0000000000055555: caf=c000000000000001, taf=e400000000000001
(XEN) VCPU information and callbacks for domain 3:
(XEN)     VCPU0: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=00
(XEN)     VCPU1: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=00
Q
{
	cat "$tmp/q.part"
	echo '(XEN) Notifying guest 3:0 (virq 1, port 0)'
} >"$tmp/q.whole"
banner='(XEN) Xen version 4.17.7 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026'
cat <<BOOT >"$tmp/boot.whole"
$banner
(XEN) Command line: placeholder console=vga
(XEN) Xen-e820 RAM map:
(XEN)  [0000000000000000, 000000000fffffff] (usable)
(XEN) MTRR default type: uncachable
(XEN) MTRR fixed ranges enabled:
(XEN)   00000-9ffff write-through
(XEN)   a0000-fffff uncachable
(XEN) MTRR variable ranges enabled:
(XEN)   0 base 0010000000 mask fff0000000 write-combining
BOOT
cp "$tmp/boot.whole" "$tmp/boot"
cp "$tmp/q.whole" "$tmp/q"
domain 3 0 2 >"$tmp/D"

# ---- key q, or none ----

from_q='special iomem ioports cache-flush nr-pages'
script
# shellcheck disable=SC2086 # names are words
facts $from_q iommu
expect_stdout_is 'special [[0x55555, 0x55555]] measured
iomem [[0xf0000, 0xf0001]] measured
ioports true measured
cache-flush true measured
nr-pages 5 measured
iommu true measured'

# What it once said of capabilities is not what it would say now; pages are asked for.
cat "$tmp/q.whole" >>"$tmp/boot"
options=--no-q
script 'pod 3 2'
# shellcheck disable=SC2086 # names are words
facts $from_q
expect_stdout_is 'special null unknown
iomem null unknown
ioports null unknown
cache-flush null unknown
nr-pages 5 measured'
script 'pod 3 9'
facts nr-pages
expect_stdout_is 'nr-pages 0 measured'
script 'fail pod 22'
facts nr-pages
expect_stdout_is 'nr-pages null unknown'
options=
cp "$tmp/boot.whole" "$tmp/boot"

# Its end is missing: pages of Xen's can be.
cp "$tmp/q.part" "$tmp/q"
script
facts special iomem nr-pages
expect_stdout_is 'special [[0x55555, 0x55555]] assumed
iomem [[0xf0000, 0xf0001]] measured
nr-pages 5 measured'

# It says nothing of the domain.
printf "(XEN) 'q' pressed -> dumping domain info (now = 1)\n(XEN) Notifying guest 9:0 (virq 1, port 0)\n" \
	>"$tmp/q"
script
facts iomem ioports cache-flush nr-pages
expect_stdout_is 'iomem null unknown
ioports null unknown
cache-flush null unknown
nr-pages 7 measured'
cp "$tmp/q.whole" "$tmp/q"

# ---- the machine ----

# Its variable ranges from a call, the rest as it was printed at boot.
machine='memory-map mfn-valid host-mtrr host-mtrr-var'
script
# shellcheck disable=SC2086 # names are words
facts $machine
expect_stdout_is 'memory-map [[0x0, 0x7ffff], [0x100001, 0x100001]] measured
mfn-valid [[0x0, 0x7ffff], [0x100000, 0x100001]] derived
host-mtrr [0x0, 0xc00, true, true, 0xffffffffffffffff, 0x404040404040404, 0x404040404040404, 0x0] log
host-mtrr-var [[0x40000000, 0xfffffc0000800], [0x0, 0x0]] measured'
# Nobody tells the rest: all RAM is WB by one of the ranges, or by the default type.
: >"$tmp/boot"
script
sed -i '/^e820 0x100000800/d' "$tmp/script"
# shellcheck disable=SC2086 # names are words
facts $machine
expect_stdout_is 'memory-map [[0x0, 0x7ffff]] measured
mfn-valid [[0x0, 0x7ffff]] assumed
host-mtrr [0x0, 0xc06, false, false, 0xffffffffffffffff, 0x606060606060606, 0x606060606060606, 0x0] assumed
host-mtrr-var [[0x40000000, 0xfffffc0000800], [0x0, 0x0]] measured'
script 'host 0x0 0x80000 6'
sed -i '/^e820 0x100000800/d' "$tmp/script"
facts host-mtrr
expect_stdout_is 'host-mtrr [0x0, 0xc00, false, false, 0xffffffffffffffff, 0x606060606060606, 0x606060606060606, 0x0] assumed'
# A mask with gaps, a base that is not aligned, a type that is none.
script 'host 0x0 0x3000 6' 'host 0x1000 0x4000 6' 'host 0x0 0x1000 7'
facts host-mtrr
expect_contains '0xfffffffffffffff8'
# The end of what Xen uses, and maps and ranges that cannot be had.
script 'end 0x70000'
facts memory-map
expect_stdout_is 'memory-map [[0x0, 0x6ffff]] measured'
for fail in 'fail map 1' 'fail end 1'; do
	script "$fail"
	# shellcheck disable=SC2086 # names are words
	facts memory-map mfn-valid
	expect_stdout_is 'memory-map null unknown
mfn-valid null unknown'
done
script 'fail host 1'
facts host-mtrr host-mtrr-var
expect_stdout_is 'host-mtrr null unknown
host-mtrr-var null unknown'
script # it knows of none
sed -i '/^host/d' "$tmp/script"
facts host-mtrr host-mtrr-var
expect_stdout_is 'host-mtrr null unknown
host-mtrr-var null unknown'
script 'fail host 1 2' # the second range only
facts host-mtrr host-mtrr-var
expect_stdout_is 'host-mtrr null unknown
host-mtrr-var null unknown'
# What was printed at boot counts as it did then.
cp "$tmp/boot.whole" "$tmp/boot"
script 'fail map 1' 'fail host 1'
# shellcheck disable=SC2086 # names are words
facts $machine
expect_stdout_is 'memory-map [[0x0, 0xffff]] log
mfn-valid [[0x0, 0xffff]] derived
host-mtrr [0x0, 0xc00, true, true, 0xffffffffffffffff, 0x404040404040404, 0x404040404040404, 0x0] log
host-mtrr-var [[0x10000001, 0xfff0000800]] assumed'
# Xen leaves out holes of the machine's frames: which of them are valid is not known.
echo '(XEN) PFN compression on bits 20...25' >>"$tmp/boot"
script
facts mfn-valid
expect_contains 'null unknown'
cp "$tmp/boot.whole" "$tmp/boot"

# ---- the domain's vCPUs ----

# Each that differs is one possibility; an id that is not used is none.
vcpus='domain 3 hvm,hap 7 4 three'
script "$vcpus" 'mtrr 3 1 0 def=c06 fix=0606060606060606' 'mtrr 3 3 0 def=806'
facts guest-mtrr
expect_stdout_is 'guest-mtrr [[0x806, 0x0, 8, measured], [0xc06, 0x606060606060606, 8, measured]] measured'
script "$vcpus" 'mtrr 3 1 0 def=806 fix=1' 'mtrr 3 3 0 def=806 base0=6 mask0=800'
facts guest-mtrr
expect_stdout_is 'guest-mtrr [[0x806, 0x0, 8, measured], [0x806, 0x1, 8, measured], [0x806, 0x0, 8, measured]] measured'
# One that tells nothing, or two of them, can have anything.
script "$vcpus" 'mtrr 3 1 0 def=806' 'mtrr 3 2 0 def=806' 'mtrr 3 3 0 def=806' 'fail mtrr 5 2' \
	'fail mtrr 5 3'
options=--pause # so that nobody is asked twice
facts guest-mtrr
expect_stdout_is 'guest-mtrr [[0x806, 0x0, 8, measured], [0x0, 0x0, 0, unknown]] measured'
script "$vcpus" 'mtrr 3 1 0 def=806' 'fail mtrr 61 2' 'fail mtrr 61 6'
facts guest-mtrr
expect_stdout_is 'guest-mtrr [[0x806, 0x0, 8, measured]] measured'
script "$vcpus" 'fail mtrr 61'
facts guest-mtrr
expect_stdout_is 'guest-mtrr null unknown'
options=
# None at all: Xen takes WB.
script 'domain 3 hvm,hap 7 0 three'
facts guest-mtrr
expect_stdout_is 'guest-mtrr null measured'

# ---- the IOMMU, by what the call fails with ----

for code in 1 3 12 13 14 38; do
	script "fail iommu $code"
	facts iommu
	expect_stdout_is 'iommu null unknown'
done
for code in 19 22 95; do
	script "fail iommu $code"
	facts iommu
	expect_stdout_is "iommu $([ $code = 95 ] && echo false || echo true) measured"
done

# ---- p2m types, and who has less access than the type ----

{
	domain 3 0 2
	record 10 0 $((0x50010)) 'rw  WB '
	record 11 0 $((0x50011)) 'rw  WB '
	record 12 0 $((0x50012)) 'rw  WB '
	record 13 0 $((0xf0001)) 'rw  UC '
	record 14 0 $((0x50014)) 'rw  WB '
	record 15 0 $((0x50015)) '    WB '
	record 16 0 $((0x50016)) 'rw  ???'
	record 17 0 $((0x50017)) 'rw  WB '
	printf '(XEN) gfn: %13x order:  9 PoD\n' 512
	record 1024 9 $((0x50400)) 'rw  WB '
	record 1536 9 $((0x50600)) 'r x WB '
	record 2048 0 $((0x50800)) 'r   WB '
} >"$tmp/D"
hvmmem()
{
	script 'type 3 0xa 0xa 1' 'type 3 0xb 0xb 2' 'type 3 0xc 0xc 4' 'type 3 0xe 0xe 9' "$@"
}
hvmmem
facts p2m-type
expect_stdout_is '0x0 0x9 0 rwx
0xa 0xa ram_logdirty 4 rwx
0xb 0xb invalid 5 rwx
0xc 0xc ioreq_server 1 rwx
0xd 0x10 0 rwx
0x11 0x11 ram_rw 6 rwx
0x12 0x7ff 0 rwx
0x800 0x800 ram_rw 6 rwx
0x801 0xffffffffff 0 rwx
p2m-type 9 measured'
cp "$stdout" "$tmp/types"
live audit 3 --summary
[ "$(grep -c '^multicall\|^type' "$tmp/log")" -eq 1 ]
judge $? 'not all asked for at once'
# A monitor is there: who has less access is asked for each, and nothing is said of what is between.
hvmmem 'access 3 0xa 0xb 5' 'access 3 0xd 0xd 3'
facts p2m-type
expect_stdout_is '0xa 0xa ram_logdirty 4 None
0xb 0xb invalid 5 None
0xc 0xc ioreq_server 1 rwx
0xe 0xe 0 rwx
0x11 0x11 ram_rw 6 rwx
0x800 0x800 ram_rw 6 rwx
p2m-type 6 measured'
# Whether there is one is not known.
hvmmem 'fail access 22'
facts p2m-type
expect_stdout_is '0xa 0xa ram_logdirty 4 None
0xb 0xb invalid 5 None
0xc 0xc ioreq_server 1 None
0xe 0xe 0 None
0x11 0x11 ram_rw 6 None
0x800 0x800 ram_rw 6 None
p2m-type 6 measured'
for code in 19 38 95; do
	hvmmem "fail access $code"
	facts p2m-type
	expect_stdout_is "$tmp/types"
done
# One after the other, where Xen knows of no multicall; without an answer no type is known.
for code in 38 95; do
	hvmmem "fail multicall $code"
	facts p2m-type
	expect_stdout_is "$tmp/types"
done
hvmmem 'fail multicall 38' 'fail type 3 1'
facts p2m-type
expect_stdout_is "$(sed '1,2c0x0 0xa 0 rwx' "$tmp/types" | sed '$s/9/8/')"
hvmmem 'fail multicall 22'
facts p2m-type
expect_stdout_is '0x0 0xffffffffff 0 rwx
p2m-type 1 measured'

# ---- looked at twice ----

# Of a domain with neither IOMMU nor capabilities all is WB!.
{
	domain 3 0 2
	record 8 0 $((0x50008)) 'rwx UC '
	record 9 0 $((0x50009)) 'rwx WB!'
} >"$tmp/D"
cp "$tmp/D" "$tmp/D2"
no_iommu='iommu 3 off'
same_wrong()
{
	script "$no_iommu"
	sed -i "s|^key D .*|key D $tmp/D $tmp/D2|" "$tmp/script"
	live audit 3
}
sed '/Memory {/s/{.*/{ }/; /Ports/s/{.*/{ }/' "$tmp/q.whole" >"$tmp/q"
same_wrong
expect_status 1
expect_contains ' 1 mismatch'
[ "$(grep -c '^key-D' "$tmp/log")" -eq 2 ]
judge $? 'not looked at twice'
# Who only lists is not in need of that, whatever is wrong.
cp "$tmp/D" "$tmp/D.kept"
sed -i 's/rwx UC /rwx WP /' "$tmp/D"
cp "$tmp/D" "$tmp/D2"
same_wrong
expect_status 1
live list 3
expect_status 0
[ "$(grep -c '^key-D' "$tmp/log")" -eq 1 ]
judge $? 'looked at twice for a list'
cp "$tmp/D.kept" "$tmp/D"
for change in 's/rwx UC /r x UC /' 's/rwx UC /rwx WT /' 's/rwx UC /rwx UC!/' 's/rwx UC /rwx ???/' \
	's/50008 rwx/50007 rwx/' 's/: *8 order:  0/:             8 order:  9/' \
	'/rwx UC /d' 's/domain3/domain4/' 's/mfn:.*UC /PoD/'; do
	sed "$change" "$tmp/D" >"$tmp/D2"
	cmp -s "$tmp/D" "$tmp/D2"
	judge $((!$?)) "nothing is changed by $change"
	same_wrong
	expect_status 3
	expect_contains ' 0 mismatch' '1 entries were wrong, but others'
done
# The second dump is lost.
domain 3 0 2000 >"$tmp/D2"
script "$no_iommu" 'ring 65536'
sed -i "s|^key D .*|key D $tmp/D $tmp/D2|" "$tmp/script"
live audit 3
expect_status 1
expect_contains 'findings were seen once'
# What changed until then counts as possible, too.
cp "$tmp/D" "$tmp/D2"
script "$no_iommu"
echo 'mtrr 3 0 3 def=c06' >>"$tmp/script"
facts guest-mtrr host-mtrr-var
expect_contains '[0x806, 0x0, 8, measured], [0xc06, 0x0, 8, measured]' '[0x0, 0x0]] measured'
script "$no_iommu" 'fail host 1 4'
facts host-mtrr-var
expect_contains '[0x0, 0x0]] assumed'
# Once, where it is paused: nothing changes then.
script
domain 3 0 2 >"$tmp/D"
live audit 3 --pause
[ "$(grep -c '^mtrr' "$tmp/log")" -eq 1 ]
judge $? 'asked twice for the MTRRs of a domain that is paused'

# The rest of a guest's line begins the second dump: it is not taken for a line of Xen's.
{
	domain 3 0 2
	record 8 0 $((0x50008)) 'rwx UC '
} >"$tmp/D"
cp "$tmp/q" "$tmp/q.cut"
printf '(d3) ' >>"$tmp/q.cut"
{
	echo '(XEN) domain3 EPT p2m table:'
	cat "$tmp/D"
} >"$tmp/D2"
script "$no_iommu"
sed -i "s|^key D .*|key D $tmp/D $tmp/D2|; s|^key q .*|key q $tmp/q.cut|" "$tmp/script"
live audit 3
expect_status 1
expect_contains ' 1 mismatch'

# ---- entries without a header, and who comes and goes ----

domain 3 0 600 >"$tmp/D"
script
live audit 3 --no-q
dump=$(($(grep -n '^key-D' "$tmp/log" | cut -d : -f 1) + 1)) # the call after it
lost='ring 24000'
script "$lost"
live audit 3 --no-q --force --format json
expect_status 3
expect_contains '"not_seen":[["0x0","0xd4"]]'
cp "$stdout" "$tmp/tail"
script "$lost"
echo 'domain 9 - 10 1 pv' >>"$tmp/script"
live audit 3 --no-q --force --format json
expect_contains '"not_seen":[["0x0","0xd4"]]'
# Somebody came, or came and went: whose they are is not certain.
script "$lost"
printf 'domain 9 hvm,hap 1 1 new\ncome 9 %d\n' "$dump" >>"$tmp/script"
live audit 3 --no-q --force --format json
expect_status 3
expect_contains 'all of it was overwritten' '"not_seen":[["0x0","0xffffffffff"]]'
script "$lost" 'domain 2 hvm,hap 1 1 old' "die 2 $dump"
printf 'domain 9 hvm,hap 1 1 new\ncome 9 %d\n' "$dump" >>"$tmp/script"
live audit 3 --no-q --force
expect_status 3
expect_contains 'all of it was overwritten'
# Without --force nothing is audited that is not whole, but who went away is no part of it.
script "$lost"
printf 'domain 9 hvm,hap 1 1 new\ncome 9 %d\n' "$dump" >>"$tmp/script"
live audit 3 --no-q
expect_error 'did not fit'
script "$lost" "die 3 $dump"
live audit 3 --no-q
expect_error 'domain 3 went away'
for line in "die 3 $dump" "dying 3 $dump"; do
	script "$line"
	live audit 3 --no-q
	expect_error 'domain 3 went away'
	live audit --all --no-q
	expect_error 'no domain is left'
done

# Something is overwritten in the middle of one dump, while it is read: others are whole.
{
	domain 2 0 2
	domain 3 0 5000
	domain 4 0 2
} >"$tmp/D"
yes '(d1) prints meanwhile' | head -c 300000 >"$tmp/spam"
middle()
{
	script 'ring 330000' "spam $tmp/spam 4 4" 'domain 1 hvm,hap 1 1 silent' 'domain 2 hvm,hap 7 1 two' \
		'mtrr 2 0 0 def=806' 'mtrr 4 0 0 def=806' 'own 0'
	echo 'domain 4 hvm,hap 7 1 four' >>"$tmp/script"
}
middle
live audit 3 --no-q
expect_error 'did not fit'
for domid in 2 4; do
	live audit $domid --no-q
	expect_status 0
	expect_contains '2 entries'
done
live audit 1 --no-q --force
expect_status 3
expect_contains 'all of it was overwritten'
live audit 3 --no-q --force --format json
expect_status 3
expect_contains '"reason":"from gfn 0x1081 on it was overwritten' '"not_seen":[["0x1081","0xffffffffff"]]'

# ---- what is told of the log, and of each domain its own ----

{
	domain 2 0 2
	printf '(d2) (XEN) domain2 EPT p2m table:\n(d2) '
	record 1 0 $((0x50001)) 'rwx UC '
	domain 3 0 2
} >"$tmp/D"
script 'domain 2 hvm,hap 7 1' 'iommu 2 off' 'mtrr 2 0 0 def=806'
live audit --all --no-q --format jsonl
expect_contains '"domid":2,"name":null' '"domid":3,"name":"three"' '"rejected_lines":2'
sed -n 's/.*"record":"domain","domid":\(.\).*"iommu":{"value":\([a-z]*\).*/\1 \2/p' "$stdout" >"$tmp/iommus"
cp "$tmp/iommus" "$stdout"
expect_stdout_is '2 false
3 true'

# ---- pausing ----

domain 3 0 2 >"$tmp/D"
script 'domain 1 hvm,hap 18350080000 1 big'
live audit 3 --pause
expect_error 'conring_size'
! grep -q pause "$tmp/log"
judge $? 'paused for what is not done'
script 'fail unpause 16' 'fail key-D 1'
live audit 3 --pause
expect_error 'domain 3 is still paused'

# ---- which domain ----

script 'domain 0 hvm,hap 7 1 zero' 'domain 1 hvm 7 1 shadow' 'domain 2 hvm,hap,dying 7 1 dying' 'own 7'
live audit nobody --no-q
expect_error 'with an EPT there are: 0 (zero), 3 (three)'
live audit d --no-q
expect_error 'there is no domain d '
live audit domain3 --no-q
expect_contains 'Domain 3 (three)'
live audit --all --no-q
expect_lacks 'shadow page tables'
script 'domain 1 hvm 7 1 shadow'
sed -i '/^domain 3/d' "$tmp/script"
live audit --all --no-q
expect_error 'no domain with an EPT runs here'
script
sed -i 's/ three$/ 77/' "$tmp/script"
echo 'domain 12345 hvm,hap 7 1 many' >>"$tmp/script"
live audit 77 --no-q
expect_contains 'Domain 3 (77)'
live audit 12345 --no-q
expect_error 'domain 12345 has no EPT'
script
sed -i "s/ three\$/ $(printf 'a\033b')/" "$tmp/script"
live audit "$(printf 'a\033b')" --no-q
expect_contains 'Domain 3 (a?b)'
# More than one call lists, and more than a line has room for.
script
for domid in $(seq 4 90); do
	echo "domain $domid hvm,hap 7 1 d$domid"
done >>"$tmp/script"
live audit 90 --no-q
expect_error 'domain 90 has no EPT'
live audit --all --pause --no-q
grep -q 'domain 3, 4, 5, .*, [0-9]* and [0-9]* more' "$tmp/notice"
judge $? 'not said how many are paused'
[ "$(grep -c '^paused' "$tmp/log")" -eq 88 ]
judge $? 'not all are paused'
# The boot's banner tells more than the version, if it is of the Xen that runs.
sed 's/4.17.7/4.17.4/' "$tmp/boot.whole" >"$tmp/boot"
script 'version 4 17 .4'
live audit 3 --no-q
expect_contains 'Xen 4.17.4, rule set 4.17 (measured)'
cp "$tmp/boot.whole" "$tmp/boot"
script 'version 4 17 .3'
live audit 3 --no-q
expect_contains 'Xen 4.17.3, rule set 4.17 (measured)'
script 'version 4 17 <denied>'
live audit 3 --no-q
expect_contains 'Xen 4.17, '
script 'version 4 17 .7' 'fail extraversion 1'
live audit 3 --no-q
expect_contains 'Xen 4.17, '

# ---- what Xen's command line tells, where the boot is gone ----

: >"$tmp/boot"
# options_of_xen OPTION...: an audit beside a domain of 1000 pages of 1G, which take 62 KB
options_of_xen()
{
	script "commandline placeholder $*" 'domain 1 hvm,hap 262144000 1 big'
	live audit 3 --no-q
}
options_of_xen conring_size=16384b
expect_error 'has 16 KiB'
options_of_xen conring_size=48
expect_error 'has 48 KiB'
for option in 65536b 64 64k 1m 1g '16k conring_size=1m' '1m xconring_size=16k'; do
	options_of_xen "conring_size=$option"
	expect_status 0
done
options_of_xen 'console=com1 com1=auto'
expect_error 'takes 27' '--force'
options_of_xen 'console=vga console=com2 com2=9600,8n1 com1=115200'
expect_error 'takes 33'
options_of_xen 'console=vga com1=9600'
expect_status 0
cp "$tmp/boot.whole" "$tmp/boot"
script
live audit 3
grep -q 'the EPTs of 1 domain (debug key D, twice' "$tmp/notice"
judge $? 'not said what it does'
live list 3
! grep -q twice "$tmp/notice"
judge $? 'a list says that it looks twice'

# ---- dom0's /sys ----

script
facts mmio-ro
expect_stdout_is 'mmio-ro null unknown'
cat <<'PYTHON' >"$tmp/sys.py"
import os, struct, sys
root = sys.argv[1]
def put(path, data):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data)
def table(name, data, signature=None):
    put('firmware/acpi/tables/' + name, (signature or name).encode() + bytes(32) + data)
def device(name, config, *bars):
    put('bus/pci/devices/%s/config' % name, bytes(config))
    lines = ['0x%016x 0x%016x 0x%016x' % bar for bar in bars]
    lines += ['0x%016x 0x%016x 0x%016x' % (0, 0, 0)] * (13 - len(bars))
    put('bus/pci/devices/%s/resource' % name, ('\n'.join(lines) + '\n').encode())
def msix(control, table, pending, capabilities=0x10):
    config = bytearray(256)
    config[6], config[0x34] = capabilities, 0x40
    config[0x40:0x4c] = struct.pack('<BBHII', 0x11, 0, control, table, pending)
    return config
if sys.argv[2] == 'apic':
    # One I/O APIC; others are none: another type, too short, cut.
    table('APIC', bytes(8) + bytes([2, 12, 0, 0]) + struct.pack('<II', 0xfec10000, 0) +
          bytes([1, 8, 0, 0]) + struct.pack('<I', 0xfec20000) +
          bytes([1, 12, 0, 0]) + struct.pack('<II', 0xfec00000, 0) +
          bytes([1, 12, 0, 0]) + struct.pack('<I', 0xfec30000))
elif sys.argv[2] == 'pci':
    table('MCFG', bytes(8) + struct.pack('<QHBBI', 0xe0000000, 0, 0x10, 0x1f, 0) +
          struct.pack('<QHBBI', 0xd0000000, 0, 9, 8, 0))
    table('HPET', bytes(4) + bytes([1, 64, 0, 0]) + struct.pack('<Q', 0xfed00000)) # ports
    memory, ports = 0x200, 0x101
    # A table in the third BAR that just reaches its second page; pending bits that reach another.
    device('0000:00:01.0', msix(0xc000 | 255, 0x10 | 2, 0x4ff8 | 2),
           (0, 0, 0), (0, 0, 0), (0xf0000000, 0xf000ffff, memory))
    # 2048 vectors: 8 pages, and 256 bytes of pending bits.
    device('0000:00:02.0', msix(0x7ff, 0, 0xff80), (0xf1000000, 0xf101ffff, memory))
    # No list of capabilities; a table behind its BAR, in ports, in no BAR at all.
    device('0000:00:03.0', msix(0, 0, 0, 0), (0xf2000000, 0xf2000fff, memory))
    device('0000:00:04.0', msix(0, 0x1000, 1), (0xf3000000, 0xf3000fff, memory), (0xc000, 0xc0ff, ports))
    device('0000:00:05.0', msix(0, 7, 6), (0xf4000000, 0xf4000fff, memory))
    # Another capability.
    device('0000:00:06.0', bytes(msix(0, 0, 0)).replace(b'\x11', b'\x05'), (0xf5000000, 0xf5000fff, memory))
    # Switched off.
    device('0000:00:07.0', b'\xff' * 256, (0xf6000000, 0xf6000fff, memory), (0xc000, 0xc0ff, ports),
           (0xf7000000, 0xf7000000, memory))
elif sys.argv[2] == 'endless':
    table('APIC', bytes(8 + 16))
elif sys.argv[2] == 'wrong':
    table('APIC', bytes(8) + bytes([1, 12, 0, 0]) + struct.pack('<II', 0xfec00000, 0), 'XPIC')
PYTHON
python3 "$tmp/sys.py" "$tmp/sys" apic
script
facts mmio-ro
expect_stdout_is 'mmio-ro [[[0xfec00, 0xfec00]], null] derived'
for table in wrong endless; do
	rm -r "$tmp/sys"
	python3 "$tmp/sys.py" "$tmp/sys" $table
	facts mmio-ro
	expect_stdout_is 'mmio-ro null unknown'
done
rm -r "$tmp/sys"
python3 "$tmp/sys.py" "$tmp/sys" pci
facts mmio-ro
expect_stdout_is 'mmio-ro [[], [[0xe1000, 0xe1fff], [0xf0000, 0xf0001], [0xf0004, 0xf0005], [0xf1000, 0xf1007], [0xf100f, 0xf1010], [0xf6000, 0xf6000]]] derived'
rm -r "$tmp/sys"

finish
