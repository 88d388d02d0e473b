/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/image.h"

#include "base/array.h"
#include "base/text.h"
#include "model/domid.h"
#include "rules/rulesets.h"
#include "source/image/guest.h"
#include "source/image/phys.h"
#include "source/structs/choose.h"
#include "source/structs/domains.h"
#include "source/tables/eptp.h"
#include "source/tables/walk.h"
#include "x86/ept.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One that the user named, or that Xen's structures have. */
struct root {
	uint64_t eptp;
	int domid;
	unsigned int number, numbers; /* of those of that domain; from 1 */
	enum view_kind kind;	      /* where it was found */
	unsigned int view;
};

struct image {
	struct source source;
	struct phys *phys;
	struct root *roots;
	size_t count, next;
	unsigned int phys_bits;
	struct walk walk;
	bool walking;
	bool named;    /* the user named the roots, or the domain: they must be there */
	bool has_data; /* Xen's own structures can be read */
	struct xendata data;
};

/* What is known besides the entries themselves. */
static int know(struct image *image, const struct root *root, struct dump *dump)
{
	char text[64];
	int rc = 0;

	dump_view(dump, domain_view_name(root->kind, root->view, text, sizeof(text)));
	if (image->has_data)
		rc = xendata_facts(&image->data, phys_pages(image->phys), root->eptp, dump,
				   &dump->facts);
	dump->facts.rules = image->source.info.rules;
	dump->facts.how_rules = image->source.info.how_xen;
	if (!dump->facts.rules)
		dump->facts.rules = RULES_RELEASED;
	dump->facts.entry_types = true;
	return rc;
}

static int image_next(struct source *source, struct dump *dump, struct error *err)
{
	struct image *image = (struct image *)source;
	const struct root *root = &image->roots[image->next];
	int rc;

	if (image->walking)
		walk_end(&image->walk);
	image->walking = false;
	if (image->next == image->count)
		return 0;
	image->next++;
	dump->domid = root->domid;
	dump->number = root->number;
	dump->dumps = root->numbers;
	rc = know(image, root, dump);
	if (rc)
		return error_set(err, rc, "out of memory");
	rc = walk_begin(&image->walk, phys_pages(image->phys), root->eptp, image->phys_bits,
			dump_table_finding, dump);
	image->walking = true;
	if (rc == -EFAULT && !image->named) { /* as in a core of another domain */
		image->walking = false;
		return 1;
	}
	if (rc == -EFAULT)
		return error_set(err, rc,
				 "the image has no page at 0x%" PRIx64 ", where EPTP 0x%" PRIx64
				 " has its root; --find-eptp lists roots",
				 root->eptp & ~UINT64_C(0xfff), root->eptp);
	return rc ? error_set(err, rc, "out of memory") : 1;
}

/*
 * What is wrong with tables, as the reason for which not all was seen. One that the image does not
 * have may have been excluded by who made it, or cut off: that is nothing wrong.
 */
static void tell_tables(const struct walk *walk, struct dump *dump)
{
	unsigned long damaged = walk->findings - walk->absent;

	if (damaged)
		text_append(dump->reason, sizeof(dump->reason), "%lu table entries are damaged",
			    damaged);
	if (walk->absent)
		text_append(dump->reason, sizeof(dump->reason), "%s%lu %s not in the image",
			    damaged ? ", and " : "", walk->absent,
			    walk->absent == 1 ? "table is" : "tables are");
}

static ssize_t image_read(struct source *source, struct entry *entries, size_t max,
			  struct error *err)
{
	struct image *image = (struct image *)source;
	struct dump *dump = &source->dump;
	size_t count;

