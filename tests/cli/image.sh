#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory images: what the walk finds is what Xen's own key D printed of the same tables.
. "${SRCDIR:-.}/tests/lib.sh"

export TMPDIR="$tmp"

# dump LOG DOMAIN NUMBER: the lines of that dump as Xen printed them
dump()
{
	gzip -dc "$captures/$1.gz" | tr -d '\r' | sed -n 's/^(XEN) \(\[[^]]*\] \)\{0,1\}//p' |
		awk -v header="domain$2 EPT p2m table:" -v number="$3" '
			/EPT p2m table:/ { on = $0 == header && ++count == number }
			on && (/EPT p2m table:/ || /^gfn:/)'
}

for name in handbuilt hvm-qemu six-domains stale-entries; do
	name=$name.xen4.17
	gzip -dc "$captures/$name.ept-tables.core.gz" >"$tmp/core"
	roots=$captures/$name.ept-tables.roots.txt

	# Every root without help, and nothing that is none.
	run list --from "$tmp/core" --find-eptp
	expect_status 0
	awk '{ print $1, $2, $(NF - 1) }' "$stdout" | sort >"$tmp/got"
	awk '!/^#/ { print $2, $3, $4 }' "$roots" | sort -u >"$tmp/wanted"
	expect_same "$tmp/wanted" "$tmp/got"

	grep -v '^#' "$roots" >"$tmp/roots"
	while read -r domain eptp _ _ _ log equal; do
		dump "$log" "${domain#d}" "$(echo "${equal##*,}" | cut -d/ -f1)" >"$tmp/wanted"
		run list --from "$tmp/core" --eptp "${domain#d}=$eptp" --format xen
		expect_status 0
		expect_stdout_is "$tmp/wanted"
	done <"$tmp/roots"
done

# The access that the entry has, where the Xen is known, for where it is depends on that.
hand=$captures/handbuilt.xen4.17
gzip -dc "$hand.ept-tables.core.gz" >"$tmp/core"
run list --from "$tmp/core" --eptp 2=0x78dc601e --xen 4.17.7 --columns gfn,attributes,access --gfn 1010-1016
expect_stdout_is 'Domain 2
  gfn                 entry    access
  0x1010-0x1010       r   WB?  r
  0x1011-0x1011        w  WB?  w
  0x1012-0x1012       rw  WB?  rw
  0x1013-0x1013         x WB?  x
  0x1014-0x1014       r x WB?  rx
  0x1015-0x1015        wx WB?  wx
  0x1016-0x1016           UC?  n
  7 entries'
cp "$stdout" "$tmp/wanted"
run list --from "$tmp/core" --eptp 2=0x78dc601e --facts "$hand.serial.log.gz" \
	--columns gfn,attributes,access --gfn 1010-1016
expect_stdout_is "$tmp/wanted"
run list --from "$tmp/core" --eptp 2=0x78dc601e --columns gfn,access
expect_error 'name its version with --xen'
run list --from "$tmp/core" --eptp 2=0x78dc601e --xen 4.1 --columns gfn,access
expect_error '--xen 4.1: a version from 4.2 on is expected'
run list --from "$tmp/core" --eptp 2=0x78dc601e --xen 4.17.7 --format jsonl --gfn 1011
expect_contains '"raw":"0x880000007b990372","access":"w"}'
run list --from "$tmp/core" --eptp 2=0x78dc601e --format jsonl --gfn 1011
expect_contains '"raw":"0x880000007b990372","access":null}'
# In 4.20 these bits are one further up.
run list --from "$tmp/core" --eptp 2=0x78dc601e --columns gfn,access --xen 4.20.0 --gfn 1015-1016
expect_contains '0x1015-0x1015       rw' '0x1016-0x1016       n'
# Neighbours with another access are no run where accesses are shown.
if need python3; then
	python3 -c '
import struct, sys
data = open(sys.argv[1], "rb").read()
raw = 0x9c500000000a4307
assert struct.pack("<Q", raw) in data
open(sys.argv[2], "wb").write(data.replace(struct.pack("<Q", raw), struct.pack("<Q", raw & ~(15 << 58))))
' "$tmp/core" "$tmp/bad"
	view="list --from $tmp/bad --eptp 1=0x557e601e --xen 4.17.7 --gfn a0-bf"
	# shellcheck disable=SC2086 # options are words
	run $view --columns gfn,entries,access
	expect_stdout_is 'Domain 1
  gfn                 entries  access
  0xa0-0xa3                 4  rwx
  0xa4-0xa4                 1  n
  0xa5-0xbf                27  rwx
  32 entries'
	# shellcheck disable=SC2086 # options are words
	run $view --columns gfn,entries
	expect_contains '0xa0-0xbf                32'
	# shellcheck disable=SC2086 # options are words
	run $view --format jsonl
	expect_contains '"gfn":["0xa4","0xa4"]'
fi
# A log has no accesses.
run list 2 --from "$hand.serial.log.gz" --columns access,type --gfn 1015
expect_status 0

# The same verdicts as from the log, and types that the log cannot know are resolved.
stale=$captures/stale-entries.xen4.17
eptps=$(awk '!/^#/ { printf " --eptp %s=%s", substr($1, 2), $2 }' "$stale.ept-tables.roots.txt")
# shellcheck disable=SC2086 # options are words
run audit --from "$stale.ept-tables.core.gz" $eptps --facts "$stale.serial.log.gz" -v --format jsonl
expect_status 1
expect_stderr_contains 'unpacking'
if need python3; then
	cp "$stdout" "$tmp/runs"
	run_command sh -c '"$1" "$2" <"$3"' sh "$SRCDIR/tests/tools/against-truth" "$stale.truth.tsv" \
		"$tmp/runs"
	expect_stdout_is '1140 mismatch mismatch B19
529 mismatch ok-if -
16 mismatch-unknowable ok-if -
918 ok ok -
4958 ok ok-if -
302 pending pending -
2 skipped skipped -
316 unknowable ok-if -'
fi

# Filters and forms of the list.
gzip -dc "$captures/six-domains.xen4.17.ept-tables.core.gz" >"$tmp/core"
d4='--eptp 4=0x5657c01e'
"$XEN_EPTAUDIT" list --from "$tmp/core" $d4 --format xen >"$tmp/d4"

# Pipes, packed and not, standard input, and files at whatever place they are open.
for from in "$tmp/core" "$captures/six-domains.xen4.17.ept-tables.core.gz"; do
	run_command sh -c 'cat "$1" | "$2" list --from - --eptp 4=0x5657c01e --format xen' sh "$from" \
		"$XEN_EPTAUDIT"
	expect_stdout_is "$tmp/d4"
	case $from in
	*.gz) expect_stderr_contains 'unpacking standard input to a temporary file' ;;
	*) expect_stderr_contains 'copying standard input to a temporary file' ;;
	esac
