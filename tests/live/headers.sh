#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The live source compiles against the interface of Xen 4.13, too (see xen-4.13.h), and takes
# nothing from the headers of this machine's Xen then.
. "${SRCDIR:-.}/tests/lib.sh"
need "${CC:-cc}" || finish
BUILDDIR=${BUILDDIR:-.}

mkdir -p "$tmp/include/xen/hvm"
for header in xencall.h xenctrl.h xenforeignmemory.h xenstore.h xentoollog.h xen/domctl.h \
	xen/hvm/hvm_op.h xen/hvm/save.h xen/platform.h xen/version.h; do
	echo '#include "live/xen-4.13.h"' >"$tmp/include/$header"
done

for file in "$SRCDIR"/src/source/live/*.c; do
	run_command "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -include "$BUILDDIR/config.h" -fsyntax-only \
		-I"$tmp/include" -I"$BUILDDIR" -I"$SRCDIR/src" -I"$SRCDIR/tests" -Wall -Wextra -Wshadow \
		-Wstrict-prototypes -Werror "$file"
	expect_status 0
	run_command "${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -include "$BUILDDIR/config.h" -M \
		-I"$tmp/include" -I"$BUILDDIR" -I"$SRCDIR/src" -I"$SRCDIR/tests" "$file"
	expect_lacks '/usr/include/xen'
done
finish
