/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/factsfile.h"

#include "base/text.h"
#include "model/merge.h"
#include "source/input.h"
#include "source/text/scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct facts_file {
	char name[256], remark[320];
	enum facts_kind kind;
	struct scan scan;
	bool settled, chosen; /* the section below is the boot */
	unsigned int section;
};

/* ---- opening ---- */

static int nothing_known(const struct facts_file *file, struct error *err)
{
	return error_set(
		err, -EINVAL,
		"%s tells no facts: --facts understands a console log of Xen, what xen-hvmctx "
		"prints, a guest's /proc/mtrr, the MTRR and PAT lines of a guest's boot, and "
		"what lspci -vv prints in dom0 (JSON is for --given)",
		file->name);
}

/* Whoever speaks first has the text: a guest can print what looks like Xen's. */
static int recognize(struct facts_file *file, struct error *err)
{
	const struct guest_text *guest = &file->scan.guest;

	if (!guest->linux_text && !file->scan.xen_lines && !file->scan.mtrr_count) {
		file->kind = FACTS_DEVICES;
		return file->scan.lspci.devices.count ? 0 : nothing_known(file, err);
	}
	file->kind = guest->linux_text	    ? FACTS_GUEST
		     : file->scan.xen_lines ? FACTS_LOG
					    : FACTS_CONTEXT;
	if (file->kind != FACTS_GUEST)
		return 0;
	if (!guest->mtrrs.has_var && !guest->has_pat)
		return error_set(
			err, -EINVAL,
			"%s is a guest's text and has no MTRRs, or not all of them: cat /proc/mtrr in the "
			"guest, or boot its Linux with mtrr.show=1 (mtrr=debug from 6.5 on)",
			file->name);
	if (file->scan.xen_lines)
		snprintf(
			file->remark, sizeof(file->remark),
			"%.96s begins as a guest's text, so its lines with \"(XEN)\" are not believed",
			file->name);
	else if (!guest->mtrrs.has_var)
		snprintf(file->remark, sizeof(file->remark),
			 "%.96s tells the guest's PAT only, on which no rule depends", file->name);
	return 0;
}

int facts_file_open(const char *path, struct facts_file **result, struct error *err)
{
	struct facts_file *file = calloc(1, sizeof(*file));
	struct reader reader = { .buffer = NULL };
	struct input *input = NULL;
	int rc;

	if (!file)
		return error_set(err, -ENOMEM, "out of memory");
	snprintf(file->name, sizeof(file->name), "%s", strcmp(path, "-") ? path : "standard input");
	text_sanitize(file->name);
	rc = input_open(path, &input, err);
	if (!rc)
		rc = reader_init(&reader, input, READER_BUFFER, err);
	if (!rc)
		rc = scan_log(&reader, &file->scan, false, err);
	if (!rc)
		rc = scan_refuses_archive(&file->scan, file->name, err);
	if (!rc)
		rc = recognize(file, err);
	reader_clear(&reader);
	input_close(input);
	if (rc) {
		facts_file_close(file);
		return rc;
	}
	*result = file;
	return 0;
}

void facts_file_close(struct facts_file *file)
{
	if (file)
		scan_clear(&file->scan);
	free(file);
}

const char *facts_file_name(const struct facts_file *file)
{
	return file->name;
}

enum facts_kind facts_file_kind(const struct facts_file *file)
{
	return file->kind;
}

const char *facts_file_remark(const struct facts_file *file)
{
	return file->remark;
}

bool facts_file_has_dumps(const struct facts_file *file)
{
	return file->kind == FACTS_LOG && file->scan.dump_count;
}

/* ---- which boot ---- */

/*
 * The moment that a source is of that has none of its own in the log: the domain's last dump, any
 * last dump, or the last key q; there the answer is the same as from the dump itself.
 */
static struct place last_moment(const struct facts_file *file, int domid)
{
	const struct scan *scan = &file->scan;
	const struct place *any = NULL;
	struct place end = scan->last;
	size_t i;

	for (i = scan->dump_count; i > 0; i--) {
		const struct dump_place *dump = &scan->dumps[i - 1];

		if (file->chosen && dump->place.section != file->section)
			continue;
		if (dump->domid == domid)
			return dump->place;
		any = any ? any : &dump->place;
	}
	for (i = scan->keyq_count; i > 0 && !any; i--)
		if (!file->chosen || scan->keyqs[i - 1].place.section == file->section)
			any = &scan->keyqs[i - 1].place;
	if (file->chosen)
		end.section = file->section;
	return any ? *any : end;
}

