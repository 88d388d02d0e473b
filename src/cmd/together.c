/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which options go together, and the files that they name. */
#include "cmd/besides.h"
#include "cmd/options.h"

#include "base/array.h"
#include "base/text.h"
#include "cmd/jail.h"
#include "rules/releases.h"
#include "rules/rulesets.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Names for messages, of those that can be refused; the others are plain from what is said. */
static const char *const names[] = {
	[OPT_FROM - OPT_FROM] = "--from",
	[OPT_DOMAIN - OPT_FROM] = "DOMAIN",
	[OPT_DUMP - OPT_FROM] = "--dump",
	[OPT_ALL_DUMPS - OPT_FROM] = "--all-dumps",
	[OPT_GFN - OPT_FROM] = "--gfn",
	[OPT_EPTP - OPT_FROM] = "--eptp",
	[OPT_PHYS_BITS - OPT_FROM] = "--phys-bits",
	[OPT_XEN_SYMS - OPT_FROM] = "--xen-syms",
	[OPT_FACTS - OPT_FROM] = "--facts",
	[OPT_GIVEN - OPT_FROM] = "--given",
	[OPT_XEN - OPT_FROM] = "--xen",
	[OPT_RULES - OPT_FROM] = "--rules",
	[OPT_RULES_FILE - OPT_FROM] = "--rules-file",
	[OPT_ALL - OPT_FROM] = "--all",
	[OPT_PAUSE - OPT_FROM] = "--pause",
	[OPT_NO_Q - OPT_FROM] = "--no-q",
	[OPT_DRY_RUN - OPT_FROM] = "--dry-run",
	[OPT_VIA - OPT_FROM] = "--via",
	[OPT_FORCE - OPT_FROM] = "--force",
	[OPT_COLUMNS - OPT_FROM] = "--columns",
	[OPT_NO_HEADINGS - OPT_FROM] = "--no-headings",
	[OPT_BYTES - OPT_FROM] = "--bytes",
	[OPT_MFN - OPT_FROM] = "--mfn",
	[OPT_TYPE - OPT_FROM] = "--type",
	[OPT_EMT - OPT_FROM] = "--emt",
	[OPT_IPAT - OPT_FROM] = "--ipat",
	[OPT_ORDER - OPT_FROM] = "--order",
	[OPT_PENDING - OPT_FROM] = "--pending",
	[OPT_TABLES_ONLY - OPT_FROM] = "--tables-only",
	[OPT_REDACT - OPT_FROM] = "--redact",
	[OPT_SAMPLES - OPT_FROM] = "--samples",
	[OPT_GUEST_TABLES - OPT_FROM] = "--guest-tables",
};

#define TABLES_KEPT                                                                             \
	(OPTION(OPT_REDACT) | OPTION(OPT_DUMP) | OPTION(OPT_ALL_DUMPS) | OPTION(OPT_DOMAIN) |   \
	 OPTION(OPT_PHYS_BITS) | OPTION(OPT_XEN_SYMS) | OPTION(OPT_FACTS) | OPTION(OPT_GIVEN) | \
	 OPTION(OPT_XEN) | OPTIONS_RULES)
/* --xen-syms finds all that a core has; nothing else of the host is in it. */
#define MEMORY_KEPT                                                                           \
	(OPTION(OPT_FROM) | OPTION(OPT_TABLES_ONLY) | OPTION(OPT_REDACT) | OPTION(OPT_EPTP) | \
	 OPTION(OPT_GUEST_TABLES) | OPTION(OPT_FACTS) | OPTION(OPT_GIVEN) | OPTION(OPT_XEN) | \
	 OPTIONS_RULES)