done
run_command sh -c '{ head -c 5000 >/dev/null; "$2" list --from - $3 --format xen; } <"$1"' sh \
	"$tmp/core" "$XEN_EPTAUDIT" "$d4"
expect_stdout_is "$tmp/d4"
[ ! -s "$stderr" ]
judge $? 'a file that can be mapped is copied'
run_command sh -c 'cat "$1" | "$2" list --from /dev/stdin --find-eptp' sh "$tmp/core" "$XEN_EPTAUDIT"
expect_contains '0x000000005657c01e  282 entries, 51 MiB, 6 tables'
gzip -dc "$captures/six-domains.xen4.17.ept-tables.core.gz" | gzip -1 | head -c 4000 >"$tmp/cut.gz"
run list --from "$tmp/cut.gz" $d4
expect_status 2
expect_stdout_empty
expect_stderr_contains "cannot unpack $tmp/cut.gz: it is damaged or cut short"
run list --from "$tmp" $d4
expect_error "cannot read $tmp: Is a directory"
if [ -z "${VALGRIND:-}" ]; then # which looks after the standard streams itself
	run_command sh -c '"$1" list --from - --eptp 4=0x5657c01e <&-' sh "$XEN_EPTAUDIT"
	expect_error 'standard input is a device'
fi

# One domain of several; a pointer without DOMID is of the one that is named.
both="--eptp 1=0x7fc5201e $d4"
for domain in 4 d4 domain4; do
	run list $domain --from "$tmp/core" $both --format xen
	expect_stdout_is "$tmp/d4"
