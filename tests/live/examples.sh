#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every example of the manual pages, as it stands there, in a folder with files of those names, on a Xen
# with a domain of that name.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture
sed -i 's/s1-revoked-iomem/web/' "$tmp/two"
captured

pages=$(realpath "$SRCDIR/man")
program=$(realpath "$XEN_EPTAUDIT")
here=$tmp/here
mkdir "$here" "$tmp/bin"
gzip -dc "$captures/stale-entries.xen4.17.conring-and-facts.txt.gz" >"$here/log"
cp "$here/log" "$here/serial.log"
gzip -c "$here/log" >"$here/xl-dmesg.txt.gz"
echo '{"iommu": true, "cache-flush": true}' >"$here/facts.json"
cp "$SRCDIR/tests/cases/hvmctx-whole/input" "$here/hvmctx"

# Those that need no Xen are run without.
cat >"$tmp/bin/xen-eptaudit" <<EOF
#!/bin/sh
case " \$* " in *' --from '* | ' explain '* | ' decode '* | ' rules '*) exec "$program" "\$@" ;; esac
FAKE_XEN="$tmp/script" LD_PRELOAD="$fake" ASAN_OPTIONS="verify_asan_link_order=0:$ASAN_OPTIONS" exec "$program" "\$@"
EOF
printf '#!/bin/sh\n[ "$1" != dmesg ] || cat "%s"\n' "$here/serial.log" >"$tmp/bin/xl"
printf '#!/bin/sh\ncat "%s"\n' "$here/hvmctx" >"$tmp/bin/xen-hvmctx"
printf '#!/bin/sh\necho "reg00: base=0x0f0000000 ( 3840MB), size=  256MB, count=1: uncachable"\n' >"$tmp/bin/ssh"
chmod +x "$tmp/bin"/*

# Literal blocks with commands, and the lines of EXAMPLES; one may go on in the next line.
sed -e ':more' -e '/\\e$/ { N; s/\\e\n */ /; b more' -e '}' "$pages/xen-eptaudit.8" "$pages/xen-eptaudit-rules.7" |
	sed -n '/^\.Bd -literal/,/^\.Ed/ { /^\(xl\|xen-eptaudit\) /p; }
		/^\.Sh EXAMPLES/,/^\.Sh SEE/ s/^\.Dl //p' | sed 's/^"\(.*\)"$/\1/' |
	grep -v -e '--via gdbsx' >"$tmp/examples" # a host whose memory can be read is direct.sh's
[ "$(wc -l <"$tmp/examples")" -ge 20 ]
judge $? 'hardly any examples'
grep -q -- '--xen 4.17.3 --given' "$tmp/examples"
judge $? 'what goes on in a second line is cut'

cd "$here" || exit 1
while IFS= read -r example; do
	run_command env PATH="$tmp/bin:$PATH" sh -c "$example"
	what=$example
	[ "$status" -le 1 ] || [ "$status" -eq 3 ]
	judge $? "status $status"
done <"$tmp/examples"
for made in web.capture known.txt junit.xml xen-eptaudit.prom; do
	what=$made
	[ -s "$made" ]
	judge $? 'it was not made'
done
finish