#define ROOTS_LISTED                                                                        \
	(OPTION(OPT_DOMAIN) | OPTION(OPT_DUMP) | OPTION(OPT_ALL_DUMPS) | OPTION(OPT_GFN) |  \
	 OPTION(OPT_EPTP) | OPTION(OPT_PHYS_BITS) | OPTION(OPT_FACTS) | OPTION(OPT_GIVEN) | \
	 OPTION(OPT_XEN_SYMS) | OPTION(OPT_XEN) | OPTION(OPT_COLUMNS) | OPTION(OPT_MFN) |   \
	 OPTION(OPT_TYPE) | OPTION(OPT_EMT) | OPTION(OPT_IPAT) | OPTION(OPT_ORDER) |        \
	 OPTION(OPT_PENDING))

/* Options that have no meaning where another is used, and what is said then. */
static const struct {
	enum option_key with;
	uint64_t refused;
	const char *format; /* %s: the name of the one that is refused */
} exclusive[] = {
	{ OPT_CORE, MEMORY_KEPT, "--core keeps memory of a running Xen as it is: no %s" },
	{ OPT_FROM, OPTIONS_RUNNING | OPTION(OPT_ALL) | OPTION(OPT_SAMPLES),
	  "%s is for running domains, not for what --from reads" },
	{ OPT_ALL, OPTION(OPT_DOMAIN), "either a %s or --all" },
	{ OPT_ALL_DUMPS, OPTION(OPT_DUMP), "either %s or --all-dumps" },
	{ OPT_ALL_RULES, OPTION(OPT_RULES), "--all takes every rule set; leave out %s" },
	{ OPT_TABLES_ONLY, OPTION(OPT_GUEST_TABLES),
	  "--tables-only keeps EPT tables, and no others: leave out %s" },
	{ OPT_TABLES_ONLY, TABLES_KEPT, "--tables-only keeps tables as they are: no %s" },
	{ OPT_FIND_EPTP, ROOTS_LISTED, "--find-eptp lists all that an image has: no %s" },
};

int options_refuse(const struct shared_options *options, uint64_t refused, const char *format,
		   struct error *err)
{
	uint64_t found = options->seen & refused;
	char text[sizeof(err->text)];

	if (!found)
		return 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), format, names[__builtin_ctzll(found)]);
#pragma GCC diagnostic pop
	return error_set(err, -EINVAL, "%s", text);
}

/* Of a file, what the running Xen does not have. */
static int check_running(const struct shared_options *options, struct error *err)
{
	const struct source_options *source = &options->source;

	if (source->path)
		return 0;
	if (options->seen & (OPTION(OPT_DUMP) | OPTION(OPT_ALL_DUMPS) | OPTION(OPT_PHYS_BITS) |
			     (source->live.gdbsx ? 0 : OPTION(OPT_EPTP) | OPTION(OPT_XEN_SYMS))))
		return error_set(
			err, -EINVAL,
			"no source: --dump, --all-dumps, --eptp, --xen-syms and --phys-bits are for "
			"what --from reads; --eptp and --xen-syms for --via gdbsx, too");
	if (source->domain || source->live.all)
		return 0;
	return error_set(err, -EINVAL,
			 "no source: name a running domain, or --all, or a console log with --from "
			 "FILE (xl debug-keys q; xl debug-keys D; xl dmesg > FILE)");
}

int options_check(struct shared_options *options, struct error *err)
{
	size_t i;
	int rc = 0;

	if (options->source.domain)
		options->seen |= OPTION(OPT_DOMAIN);
	for (i = 0; i < sizeof(exclusive) / sizeof(exclusive[0]) && !rc; i++)
		if (options->seen & OPTION(exclusive[i].with))
			rc = options_refuse(options, exclusive[i].refused, exclusive[i].format,
					    err);
	return rc ? rc : check_running(options, err);
}

static bool same_file(const struct stat *file, const char *path)
{
	struct stat other;

	return path && strcmp(path, "-") != 0 && !stat(path, &other) &&
	       other.st_dev == file->st_dev && other.st_ino == file->st_ino;
}

int options_keep_apart(const struct shared_options *options, const char *output, const char *other,
		       struct error *err)
{
	const char *read = NULL;
	struct stat file;
	unsigned int i;

