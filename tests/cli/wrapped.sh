#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Logs in mails, whose lines were broken at a blank: what is plain is put together.
. "${SRCDIR:-.}/tests/lib.sh"

cat >"$tmp/log" <<'E2'
(XEN) Xen version 4.17.7 (Debian 4.17.7-1) (x) debug=n
(XEN) Command line: placeholder console=com1,vga dom0_mem=640M loglvl=all mem=1G
(XEN) Xen-e820 RAM map:
(XEN)  [0000000000000000, 000000000009fbff] (usable)
(XEN)  [0000000000100000, 000000003fffffff] (usable)
(XEN)  [0000000040000000, 000000007fffffff] (reserved)
(XEN) IOAPIC[0]: apic_id 1, version 17, address 0xfec00000, GSI 0-23
(XEN) I/O virtualisation disabled
(XEN) MTRR default type: write-back
(XEN) MTRR fixed ranges enabled:
(XEN)   00000-fffff write-back
(XEN) MTRR variable ranges enabled:
(XEN)   0 base 00c0000000 mask ffc0000000 uncachable
(XEN)   1 disabled
(XEN) 'q' pressed -> dumping domain info (now = 1)
(XEN) General information for domain 1:
(XEN)     nr_pages=5 xenheap_pages=2 dirty_cpus={} max_pages=64
(XEN) Rangesets belonging to domain 1:
(XEN)     I/O Memory { a0-bf, c0000-c0fff, d0000-d0fff, e0000-e0fff, f0000-f0fff, f2000-f2fff }
(XEN)     I/O Ports  { }
(XEN)     XenPage 0000000000000200: caf=c000000000000001, taf=e400000000000001
(XEN) Shared frames 0 -- Saved frames 0
(XEN) domain1 EPT p2m table:
(XEN) gfn:             0 order:  0 mfn:           300 rwx WB!
(XEN) gfn:             1 order:  0 mfn:           301 r x WB 
(XEN) gfn:             2 order:  0 mfn:           302 rwx WB?
(XEN) gfn:           200 order:  9 mfn:          1000 rwx UC 
(XEN) gfn:           400 order:  9 PoD
(d1) a guest says what it likes at a length that a mail does not leave as it is, so that it goes on
E2

# told FILE: what is said of domains, without the name of the log
told()
{
	run audit --from "$1" -v --format jsonl
	grep -v '"record":"\(audit\|end\)"' "$stdout" >"$1.told"
}
told "$tmp/log"
grep -q '"iomem":{"value":\[\["0xa0","0xbf"\],.*\["0xf2000","0xf2fff"\]\],"how":"log"}' "$tmp/log.told"
judge $? 'the whole log is not read'
for prefix in '' '[2026-11-26 10:00:00 UTC] ' 'Nov 18 01:55:11 host process[1234]: '; do
	for width in 72 76 80; do
		# With the blank at its end, without, and quoted in an answer.
		sed "s/^/$prefix/" "$tmp/log" | fold -s -w "$width" >"$tmp/broken"
		sed 's/ *$//' "$tmp/broken" >"$tmp/stripped"
		sed 's/^/> /' "$tmp/broken" >"$tmp/quoted"
		for form in broken stripped quoted; do
			told "$tmp/$form"
			expect_same "$tmp/$form.told" "$tmp/log.told"
		done
	done
done

# What is no rest of an entry, or would have stood in the line, is none.
# broken SECOND...: an entry whose second part this is, in a log with one before and one behind
broken()
{
	{
		printf '[2026-11-26 10:00:00 UTC] %s\n' '(XEN) Xen version 4.17.7 (x)' '(XEN) domain1 EPT p2m table:' \
			'(XEN) gfn:             0 order:  0 mfn:           300 rwx WB!' \
			'(XEN) gfn:             1 order:  0 mfn:'
		printf '%s\n' "$@"
		printf '[2026-11-26 10:00:00 UTC] %s\n' '(XEN) gfn:             2 order:  0 mfn:           302 rwx WB!'
	} >"$tmp/log"
	run list --from "$tmp/log" --format jsonl
}
broken '301 rwx WB!'
expect_status 0
expect_contains '"gfn":["0x0","0x2"]'
for rest in '301 rwx' '301 rwx XX!' '301 rwx WB! more' '(d1) 301 rwx WB!' '[2026-11-26 10:00:00 UTC] (d1) 301 rwx WB!' ''; do
	broken "$rest"
	expect_status 3
	expect_lacks '0x1"'
done
# It would have stood in the line.
printf '(XEN) Xen version 4.17.7 (x)\n(XEN) domain1 EPT p2m table:\n(XEN) gfn:             1 order:  0 mfn:\n301 rwx WB!\n' >"$tmp/short"
run list --from "$tmp/short" --format jsonl
expect_status 3
expect_lacks '"gfn":["0x1"'

# Blanks that were lost are told, whatever is asked.
printf '(XEN) domain1 EPT p2m table:\n(XEN) gfn: 0 order: 0 mfn: 300 rwx WB!\n' >"$tmp/lost"
run list --from "$tmp/lost"
expect_status 0
expect_stderr_contains 'the log lost blanks on its way'
expect_contains '0x0-0x0 '
run list --from "$tmp/broken"
expect_stderr_lacks 'blanks'

finish