	(void)err;
	if (!image->walking) {
		dump_incomplete(dump, "the image does not have its tables");
		dump_missing(dump, 0, DUMP_GFN_END);
		return 0;
	}
	count = walk_read(&image->walk, entries, max);
	if (count)
		return count;
	if (phys_shrunk(image->phys))
		snprintf(dump->reason, sizeof(dump->reason),
			 "the image became shorter while it was read");
	else
		tell_tables(&image->walk, dump);
	dump->table_findings = image->walk.findings;
	dump->tables_absent = image->walk.absent;
	dump->complete = !dump->reason[0];
	return 0;
}

static uint64_t image_skip(struct source *source, struct entry *like, const struct window *window)
{
	return walk_skip(&((struct image *)source)->walk, like, window);
}

static const void *image_guest_page(struct source *source, uint64_t gfn, unsigned int level)
{
	struct image *image = (struct image *)source;

	return image->next ? guest_page(image->phys, image->roots[image->next - 1].eptp, gfn, level)
			   : NULL;
}

static void image_close(struct source *source)
{
	struct image *image = (struct image *)source;

	if (image->walking)
		walk_end(&image->walk);
	xendata_clear(&image->data);
	phys_close(image->phys);
	free(image->roots);
	free(image);
}

static const struct source_ops image_ops = {
	.next = image_next,
	.read = image_read,
	.skip = image_skip,
	.guest_page = image_guest_page,
	.close = image_close,
};

/* Numbers those of each domain. */
static void count_roots(struct image *image)
{
	size_t i, k;

	image->source.info.one_domain = true;
	for (i = 0; i < image->count; i++) {
		struct root *root = &image->roots[i];

		image->source.info.one_domain &= root->domid == image->roots[0].domid;
		for (root->number = root->numbers = k = 0; k < image->count; k++) {
			root->numbers += image->roots[k].domid == root->domid;
			root->number += k <= i && image->roots[k].domid == root->domid;
		}
	}
}

/* --eptp, as far as they are of the domain that is wanted. One without DOMID is of that one. */
static int parse_roots(struct image *image, const struct source_options *options, int wanted,
		       struct error *err)
{
	const char *domain = options->domain;
	size_t i;
	int domid, rc = 0;

	for (i = 0; options->eptp[i] && !rc; i++) {
		struct root root = { .kind = VIEW_HOST };

		rc = eptp_parse(options->eptp[i], i, &domid, &root.eptp, err);
		root.domid = domain && !strchr(options->eptp[i], '=') ? wanted : domid;
		if (!rc && (!domain || root.domid == wanted) &&
		    array_append(&image->roots, &image->count, sizeof(root), &root))
			rc = error_set(err, -ENOMEM, "out of memory");
	}
	if (!rc && !image->count)
		rc = error_set(err, -ENOENT, "no --eptp is of domain %d", wanted);
	return rc;
}

static int no_roots(const struct image *image, const struct source_options *options, int wanted,
		    struct error *err)
{
	const struct own_domain *domain = xendata_domain(&image->data, wanted);
	const char *name = image->source.info.name;

	if (image->data.layout.guessed)
		return error_set(
			err, -EINVAL,
			"%s is a memory image, and %s has no DWARF to find domains with: name the "
			"EPT's root with --eptp [DOMID=]VALUE (key v prints it), or list what looks "
			"like one with: list --find-eptp",
			name, syms_name(image->data.syms));
	if (!options->domain)
		return error_set(err, -ENOENT, "no domain of the Xen in %s has an EPT", name);
	return error_set(err, -ENOENT, "%s domain %d%s",
			 domain ? "there is no EPT of" : "the Xen in the image has no", wanted,
			 domain ? ": it is PV, or uses shadow page tables" : "");
}

/* The roots that Xen's structures have. */
static int find_roots_of(struct image *image, const struct source_options *options, int wanted,
			 struct error *err)
{
	size_t i;
	unsigned int k;

