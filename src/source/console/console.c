/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/console/console.h"

#include "base/encoding.h"
#include "base/stream.h"
#include "model/domid.h"
#include "source/factsfile.h"
#include "source/text/dumpreader.h"
#include "source/text/logcounts.h"
#include "source/text/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct console {
	struct source source;
	struct input *input;
	struct reader reader;
	struct scan scan;
	bool *chosen; /* one for each of scan.dumps */
	size_t next;
	unsigned int boot, section; /* of the dump read last: its number from 1, and its section */
	struct dumpreader reading;
	struct log_counts counts;
	const struct section *described; /* the boot of the dump that was chosen last */
};

/* Dumps of a domain in one boot. The same id in another boot is another domain. */
static unsigned int dumps_of(const struct scan *scan, int domid, unsigned int section)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < scan->dump_count; i++)
		count += scan->dumps[i].domid == domid && scan->dumps[i].place.section == section;
	return count;
}

/* The last boot that has a dump of that domain, or where domid is below 0 of any. */
static unsigned int last_boot(const struct scan *scan, int domid)
{
	size_t i;

	for (i = scan->dump_count; i > 0; i--)
		if (domid < 0 || scan->dumps[i - 1].domid == domid)
			return scan->dumps[i - 1].place.section;
	return 0;
}

/* Which boot it is of those that something was chosen of, from 1; dumps are asked in order. */
static unsigned int boot_of(struct console *console, const struct place *place)
{
	if (!console->boot || place->section != console->section)
		console->boot++;
	console->section = place->section;
	return console->boot;
}

static int console_next(struct source *source, struct dump *dump, struct error *err)
{
	struct console *console = (struct console *)source;
	const struct dump_place *place;
	int rc;

	while (console->next < console->scan.dump_count && !console->chosen[console->next])
		console->next++;
	if (console->next == console->scan.dump_count)
		return 0;
	place = &console->scan.dumps[console->next++];
	dump->domid = place->domid;
	dump->number = place->number;
	dump->dumps = place->dumps;
	dump->boot = boot_of(console, &place->place);
	dump->past = &console->scan.sections[place->place.section] != console->described;
	rc = scan_facts(&console->scan, place, &dump->facts);
	if (rc)
		return error_set(err, -ENOMEM, "out of memory");
	rc = dumpreader_open(&console->reading, &console->reader, &console->scan, place,
			     &console->counts, dump, err);
	console->reading.counted = true;
	return rc ? rc : 1;
}

static ssize_t console_read(struct source *source, struct entry *entries, size_t max,
			    struct error *err)
{
	return dumpreader_read(&((struct console *)source)->reading, entries, max, err);
}

static void console_close(struct source *source)
{
	struct console *console = (struct console *)source;

	reader_clear(&console->reader);
	input_close(console->input);
	scan_clear(&console->scan);
	free(console->chosen);
	free(console);
}

static const struct source_ops console_ops = {
	.next = console_next,
	.read = console_read,
	.close = console_close,
};

static void list_domains(const struct scan *scan, char *text, size_t size)
{
	size_t i, used = 0;
	int last = -1;

	*text = '\0';
	for (;;) {
		int lowest = -1;

		for (i = 0; i < scan->dump_count; i++)
			if (scan->dumps[i].domid > last &&
			    (lowest < 0 || scan->dumps[i].domid < lowest))
				lowest = scan->dumps[i].domid;
		if (lowest < 0 || used + 12 >= size)
			return;
		used += snprintf(text + used, size - used, "%s%d", used ? ", " : "", lowest);
		last = lowest;
	}
}

static int choose(struct console *console, const struct source_options *options, struct error *err)
{
	const struct scan *scan = &console->scan;
	char domains[128];
	int domid = -1;
	unsigned int boot;
	size_t i, chosen = 0;

	console->chosen = calloc(scan->dump_count, sizeof(*console->chosen));
	if (!console->chosen)
		return error_set(err, -ENOMEM, "out of memory");
	list_domains(scan, domains, sizeof(domains));
	if (options->domain && !domid_parse(options->domain, strlen(options->domain), &domid))
		return error_set(
			err, -EINVAL,
			"a console log has no domain names; choose '%s' by its id (this log has: "
			"%s)",
			options->domain, domains);
	boot = last_boot(scan, domid);
	for (i = 0; i < scan->dump_count; i++) {
		const struct dump_place *dump = &scan->dumps[i];
		unsigned int wanted = options->dump ? options->dump : dump->dumps;

		if (domid >= 0 && dump->domid != domid)
			continue;
		console->chosen[i] = options->all_dumps ||
				     (dump->place.section == boot && dump->number == wanted);
		chosen += console->chosen[i];
	}
	if (chosen)
		return 0;
	if (domid >= 0 && !dumps_of(scan, domid, boot))
		return error_set(err, -ENOENT, "the log has no dump of domain %d (it has: %s)",
				 domid, *domains ? domains : "one that no header names");
	return error_set(err, -ENOENT,
			 "no domain has a dump %u in this log; without --dump the last is taken",
			 options->dump);
}

