#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Which version the program says it is, built from a checkout, a release, and a release that lies in
# somebody else's repository.
. "${SRCDIR:-.}/tests/lib.sh"

run --version
expect_status 0
head -n 1 "$stdout" >"$tmp/first"
run_command cat "$tmp/first"
expect_stdout_is "xen-eptaudit $(sed -n 's/.*"\(.*\)".*/\1/p' "${BUILDDIR:-.}/build/version.h")"
version=$(sed -n 's/^AC_INIT(\[xen-eptaudit\], \[\(.*\)\])$/\1/p' "$SRCDIR/configure.ac")

# JSON says the version alone, so that it does not change with each commit.
run rules list -j
expect_contains "\"tool\":{\"name\":\"xen-eptaudit\",\"version\":\"$version\"}"

# A tree that make takes for one that was configured.
tree=$tmp/outer/source
mkdir -p "$tree"
cp "$SRCDIR/configure.ac" "$SRCDIR/config.mk.in" "$SRCDIR/Makefile" "$tree"
touch "$tree/configure"
cp "${BUILDDIR:-.}/config.mk" "$tree"

# built TEXT: make writes that version
built()
{
	run_command make -s -C "$tree" build/version.h
	expect_status 0
	run_command cat "$tree/build/version.h"
	expect_stdout_is "#define BUILD_VERSION \"$1\""
}

built "$version"
echo "$version-5-gabcdef" >"$tree/version"
built "$version-5-gabcdef"
if need git; then
	export HOME="$tmp" GIT_CONFIG_NOSYSTEM=1
	commit()
	{
		git -C "$1" -c user.name=t -c user.email=t@example.org commit -qam "$2"
	}
	git init -q "$tmp/outer"
	git -C "$tmp/outer" add source
	commit "$tmp/outer" outer
	built "$version-5-gabcdef"
	git init -q "$tree"
	git -C "$tree" add Makefile
	commit "$tree" first
	built "$version-g$(git -C "$tree" rev-parse --short=12 HEAD)"
	echo '#' >>"$tree/Makefile"
	built "$version-g$(git -C "$tree" rev-parse --short=12 HEAD)-dirty"
	commit "$tree" second
	git -C "$tree" tag v7.1
	built 7.1
	echo '#' >>"$tree/Makefile"
	commit "$tree" third
	built "7.1-1-g$(git -C "$tree" rev-parse --short HEAD)"
fi
finish
