# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Part of make bench: walk and audit of an EPT in a memory image, beside a plain sum of the same
# bytes, and of the same EPT read from a running Xen that the fake library plays.

echo '{"iommu":false,"cache-flush":false,"special":[],"mmio-ro":[],"memory-map":[["0x0","0xfffffffff"]]}' \
	>"$WORK/given"
image=$WORK/image

# row NAME MILLIONS COMMAND...
row()
{
	name=$1 millions=$2
	shift 2
	"$BIN/timed" 5 "$@" | awk -v name="$name" -v n="$millions" '{
		printf "%-34s %5d M  %9.1f ms  %6.2f ns/entry  %6.0f M/s\n", name, n, $1, $1 / n / 1.048576,
			n * 1.048576 / $1 * 1000 }'
}

# small COMMAND...: does it do with 16 MiB beside the mapping? (RLIMIT_DATA counts what is private.)
small()
{
	if (ulimit -d 16384 && "$@" >/dev/null); then
		echo '    within 16 MiB beside the mapping'
	else
		echo '    NOT within 16 MiB beside the mapping'
	fi
}

echo
echo "memory image, EPT of 4K entries:"
for kind in '' scattered; do
	for millions in ${BENCH_IMAGE_MILLIONS:-1 64 256}; do
		# shellcheck disable=SC2086 # empty or a word
		"$BIN/image-gen" "$image" "$millions" $kind
		row "plain sum of the tables" "$millions" "$BIN/sum" "$image"
		row "xen-eptaudit audit${kind:+, $kind}" "$millions" "$AUDIT" audit --from "$image" \
			--eptp 0x101e --xen 4.19.0 --given "$WORK/given" --summary
		small "$AUDIT" audit --from "$image" --eptp 0x101e --xen 4.19.0 \
			--given "$WORK/given" --summary
	done
done

# 64 GiB in 4K pages, of a running domain: the fake library reads what it is asked for, and has as
# much of M2P as the root of an EPT is proven by.
fake=${BUILDDIR:-.}/build/tests/live/fake-xen.so
if [ -e "$fake" ]; then
	millions=${BENCH_DIRECT_MILLIONS:-16}
	"$BIN/image-gen" "$image" "$millions"
	cat >"$WORK/fake" <<END
version 4 19 .0
domain 0 - 163840 1 Domain-0
domain 1 hvm,hap $((millions << 20)) 1 big
e820 0 0x100000000 1
e820 $((1 << 36)) $((millions << 32)) 1
end $(((1 << 24) + (millions << 20)))
memory $image
own-page 0xfffff 0x77
m2p 0x1000000 0x8000 0
last-gfn 1 $(((millions << 20) - 1))
END
	fake_run="env FAKE_XEN=$WORK/fake LD_PRELOAD=$(realpath "$fake") XEN_EPTAUDIT_LOCK=$WORK/lock
		XEN_EPTAUDIT_SYS=$WORK/none"
	echo
	echo "the same tables, in an image and of a running domain (fake library):"
	row "xen-eptaudit audit, image" "$millions" "$AUDIT" audit --from "$image" --eptp 0x101e \
		--xen 4.19.0 --given "$WORK/given" --summary
	# shellcheck disable=SC2086 # words
	row "xen-eptaudit audit --via gdbsx" "$millions" $fake_run "$AUDIT" audit 1 --via gdbsx \
		--eptp 0x101e --no-q --given "$WORK/given" --summary
	# shellcheck disable=SC2086 # words
	small $fake_run "$AUDIT" audit 1 --via gdbsx --eptp 0x101e --no-q --given "$WORK/given" --summary
fi
