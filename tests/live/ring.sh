#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The console ring: what is lost in it, and whose lines they are.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture

# ---- the console ring ----

gzip -dc "$captures/ring-overflow.xen4.17.serial.log.gz" | tr -d '\r' |
	sed -n '5503,10155p' | grep '^(XEN)' >"$tmp/three"
gzip -dc "$captures/ring-overflow.xen4.17.reads.txt.gz" | sed -n '/^=== boot/,/^=== end/p' |
	grep '^(XEN)' >"$tmp/three.boot"
gzip -dc "$captures/ring-overflow.xen4.17.reads.txt.gz" |
	sed -n '/^=== D-three/,/^=== end D-three/p' | sed '1d;$d' >"$tmp/three.read"

# What the fake ring keeps is what the real one kept.
tail -c 16384 "$tmp/three" | cmp -s - "$tmp/three.read"
judge $? 'the ring keeps something else than the real one'

three()
{
	cat <<-END >"$tmp/script"
		ring ${1:-16384}
		index ${2:-0}
		boot $tmp/three.boot
		key D $tmp/three
		log $tmp/log
		domain 1 hvm,hap 288 1 one
		domain 2 hvm,hap 4256 1 two
		domain 3 hvm,hap 100 1 three
		iommu 1 off
		e820 0 0x80000000 1
		end 0x80000
		mtrr 1 0 0 def=806
		mtrr 2 0 0 def=806
		mtrr 3 0 0 def=806
	END
}
three
live audit 2
expect_error 'did not fit' '265.2 KiB of 281.2 KiB' 'conring_size=512k' '--force'
! grep -q key-q "$tmp/log"
judge $? 'key q was sent for nothing'
live audit --all
expect_error 'did not fit'
live audit 3 --no-q # what is lost is of others
expect_status 0
expect_contains '100 entries'
live audit 2 --force --no-q
expect_status 3
expect_contains 'gfns 0x0 to 0x105c were overwritten'
live audit 2 --force --no-q --format json
expect_contains '"complete":false' '"not_seen":[["0x0","0x105c"]]'
live audit 1 --force --no-q
expect_status 3
expect_contains 'all of it was overwritten'
# Whose the first entries are is not certain if a domain came meanwhile: theirs is not said.
three
echo 'domain 9 hvm,hap 1 1 new' >>"$tmp/script"
echo 'die 9 20' >>"$tmp/script"
live audit 2 --force --no-q
expect_status 3
expect_contains 'all of it was overwritten'

# The dump fits, what key q says does not.
three
sed -n '/^(XEN) domain3 /,$p' "$tmp/three" >"$tmp/third"
sed -i "s|^key D .*|key D $tmp/third|" "$tmp/script"
echo "key q $tmp/q" >>"$tmp/script"
live audit 3
expect_status 0
expect_contains '100 entries' 'note: the output of key q did not fit' 'I/O capabilities     unknown'
expect_lacks incomplete

# Positions in the ring wrap at 2^32.
for index in 4294967295 4294960000 4294900000; do
	three 1048576 $index
	live audit 2 --no-q
	expect_status 0
	expect_contains '4256 entries'
done

# Guests print while the ring is read: what that overwrites is lost, and said to be.
three 300000
head -n 400 "$tmp/three.read" | sed 's/^/(d1) /' >"$tmp/spam"
echo "spam $tmp/spam" >>"$tmp/script"
live audit 1 --no-q
expect_error 'did not fit'
live audit 1 --no-q --force
expect_status 3
expect_contains 'incomplete' ' 0 mismatch'
live audit 3 --no-q
expect_status 0
expect_contains '100 entries' ' 0 mismatch'

