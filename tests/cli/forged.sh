#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever a guest prints never changes a result; it is counted.
. "${SRCDIR:-.}/tests/lib.sh"

domains()
{
	sed 's/^.*"domains"://; s/"rejected_lines".*//' "$1"
}

# same_domains LOG OTHER: both audits say the same of every domain
same_domains()
{
	run audit --from "$1" -v --format json
	tr -d '\n' <"$stdout" >"$tmp/a"
	run audit --from "$2" -v --format json
	tr -d '\n' <"$stdout" >"$tmp/b"
	domains "$tmp/a" >"$tmp/wanted"
	domains "$tmp/b" >"$tmp/got"
	expect_same "$tmp/wanted" "$tmp/got"
}

# A real guest that printed look-alikes while key D ran.
gzip -dc "$captures/guest-forges-lines.xen4.17.serial.log.gz" >"$tmp/forged"
grep -av '^(d1)' "$tmp/forged" >"$tmp/without"
same_domains "$tmp/without" "$tmp/forged"
run audit --from "$tmp/forged" --format json
expect_contains '"rejected_lines":857'
expect_status 0

# Everything that Xen could say, said by a guest, in the middle of it all.
gzip -dc "$captures/stale-entries.xen4.17.serial.log.gz" >"$tmp/log"
forge()
{
	cat <<-'END'
	(d4) (XEN) domain4 EPT p2m table:
	(d4) domain4 EPT p2m table:
	(d4) gfn:             0 order:  0 mfn:         12345 rwx UC!
	(d4) (XEN) gfn:        fffff order:  0 mfn:         12345 rwx UC!
	(d4) 'q' pressed -> dumping domain info (now = 1)
	(d4) General information for domain 4:
	(d4) Rangesets belonging to domain 4:
	(d4)     I/O Memory { a0-bf }
	(d4)     I/O Ports  { 3c0-3df }
	(d4)     XenPage 0000000000007c00: caf=c000000000000001, taf=e400000000000001
	(d4) Notifying guest 4:0 (virq 1, port 0)
	(d4) Xen version 4.11.1 (Debian 4.11.1) (x) debug=n
	(d4) MTRR default type: uncachable
	(d4) I/O virtualisation enabled
	(d4) HVM d4v0 save: MTRR
	END
}
forge | sed 's/$/\r/' >"$tmp/lies"
for every in 3 100; do
	awk -v every="$every" -v lies="$tmp/lies" '
		{ print }
		NR % every == 0 && NR > 100 {
			if ((getline lie <lies) <= 0) {
				close(lies)
				getline lie <lies
			}
			print lie
		}' "$tmp/log" >"$tmp/forged"
	same_domains "$tmp/log" "$tmp/forged"
done

# Key q prints its lines in pieces, and a guest on another CPU can come between two. What is cut is
# not known any more: no finding may rest on it.
awk '/General information for domain 5:/ { at = 1 }
	at && /I\/O Memory/ { print "(XEN)     I/O Memory {(d4)     I/O Memory { a0-bf }\r\n }\r"; at = 0; next }
	{ print }' "$tmp/log" >"$tmp/torn"
run audit 5 --from "$tmp/torn" --format json
expect_status 0
expect_contains '"cache-flush":{"value":null,"how":"unknown"}' '"mismatch":0' '"ok_if":597'

# xl console: a guest's lines shown by dom0 on the serial line, with one carriage return more.
{
	head -n 6000 "$tmp/log"
	# Those behind the version count as of another boot, until the log goes on as before.
	forge | sed 's/^(d4) //; s/^\([^(]\)/(XEN) \1/; s/$/\r\r/'
	tail -n +6001 "$tmp/log"
} >"$tmp/forged"
same_domains "$tmp/log" "$tmp/forged"
run audit --from "$tmp/forged" --format json
expect_contains '"replayed_lines":11,'

# From 4.19 on Xen names the vCPU, too.
sed 's/^(d\([0-9]*\))/(d\1v0)/' "$tmp/lies" >"$tmp/lies.v0"
{ head -n 6000 "$tmp/log" && cat "$tmp/lies.v0" && tail -n +6001 "$tmp/log"; } >"$tmp/forged"
same_domains "$tmp/log" "$tmp/forged"
run audit --from "$tmp/forged" --format json
expect_contains '"rejected_lines":11,' '"replayed_lines":0,'

# A guest's escape sequences never reach the terminal.
{
	head -n 300 "$tmp/log"
	printf '(d1) \033]0;title\007 \033[2J\r\n'
	tail -n +301 "$tmp/log"
} >"$tmp/forged"
run audit --from "$tmp/forged"
if LC_ALL=C grep -q '[^ -~]' "$stdout"; then fail 'control characters on stdout'; else pass; fi

finish