static bool one_domain(const struct console *console)
{
	const struct scan *scan = &console->scan;
	int domid = -1;
	size_t i;

	for (i = 0; i < scan->dump_count; i++) {
		if (!console->chosen[i])
			continue;
		if (domid >= 0 && scan->dumps[i].domid != domid)
			return false;
		domid = scan->dumps[i].domid;
	}
	return true;
}

/*
 * Logs among the facts must be of the boot of the dumps; what they tell of it stands for what this
 * one does not tell, because its beginning is elsewhere.
 */
static int take_boot(struct console *console, const struct source_options *options,
		     struct error *err)
{
	struct scan *scan = &console->scan;
	unsigned int i;
	int rc = 0;

	for (i = 0; i < scan->dump_count; i++)
		if (console->chosen[i])
			console->described = &scan->sections[scan->dumps[i].place.section];
	for (i = 0; i < options->facts_count && !rc; i++) {
		const struct section *boot;

		rc = facts_file_settle(options->facts[i], console->described,
				       console->source.info.name, err);
		boot = rc ? NULL : facts_file_boot(options->facts[i]);
		if (boot && scan->section_count == 1 && !scan->sections[0].has_version &&
		    scan_copy_boot(scan, boot))
			rc = error_set(err, -ENOMEM, "out of memory");
	}
	return rc;
}

/* What xen-hvmctx printed counts only for a domain of the boot that the dumps are of. */
static void remark_contexts(struct console *console)
{
	const struct scan *scan = &console->scan;
	unsigned long early = 0;
	size_t i;

	for (i = 0; i < scan->mtrr_count; i++)
		early += !scan->mtrrs[i].place.section;
	if (early && !scan->sections[0].has_version && console->described != &scan->sections[0])
		source_remark(
			&console->source,
			"what xen-hvmctx printed before Xen's banner is left out: it can be "
			"of another boot; put it behind the dump, or into a file for --facts");
	if (scan->mtrrs_unnamed)
		source_remark(&console->source,
			      "what xen-hvmctx printed is left out where no line 'HVM save record "
			      "for domain N' before it names its domain");
}

/*
 * The dumps of the last boot are taken: where that has none, those of an earlier one must not pass
 * for it. Of the same Xen they are taken with a remark, of another one only if all are asked for.
 */
static int check_last_boot(struct console *console, const struct source_options *options,
			   struct error *err)
{
	const struct section *taken = console->described,
			     *last = &console->scan.sections[console->scan.last.section];
	const char *name = console->source.info.name;

	/* What is tentative may be dom0 showing this log. */
	if (options->all_dumps || !taken || last <= taken || last->tentative || !last->has_version)
		return 0;
	if (taken->has_version && strcmp(taken->version, last->version))
		return error_set(err, -ENODATA,
				 "the last boot in %s is of Xen %s, and has no EPT dump%s%s; the "
				 "dumps of Xen %s are of an earlier boot: --all-dumps takes them",
				 name, last->version, options->domain ? " of domain " : "",
				 options->domain ? options->domain : "", taken->version);
	source_remark(&console->source,
		      "the last boot in the log has no EPT dump%s%s: the dumps are of an earlier "
		      "boot, whose Xen was %s",
		      options->domain ? " of domain " : "", options->domain ? options->domain : "",
		      taken->has_version ? "the same version" : "of a version that is not told");
	return 0;
}

/*
 * Sets up the version that the chosen dumps run under; the last one's is reported. A domain was
 * asked for, or all are read.
 */
