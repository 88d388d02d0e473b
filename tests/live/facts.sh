#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Which facts are made of what each call answers.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
make_machine

# ---- key q, or none ----

from_q='special iomem ioports cache-flush nr-pages'
machine
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
machine 'pod 3 2'
# shellcheck disable=SC2086 # names are words
facts $from_q
expect_stdout_is 'special null unknown
iomem null unknown
ioports null unknown
cache-flush null unknown
nr-pages 5 measured'
machine 'pod 3 9'
facts nr-pages
expect_stdout_is 'nr-pages 0 measured'
machine 'fail pod 22'
facts nr-pages
expect_stdout_is 'nr-pages null unknown'
options=
cp "$tmp/boot.whole" "$tmp/boot"

# Its end is missing: pages of Xen's can be.
cp "$tmp/q.part" "$tmp/q"
machine
facts special iomem nr-pages
expect_stdout_is 'special [[0x55555, 0x55555]] assumed
iomem [[0xf0000, 0xf0001]] measured
nr-pages 5 measured'

# It says nothing of the domain.
printf "(XEN) 'q' pressed -> dumping domain info (now = 1)\n(XEN) Notifying guest 9:0 (virq 1, port 0)\n" \
	>"$tmp/q"
machine
facts iomem ioports cache-flush nr-pages
expect_stdout_is 'iomem null unknown
ioports null unknown
cache-flush null unknown
nr-pages 7 measured'
cp "$tmp/q.whole" "$tmp/q"

# ---- the machine ----

# Its variable ranges from a call, the rest as it was printed at boot.
machine='memory-map mfn-valid host-mtrr host-mtrr-var'
machine
# shellcheck disable=SC2086 # names are words
facts $machine
expect_stdout_is 'memory-map [[0x0, 0x7ffff], [0x100001, 0x100001]] measured
mfn-valid [[0x0, 0x7ffff], [0x100000, 0x100001]] derived
host-mtrr [0x0, 0xc00, true, true, 0xffffffffffffffff, 0x404040404040404, 0x404040404040404, 0x0] log
host-mtrr-var [[0x40000000, 0xfffffc0000800], [0x0, 0x0]] measured'
# Nobody tells the rest: all RAM is WB by one of the ranges, or by the default type.
: >"$tmp/boot"
machine
sed -i '/^e820 0x100000800/d' "$tmp/script"
# shellcheck disable=SC2086 # names are words
facts $machine
expect_stdout_is 'memory-map [[0x0, 0x7ffff]] measured
mfn-valid [[0x0, 0x7ffff]] assumed
host-mtrr [0x0, 0xc06, false, false, 0xffffffffffffffff, 0x606060606060606, 0x606060606060606, 0x0] assumed
host-mtrr-var [[0x40000000, 0xfffffc0000800], [0x0, 0x0]] measured'
machine 'host 0x0 0x80000 6'
sed -i '/^e820 0x100000800/d' "$tmp/script"
facts host-mtrr
expect_stdout_is 'host-mtrr [0x0, 0xc00, false, false, 0xffffffffffffffff, 0x606060606060606, 0x606060606060606, 0x0] assumed'
# A mask with gaps, a base that is not aligned, a type that is none.
machine 'host 0x0 0x3000 6' 'host 0x1000 0x4000 6' 'host 0x0 0x1000 7'
facts host-mtrr
expect_contains '0xfffffffffffffff8'
# The end of what Xen uses, and maps and ranges that cannot be had.
machine 'end 0x70000'
facts memory-map
expect_stdout_is 'memory-map [[0x0, 0x6ffff]] measured'
for fail in 'fail map 1' 'fail end 1'; do
	machine "$fail"
	# shellcheck disable=SC2086 # names are words
	facts memory-map mfn-valid
	expect_stdout_is 'memory-map null unknown
mfn-valid null unknown'
done
machine 'fail host 1'
facts host-mtrr host-mtrr-var
expect_stdout_is 'host-mtrr null unknown
host-mtrr-var null unknown'
machine # it knows of none
sed -i '/^host/d' "$tmp/script"
facts host-mtrr host-mtrr-var
expect_stdout_is 'host-mtrr null unknown
host-mtrr-var null unknown'
machine 'fail host 1 2' # the second range only
facts host-mtrr host-mtrr-var
expect_stdout_is 'host-mtrr null unknown
host-mtrr-var null unknown'
# What was printed at boot counts as it did then.
cp "$tmp/boot.whole" "$tmp/boot"
machine 'fail map 1' 'fail host 1'
# shellcheck disable=SC2086 # names are words
facts $machine
expect_stdout_is 'memory-map [[0x0, 0xffff]] log
mfn-valid [[0x0, 0xffff]] derived
host-mtrr [0x0, 0xc00, true, true, 0xffffffffffffffff, 0x404040404040404, 0x404040404040404, 0x0] log
host-mtrr-var [[0x10000001, 0xfff0000800]] assumed'
# Xen leaves out holes of the machine's frames: which of them are valid is not known.
echo '(XEN) PFN compression on bits 20...25' >>"$tmp/boot"
machine
facts mfn-valid
expect_contains 'null unknown'
cp "$tmp/boot.whole" "$tmp/boot"

