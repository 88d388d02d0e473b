#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Logs that were copied, stored or sent in a way that changed their bytes: the same report, or what
# they are is named.
. "${SRCDIR:-.}/tests/lib.sh"

log=$SRCDIR/tests/cases/b18-in-a-log/input
nbsp=$(printf '\302\240')

# domains FILE: what is said of them
domains()
{
	run audit --from "$1" -v --format json
	sed 's/"source":{[^}]*}//' "$stdout" >"$tmp/domains"
}

domains "$log"
expect_status 0
expect_contains '"entries":3,'
cp "$tmp/domains" "$tmp/wanted"

# As copied out of a terminal, whose lines have blanks up to its right edge; of web pages and mails,
# which have no-break spaces where blanks follow each other, whichever comes first.
sed 's/$/                         /' "$log" >"$tmp/padded"
sed "s/  /$nbsp /g" "$log" >"$tmp/hard-first"
sed "s/  / $nbsp/g; s/ \$/$nbsp/" "$log" >"$tmp/hard-last"
sed "s/ /$nbsp/g" "$log" >"$tmp/hard"
# The same as a mail has them, in lines that a blank at the end makes longer than 76 characters.
sed "s/=/=3D/g; s/  /=C2=A0 /g; s/ \$/=20/" "$log" >"$tmp/quoted"
awk '{
	while (length > 80) {
		# Not within what stands for a character.
		for (at = 70; substr($0, at - 5, 6) ~ /=/; at--)
			;
		printf "%s=\n", substr($0, 1, at)
		$0 = substr($0, at + 1)
	}
	print
}' "$tmp/quoted" >"$tmp/quoted-hard"
# Noise of a serial line, and the hole that is left where a log was truncated while it was written.
sed 's/^/\x00/' "$log" >"$tmp/noise"
{ head -c 9000 /dev/zero; cat "$log"; } >"$tmp/hole"
for form in padded hard-first hard-last hard quoted-hard noise hole; do
	domains "$tmp/$form"
	expect_same "$tmp/domains" "$tmp/wanted"
done

# Populate on demand, and what is behind an entry though it is no blank.
cat <<'LOG' >"$tmp/pod"
(XEN) domain1 EPT p2m table:   
(XEN) gfn:             0 order:  9 PoD   
(XEN) gfn:           200 order:  9 mfn:         30200 rwx WB!  
LOG
run list --from "$tmp/pod"
expect_contains ' 2 entries'
expect_lacks 'incomplete'
sed 's/WB!  /WB!  x/' "$tmp/pod" >"$tmp/behind"
run list --from "$tmp/behind"
expect_status 3

# What packs files, but is not read, is named, with the way out.
# packed MAGIC NAME PROGRAM
packed()
{
	# shellcheck disable=SC2059 # octal numbers in it
	printf "$1 and what follows" >"$tmp/packed"
	run audit --from "$tmp/packed"
	expect_error "it is packed with $2; unpack it with: $3"
}
packed 'PK\003\004' zip unzip
packed '7z\274\257\047\034' 7-Zip '7z x'
packed LZIP lzip 'lzip -d'
packed '\004\042\115\030' lz4 'lz4 -d'
packed BZh9 bzip2 'bzip2 -d'
# Of several logs in an archive one would tell facts of the other's host.
cp "$log" "$tmp/a.log"
cp "$log" "$tmp/b.log"
for packed in '' z; do
	(cd "$tmp" && tar -c${packed}f logs.tar a.log b.log)
	run audit --from "$tmp/logs.tar"
	expect_error 'logs.tar is a tar archive; unpack it (tar xf FILE), and name the log'
	run audit --from "$log" --facts "$tmp/logs.tar"
	expect_error 'logs.tar is a tar archive'
done
{ printf '\377\376'; sed 's/./&\x00/g' "$log"; } | gzip >"$tmp/packed-utf16.gz"
run audit --from "$tmp/packed-utf16.gz"
expect_error '(it is UTF-16 and packed; unpack it first)'
sed 's/ /\xc2\xa0/g' "$log" | gzip >"$tmp/packed-web.gz"
run audit --from "$tmp/packed-web.gz"
expect_error '(it was copied from a web page and packed; unpack it first)'

finish