	for (i = 0; i < image->data.count; i++) {
		const struct own_domain *domain = &image->data.domains[i];

		for (k = 0; k < domain->view_count; k++) {
			const struct domain_view *view = &domain->views[k];
			struct root root = { .eptp = view->eptp,
					     .domid = domain->domid,
					     .kind = view->kind,
					     .view = view->index };

			if ((!options->domain || domain->domid == wanted) &&
			    array_append(&image->roots, &image->count, sizeof(root), &root))
				return error_set(err, -ENOMEM, "out of memory");
		}
	}
	return image->count ? 0 : no_roots(image, options, wanted, err);
}

/* What holds for the whole of it. */
static void describe(struct image *image)
{
	const struct xendata *data = &image->data;
	struct source_info *info = &image->source.info;

	snprintf(info->xen_version, sizeof(info->xen_version), "%s", data->version);
	snprintf(info->command_line, sizeof(info->command_line), "%s", data->command_line);
	if (!data->has_version)
		return;
	info->rules = releases_rules(&data->xen, &info->how_xen, info->rules_note,
				     sizeof(info->rules_note));
	if (info->how_xen == HOW_LOG)
		info->how_xen = HOW_MEASURED;
}

bool image_recognize(const char *head, size_t size)
{
	return size >= 16 && (!memcmp(head, ELFMAG, SELFMAG) || !memcmp(head, "KDUMP   ", 8) ||
			      !memcmp(head, "DISKDUMP", 8) || !memcmp(head, "makedumpfile", 12));
}

/* Xen's own structures, if there is a xen-syms to find them with. */
static int read_structures(struct image *image, const struct source_options *options,
			   struct error *err)
{
	int rc = choose_syms(options, phys_pages(image->phys), PLACE_UNKNOWN, &image->data, err);

	if (rc <= 0)
		return rc;
	image->has_data = true;
	rc = xendata_read(&image->data, &image->source, err);
	if (!rc)
		describe(image);
	return rc;
}

static int nothing_named(const struct image *image, struct error *err)
{
	return error_set(
		err, -EINVAL,
		"%s is a memory image: name the EPT's root with --eptp [DOMID=]VALUE (key v prints "
		"it), or its Xen's symbols with --xen-syms FILE, or list what looks like a root "
		"with: list --find-eptp",
		image->source.info.name);
}

/* What the options say, before anything is unpacked for nothing. */
static int check_options(struct image *image, const struct source_options *options, int *wanted,
			 struct error *err)
{
	const char *domain = options->domain;

	if (!options->eptp && !options->xen_syms && !options->syms_count)
		return nothing_named(image, err);
	*wanted = -1;
	if (domain && !domid_parse(domain, strlen(domain), wanted))
		return error_set(err, -EINVAL,
				 "a memory image has no domain names; choose '%s' by its id",
				 domain);
	return options->eptp ? parse_roots(image, options, *wanted, err) : 0;
}

int image_open(const struct source_options *options, struct source **source, struct error *err)
{
	struct image *image = calloc(1, sizeof(*image));
	int rc, wanted;

	if (!image)
		return error_set(err, -ENOMEM, "out of memory");
	image->source.ops = &image_ops;
	source_set_name(&image->source, options->path);
	rc = check_options(image, options, &wanted, err);
	if (!rc)
		rc = phys_open(options->path, options->notice, &image->phys, err);
	if (!rc)
		rc = read_structures(image, options, err);
	if (!rc && !options->eptp)
		rc = image->has_data ? find_roots_of(image, options, wanted, err)
				     : nothing_named(image, err);
	if (rc) {
		image_close(&image->source);
		return rc;
	}
	image->named = options->eptp || options->domain;
	count_roots(image);
	if (phys_cut(image->phys))
		source_remark(&image->source, "the image is cut short: it ends before memory that "
					      "its headers tell of");
	image->phys_bits = options->phys_bits ? options->phys_bits : 52;
	if (!options->phys_bits)
		source_remark(&image->source,
			      "the machine's physical-address width is not known (--phys-bits), so "
			      "that reserved bits of addresses are not looked for");
	*source = &image->source;
	return 0;
}
