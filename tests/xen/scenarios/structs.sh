# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154,SC2086,SC2046
# xen: conring_size=1M altp2m=1
# with: xen-syms
# Domains with everything that dom0 cannot ask for: pins, all variable MTRR
# ranges on two vCPUs, pages of Xen's that others map, and stale entries. By
# Xen's own structures nothing of it is unknown. check.py holds them against it.

# ---- everything that is right although it looks odd ----------------------
hand_built all hvm everything 2
# Populate-on-demand first: it is refused once there are capabilities.
must xdom ram $all 0x800 2 9 pod
must xdom ram $all 0xc00 4 0 pod
must xdom ioport $all 0x3c0 0x20 1
for r in 'a0 20' 'c0000 400' 'fec00 1' 'fed00 1'; do
	must xdom iomem $all 0x${r% *} 0x${r#* } 1
done
# WC, WT, WP and UC over RAM, one of them over a part of a superpage.
ranges='base0=f0000000 mask0=fff0000800 base1=10000001 mask1=ffffe00800
	base2=10200004 mask2=ffffe00800 base3=10400005 mask3=ffffe00800
	base4=10600000 mask4=ffffe00800 base5=10800001 mask5=fffff00800
	base6=10a00000 mask6=fffffff800 base7=10a01004 mask7=fffffff800'
must xdom setmtrr $all 0 def=806 $ranges
must xdom setmtrr $all 1 def=806 $ranges
i=0
for t in 0 1 4 5 6 7; do
	must xdom pin $all $(printf '0x%x 0x%x' $((0x2000 + i * 0x200)) $((0x21ff + i * 0x200))) $t
	must xdom pin $all $(printf '0x%x 0x%x' $((0x3004 + i * 0x10)) $((0x3007 + i * 0x10))) $t
	i=$((i + 1))
done
must xdom pin $all 0x4010 0x401f 1
must xdom ram $all 0 32 0
must xdom ram $all 0x100 48 0
must xdom ram $all 0x200 2 9
must xdom ram $all 0x2000 6 9
must xdom ram $all 0x3000 96 0
must xdom ram $all 0x4000 1 9 # a pin covers a part: stays pending
must xdom ram $all 0x10000 4 9
must xdom ram $all 0x10a00 32 0
must xdom mmio $all 0xa0 0xa0 0x20 1
must xdom mmio $all 0xc0000 0xc0000 0x210 1
must xdom mmio $all 0xe0000 0xfec00 1 1 # read-only for Xen's own sake
must xdom mmio $all 0xe0001 0xfed00 1 1
must xdom shared $all 0xf0010
must xdom gnttab $all 0 0xf0000
must xdom gnttab $all 1 0xf0001
must xdom ram $all 0xf0100 16 0
must xdom memtype $all 1 0x100 4 # ram_ro
must xdom ioreq $all
must xdom memtype $all 4 0x104 4 # ioreq_server
must xdom monitor $all 0x12f
for a in 0 1 2 3 4 5 6 7 8 9; do
	must xdom access $all $a $(printf '0x%x' $((0x110 + a)))
done
must xdom unpause $all # maps the APIC access page; no vCPU ever runs

hand_built dirty hvm logdirty
must xdom ioport $dirty 0x3c0 0x20 1
must xdom setmtrr $dirty 0 def=806 base1=10000001 mask1=ffffe00800
must xdom ram $dirty 0x100 16 0
must xdom logdirty $dirty 1
must xdom touch $dirty 0x100

# The second vCPU has others, but never ran: it is vCPU 0 that Xen asks.
hand_built smp hvm two-vcpus 2
must xdom ioport $smp 0x3c0 0x20 1
must xdom setmtrr $smp 0 def=806 base7=1000001 mask7=ffffe00800
must xdom setmtrr $smp 1 def=804
must xdom ram $smp 0x100 16 0
must xdom ram $smp 0xe00 3 9

# A view of the domain's p2m that takes a right away.
hand_built views hvm views
must xdom ioport $views 0x3c0 0x20 1
must xdom setmtrr $views 0 def=806
must xdom ram $views 0x100 16 0
run view xdom altp2m $views
run viewaccess xdom viewaccess $views 1 1 0x104

# ---- what Xen leaves behind ----------------------------------------------
# The last I/O capability goes after the entries were made: B19.
hand_built rev hvm revoked
must xdom setmtrr $rev 0 def=806
must xdom iomem $rev 0xc0000 0x400 1
must xdom mmio $rev 0xc0000 0xc0000 0x210 1
must xdom ram $rev 0x100 16 0
must xdom ram $rev 0x200 2 9
must xdom iomem $rev 0xc0000 0x400 0
must xdom ram $rev 0x140 8 0
must xdom ram $rev 0x1000 1 9

# Host MTRRs change under existing entries: B21. UC over one superpage, WT over
# a part of another, WC over 16 single frames.
hand_built host hvm host-mtrr
must xdom ioport $host 0x3c0 0x20 1
must xdom setmtrr $host 0 def=806
must xdom ram $host 0x200 3 9
must xdom ram $host 0x1000 48 0
dump
uc=$(mfn_of $host 200) wt=$(mfn_of $host 400) wc=$(frames16_of $host)
must xdom addmtrr 0x$uc 0x200 0
must xdom addmtrr $(printf '0x%x' $((0x$wt + 0x80))) 16 4
must xdom addmtrr 0x${wc}0 16 1
echo "uc $uc wt $wt wc ${wc}0" >/out/host-ranges

run hostmtrr xdom hostmtrr

# ---- and now the auditor -------------------------------------------------
if live; then
	set -- --via gdbsx --xen-syms /test/xen-gdbsx-syms
	run structs-text xen-eptaudit audit --all "$@"
	run structs-live xen-eptaudit audit --all "$@" --format json -v
	run structs-capture xen-eptaudit capture --all "$@" -o /out/structs.capture
	run structs-core xen-eptaudit capture --all "$@" --core -o /out/structs.core
	run structs-paused xen-eptaudit audit everything --pause "$@" --format json -v
	run structs-wrong xen-eptaudit audit everything --via gdbsx --xen-syms /test/xdom
	# Found by itself, where a distribution puts it.
	mkdir -p /boot
	ln -s /test/xen-gdbsx-syms "/boot/xen-syms-$(xl info xen_version)"
	run structs-found xen-eptaudit audit --all --via gdbsx --format json -v
fi
run key-D xl debug-keys D
xl dmesg >/out/main.ring
