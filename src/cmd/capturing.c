/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/capturing.h"

#include "cmd/cmd.h"
#include "model/domid.h"
#include "source/capture/form.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The same dump without what is not to leave this host. */
static int write_redacted(struct capturing *capturing, const struct dump *dump)
{
	struct dump shown = *dump;
	int rc;

	shown.name = NULL;
	shown.note_count = 0; /* they tell of the host's devices, too */
	table_numbers_clear(&capturing->numbers);
	rc = facts_copy(&shown.facts, &dump->facts);
	if (!rc)
		rc = redact_facts(&capturing->secret, &shown.facts);
	redact_registers(&capturing->numbers, &shown.facts);
	if (!rc)
		capture_domain(capturing->file, &shown);
	facts_clear(&shown.facts);
	return rc;
}

static int begin_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct capturing *capturing = opaque;

	if (dump->domid == DOMID_UNNAMED)
		return error_set(
			err, -EINVAL,
			"a capture needs the id of its domain, which no header tells; put a "
			"line '(XEN) domainN EPT p2m table:' before the first entry");
	if (!capturing->redact)
		capture_domain(capturing->file, dump);
	else if (write_redacted(capturing, dump))
		return error_set(err, -ENOMEM, "out of memory");
	return capturing->guest_tables ? spaces_begin(&capturing->spaces, dump, err) : 0;
}

static int keep_entries(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	struct capturing *capturing = opaque;
	size_t i;

	(void)err;
	for (i = 0; i < count && capturing->redact; i++)
		redact_entry(&capturing->secret, &entries[i]);
	capture_entries(capturing->file, entries, count);
	return 0;
}

static void keep_run(void *opaque, const struct entry *first, uint64_t count)
{
	struct capturing *capturing = opaque;
	struct entry entry = *first, redacted;

	if (!capturing->redact) {
		capture_run(capturing->file, first, count);
		return;
	}
	/* Frames are redacted by blocks, and so are not one run any more. */
	for (; count; count--, entry_advance(&entry, 1)) {
		redacted = entry;
		redact_entry(&capturing->secret, &redacted);
		capture_run(capturing->file, &redacted, 1);
	}
}

static int see_entries(void *opaque, const struct entry *entries, size_t count, struct error *err)
{
	struct capturing *capturing = opaque;

	(void)err;
	if (capturing->guest_tables)
		spaces_entries(&capturing->spaces, entries, count);
	return 0;
}

static void see_run(void *opaque, const struct entry *first, uint64_t count)
{
	struct capturing *capturing = opaque;

	if (capturing->guest_tables)
		spaces_run(&capturing->spaces, first, count);
}

static int keep_table(void *opaque, uint64_t gfn, unsigned int level, const void *page,
		      const struct paging_registers *registers)
{
	struct capturing *capturing = opaque;
	enum paging_mode mode = paging_mode(registers);
	uint64_t other[FORM_TABLE_WORDS];

	if (!capturing->redact)
		return capture_table(capturing->file, gfn, page, mode);
	memcpy(other, page, sizeof(other));
	redact_table(&capturing->numbers, registers, level, other);
	return capture_table(capturing->file,
			     redact_table_gfn(&capturing->numbers, registers, level, gfn), other,
			     mode);
}

static void no_tables(void *opaque, const struct dump *dump)
{
	(void)opaque; /* the dump's own reason is told */
	(void)dump;
}

static int end_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct capturing *capturing = opaque;
	char text[320];
	int rc = capturing->guest_tables ? spaces_walk(&capturing->spaces, dump, err) : 0;

	if (rc)
		return rc;
	if (capturing->numbers.no_memory)
		return error_set(err, -ENOMEM, "out of memory");
	if (capturing->numbers.full)
		dump_incomplete(dump, "the guest has too many page tables to be redacted");
	capture_domain_end(capturing->file, dump);
	if (!dump->complete) {
		snprintf(text, sizeof(text), "domain %d is not captured as a whole: %s",
			 dump->domid, dump->reason);
		cmd_notice(text);
	}
	return 0;
}

int capturing_prepare(struct capturing *capturing, struct session *session, struct error *err)
{
	struct source_info *info = &session->source->info;
	int rc = capturing->redact ? redact_init(&capturing->secret) : 0;

	if (capturing->guest_tables && !source_has_guest(session->source))
		return error_set(err, -EINVAL,
				 "%s has no page tables of guests to keep: leave out "
				 "--guest-tables",
				 info->name);
	if (rc)
		return error_set(err, rc, "cannot read /dev/urandom");
	if (capturing->redact)
		snprintf(info->name, sizeof(info->name), "redacted");
	capturing->spaces.source = session->source;
	return 0;
}

int capturing_read(struct capturing *capturing, struct session *session, struct error *err)
{
	static const struct visitor visitor = {
		.dump = begin_dump,
		.all_entries = see_entries,
		.entries = keep_entries,
		.all_run = see_run,
		.run = keep_run,
		.without_ept = true,
		.dump_end = end_dump,
	};
	int rc = session_read(session, &visitor, capturing, err);
	int ended = capture_end(capturing->file, !rc, rc ? NULL : err);

	return rc ? rc : ended;
}

void capturing_init(struct capturing *capturing)
{
	spaces_init(&capturing->spaces);
	capturing->spaces.table = keep_table;
	capturing->spaces.missing = no_tables;
	capturing->spaces.opaque = capturing;
}

void capturing_clear(struct capturing *capturing)
{
	spaces_clear(&capturing->spaces);
	table_numbers_clear(&capturing->numbers);
}