done
run list 4 --from "$tmp/core" --eptp 0x5657c01e --format xen
expect_stdout_is "$tmp/d4"
run list 7 --from "$tmp/core" $both
expect_error 'no --eptp is of domain 7'
run list guest --from "$tmp/core" $both
expect_error "no domain names; choose 'guest' by its id"
# Two views of one domain are told apart.
run list --from "$tmp/core" --eptp 1=0x7fc5201e $d4 --eptp 1=0x7ff0901e --format json
expect_contains '"domid":1,"name":null,"dump":1,' '"domid":4,"name":null,"dump":1,' \
	'"domid":1,"name":null,"dump":2,'

run list --from "$tmp/core" --find-eptp --format jsonl
expect_contains '{"eptp":"0x5657c01e","entries":282,"pages":13057,"tables":6}'
run list --from "$tmp/core" --find-eptp --format json
expect_contains '"schema":"xen-eptaudit/list"' '"roots":[' '"complete":true,"exit_status":0'
# One that is cut short may have more roots.
head -c 100000 "$tmp/core" >"$tmp/cut"
run list --from "$tmp/cut" --find-eptp --format json
expect_status 3
expect_contains '"complete":false'
expect_stderr_contains 'these may not be all roots: the image is cut short'
run list --from "$tmp/cut" --eptp 4=0x5657c01e --format xen
expect_status 0
run list 4 --find-eptp
expect_status 2
expect_stdout_empty
run list --from "$tmp/core" $d4 --type mmio_direct
expect_contains 'mmio_direct'
expect_lacks 'ram_rw'
run list --from "$tmp/core" $d4 --emt WC --ipat yes --order 9
expect_stdout_is 'Domain 4
  gfn                 mfn        order  entries      size  entry    type
  0x2600-0x27ff       0x5000         9        1     2 MiB  rw  WC!  ram_rw
  1 entry'
run list --from "$tmp/core" $d4 --emt WC --ipat yes --order 9 --columns=type,raw
expect_contains '  ram_rw        0x9c'
run list --from "$tmp/core" $d4 --columns=no
expect_status 2
run list --from "$tmp/core" $d4 --pending --format jsonl
expect_contains '"pending":true'
expect_lacks '"pending":false'
run list --from "$tmp/core" $d4 --gfn 2600-27ff --mfn 5000 --format json
expect_contains '"schema":"xen-eptaudit/list"' '"gfn":["0x2600","0x27ff"],"mfn":"0x5000","order":9'
run list 4 --from "$captures/six-domains.xen4.17.serial.log.gz" --emt WC --ipat yes --order 9
expect_contains '0x2600-0x27ff       0x5000'

# A report has what an image knows more: types, and the entries themselves.
run audit --from "$tmp/core" $d4 --xen 4.17.7 -v --format json
expect_contains '"raw":"0x' '"type":"mmio_direct"'
# Whole tables of one and the same are counted unread, but not where only some of it is asked for.
if need python3; then
	python3 -c '
import struct, sys
pages = [[0] * 512 for frame in range(8)]
pages[1][0], pages[2][0] = 2 << 12 | 7, 3 << 12 | 7
for table in range(3):
    pages[3][table] = 4 + table << 12 | 7
    pages[4 + table] = [0x1000 + 512 * table + i << 12 | 0x77 for i in range(512)]
