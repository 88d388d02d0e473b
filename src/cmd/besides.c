/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/besides.h"

#include "model/merge.h"
#include "source/factsfile.h"
#include "source/text/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- opening ---- */

static int open_one(struct shared_options *options, const char *path, struct error *err)
{
	int rc = facts_file_open(path, &options->facts[options->facts_count], err);

	options->facts_count += !rc;
	return rc;
}

/*
 * Several logs of one boot: the one with dumps is the source. Standard input is read once, so that
 * it is looked at only where it is the only one left.
 */
static int choose_source(struct shared_options *options, struct error *err)
{
	const char *source = NULL, *unread = NULL;
	unsigned int i;
	int rc;

	for (i = 0; i < options->from_count; i++) {
		const char *path = options->from[i];
		struct facts_file *file;

		if (!strcmp(path, "-")) {
			unread = path;
			continue;
		}
		rc = open_one(options, path, err);
		if (rc)
			return rc;
		file = options->facts[options->facts_count - 1];
		if (!facts_file_has_dumps(file))
			continue;
		if (source)
			return error_set(err, -EINVAL,
					 "both %s and %s have EPT dumps: name one with --from, and "
					 "the other with --facts",
					 source, path);
		source = path;
		facts_file_close(file);
		options->facts_count--;
	}
	if (source && unread)
		return open_one(options, unread, err);
	options->source.path = source ? source : unread ? unread : options->from[0];
	return 0;
}

int besides_open(struct shared_options *options, struct error *err)
{
	unsigned int i;
	int rc = options->from_count > 1 ? choose_source(options, err) : 0;

	for (i = 0; i < options->facts_paths_count && !rc; i++)
		rc = open_one(options, options->facts_paths[i], err);
	options->source.facts = options->facts;
	options->source.facts_count = options->facts_count;
	return rc;
}

void besides_close(struct shared_options *options)
{
	while (options->facts_count)
		facts_file_close(options->facts[--options->facts_count]);
	options->from_count = options->facts_paths_count = 0;
}

void besides_forget(struct shared_options *options)
{
	unsigned int i;

	for (i = 0; i < options->facts_count; i++)
		facts_file_forget(options->facts[i]);
}

unsigned int besides_phys_bits(const struct shared_options *options)
{
	unsigned int i, bits = 0;

	for (i = 0; i < options->facts_count && !bits; i++)
		bits = facts_file_phys_bits(options->facts[i]);
	return bits;
}

/* ---- what holds for all of a source ---- */

/* A guest does not know its own number. */
static int check_domain(const struct shared_options *options, const struct source *source,
			const struct facts_file *file, struct error *err)
{
	if (facts_file_kind(file) != FACTS_GUEST || source->info.one_domain)
		return 0;
	return error_set(err, -EINVAL,
			 "%s is a guest's text, which does not tell of which domain it is, and %s "
			 "has several: name the DOMAIN",
			 facts_file_name(file), options->source.path ? source->info.name : "--all");
}

static void take_version(const struct facts_file *file, struct source *source)
{
	const struct section *boot = facts_file_boot(file);

	if (!boot)
		return;
	if (!source->info.rules)
		section_version(boot, &source->info);
	if (boot->host.has_var && strcmp(source->info.kind, "console") != 0 &&
	    strcmp(source->info.kind, "live") != 0)
		source_remark(source, "host MTRRs are those of boot; a log does not show whether "
				      "dom0 changed them since");
}

int besides_settle(const struct shared_options *options, struct source *source, const char *version,
		   struct error *err)
{
	struct section like;
	unsigned int i;
	int rc = 0;

	memset(&like, 0, sizeof(like));
	snprintf(like.version, sizeof(like.version), "%s", version);
	like.has_version = *version && !xen_version_parse(version, NULL, &like.xen);
	for (i = 0; i < options->facts_count && !rc; i++) {
		struct facts_file *file = options->facts[i];

		rc = check_domain(options, source, file, err);
		if (!rc)
			rc = facts_file_settle(file, like.has_version ? &like : NULL,
					       source->info.name, err);
		if (!rc && *facts_file_remark(file))
			source_remark(source, "%s", facts_file_remark(file));
		if (!rc)
			take_version(file, source);
	}
	return rc;
}

/* ---- a domain ---- */

/* A log that an image is read with is of the image's moment. */
static int take_facts(const struct facts_file *file, const struct source *source, struct dump *dump)
{
	bool image = !strcmp(source->info.kind, "image");
	struct facts facts;
	int rc = facts_file_facts(file, dump->domid, image, &facts);

	if (rc)
		return rc;
	rc = facts_merge(&dump->facts, &facts);
	facts_clear(&facts);
	return rc;
}

static int take_guest(const struct facts_file *file, struct dump *dump)
{
	char contradiction[200];
	int rc = facts_file_guest(file, &dump->facts, contradiction, sizeof(contradiction));

	if (!rc && *contradiction)
		dump_note(dump, "%s says: %s, which counts; is it of this domain?",
			  facts_file_name(file), contradiction);
	return rc;
}

int besides_apply(const struct shared_options *options, const struct source *source,
		  struct dump *dump, struct error *err)
{
	unsigned int i, guests;
	int rc = 0;

	/* What a guest says comes last, and only where Xen does not. */
	for (guests = 0; guests < 2 && !dump->past; guests++) {
		for (i = 0; i < options->facts_count && !rc; i++) {
			const struct facts_file *file = options->facts[i];
			bool guest = facts_file_kind(file) == FACTS_GUEST;

			if (guest == guests)
				rc = guest ? take_guest(file, dump)
					   : take_facts(file, source, dump);
		}
	}
	return rc ? error_set(err, -ENOMEM, "out of memory") : 0;
}

int besides_unmatched(const struct shared_options *options, const struct ranges *domids,
		      struct nothing *nothing)
{
	uint64_t first = 0, last = UINT64_MAX;
	struct ranges named = { .count = 0 };
	unsigned int i;
	int rc = 0;
	size_t k;

	for (i = 0; i < options->facts_count && !rc; i++) {
		bool met = false;

		ranges_clear(&named);
		rc = facts_file_domains(options->facts[i], &named);
		for (k = 0; k < named.count; k++)
			met |= ranges_overlap(domids, named.range[k].first, named.range[k].last,
					      &first, &last) != OVERLAP_NONE;
		if (named.count && !met)
			nothing_add(nothing, "%s has facts for domain %u, which is not there",
				    facts_file_name(options->facts[i]),
				    (unsigned int)named.range[0].first);
	}
	ranges_clear(&named);
	return rc;
}
