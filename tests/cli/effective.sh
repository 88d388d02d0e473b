#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# effective: a guest's page tables in a memory image, and what the p2m makes of what they ask for.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"
need python3 || finish

# image: the machine's memory by a script for make-guest on standard input
image()
{
	"$SRCDIR/tests/tools/make-guest" "$tmp/image"
}

# vcpu CR0 CR3 CR4 EFER PAT: registers of domain 3
vcpu()
{
	printf '{"cr0": "%s", "cr3": "%s", "cr4": "%s", "efer": "%s", "pat": "%s"}' "$@"
}

given()
{
	echo '{"domains": {"3": {"vcpus": ['"$1"']}}}' >"$tmp/given"
}

effective()
{
	run effective --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" "$@"
}

# runs: of the JSON in $stdout, one a line: gva gfn order asked entry gets became by
runs()
{
	python3 -c '
import json, sys
for d in json.load(open(sys.argv[1]))["domains"]:
    for r in d["runs"]:
        print("-".join(r["gva"]), "-".join(r["gfn"]), r["order"], r["asked"]["type"],
              "-" if r["emt"] is None else r["emt"] + "!" * r["ipat"], r["effective"] or "-",
              (r["became"] or "-").replace(" ", "_"), ",".join(r["taken_by"]) or "-")
' "$stdout" >"$tmp/runs"
}

expect_runs()
{
	cat >"$tmp/wanted"
	runs
	expect_same "$tmp/wanted" "$tmp/runs"
}

# PAT entries 0 to 7: WB WT UC- UC WC WP WB UC
four=$(vcpu 0x80050033 0x1000 0x20 0xd00 0x0006050100070406)
pae=$(vcpu 0x80050033 0x1000 0x30 0x0 0x0006050100070406)

# ---- every type of the p2m, with and without iPAT, with every type of the PAT ----

# Guest frames 0 to 15 are RAM with the tables; each type of the p2m has 512 frames.
python3 - "$SRCDIR/tests/vectors/effective-type.jsonl" "$tmp" <<'PY'
import json, sys
cases = [json.loads(line) for line in open(sys.argv[1])]
cases = [c for c in cases if 'emt' in c]
pats = {'WB': 0, 'WT': 1, 'UC-': 2, 'UC': 3, 'WC': 4, 'WP': 5}
script = ['ept 0 100 0 WB 0 10']
kinds = sorted({(c['emt'], c['ipat']) for c in cases})
for n, (emt, ipat) in enumerate(kinds):
    script.append('ept %x %x 9 %s%s 0' % (512 * (n + 1), 512 * (n + 1), emt, '!' * ipat))
def table(pae):
    lines, wanted = [], []
    leaves = []
    for c in cases:
        pat = pats[c['pat']]
        gfn = 512 * (kinds.index((c['emt'], c['ipat'])) + 1) + 2 * pat
        leaves.append((gfn, pat, c))
    for i, (gfn, pat, c) in enumerate(leaves):
        lines.append('%x=%x' % (i, gfn << 12 | 3 | (pat & 3) << 3 | (pat >> 2) << 7))
        wanted.append((0x200000 + i * 4096, gfn, 0, c))
    big = []
    for i, (gfn, pat, c) in enumerate(leaves):
        gfn &= ~511
        big.append('%x=%x' % (i + 2, gfn << 12 | 0x83 | (pat & 3) << 3 | (pat >> 2) << 12))
        wanted.append((0x400000 + i * 0x200000, gfn, 9, c))
    top = (['page 1 0=2001', 'page 2 1=4003 ' + ' '.join(big)] if pae else
           ['page 1 0=2003', 'page 2 0=3003', 'page 3 1=4003 ' + ' '.join(big)])
    return top + ['page 4 ' + ' '.join(lines)], wanted
