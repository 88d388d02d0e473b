#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The folders of src/ are layers: a file includes only what stands in its own folder or below.
# The back ends of source/ do not know of each other nor of what judges, and only live/ knows Xen.

. "${SRCDIR:-.}/tests/lib.sh"

layers='base x86 model rules audit source report decode cmd'
back_ends='capture console image live'

# check_includes DIR: a line for each include that does not belong there
check_includes()
{
	(cd "$1" && grep -rn '^#include' --include='*.[ch]' .) |
		sed 's|^\./||; s|^\([^:]*\):\([0-9]*\):#include[ \t]*[<"]\([^>"]*\)[>"].*|\1 \2 \3|' |
		awk -v layers="$layers" -v back_ends="$back_ends" '
		function wrong(why) { print $1 ":" $2 " includes " $3 ": " why }
		BEGIN {
			n = split(layers, name, " ")
			for (i = 1; i <= n; i++) height[name[i]] = i
			n = split(back_ends, name, " ")
			for (i = 1; i <= n; i++) back_end[name[i]] = 1
		}
		{
			split($1, from, "/")
			split($3, to, "/")
			if (from[1] ~ /\./) from[1] = "cmd" # main.c
			if (!height[from[1]]) wrong("its folder is no layer")
			else if (height[to[1]] > height[from[1]]) wrong("that stands above it")
			else if (from[1] == "source" && to[1] == "audit") wrong("a source does not judge")
			else if (from[1] == "source" && to[1] == "source" && back_end[from[2]] &&
				back_end[to[2]] && from[2] != to[2]) wrong("that is another back end")
			else if ($3 ~ /^xen/ && !($1 ~ /^source\/live\//)) wrong("only source/live/ knows Xen")
		}'
}

# The live source judges to see what it looks at again.
known='source/live/[a-z]*\.c includes audit/judge\.h'

found=$(check_includes "$SRCDIR/src" | sed 's/:[0-9]* includes/ includes/' | grep -v "^$known")
if [ -z "$found" ]; then pass; else fail "$found"; fi

# The check sees what it is there for.
mkdir -p "$tmp/src/x86" "$tmp/src/rules" "$tmp/src/source/image" "$tmp/src/source/live" "$tmp/src/new"
echo '#include "model/facts.h"' >"$tmp/src/x86/a.c"
printf '#include "model/facts.h"\n#include "audit/judge.h"\n' >"$tmp/src/rules/a.c"
printf '#include "audit/judge.h"\n#include "source/live/xen.h"\n' >"$tmp/src/source/image/a.h"
echo '#include <xenctrl.h>' >"$tmp/src/source/image/b.c"
echo '#include <xenctrl.h>' >"$tmp/src/source/live/b.c"
echo '#include <stdio.h>' >"$tmp/src/new/a.c"
echo '#include "cmd/cmd.h"' >"$tmp/src/main.c"
check_includes "$tmp/src" | sort >"$tmp/found"
cat >"$tmp/wanted" <<'END'
new/a.c:1 includes stdio.h: its folder is no layer
rules/a.c:2 includes audit/judge.h: that stands above it
source/image/a.h:1 includes audit/judge.h: a source does not judge
source/image/a.h:2 includes source/live/xen.h: that is another back end
source/image/b.c:1 includes xenctrl.h: only source/live/ knows Xen
x86/a.c:1 includes model/facts.h: that stands above it
END
expect_same "$tmp/found" "$tmp/wanted"
finish
