/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source that options name, opened, with the rule sets and facts that count. */
#include "cmd/options.h"

#include "base/text.h"
#include "rules/releases.h"
#include "rules/rulesets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int parse_rules(const char *name, int *id, struct error *err)
{
	char names[512] = "";
	size_t used = 0;
	unsigned int i;

	*id = ruleset_parse(name);
	if (*id >= 0)
		return 0;
	for (i = 0; i < ruleset_count() && used < sizeof(names); i++)
		used += snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
				 ruleset(i)->name);
	return error_set(err, -EINVAL, "no rule set '%s'; there are %s", name, names);
}

static int check_source(const struct common_options *common, struct error *err)
{
	const struct source_options *source = &common->source;
	const struct live_options *live = &source->live;

	bool direct = live->via && !strcmp(live->via, "gdbsx");

	if (source->path && (live->pause || live->no_q || live->force || live->via))
		return error_set(err, -EINVAL,
				 "--%s is for running domains, not for what --from reads",
				 live->pause  ? "pause"
				 : live->no_q ? "no-q"
				 : live->via  ? "via"
					      : "force");
	if (!source->path &&
	    (source->dump || source->all_dumps || (source->eptp && !direct) || source->phys_bits))
		return error_set(
			err, -EINVAL,
			"no source: --dump, --all-dumps, --eptp and --phys-bits are for what "
			"--from reads; --eptp also for --via gdbsx");
	if (!source->path && common->facts_path)
		return error_set(err, -EINVAL,
				 "--facts is for a memory image; a running Xen tells its own");
	if (live->all && source->domain)
		return error_set(err, -EINVAL, "either a DOMAIN or --all");
	if (!source->path && !source->domain && !live->all)
		return error_set(
			err, -EINVAL,
			"no source: name a running domain, or --all, or a console log with --from "
			"FILE (xl debug-keys q; xl debug-keys D; xl dmesg > FILE)");
	return 0;
}

int common_prepare(struct common_options *common, struct error *err)
{
	unsigned int i;
	int rc;

	for (i = 0; i < common->rules_count; i++) {
		rc = parse_rules(common->rules_names[i], &common->compared[i], err);
		if (rc)
			return rc;
		common->rules |= 1u << common->compared[i];
	}
	rc = check_source(common, err);
	if (!rc && common->facts_path)
		rc = facts_log_open(common->facts_path, &common->facts_log, err);
	if (!rc && common->given_path)
		rc = given_load(common->given_path, &common->given, err);
	if (!common->source.phys_bits)
		common->source.phys_bits = given_phys_bits(common->given);
	if (!common->source.phys_bits && common->facts_log)
		common->source.phys_bits = facts_log_phys_bits(common->facts_log);
	return rc;
}

void common_clear(struct common_options *common)
{
	facts_log_close(common->facts_log);
	given_free(common->given);
	ranges_clear(&common->gfns);
}

/* Rule sets of a version that the user named. */
static int rules_of_version(const char *version, struct source_info *info, uint32_t *rules,
			    struct error *err)
{
	enum how how;
	int rc = releases_parse(version, rules, &how, info->rules_note, sizeof(info->rules_note),
				err);

	if (rc)
		return rc;
	snprintf(info->xen_version, sizeof(info->xen_version), "%s", version);
	text_sanitize(info->xen_version);
	info->how_xen = how == HOW_LOG ? HOW_GIVEN : how;
	return 0;
}

/* Rule sets that --given names for all domains, 0 if it does not. */
static uint32_t rules_of_given(const struct given *given, struct source_info *info)
{
	struct facts facts;
	struct error ignored; /* what is given has been checked */
	uint32_t rules;

	facts_init(&facts);
	given_apply(given, -1, 0, &facts, &ignored);
	rules = facts.rules;
	if (rules) {
		info->how_xen = facts.how_rules;
		info->rules_note[0] = '\0';
	}
	facts_clear(&facts);
	return rules;
}

static void name_rules(struct source_info *info, uint32_t rules)
{
	size_t used = 0;
	unsigned int id;

	info->rules_name[0] = '\0';
	for (id = 0; id < ruleset_count() && used < sizeof(info->rules_name); id++)
		if (rules >> id & 1)
			used += snprintf(info->rules_name + used, sizeof(info->rules_name) - used,
					 "%s%s", used ? " or " : "", ruleset(id)->name);
}

static int adjust(const void *common, struct dump *dump, struct error *err)
{
	return common_facts(common, dump, err);
}

int common_open(struct common_options *common, struct source **source, struct error *err)
{
	const char *version = common->xen ? common->xen : given_xen_version(common->given);
	struct source_info *info;
	uint32_t rules = 0;
	int rc;

	if (version && !common->rules) { /* a running domain is judged while it is opened */
		struct source_info ignored;

		rc = rules_of_version(version, &ignored, &common->rules, err);
		if (rc)
			return rc;
	}
	common->source.live.adjust = adjust;
	common->source.live.opaque = common;
	rc = source_open(&common->source, source, err);
	if (rc)
		return rc;
	info = &(*source)->info;
	if (common->facts_log)
		facts_log_version(common->facts_log, info);
	if (version) {
		rc = rules_of_version(version, info, &rules, err);
		info->rules = rules; /* a capture keeps them */
		if (!common->rules)
			common->rules = rules;
	} else {
		rules = rules_of_given(common->given, info);
		if (!rules)
			rules = info->rules;
	}
	if (!rc && !rules && !common->rules && !common->rules_optional)
		rc = info->rules_note[0] && info->xen_version[0]
			     ? error_set(err, -EINVAL, "Xen %s: %s", info->xen_version,
					 info->rules_note)
			     : error_set(
				       err, -EINVAL,
				       "%s does not tell which Xen it is of (no boot messages); name the "
				       "version with --xen, e.g. --xen 4.17.5",
				       info->name);
	if (rc) {
		source_close(*source);
		*source = NULL;
		return rc;
	}
	if (common->rules_count) {
		info->how_xen = HOW_GIVEN;
		info->rules_note[0] = '\0';
	}
	/* What a capture keeps. */
	info->rules = rules ? rules : common->rules;
	if (!rules && !common->rules)
		rules = RULES_RELEASED; /* any of them */
	info->rules = common->rules ? common->rules : rules;
	name_rules(info, info->rules);
	return 0;
}

int common_facts(const struct common_options *common, struct dump *dump, struct error *err)
{
	bool entry_types = dump->facts.entry_types;
	int rc = 0;

	if (common->facts_log) {
		facts_clear(&dump->facts);
		if (facts_log_facts(common->facts_log, dump->domid, &dump->facts))
			rc = error_set(err, -ENOMEM, "out of memory");
		dump->facts.entry_types = entry_types;
	}
	if (!rc)
		rc = given_apply(common->given, dump->domid, dump->number, &dump->facts, err);
	if (common->rules) {
		dump->facts.rules = common->rules;
		dump->facts.how_rules = HOW_GIVEN;
	}
	return rc;
}

size_t common_filter(const struct common_options *common, struct entry *entries, size_t count)
{
	const struct ranges *gfns = &common->gfns;
	size_t i, kept = 0;

	if (!gfns->count)
		return count;
	for (i = 0; i < count; i++) {
		uint64_t first = 0, last = UINT64_MAX;

		if (ranges_overlap(gfns, entries[i].gfn,
				   entries[i].gfn + entry_pages(entries[i].order) - 1, &first,
				   &last) != OVERLAP_NONE)
			entries[kept++] = entries[i];
	}
	return kept;
}