# The only loss is in what has been read: the ring went on under it, over its first 2000 bytes.
three
sed -n '/^(XEN) domain3 /,$p' "$tmp/three" >"$tmp/third"
sed -i "s|^key D .*|key D $tmp/third|" "$tmp/script"
yes '(d1) prints meanwhile' | head -c $((16384 - $(wc -c <"$tmp/third") + 2000)) >"$tmp/spam"
cp "$tmp/script" "$tmp/quiet"
live audit 3 --no-q
expect_status 0
expect_contains '100 entries'
echo "spam $tmp/spam 3 3" >>"$tmp/script"
live audit 3 --no-q
expect_error 'did not fit' '1.9 KiB of 6 KiB'
live audit 3 --no-q --force
expect_status 3
expect_contains 'incomplete'
expect_lacks '100 entries'

# What was overwritten before anybody looked is no room that the ring has.
cp "$tmp/three.boot" "$tmp/three.short"
yes '(XEN) printed since boot' | head -n 12000 >>"$tmp/three.boot"
three 65536
live audit 1 --no-q
expect_error 'did not fit' 'conring_size='
cp "$tmp/three.short" "$tmp/three.boot"

# What is lost in a ring that has room for more was cleared by somebody: no larger one would help.
cp "$tmp/three.boot" "$tmp/three.16k"
sed -i 's/console ring of 16 KiB/console ring of 1024 KiB/' "$tmp/three.boot"
three 1048576
echo 'clear 3' >>"$tmp/script" # behind key D
live audit 3 --no-q
expect_error 'was cleared' 'xl dmesg -c' 'has room for 1 MiB' 'run it again'
grep -q conring_size "$stderr"
judge $((!$?)) 'a larger ring is asked for'
live audit 3 --no-q --force
expect_status 3
expect_contains "cleared from Xen's console ring"
expect_lacks overwritten
three 1048576
echo 'clear 4' >>"$tmp/script" # while it is read
live audit 3 --no-q
expect_error 'was cleared' 'run it again'
three 1048576
printf 'clear 7\nkey q %s\n' "$tmp/q" >>"$tmp/script" # behind key q
live audit 3
expect_contains 'note: the output of key q was cleared from' 'run it again'
mv "$tmp/three.16k" "$tmp/three.boot"

# Of what key q says something is overwritten in its middle: it is not believed, not even in part.
python3 - "$tmp" <<'END'
import sys
with open(sys.argv[1] + '/dev', 'w') as file:
    file.write('(XEN) \n(XEN) domain60 EPT p2m table:\n')
    for gfn in range(16):
        file.write('(XEN) gfn: %13x order:  0 mfn: %13x rwx WB%s\n' %
                   (gfn, 0x50000 + gfn, '!' if gfn == 8 else ' '))
with open(sys.argv[1] + '/longq', 'w') as file:
    file.write("(XEN) 'q' pressed -> dumping domain info (now = 1)\n"
               '(XEN) General information for domain 60:\n'
               '(XEN)     nr_pages=16 xenheap_pages=5 shared_pages=0\n'
               '(XEN) Rangesets belonging to domain 60:\n'
               '(XEN)     I/O Memory { f0000-f0fff }\n'
               '(XEN)     I/O Ports  { }\n'
               '(XEN) Memory pages belonging to domain 60:\n')
    for page in range(7000):
        mfn = 0x50008 if page == 3360 else 0x60000 + page
        file.write('(XEN)     XenPage %016x: caf=c000000000000001, taf=e400000000000001\n' % mfn)
    file.write('(XEN) Notifying guest 60:0 (virq 1, port 0)\n')
END
yes '(d1) prints meanwhile' | head -c 270000 >"$tmp/spams"
lost_in_q()
{
	cat <<-END >"$tmp/script"
		ring 830000
		key D $tmp/dev
		key q $tmp/longq
		log $tmp/log
		domain 60 hvm,hap 20 1 dev
		iommu 60 on
		e820 0 0x80000000 1
		end 0x80000
		mtrr 60 0 0 def=806
		${1:-own 0}
	END
}
lost_in_q
live audit 60
expect_status 0
lost_in_q "spam $tmp/spams 4 5"
live audit 60
expect_status 0
expect_contains 'key q did not fit' "Xen's special pages  unknown" 'I/O capabilities     unknown' ' 0 mismatch'
live audit 60 --format json
expect_contains '"iomem":{"value":null' '"ioports":{"value":null' '"nr-pages":{"value":20'