for name, pae in (('four', False), ('pae', True)):
    top, wanted = table(pae)
    open('%s/%s' % (sys.argv[2], name), 'w').write('\n'.join(script + top) + '\n')
    with open('%s/%s.wanted' % (sys.argv[2], name), 'w') as out:
        for gva, gfn, order, c in wanted:
            last = (4096 << order) - 1
            out.write('%#x-%#x %#x-%#x %d %s %s%s %s\n' % (
                gva, gva + last, gfn, gfn + (1 << order) - 1, order, c['pat'], c['emt'],
                '!' * c['ipat'], c['effective']))
PY
for mode in four pae; do
	image <"$tmp/$mode"
	case $mode in four) given "$four" ;; pae) given "$pae" ;; esac
	effective --format json
	expect_status 0
	runs
	# Neighbours of one story are one run: each of these differs from the one before.
	cut -d' ' -f1-6 "$tmp/runs" | sort >"$tmp/got"
	sort "$tmp/$mode.wanted" >"$tmp/wanted"
	expect_same "$tmp/wanted" "$tmp/got"
	# The same type is never called a change, and another always is one or the other.
	awk '$4 == $6 && $7 != "as_asked" || $4 != $6 && $4 != "UC-" && $7 == "as_asked"' \
		"$tmp/runs" >"$tmp/wrong"
	expect_same /dev/null "$tmp/wrong"
done
awk '{ print $4, $5, $7, $8 }' "$tmp/runs" | sort -u >"$tmp/stories"
for story in 'WC UC! weaker ipat' 'WB UC! weaker emt' 'WB UC weaker emt' 'UC WB! stronger ipat' \
	'UC- WB! stronger ipat' 'WC WB! stronger ipat' 'WC UC as_asked -' 'WB WB as_asked -' \
	'UC- WC as_asked -' 'WB WC! weaker emt'; do
	grep -qx "$story" "$tmp/stories"
	judge $? "no run says: $story"
done

# ---- what is not mapped, and where neighbours end ----

image <<'SCRIPT'
ept 0 100 0 WB! 0 10
ept 200 400 9 WB! 0
ept 400 600 9 7 0
pod 600 9
ept c0000 a00 9 UC! 5
page 1 0=2003 1ff=c0000003
page 2 0=4003
page 4 0=5003 1=200083 2=400083 3=600083 4=800083 5=c0000083
page 5 0-f=3+1000 20=c0000003 21=c0001013 22=c0003003
SCRIPT
given "$four"
effective --format json --xen 4.19.0
expect_status 3
expect_contains '"summary":{"UC":2109440,"WC":0,"WT":0,"WP":0,"WB":2162688,"none":6291456}' \
	'"gaps":[{"gva":["0xffffff8000000000","0xffffffffffffffff"],"gfn":"0xc0000","why":"the guest'
expect_runs <<'RUNS'
0x0-0xffff 0x0-0xf 0 WB WB! WB as_asked -
0x20000-0x20fff 0xc0000-0xc0000 0 WB UC! UC weaker emt
0x21000-0x21fff 0xc0001-0xc0001 0 UC- UC! UC as_asked -
0x22000-0x22fff 0xc0003-0xc0003 0 WB UC! UC weaker emt
0x200000-0x3fffff 0x200-0x3ff 9 WB WB! WB as_asked -
0x400000-0x5fffff 0x400-0x5ff 9 WB - - - -
0x600000-0x9fffff 0x600-0x9ff 9 WB - - - -
0xa00000-0xbfffff 0xc0000-0xc01ff 9 WB UC! UC weaker emt
RUNS
expect_valid effective effective --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --format json
expect_valid 'effective#line' effective --from "$tmp/image" --eptp 3=0x101e \
	--given "$tmp/given" --format jsonl

# One entry in the top table that leads to no RAM is a gap, and says why; the rest is told.
effective
expect_contains 'gap: 0xffffff8000000000-0xffffffffffffffff was not seen: the guest'"'"'s table is not in RAM that is there (gfn 0xc0000)' \
	'incomplete: tables of the guest were not seen: see the gaps' 'UC! ' 'weaker: because of EMT'

# ---- what is asked for ----

