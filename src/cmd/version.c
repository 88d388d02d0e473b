/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --version: with what this program was built, for bug reports. */
#include "cmd/cmd.h"

#include "base/sandbox.h"
#include "base/stream.h"
#include "config.h"
#include "rules/rulesets.h"
#include "source/module.h"

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

void cmd_version(void)
{
	char module[256];

	printf("xen-eptaudit " PACKAGE_VERSION "\n");
	printf("newest rules: set %s; newest Xen known: 4.%u.%u\n", rulesets[RULES_NEWEST].name,
	       xen_newest_minor, xen_newest_point[xen_newest_minor]);
	printf("running domains: %s\n", live_describe(module, sizeof(module)));
	printf("packed files: gzip" ZSTD XZ "; makedumpfile images: yes\n");
	printf("files are read in a jail (seccomp): %s\n", sandbox_built() ? "yes" : "no");
}
