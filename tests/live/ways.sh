#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Calls of libraries fail, by whichever way they are made: see ways.c. $EVERY is as for oom.sh; with
# "ways" each is tried.
. "${SRCDIR:-.}/tests/live/lib.sh"
needs_fake_xen
read_capture
awk '/^\(XEN\) domain[0-9]+ EPT/ { wanted = / domain(5|15) EPT/ } wanted' "$tmp/D" >"$tmp/D.two"
for name in boot q; do # make_machine makes others of the same names
	cp "$tmp/$name" "$tmp/$name.two"
done
sed "s,$tmp/\(boot\|D\|q\)\$,&.two," "$tmp/two" >"$tmp/printed"

# Tables that are read directly: their roots found in Xen's structures, and by key v.
{
	echo 'domain 0 - 163840 1 Domain-0'
	cat "$tmp/printed"
	memory_lines
} >"$tmp/keyv"
{
	cat "$tmp/keyv"
	structures "$tmp/keyv" "$roots"
} >"$tmp/direct"
sed -n 's/^d\([0-9]*\) \(0x[0-9a-f]*\) .*/(XEN) >>> Domain \1 <<<\n(XEN) EPT pointer = \2  EPTP index = 0x0/p' \
	"$roots" >"$tmp/v"
echo "key v $tmp/v" >>"$tmp/keyv"

# Guests of a host without EPTs; their own four tables are frames 1 to 4.
make_machine
{
	machine
	echo 'cpu AuthenticAMD'
	sed '/ 3 /d' "$tmp/script"
	for domain in 4 5; do
		printf '%s\n' "domain $domain hvm,hap 32 1 guest$domain" "mtrr $domain 0 0 def=806" \
			"cpu $domain 0 0 cr0=80050033 cr3=1000 cr4=20 efer=d00" \
			"page $domain 1 0 0=2003" "page $domain 2 0 0=3003" "page $domain 3 0 0=4003" \
			"page $domain 4 0 0=5003 1=601b"
	done
} >"$tmp/shadow"

cat >"$tmp/plan" <<PLAN
printed audit --all --pause --summary
printed capture 15 -o $tmp/new
direct audit --all --via gdbsx --pause
again direct audit 15 --via gdbsx
keyv audit 15 --via gdbsx
shadow effective --all --pause
shadow capture 4 --guest-tables -o $tmp/new
PLAN

# Xen's own structures, of the memory of tests/structs/.
if ! "$XEN_EPTAUDIT" --version | grep -q '^xen-syms.*: no' &&
	"$SRCDIR/tests/structs/make" "$tmp" 2>"$tmp/why"; then
	echo '(XEN) Xen version 4.19.1 (me@here) (gcc) debug=n Mon Jan  1 00:00:00 UTC 2024' >"$tmp/boot.structs"
	structs_machine "$tmp/boot.structs" >"$tmp/structs"
	cat >>"$tmp/plan" <<-PLAN
		structs audit --all --via gdbsx --xen-syms $tmp/xen-syms
		structs capture 1 --via gdbsx --xen-syms $tmp/xen-syms --core -o $tmp/new
	PLAN
fi

every=${EVERY:-$([ -n "$FULL" ] && echo 7 || echo 29)}
[ "$every" != ways ] || every=1
"${BUILDDIR:-.}/build/tests/live/ways" "$tmp" "$every" >"$tmp/told"
status=$?
add_up "$tmp/told"
[ "$status" -eq 0 ]
judge $? "status $status"
finish