pages[6][0x55] &= ~0x40
pages[5][7] |= 2 << 52
pages[3][3], pages[3][5] = 0x1600 << 12 | 0xf7, 0x1a00 << 12 | 0xf7
pages[3][4], pages[7][0] = 7 << 12 | 7, 0x1800 << 12 | 0x77
open(sys.argv[1], "wb").write(b"".join(struct.pack("<512Q", *page) for page in pages))' "$tmp/full"
	echo '{"iommu": false, "cache-flush": false, "mmio-ro": []}' >"$tmp/given"
	full()
	{
		run audit 1 --from "$tmp/full" --eptp 0x101e --xen 4.19.0 --given "$tmp/given" "$@"
	}
	full --summary
	expect_status 1
	expect_contains '1539 entries, 10 MiB: 1538 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 1 mismatch'
	full --summary --gfn 0-2ff --gfn 455
	expect_contains '769 entries, 3 MiB: 768 ok, 0 ok-if, 0 inherited, 0 pending, 0 skipped, 1 mismatch'
	full --summary --expect '0x0-0x454=WB!' --expect '0x456-0x5ff=WB!' --fail-on never
	expect_status 0
	expect_contains '0x0-0x454=WB!: holds for 1109 entries' '0x456-0x5ff=WB!: holds for 426 entries'
	run capture 1 --from "$tmp/full" --eptp 0x101e --xen 4.19.0 -o "$tmp/full.capture"
	run list --from "$tmp/full.capture"
	expect_stdout_is 'Domain 1
  gfn                 mfn        order  entries      size  entry    type
  0x0-0x206           0x1000         0      519     2 MiB  rwx WB!  ram_rw
  0x207-0x207         0x1207         0        1     4 KiB  rwx WB!  ram_logdirty
  0x208-0x454         0x1208         0      589   2.3 MiB  rwx WB!  ram_rw
  0x455-0x455         0x1455         0        1     4 KiB  rwx WB   ram_rw
  0x456-0x5ff         0x1456         0      426   1.6 MiB  rwx WB!  ram_rw
  0x600-0x7ff         0x1600         9        1     2 MiB  rwx WB!  ram_rw
  0x800-0x800         0x1800         0        1     4 KiB  rwx WB!  ram_rw
  0xa00-0xbff         0x1a00         9        1     2 MiB  rwx WB!  ram_rw
  1539 entries'
	cp "$stdout" "$tmp/wanted"
	run list --from "$tmp/full" --eptp 0x101e
	expect_stdout_is "$tmp/wanted"
	full -v --columns=gfn,entries,attributes,verdict
	expect_contains '  0x455                      1  rwx WB   mismatch'
fi

# A core whose segments begin anywhere in the file: pages are copied, and none too early.
if need python3; then
	python3 -c '
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
phoff, = struct.unpack_from("<Q", data, 32)
count, = struct.unpack_from("<H", data, 56)
start = phoff + 56 * count
for i in range(count):
    at = phoff + 56 * i + 8
    offset, = struct.unpack_from("<Q", data, at)
    if offset >= start:
        struct.pack_into("<Q", data, at, offset + 3)
open(sys.argv[2], "wb").write(data[:start] + b"odd" + data[start:])
' "$tmp/core" "$tmp/odd"
	for eptp in 1=0x7fc5201e 2=0x7ff0901e 4=0x5657c01e; do
		"$XEN_EPTAUDIT" list --from "$tmp/core" --eptp $eptp --format xen >"$tmp/wanted"
		"$XEN_EPTAUDIT" list --from "$tmp/odd" --eptp $eptp --format xen >"$tmp/got"
		expect_same "$tmp/wanted" "$tmp/got"
	done
fi

