/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --version: with what this program was built, for bug reports. */
#include "cmd/cmd.h"

#include "base/sandbox.h"
#include "base/stream.h"
#include "build/version.h"
#include "config.h"
#include "rules/rulesets.h"
#include "source/module.h"
#include "source/structs/syms.h"

#include <stdio.h>

#ifdef HAVE_ZSTD
#define ZSTD ", zstd"
#else
#define ZSTD ""
#endif
#ifdef HAVE_LZMA
#define XZ ", xz"
#else
#define XZ ""
#endif

void cmd_version(FILE *stream)
{
	char module[256];

	fprintf(stream, "xen-eptaudit " BUILD_VERSION "\n");
	fprintf(stream, "newest rules: set %s; newest Xen known: 4.%u.%u\n",
		rulesets[RULES_NEWEST].name, xen_newest_minor, xen_newest_point[xen_newest_minor]);
	fprintf(stream, "running domains: %s\n", live_describe(module, sizeof(module)));
	fprintf(stream, "packed files: gzip" ZSTD XZ "; makedumpfile images: yes\n");
	fprintf(stream, "xen-syms (libdw): %s\n", syms_built() ? "yes" : "no");
	fprintf(stream, "files are read in a jail (seccomp): %s\n", sandbox_built() ? "yes" : "no");
}