# The ring was read up to the middle of a guest's line: its rest is not taken for a line of Xen's.
captured
cp "$tmp/boot" "$tmp/boot.cut"
printf '(d5) ' >>"$tmp/boot.cut"
{
	echo '(XEN) domain5 EPT p2m table:'
	cat "$tmp/D"
} >"$tmp/D.forged"
sed -i "s|^key D .*|key D $tmp/D.forged $tmp/D|; s|^boot .*|boot $tmp/boot.cut|" "$tmp/script"
live audit 5
expect_status 1
expect_contains ' 578 mismatch'

# The ring's oldest byte is in the middle of a guest's line: its rest is not taken for Xen's either.
captured 'index 5'
{
	echo '(XEN) IOAPIC[0]: apic_id 0, version 17, address 0x10000000, GSI 0-23'
	sed '/Xen version/d' "$tmp/boot"
} >"$tmp/boot.cut"
sed -i "s|^boot .*|boot $tmp/boot.cut|" "$tmp/script"
live audit 15
expect_status 0
expect_contains 'read-only MMIO       1 frame (derived)'

# dom0's console goes to the ring, too, and Xen prints behind what dom0 has not ended: such an entry
# could be one that dom0 only shows, and is missing then.
captured
sed '/^(XEN) domain5 /,/^(XEN) *$/s/^(XEN) gfn: *100 /[   12.3] watchdog: BU&/' "$tmp/D" >"$tmp/D.behind"
sed -i "s|^key D .*|key D $tmp/D.behind|" "$tmp/script"
live audit 5 --format json
expect_status 1
expect_contains '"complete":false' '"not_seen":[["0x100","0x100"]]'

# ---- on a Xen made by hand ----

make_machine
# ---- entries without a header, and who comes and goes ----

domain 3 0 600 >"$tmp/D"
machine
live audit 3 --no-q
dump=$(($(grep -n '^key-D' "$tmp/log" | cut -d : -f 1) + 1)) # the call after it
lost='ring 24000'
machine "$lost"
live audit 3 --no-q --force --format json
expect_status 3
expect_contains '"not_seen":[["0x0","0xd4"]]'
cp "$stdout" "$tmp/tail"
machine "$lost"
echo 'domain 9 - 10 1 pv' >>"$tmp/script"
live audit 3 --no-q --force --format json
expect_contains '"not_seen":[["0x0","0xd4"]]'
# Somebody came, or came and went: whose they are is not certain.
machine "$lost"
printf 'domain 9 hvm,hap 1 1 new\ncome 9 %d\n' "$dump" >>"$tmp/script"
live audit 3 --no-q --force --format json
expect_status 3
expect_contains 'all of it was overwritten' '"not_seen":[["0x0","0xffffffffff"]]'
machine "$lost" 'domain 2 hvm,hap 1 1 old' "die 2 $dump"
printf 'domain 9 hvm,hap 1 1 new\ncome 9 %d\n' "$dump" >>"$tmp/script"
live audit 3 --no-q --force
expect_status 3
expect_contains 'all of it was overwritten'
# Without --force nothing is audited that is not whole, but who went away is no part of it.
machine "$lost"
printf 'domain 9 hvm,hap 1 1 new\ncome 9 %d\n' "$dump" >>"$tmp/script"
live audit 3 --no-q
expect_error 'did not fit'
machine "$lost" "die 3 $dump"
live audit 3 --no-q
expect_error 'domain 3 went away'
for line in "die 3 $dump" "dying 3 $dump"; do
	machine "$line"
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
	machine 'ring 330000' "spam $tmp/spam 4 4" 'domain 1 hvm,hap 1 1 silent' 'domain 2 hvm,hap 7 1 two' \
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

finish