effective --gva 21000-21fff,22000
expect_status 2
effective --gva 21000-221ff --format json
expect_runs <<'RUNS'
0x21000-0x21fff 0xc0001-0xc0001 0 UC- UC! UC as_asked -
0x22000-0x22fff 0xc0003-0xc0003 0 WB UC! UC weaker emt
RUNS
effective --gfn c0001-c0002 --gfn f --format json
expect_runs <<'RUNS'
0xf000-0xffff 0xf-0xf 0 WB WB! WB as_asked -
0x21000-0x21fff 0xc0001-0xc0001 0 UC- UC! UC as_asked -
0xa01000-0xa02fff 0xc0001-0xc0002 9 WB UC! UC weaker emt
RUNS
effective --limit 1024
expect_status 3
expect_contains 'the guest'"'"'s tables have too many entries (--limit)'
effective --vcpu 1
expect_error 'the registers of vCPU 1 of domain 3 are not known'
run effective --from "$tmp/image" --eptp 3=0x101e
expect_error 'the registers of domain 3 are not known' '--given' '--facts'
run effective --from "$captures/six-domains.xen4.17.serial.log.gz" 3
expect_error 'has no page tables of guests'

# Tables that refer to nothing but themselves.
image <<'SCRIPT'
ept 0 100 0 WB 0 10
page 1 0-1ff=1003
SCRIPT
effective --limit 1000000 --summary
expect_status 3
expect_contains 'was not seen: the limit of entries is reached'

# ---- conflicts: a frame that is mapped in two ways ----

image <<'SCRIPT'
ept 0 100 0 WB 0 10
ept 200 400 9 WB 0
ept 400 600 9 WB! 0
page 1 0=2003
page 2 0=3003
page 3 0=4003 1=200083 2=400083 3=400093
page 4 0-f=3+1000 20=200013 21=201013 22=20f01b 23=3013
SCRIPT
effective --format json
expect_status 0
expect_contains '"conflicts":[{"gfn":"0x3","last":"0x3","types":["UC","WB"]},{"gfn":"0x200","last":"0x201","types":["UC","WB"]},{"gfn":"0x20f","last":"0x20f","types":["UC","WB"]}]'
effective
expect_contains 'conflict: gfn 0x200-0x201 is mapped UC and WB, which is undefined (SDM)'

# ---- modes of paging, and CR0.CD ----

given "$(vcpu 0x11 0x0 0x0 0x0 0x0007040600070406)"
effective --format json
expect_contains '"paging":"off"' '{"gva":["0x0","0xffff"],"gfn":["0x0","0xf"],"order":20,"asked":{"pat":null,"type":"WB"},"emt":"WB","ipat":false,"effective":"WB","became":"as asked","taken_by":[]}'
given "$(vcpu 0xc0050033 0x1000 0x20 0xd00 0x0007040600070406)"
effective --format json
expect_contains '"summary":{"UC":6373376,"WC":0,"WT":0,"WP":0,"WB":0,"none":0}'
effective
expect_contains 'CR0.CD set'

# ---- several vCPUs: each set of tables once ----

given "$four, $four, $(vcpu 0x11 0x0 0x0 0x0 0x0007040600070406)"
effective --format json
expect_contains '"vcpu":0,"vcpus":[0,1],"paging":"4-level"' '"vcpu":2,"vcpus":[2],"paging":"off"'
effective --vcpu 1 --format json
expect_contains '"vcpu":1,"vcpus":[1],"paging":"4-level"'
expect_lacks '"paging":"off"'

# ---- registers from the log of key v ----