unsigned int facts_file_phys_bits(const struct facts_file *file)
{
	return file->kind == FACTS_LOG
		       ? file->scan.sections[last_moment(file, -1).section].host.mask_digits * 4
		       : 0;
}

static bool same_frames(const struct ranges *a, const struct ranges *b)
{
	size_t i;

	for (i = 0; i < a->count && i < b->count; i++)
		if (a->range[i].first != b->range[i].first || a->range[i].last != b->range[i].last)
			return false;
	return a->count == b->count;
}

/* Can they be the same boot? */
static bool alike(const struct section *a, const struct section *b)
{
	if (a->has_version && b->has_version && strcmp(a->version, b->version) != 0)
		return false;
	if (a->command_line[0] && b->command_line[0] &&
	    strcmp(a->command_line, b->command_line) != 0)
		return false;
	return !a->has_memory_map || !b->has_memory_map || same_frames(&a->ram, &b->ram);
}

static int other_boot(const struct facts_file *file, const struct section *like, const char *name,
		      struct error *err)
{
	const struct section *last = &file->scan.sections[file->scan.last.section];

	if (last->has_version && like->has_version && strcmp(last->version, like->version) != 0)
		return error_set(err, -EINVAL,
				 "%s is of another boot than %s: of Xen %s, not %s; facts must be "
				 "of the boot that the entries are of",
				 file->name, name, last->version, like->version);
	return error_set(err, -EINVAL,
			 "%s is of another boot than %s: Xen's command line or memory map is "
			 "another; facts must be of the boot that the entries are of",
			 file->name, name);
}

static int settle_log(struct facts_file *file, const struct section *like, const char *name,
		      struct error *err)
{
	size_t i;

	for (i = file->scan.section_count; i > 0; i--) {
		const struct section *section = &file->scan.sections[i - 1];

		/* What stands before the first banner may be of any boot. */
		if (section->dropped ||
		    (i == 1 && !section->has_version && file->scan.section_count > 1))
			continue;
		if (!alike(section, like))
			continue;
		file->section = i - 1;
		file->chosen = true;
		return 0;
	}
	return other_boot(file, like, name, err);
}

int facts_file_settle(struct facts_file *file, const struct section *like, const char *name,
		      struct error *err)
{
	struct section *own = &file->scan.sections[0];

	if (file->settled || !like)
		return 0;
	file->settled = true;
	if (file->kind == FACTS_LOG)
		return settle_log(file, like, name, err);
	own->has_version = like->has_version; /* what a context shows depends on it */
	own->xen = like->xen;
	return 0;
}

void facts_file_forget(struct facts_file *file)
{
	file->settled = file->chosen = false;
}

const struct section *facts_file_boot(const struct facts_file *file)
{
	const struct section *section = &file->scan.sections[last_moment(file, -1).section];

	return file->kind == FACTS_LOG && section->has_version ? section : NULL;
}

/* ---- what it knows ---- */

int facts_file_facts(const struct facts_file *file, int domid, bool at_dump, struct facts *facts)
{
	struct dump_place end = { .domid = domid };
	int rc;

	if (file->kind == FACTS_DEVICES) {
		facts_init(facts);
		facts->how_devices = HOW_LOG;
		return devices_add_all(&facts->devices, &file->scan.lspci.devices);
	}
	end.place = last_moment(file, domid);
	rc = scan_facts(&file->scan, &end, facts);
	if (!rc && file->kind == FACTS_LOG && !at_dump)
		facts_age(facts);
	return rc;
}

int facts_file_domains(const struct facts_file *file, struct ranges *domids)
{
	size_t i;
	int rc = 0;

	for (i = 0; file->kind == FACTS_CONTEXT && i < file->scan.mtrr_count && !rc; i++)
		rc = ranges_add(domids, file->scan.mtrrs[i].domid, file->scan.mtrrs[i].domid);
	return rc;
}

int facts_file_guest(const struct facts_file *file, struct facts *facts, char *contradiction,
		     size_t size)
{
	return guest_text_apply(&file->scan.guest, facts, contradiction, size);
}
