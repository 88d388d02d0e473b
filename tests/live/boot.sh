#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What Xen printed at boot is kept for runs that no longer find it in the ring.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
make_machine
keeps_boot=yes

kept=$tmp/run/xen-eptaudit.boot
sed -i 's/^\((XEN) Command line:.*\)$/\1\n(XEN) Allocated console ring of 32 KiB./' "$tmp/boot"
{
	cat "$tmp/boot"
	echo '(XEN) Freed 2048kB init memory'
	echo '(d3) a guest'
	echo '(XEN) Xen version 9.9.9 (me@here) (gcc) debug=n Wed Nov  4 16:52:28 UTC 2026' | sed 's/^/(d3) /'
} >"$tmp/boot.more"
mv "$tmp/boot.more" "$tmp/boot"
machine
facts host-mtrr memory-map
cp "$stdout" "$tmp/first"
[ -f "$kept" ] && [ "$(stat -c %a "$kept")" = 600 ]
judge $? 'what Xen printed at boot is not kept'
grep -q 'd3' "$kept"
judge $((!$?)) 'what a guest printed is kept'
cp "$kept" "$tmp/kept"

# later [LINE...]: the ring has gone on, and the boot is no longer there
later()
{
	yes '(d3) prints a lot' | head -n 400 >"$tmp/late"
	machine 'index 100000' "$@"
	sed -i "s|^boot .*|boot $tmp/late|" "$tmp/script"
}
later
facts host-mtrr memory-map
cp "$stdout" "$tmp/now"
expect_same "$tmp/first" "$tmp/now"
cmp -s "$kept" "$tmp/kept"
judge $? 'the kept messages are no longer what they were'
# With it the size of the ring is known, too.
later 'domain 1 hvm,hap 262144000 1 big'
live audit 3 --no-q
expect_error 'which has 32 KiB'

# nothing_of_it REASON: the next run knows as little as one without the file
rm "$kept"
later
facts host-mtrr memory-map
cp "$stdout" "$tmp/little"
cmp -s "$tmp/little" "$tmp/first"
judge $((!$?)) 'nothing is missing without the file'
nothing_of_it()
{
	what="$1"
	later
	facts host-mtrr memory-map
	cp "$stdout" "$tmp/now"
	expect_same "$tmp/little" "$tmp/now"
}
sed 's/boot ./boot x/' "$tmp/kept" >"$kept" && chmod 600 "$kept"
nothing_of_it 'another boot'
cp "$tmp/kept" "$kept" && chmod 620 "$kept"
nothing_of_it 'another user could have written it'
chmod 600 "$kept" && ln "$kept" "$tmp/second"
nothing_of_it 'it has a second name'
rm "$tmp/second" "$kept" && cp "$tmp/kept" "$tmp/elsewhere" && ln -s "$tmp/elsewhere" "$kept"
nothing_of_it 'a link'
rm "$kept" && mkfifo "$kept"
nothing_of_it 'a pipe'
rm "$kept"
if [ "$(id -u)" -eq 0 ]; then
	cp "$tmp/kept" "$kept" && chmod 600 "$kept" && chown 65534 "$kept"
	nothing_of_it "another user's"
	rm "$kept"
fi

# What a run costs the ring is told before and after.
{
	sed 's/of 32 KiB/of 16 KiB/' "$tmp/boot"
	yes '(d3) prints a lot' | head -n 850
} >"$tmp/full"
machine 'ring 16384' 'index 0' 'domain 1 hvm,hap 2097152 1 big'
sed -i "s|^boot .*|boot $tmp/full|" "$tmp/script"
live audit 3 --no-q --format json
grep -q 'over its oldest messages' "$tmp/notice"
judge $? 'not said that old messages are overwritten'
python3 -c "
import json, sys
print(json.load(open(sys.argv[1]))['source']['ring_bytes'])" "$stdout" >"$tmp/cost"
expect_same "$tmp/cost" - <<END
$(wc -c <"$tmp/D")
END

finish
