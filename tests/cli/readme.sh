#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What README shows is what the program prints.

. "${SRCDIR:-.}/tests/lib.sh"
COLUMNS=80

# README names files and the program as seen from the top of the sources.
XEN_EPTAUDIT=$(realpath "$XEN_EPTAUDIT")
cd "$SRCDIR" || exit 1

# The indented block from "$ ./xen-eptaudit" to the next line of text.
sed -n '/^    \$ \.\/xen-eptaudit /,/^[^ ]/ { /^[^ ]/d; s/^    //; p; }' README >"$tmp/example"

# shellcheck disable=SC2046 # the words of that command
run $(sed -n '1s/^[^ ]* [^ ]* //p' "$tmp/example")
expect_status 1
# $() drops empty lines at the end, of which none counts.
printf '%s\n' "$(cat "$stdout")" >"$tmp/trimmed"
mv "$tmp/trimmed" "$stdout"
expect_stdout_is "$(tail -n +2 "$tmp/example")"
finish