cat <<'LOG' >"$tmp/log"
(XEN) Xen version 4.19.0 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026
(XEN) *********** VMCS Areas **************
(XEN) 
(XEN) >>> Domain 2 <<<
(XEN) 	VCPU 0: not initialized
(XEN) 
(XEN) >>> Domain 3 <<<
(XEN) 	VCPU 0
(XEN) *** Guest State ***
(XEN) CR0: actual=0x0000000080050033, shadow=0x0000000080050033, gh_mask=ffffffffffffffff
(XEN) CR4: actual=0x0000000000002020, shadow=0x0000000000000020, gh_mask=fffffffffff8f830
(XEN) CR3 = 0x0000000000001000
(XEN) RSP = 0x0000000000090000 (0x0000000000090000)  RIP = 0x0000000000100041 (0x0000000000100042)
(XEN) EFER(VMCS) = 0x0000000000000d00  PAT = 0x0006050100070406
(XEN) *** Host State ***
(XEN) CR0=0000000080050033 CR3=0000000056b27000 CR4=00000000001526a0
(XEN) EFER = 0x0000000000000d01  PAT = 0x0000050100070406
(XEN) **************************************
LOG
run effective --from "$tmp/image" --eptp 3=0x101e --facts "$tmp/log" --format json
expect_status 0
expect_contains '"registers":{"cr0":"0x80050033","cr3":"0x1000","cr4":"0x20","efer":"0xd00","pat":"0x6050100070406"}'

# ---- conflicts of vCPUs that use tables of their own ----

image <<'SCRIPT'
ept 0 100 0 WB 0 10
page 1 0=2003
page 2 0=3003
page 3 0=4003
page 4 0=9003 1=a003
page 5 0=6003
page 6 0=7003
page 7 0=8003
page 8 0=901b 1=a003
SCRIPT
given "$four, $(vcpu 0x80050033 0x5000 0x20 0xd00 0x0006050100070406)"
effective --format json
expect_contains '"vcpu":0,' '"vcpu":1,' '"conflicts":[],' \
	'"conflicts":[{"gfn":"0x9","last":"0x9","types":["UC","WB"]}]'

# ---- a capture with the guest's tables says the same ----

for kind in four pae narrow; do
	case $kind in
	four | pae) image <"$tmp/$kind"; given "$(eval echo \"\$$kind\")" ;;
	narrow)
		image <<-SCRIPT
		ept 0 100 0 WB 0 10
		ept 200 400 9 UC! 0
		page 1 0=2003 1=20009b00200083
		page 2 0-7=500300004013+200000002000
		SCRIPT
		given "$(vcpu 0x80050033 0x1000 0x10 0x0 0x0007040600070406)"
		;;
	esac
	effective --format jsonl
	cp "$stdout" "$tmp/report"
	for redact in '' --redact; do
		without=${redact:+'s/"registers":{[^}]*},//'}
		sed "1d;$without" "$tmp/report" >"$tmp/wanted"
		rm -f "$tmp/capture"
		# shellcheck disable=SC2086 # empty or a word
		run capture --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --xen 4.19.0 \
			--guest-tables $redact -o "$tmp/capture"
		expect_status 0
		run effective --from "$tmp/capture" --format jsonl
		sed "1d;$without" "$stdout" >"$tmp/got"
		expect_same "$tmp/wanted" "$tmp/got"
	done
done
# Only what effective looks at: no other bits of the guest's words, and nothing of what is not there.
grep '"table"' "$tmp/capture" >"$tmp/tables"
sed -n 's/.*"words":"\([^"]*\)".*/\1/p' "$tmp/tables" | tr ' ' '\n' >"$tmp/got"
printf '%s\n' '0*2=2001+200099001fe080' '0*8=500100004011+200000002000' >"$tmp/wanted"
expect_same "$tmp/wanted" "$tmp/got"

# ---- what is redacted: where the guest has its tables, and its registers ----

# hidden TEXT...: none of these is in what the capture has of registers and tables
hidden()
{
	{
		grep -o '"vcpus":{"value":[^]]*' "$tmp/capture"
		grep '"table"' "$tmp/capture"
	} >"$tmp/kept"
	grep -c . "$tmp/kept" | grep -qx '[2-9]\|1[0-9]'
	judge $? 'the capture has no registers, or no tables'
	for text; do
		! grep -q "$text" "$tmp/kept"
		judge $? "$text is in the capture"
	done
}