	if (!output || stat(output, &file))
		return 0;
	for (i = 0; i < options->from_count && !read; i++)
		read = same_file(&file, options->from[i]) ? options->from[i] : NULL;
	for (i = 0; i < options->facts_paths_count && !read; i++)
		read = same_file(&file, options->facts_paths[i]) ? options->facts_paths[i] : NULL;
	if (same_file(&file, options->source.path))
		read = options->source.path;
	if (same_file(&file, options->source.xen_syms))
		read = options->source.xen_syms;
	if (same_file(&file, options->given_path))
		read = options->given_path;
	if (same_file(&file, other))
		read = other;
	return read ? error_set(err, -EINVAL,
				"%s is read, and would be replaced: name another file to write",
				read)
		    : 0;
}

int parse_rules(const char *name, uint32_t *sets, struct error *err)
{
	int id = ruleset_parse(name);
	char set_names[512] = "", note[160];
	unsigned int i;
	enum how how = HOW_GIVEN;

	*sets = 0;
	if (id >= 0)
		*sets = 1u << id;
	else if (!releases_parse(name, sets, &how, note, sizeof(note), NULL) && !*sets)
		return error_set(err, -EINVAL, "no rule set '%s': %s", name, note);
	if (id < 0 && how == HOW_ASSUMED && !(*sets & (*sets - 1)))
		*sets = 0; /* newer than any that is known */
	if (*sets)
		return 0;
	for (i = 0; i < ruleset_count(); i++)
		text_append(set_names, sizeof(set_names), "%s%s", i ? ", " : "", ruleset(i)->name);
	return error_set(err, -EINVAL,
			 "no rule set '%s'; there are %s, and those of any Xen version", name,
			 set_names);
}

/* Where distributions put it, if the user names none. */
static void find_syms(struct shared_options *options)
{
	static const char *const places[] = { "/boot", "/usr/lib/debug/boot" };
	struct source_options *source = &options->source;
	const char *root = getenv("XEN_EPTAUDIT_ROOT");
	char pattern[4096];
	size_t i;

	if (source->xen_syms || source->eptp || (!source->path && !source->live.gdbsx))
		return;
	/* What ends in p is xen-syms-VERSION.map. */
	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (snprintf(pattern, sizeof(pattern), "%s%s/xen-syms-*[!p]", root ? root : "",
			     places[i]) < (int)sizeof(pattern))
			glob(pattern, i ? GLOB_APPEND : 0, NULL, &options->syms);
	source->syms_there = (const char *const *)options->syms.gl_pathv;
	source->syms_count = options->syms.gl_pathc < SYMS_MAX ? options->syms.gl_pathc : SYMS_MAX;
	for (i = 0; i < source->syms_count && source->path; i++)
		jail_will_read(source->syms_there[i]);
}

int options_prepare(struct shared_options *options, struct error *err)
{
	unsigned int i;
	uint32_t sets;
	int rc;

	for (i = 0; i < options->rules_count; i++) {
		rc = parse_rules(options->rules_names[i], &sets, err);
		if (rc)
			return rc;
		options->compared[i] = sets;
		options->rules |= sets;
	}
	rc = options_check(options, err);
	if (!rc)
		find_syms(options);
	if (!rc && options->source.path) {
		jail_will_read(options->source.path);
		jail_will_read(options->source.xen_syms);
		for (i = 0; i < options->from_count; i++)
			jail_will_read(options->from[i]);
		for (i = 0; i < options->facts_paths_count; i++)
			jail_will_read(options->facts_paths[i]);
		jail_will_read(options->given_path);
		jail_enter();
	}
	if (!rc)
		rc = besides_open(options, err);
	if (!rc && options->given_path)
		rc = given_load(options->given_path, &options->given, err);
	if (!options->source.phys_bits)
		options->source.phys_bits = given_phys_bits(options->given);
	if (!options->source.phys_bits)
		options->source.phys_bits = besides_phys_bits(options);
	return rc;
}

void options_clear(struct shared_options *options)
{
	besides_close(options);
	given_free(options->given);
	globfree(&options->syms);
	ranges_clear(&options->gfns);
}