# makedumpfile's formats, as files and through a pipe.
if need python3; then
	"$XEN_EPTAUDIT" list --from "$tmp/core" $d4 --format xen >"$tmp/wanted"
	"$XEN_EPTAUDIT" list --from "$tmp/core" --find-eptp >"$tmp/roots"
	for how in plain zlib zstd 'zlib flattened'; do
		[ "$how" != zstd ] || command -v zstd >/dev/null || continue
		# shellcheck disable=SC2086 # two words
		"$SRCDIR/tests/tools/make-kdump" "$tmp/core" "$tmp/kdump" $how
		run list --from "$tmp/kdump" $d4 --format xen
		if [ "$how" = zstd ] && grep -q 'packed with zstd' "$stderr"; then continue; fi
		expect_stdout_is "$tmp/wanted"
		run list --from "$tmp/kdump" --find-eptp
		expect_stdout_is "$tmp/roots"
		# shellcheck disable=SC2016 # the inner shell's
		run_command sh -c 'cat "$1" | "$2" list --from - --find-eptp' sh "$tmp/kdump" "$XEN_EPTAUDIT"
		expect_stdout_is "$tmp/roots"
	done
	# Cut anywhere: refused, or fewer tables, which is told; never more.
	size=$(wc -c <"$tmp/kdump")
	for part in 1 2 3 4 5 6 7; do
		head -c $((size * part / 8)) "$tmp/kdump" >"$tmp/cut"
		run list --from "$tmp/cut" $d4
		expect_status 2
		expect_stdout_empty
		expect_stderr_contains 'it is cut short'
	done
	"$SRCDIR/tests/tools/make-kdump" "$tmp/core" "$tmp/kdump" zlib
	head -c 40000 "$tmp/kdump" >"$tmp/cut"
	run list --from "$tmp/cut" $d4
	[ "$status" -eq 2 ] || [ "$status" -eq 3 ]
	judge $? "status $status"
	"$SRCDIR/tests/tools/make-kdump" "$tmp/core" "$tmp/kdump" lzo
	run list --from "$tmp/kdump" $d4
	expect_error 'its pages are packed with lzo' 'makedumpfile -c'
fi

# Tables that no Xen made: told with their place, never a loop, never a crash.
root=$((0x5657c000))
patch()
{
	cp "$tmp/core" "$tmp/bad"
	at=$(run_offset "$1")
	printf "$2" | dd of="$tmp/bad" bs=1 seek="$at" conv=notrunc 2>/dev/null
}
run_offset()
{
	# p_offset of the segment that has the physical address
	if need python3 >/dev/null; then
		python3 -c '
import struct, sys
data = open(sys.argv[1], "rb").read()
want = int(sys.argv[2])
phoff, = struct.unpack_from("<Q", data, 32)
count, = struct.unpack_from("<H", data, 56)
for i in range(count):
    offset, _, paddr, size = struct.unpack_from("<QQQQ", data, phoff + 56 * i + 8)
    if paddr <= want < paddr + size:
        print(offset + want - paddr)
' "$tmp/core" "$1"
	fi
}
patch $root '\007\301\127\126\000\000\000\200' # entry 0 of the root refers to the root
run audit --from "$tmp/bad" $d4 --xen 4.17.7
expect_status 1
expect_contains 'level 4 entry 0x0' 'a table that the walk has been in before'
run audit --from "$tmp/bad" $d4 --xen 4.17.7 --summary
expect_status 1
expect_contains 'incomplete: 1 table entries are damaged'
run audit --from "$tmp/bad" $d4 --xen 4.17.7 --fail-on never
expect_status 3
run list --from "$tmp/bad" $d4
expect_status 3
expect_contains 'incomplete: 1 table entries are damaged' '  table: gfn 0x0, level 4 entry 0x0'
run list --from "$tmp/bad" $d4 --format json
expect_contains '"table_findings":1,"tables":["gfn 0x0, level 4 entry 0x0' '"complete":false'
patch $root '\007\000\000\000\000\377\000\200' # to a page that the image does not have
run audit --from "$tmp/bad" $d4 --xen 4.17.7 --format json
expect_status 3 # what was left out is no finding
expect_contains 'the image does not have' '"table_findings":1' '"complete":false' \
	'1 table is not in the image'
run audit --from "$tmp/bad" $d4 --xen 4.17.7 --format tap
expect_status 3
expect_lacks 'above the leaves'
run list --from "$tmp/bad" $d4 --format jsonl
expect_status 3
expect_stderr_contains 'the list of domain 4 is incomplete: 1 table is not in the image'