# Its tables are frames 0xe1 to 0xe4, what they map begins at 0x400; then the top one maps itself,
# and frames with tables are mapped like others.
for self in '' 1fe=e1063; do
	image <<-SCRIPT
	ept e0 7a1e0 0 WB 0 10
	ept 400 7b400 9 WB! 0
	ept 600 7b600 9 WB 0
	page e1 0=e2067 $self
	page e2 1=e3067 5=80000000e5067
	page e3 0=e4067 1=4000e7 2=6010f3
	page e4 0-f=400067+1000 20=e1063 21=6020fb
	SCRIPT
	given "$(vcpu 0x80051133 0xe101f 0x370ef8 0xd01 0x0007040100070406)"
	run effective --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --format jsonl
	expect_status 3 # one table is not there
	strip='1d; s/"registers":{[^}]*},//; s/"gfn":"0x[0-9a-f]*","why"/"why"/g'
	sed "$strip" "$stdout" >"$tmp/wanted"
	rm "$tmp/capture"
	run capture --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --xen 4.19.0 \
		--guest-tables --redact -o "$tmp/capture"
	expect_status 3
	run effective --from "$tmp/capture" --format jsonl
	expect_contains '"cr0":"0x80000000","cr3":"0x1000","cr4":"0x30","efer":"0x400","pat":"0x7040100070406"'
	sed "$strip" "$stdout" >"$tmp/got"
	expect_same "$tmp/wanted" "$tmp/got"
	hidden 80051133 101f 370ef8 d01
	[ -n "$self" ] || hidden 0xe1 0xe2 e2001 e3001 e4001 e5001
done
# The same of 32-bit and PAE paging: of PAE's page only the four entries that are the top table.
image <<'SCRIPT'
ept e0 7a1e0 0 WB 0 10
ept 400 7b400 9 WB! 0
page e1 0=e3067000e2067 1=4000e7
page e2 0=400067
page e3 0=401067
page e4 4=e5001 8=e6001 9=dead001
page e5 0=4000e7 1=e6067
page e6 0=400067
SCRIPT
for mode in '0x80050033 0xe1000 0x10 0x0' '0x80050033 0xe4020 0x20 0x0'; do
	# shellcheck disable=SC2086 # four words
	given "$(vcpu $mode 0x0007040600070406)"
	run effective --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --format jsonl
	expect_status 0
	sed '1d; s/"registers":{[^}]*},//' "$stdout" >"$tmp/wanted"
	rm "$tmp/capture"
	run capture --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --xen 4.19.0 \
		--guest-tables --redact -o "$tmp/capture"
	run effective --from "$tmp/capture" --format jsonl
	sed '1d; s/"registers":{[^}]*},//' "$stdout" >"$tmp/got"
	expect_same "$tmp/wanted" "$tmp/got"
	hidden 0xe1 0xe2 0xe3 0xe4 0xe5 0xe6 e2001 e3001 e5001 e6001 dead 50033
done

# ---- captures that were changed ----

image <<-SCRIPT
ept 0 100 0 WB 0 10
ept 200 400 9 UC! 0
page 1 0=2003 1=20009b00200083
page 2 0-7=500300004013+200000002000
SCRIPT
given "$(vcpu 0x80050033 0x1000 0x10 0x0 0x0007040600070406)"
rm "$tmp/capture"
run capture --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --xen 4.19.0 --guest-tables \
	-o "$tmp/capture"
expect_status 0
# Damaged pages are refused: words that are none, bits that no walk looks at, gfns.
while IFS='|' read -r pattern good; do
	sed "s/$pattern/" "$tmp/capture" >"$tmp/body"
	sed -i '$d' "$tmp/body"
	python3 -c '
import sys, zlib
body = open(sys.argv[1], "rb").read()
end = open(sys.argv[2]).readlines()[-1]
import re
print(re.sub("0x[0-9a-f]*", "%#x" % zlib.crc32(body), end), end="")
' "$tmp/body" "$tmp/capture" >"$tmp/end"
	cat "$tmp/body" "$tmp/end" >"$tmp/bad"
	run effective --from "$tmp/bad"
	expect_error "$good"