# ---- the domain's vCPUs ----

# Each that differs is one possibility; an id that is not used is none.
vcpus='domain 3 hvm,hap 7 4 three'
machine "$vcpus" 'mtrr 3 1 0 def=c06 fix=0606060606060606' 'mtrr 3 3 0 def=806'
facts guest-mtrr
expect_stdout_is 'guest-mtrr [[0x806, 0x0, 8, measured], [0xc06, 0x606060606060606, 8, measured]] measured'
machine "$vcpus" 'mtrr 3 1 0 def=806 fix=1' 'mtrr 3 3 0 def=806 base0=6 mask0=800'
facts guest-mtrr
expect_stdout_is 'guest-mtrr [[0x806, 0x0, 8, measured], [0x806, 0x1, 8, measured], [0x806, 0x0, 8, measured]] measured'
# One that tells nothing, or two of them, can have anything.
machine "$vcpus" 'mtrr 3 1 0 def=806' 'mtrr 3 2 0 def=806' 'mtrr 3 3 0 def=806' 'fail mtrr 5 2' \
	'fail mtrr 5 3'
options=--pause # so that nobody is asked twice
facts guest-mtrr
expect_stdout_is 'guest-mtrr [[0x806, 0x0, 8, measured], [0x0, 0x0, 0, unknown]] measured'
machine "$vcpus" 'mtrr 3 1 0 def=806' 'fail mtrr 61 2' 'fail mtrr 61 6'
facts guest-mtrr
expect_stdout_is 'guest-mtrr [[0x806, 0x0, 8, measured]] measured'
machine "$vcpus" 'fail mtrr 61'
facts guest-mtrr
expect_stdout_is 'guest-mtrr null unknown'
options=
# None at all: Xen takes WB.
machine 'domain 3 hvm,hap 7 0 three'
facts guest-mtrr
expect_stdout_is 'guest-mtrr null measured'

# ---- the IOMMU, by what the call fails with ----

for code in 1 3 12 13 14 38; do
	machine "fail iommu $code"
	facts iommu
	expect_stdout_is 'iommu null unknown'
done
for code in 19 22 95; do
	machine "fail iommu $code"
	facts iommu
	expect_stdout_is "iommu $([ $code = 95 ] && echo false || echo true) measured"
done

# ---- what --facts adds ----

# The boot, where the ring has lost it; capabilities at another moment are no more than usual.
: >"$tmp/boot"
options="--no-q --facts $tmp/boot.log"
cat "$tmp/boot.whole" "$tmp/q.whole" >"$tmp/boot.log"
machine
facts memory-map host-mtrr host-mtrr-var cache-flush nr-pages
expect_stdout_is 'memory-map [[0x0, 0x7ffff], [0x100001, 0x100001]] measured
host-mtrr [0x0, 0xc00, true, true, 0xffffffffffffffff, 0x404040404040404, 0x404040404040404, 0x0] log
host-mtrr-var [[0x40000000, 0xfffffc0000800], [0x0, 0x0]] measured
cache-flush true assumed
nr-pages 7 measured'
# Of this boot.
sed 's/4\.17\.7/4.17.6/' "$tmp/boot.whole" >"$tmp/boot.log"
live audit 3 $options
expect_error "$tmp/boot.log is of another boot" 'of Xen 4.17.6, not 4.17.7'

# The ranges that no call tells; what one does tell stays.
cat >"$tmp/mtrr" <<'E2'
reg00: base=0x0f0000000 ( 3840MB), size=  128MB, count=1: uncachable
reg01: base=0x0f8000000 ( 3968MB), size=   64MB, count=1: uncachable
E2
options="--facts $tmp/mtrr"
machine
repeated=
for n in 0 1 2 3 4 5 6 7; do # as Xen shows range 0
	repeated="$repeated base$n=f0000000 mask$n=ffff8000800"
done
sed -i "s/^mtrr 3 0 0 .*/mtrr 3 0 0 def=c06$repeated/" "$tmp/script"
facts guest-mtrr-var
expect_stdout_is 'guest-mtrr-var [[0xf0000000, 0xffff8000800], [0xf8000000, 0xffffffc000800], [0x0, 0x0], [0x0, 0x0], [0x0, 0x0], [0x0, 0x0], [0x0, 0x0], [0x0, 0x0]] guest'
live audit --all --facts "$tmp/mtrr" --format json
expect_contains '"how":"measured","how_var":"guest"'
expect_lacks '"notes"'

finish