# An address that the machine cannot have is told where its width is known: given, or from a log, in
# which Xen pads MTRRs to it. Elsewhere that is a remark.
patch $root '\007\301\127\126\000\001\000\200' # entry 0 of the root, bit 40 of its address
wide='entry 0x0 (0x800001005657c107): an address beyond the physical-address width'
run audit --from "$tmp/bad" $d4 --xen 4.17.7
expect_contains 'width is not known (--phys-bits)' 'the image does not have'
expect_lacks "$wide"
for how in '--phys-bits 40' "--facts $captures/six-domains.xen4.17.serial.log.gz" "--given $tmp/width"; do
	echo '{"phys_bits":39}' >"$tmp/width"
	# shellcheck disable=SC2086 # options are words
	run audit --from "$tmp/bad" $d4 --xen 4.17.7 $how
	expect_status 1
	expect_contains "$wide"
	expect_lacks 'width is not known'
done
run audit --from "$tmp/bad" $d4 --xen 4.17.7 --phys-bits 41
expect_lacks "$wide" 'width is not known'
run audit --from "$tmp/bad" $d4 --phys-bits 53
expect_status 2
expect_stderr_contains '--phys-bits 53: 32 to 52 is expected'
echo '{"phys_bits":"40"}' >"$tmp/width"
run audit --from "$tmp/bad" $d4 --given "$tmp/width"
expect_error 'phys_bits: 32 to 52 is expected'

run list --from "$tmp/core"
expect_error 'name the EPT' '--eptp'
run list --from "$tmp/core" --eptp 1=0x1000
expect_status 2
run list --from "$tmp/core" --eptp 1=zz
expect_error 'hexadecimal value is expected'
head -c 100 "$tmp/core" >"$tmp/cut"
run list --from "$tmp/cut" --eptp 1=0x1000
expect_error 'damaged or cut'
run audit --from "$tmp/core" $d4
expect_error 'does not tell which Xen'
run list --from "$tmp/core" --eptp 1=0x5657c016
expect_error '--eptp 0x5657c016 is no EPT pointer: bits 5:3'
run list --from "$tmp/core" --eptp 1=0x80000005657c01e
expect_error 'a reserved bit is set'
run list --from "$tmp/core" --eptp 4=0x5657c000 --format xen
expect_stdout_is "$tmp/d4"
head -c 8192 /dev/zero >"$tmp/zero"
run list --from "$tmp/zero" --find-eptp
expect_status 0
expect_stdout_empty
expect_stderr_contains 'no page looks like the root of an EPT'
run list --from "$tmp/zero" --find-eptp --format json
expect_contains '"roots":[],"complete":true,"exit_status":0}'
for magic in 'KDUMP   ' DISKDUMP makedumpfile; do
	printf '%s%08192d' "$magic" 0 >"$tmp/other"
	run list --from "$tmp/other"
	expect_error 'is a memory image: name the EPT'
	run list --from "$tmp/other" --find-eptp
	expect_status 2
	expect_stdout_empty
done
# Types are known from the entries, and stay so in a capture.
run audit --from "$tmp/core" $d4 --xen 4.17.7 --format json
expect_contains '"p2m-type":{"value":[],"how":"measured"}'
run audit --from "$tmp/core" $d4 --facts "$captures/six-domains.xen4.17.serial.log.gz"
expect_contains 'page types           in each entry (measured)'
# What a capture is told of the Xen it keeps.
run capture --from "$tmp/core" $d4 --xen 4.17.7 -o "$tmp/d4.capture"
expect_status 0
run audit --from "$tmp/d4.capture" --summary
expect_status 0
expect_contains 'Xen 4.17.7 (given), judged by the rules of Xen 4.17.5-4.17.7, 4.18.3-4.18.6, 4.19, 4.20 (set 4.19)'
run audit --from "$tmp/d4.capture"
expect_contains 'page types           in each entry (measured)'
: >"$tmp/empty"
run list --from "$tmp/empty" --eptp 0x1000
expect_error 'it is empty'

finish