done <<'PATTERNS'
"words":"[^"]*"/"words":"0*201=1+0"|its words are not in order
"words":"[^"]*"/"words":"200*1=1+0"|its words are not in order
"words":"[^"]*"/"words":"0*2=1+0 1*1=1+0"|its words are not in order
"words":"[^"]*"/"words":"x"|its words are not as they are written
"words":"[^"]*"/"words":"0*1=1"|its words are not as they are written
"words":"[^"]*"/"words":"0*1=3+0"|its words have bits that no walk looks at
"words":"[^"]*"/"words":7|"words" is no text
"table","gfn":"0x1"/"table","gfn":"0x10000000000"|"gfn" is no gfn of at most 40 bits
"table","gfn":"0x1"/"table","gfn":"0x2"|stands before it twice
PATTERNS
run capture --from "$captures/six-domains.xen4.17.serial.log.gz" 3 --guest-tables -o "$tmp/no"
expect_error 'has no page tables of guests to keep'

# ---- from one end to the other: write-combining lost by an entry that is as the rules want it ----

# A device's memory above RAM, mapped WC.
seed()
{
	image <<-SCRIPT
	ept 0 100 0 WB 0 10
	ept c0000 380000 9 $1 5
	page 1 0=2003
	page 2 0=3003
	page 3 0=4003 4=c0001083
	page 4 0-f=3+1000
	SCRIPT
}
echo '{"iommu": true, "cache-flush": true, "special": [], "mmio-ro": [], "pinned": [],
	"memory-map": [["0x0", "0x7ffff"]], "mfn-valid": [["0x0", "0x7ffff"]],
	"domains": {"3": {"guest-mtrr": null, "vcpus": ['"$(vcpu 0x80050033 0x1000 0x20 0xd00 0x0007040100070406)"']}}}' \
	>"$tmp/given"
seed 'UC!'
run audit --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --xen 4.17.0
expect_status 0
expect_contains 'limit: Direct MMIO forced UC: 0xc0000-0xc01ff, 2 MiB. The guest cannot have write-combining there. Rules of 4.15 to 4.17.4; from 4.17.5 and 4.18.3 on it can.'
effective --xen 4.17.0 --gfn c0000-c01ff --format json
expect_runs <<'RUNS'
0x800000-0x9fffff 0xc0000-0xc01ff 9 WC UC! UC weaker ipat
RUNS
seed 'UC'
run audit --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --xen 4.19.0
expect_status 0
expect_lacks limit:
effective --xen 4.19.0 --gfn c0000-c01ff --format json
expect_runs <<'RUNS'
0x800000-0x9fffff 0xc0000-0xc01ff 9 WC UC WC as_asked -
RUNS

# ---- audit --effective: who suffers from a finding ----

# The same device's memory under rules by which it should not be UC!, mapped WC, UC and WB.
image <<'SCRIPT'
ept 0 100 0 WB 0 10
ept c0000 380000 9 UC! 5
ept d0000 390000 9 UC! 5
page 1 0=2003
page 2 0=3003
page 3 0=4003 4=c0001083 5=c0000093 6=c0000083
page 4 0-f=3+1000 20=c0005083
SCRIPT
run audit --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --xen 4.19.0 --effective
expect_status 1
expect_contains '    mapped at 0x20000-0x20fff (gfn 0xc0005): asks for WC (PAT 4), gets UC' \
	'    mapped at 0x800000-0x9fffff (gfn 0xc0000-0xc01ff): asks for WC (PAT 4), gets UC' \
	'    no mapping that a vCPU uses now suffers from it'
expect_lacks '0xa00000' '0xc00000' # UC is what they would get, too
run audit --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --xen 4.19.0 --effective --format json
expect_contains '"mappings":[{"gva":["0x20000","0x20fff"],"gfn":["0xc0005","0xc0005"],"order":0,"asked":{"pat":4,"type":"WC"},"emt":"UC","ipat":true,"effective":"UC","became":"weaker","taken_by":["ipat"]},' \
	'"mappings":[],"more_mappings":0'