static void describe(struct console *console, bool asked)
{
	const struct scan *scan = &console->scan;
	const struct section *section = console->described;
	unsigned int earlier = 0;
	size_t i;

	console->source.info.one_domain = one_domain(console);
	if (section)
		section_version(section, &console->source.info);
	if (section && section->host.has_var)
		source_remark(&console->source, "host MTRRs are those of boot; a log does not show "
						"whether dom0 changed them since");
	for (i = 0; i < scan->dump_count; i++)
		earlier += !console->chosen[i] && section != NULL &&
			   &scan->sections[scan->dumps[i].place.section] < section;
	if (earlier)
		source_remark(&console->source,
			      "the log has %u dump%s of earlier boots, whose domains are others; "
			      "--all-dumps shows them",
			      earlier, earlier == 1 ? "" : "s");
	if (section && section->map_broken)
		source_remark(&console->source,
			      "the host's memory map in the log is not whole, or other lines "
			      "contradict it: it is left out");
	remark_contexts(console);
	console->counts.blanks_lost = section && section->loose;
	if (section && section->loose)
		source_remark(&console->source, "the log lost blanks on its way: its entries are "
						"read by words, not by columns");
	log_counts_set(&console->counts, scan, asked);
}

/* Is this text in its first bytes? */
static bool near_start(const struct console *console, const char *text)
{
	char head[STREAM_PEEK];

	return memmem(head, input_peek(console->input, head, sizeof(head)), text, strlen(text));
}

/* What a file that is no log may be instead. */
static const char *rather(const struct console *console)
{
	char head[STREAM_PEEK];
	size_t size = input_peek(console->input, head, sizeof(head));

	/* The other encodings are read where the file is not packed. */
	switch (encoding_recognize((const uint8_t *)head, size)) {
	case ENCODING_PLAIN:
		break;
	case ENCODING_NBSP:
		return " (it was copied from a web page and packed; unpack it first)";
	case ENCODING_QUOTED:
		return " (it is quoted-printable, as in a mail, and packed; unpack it first)";
	default:
		return " (it is UTF-16 and packed; unpack it first)";
	}
	if (console->scan.has_nul)
		return " (it has binary data: name a memory image's EPT with --eptp)";
	if (near_start(console, "\033["))
		return " (it has the colours of a terminal; without them: sed "
		       "'s/\\x1b\\[[0-9;]*[mK]//g')";
	return near_start(console, "{\"") || near_start(console, "{\n")
		       ? " (facts in JSON stand beside one: --given FILE)"
		       : "";
}

static int no_dump(const struct console *console, struct error *err)
{
	const struct scan *scan = &console->scan;
	const char *name = console->source.info.name;

	if (input_cut(console->input))
		return error_set(err, -ENODATA,
				 "%s is cut short: what is packed in it ends in the middle, before "
				 "any EPT dump",
				 name);
	if (!scan->lines)
		return error_set(
			err, -ENODATA,
			"%s is empty; make a log with: xl debug-keys q; xl debug-keys D; xl dmesg",
			name);
	if (!scan->xen_lines && (scan->guest.linux_text || scan->mtrr_count) &&
	    !near_start(console, "\033["))
		return error_set(err, -EINVAL,
				 "%s has no EPT dump, only facts: read it with --facts, beside a "
				 "console log or a running domain",
				 name);
	if (!scan->xen_lines)
		return error_set(
			err, -EINVAL,
			"%s is not a console log of Xen%s; make one with: xl debug-keys q; xl "
			"debug-keys D; xl dmesg",
			name, rather(console));
	if (scan->sections[scan->last.section].no_hap[0])
		return error_set(err, -ENODATA,
				 "%s has no EPT dump, and Xen has no EPTs: it says '%s'", name,
				 scan->sections[scan->last.section].no_hap);
	return error_set(
		err, -ENODATA,
		"%s has no EPT dump; make one with: xl debug-keys q; xl debug-keys D; xl dmesg (on "
		"Intel with HAP domains only)",
		name);
}

int console_open(const struct source_options *options, struct source **source, struct error *err)
{
	struct console *console = calloc(1, sizeof(*console));
	int rc;

	if (!console)
		return error_set(err, -ENOMEM, "out of memory");
	console->source.ops = &console_ops;
	console->source.info.log = &console->counts;
	source_set_name(&console->source, options->path);
	rc = source_input(options, &console->input, err);
	if (!rc)
		rc = reader_init(&console->reader, console->input, READER_BUFFER, err);
	if (!rc)
		rc = scan_log(&console->reader, &console->scan, false, err);
	if (!rc)
		rc = scan_refuses_archive(&console->scan, console->source.info.name, err);
	if (!rc && !console->scan.dump_count)
		rc = no_dump(console, err);
	if (!rc)
		rc = choose(console, options, err);
	if (!rc)
		rc = take_boot(console, options, err);
	if (!rc)
		rc = check_last_boot(console, options, err);
	if (rc) {
		console_close(&console->source);
		return rc;
	}
	describe(console, options->domain);
	*source = &console->source;
	return 0;
}