expect_valid audit audit --from "$tmp/image" --eptp 3=0x101e --given "$tmp/given" --xen 4.19.0 \
	--effective --format json
run audit --from "$captures/six-domains.xen4.17.serial.log.gz" --effective
expect_error 'has no page tables of guests: leave out --effective'

# ---- who took it: the MTRRs of the guest, or of the host ----

zero='"0x0"'
fixed="$zero,$zero,$zero,$zero,$zero,$zero,$zero,$zero,$zero,$zero,$zero"
mtrrs()
{
	printf '{"cap": "0x0", "def_type": "0x80%s", "fixed": [%s], "var": []}' "$1" "$fixed"
}
image <<'SCRIPT'
ept 0 100 0 UC 0 10
page 1 0=2003
page 2 0=3003
page 3 0=4003
page 4 0=5003
SCRIPT
for taken in 'guest-mtrr 0 6' 'host-mtrr 6 0' 'guest-mtrr,host-mtrr 0 0'; do
	# shellcheck disable=SC2086 # three words
	set -- $taken
	echo '{"iommu": true, "special": [], "mmio-ro": [], "pinned": [], "host-mtrr": '"$(mtrrs "$3")"',
		"domains": {"3": {"guest-mtrr": ['"$(mtrrs "$2")"'], "vcpus": ['"$four"']}}}' >"$tmp/given"
	effective --xen 4.19.0 --format json
	echo "0x0-0xfff 0x5-0x5 0 WB UC UC weaker $1" | expect_runs
done

# ---- the text, of a Linux guest on a real Xen ----

linux=$captures/linux-kernel.xen4.17.capture.gz
run effective --from "$linux" --format json
expect_status 0
[ "$(grep -o '"gfn":\["0x4c56","0x4c56"\]' "$stdout" | wc -l)" -eq 65536 ]
judge $? 'JSON does not have each mapping of the page with entry stacks'
COLUMNS=130 run effective --from "$linux"
expect_status 0
[ "$(wc -l <"$stdout")" -lt 300 ]
judge $? "$(wc -l <"$stdout") lines"
expect_contains '  0xffff888010000000-0xffff888017ffefff  127.9 MiB  WB (PAT 0)    -      -     0x10000-0x17ffe        leads nowhere' \
	'  0xffffff2300009000-0xffffff2300009fff      4 KiB  WB (PAT 0)    WB!    WB    0x4c56                 as asked
      and so 65536 times, every 64 KiB, up to 0xffffff23ffff9fff' \
	'stronger: because of iPAT
      the local APIC, which the CPU emulates there: the type does not matter' \
	'  gets WB 516.7 MiB; 516.7 MiB as asked, 4 KiB stronger; 128.2 MiB lead nowhere' \
	'How to read this' '    nowhere    Xen'"'"'s table has no entry there' \
	'    why        xen-eptaudit explain DOMAIN GFN tells which rule'
expect_lacks '    weaker' '    WC '
# The rules explain that entry.
run explain --from "$linux" 1 fee00
expect_status 0
expect_contains 'SPECIAL_WB'
# Three times, or not at equal distances: each is told.
image <<'SCRIPT'
ept 0 100 0 WB 0 10
page 1 0=2003
page 2 0=3003
page 3 0=4003
page 4 0=5003 2=5003 4=5003 8=6003 9=6003 a=6003 c=6003 20=7003 28=7003 30=7003 38=7003
SCRIPT
given "$four"
effective
expect_status 0
expect_contains '  0x4000-0x4fff ' '  0xa000-0xafff ' '  0xc000-0xcfff ' \
	'and so 4 times, every 32 KiB, up to 0x38fff'
expect_lacks '  0x28000-'
[ "$(grep -c '^  0x' "$stdout")" -eq 8 ]
judge $? "$(grep -c '^  0x' "$stdout") rows"
effective --summary
expect_lacks 'How to read this'
finish
