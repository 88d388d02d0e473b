/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/image.h"

#include "base/array.h"
#include "base/text.h"
#include "model/domid.h"
#include "rules/rulesets.h"
#include "source/image/guest.h"
#include "source/image/phys.h"
#include "source/tables/eptp.h"
#include "source/tables/walk.h"
#include "x86/ept.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One that the user named. */
struct root {
	uint64_t eptp;
	int domid;
	unsigned int number, numbers; /* of those of that domain; from 1 */
};

struct image {
	struct source source;
	struct phys *phys;
	struct root *roots;
	size_t count, next;
	unsigned int phys_bits;
	struct walk walk;
	bool walking;
};

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
	dump->facts.rules = RULES_RELEASED;
	dump->facts.entry_types = true;
	rc = walk_begin(&image->walk, phys_pages(image->phys), root->eptp, image->phys_bits,
			dump_table_finding, dump);
	image->walking = true;
	if (rc == -EFAULT)
		return error_set(err, rc,
				 "the image has no page at 0x%" PRIx64 ", where EPTP 0x%" PRIx64
				 " has its root; --find-eptp lists roots",
				 root->eptp & ~UINT64_C(0xfff), root->eptp);
	return rc ? error_set(err, rc, "out of memory") : 1;
}

static ssize_t image_read(struct source *source, struct entry *entries, size_t max,
			  struct error *err)
{
	struct image *image = (struct image *)source;
	struct dump *dump = &source->dump;
	size_t count = walk_read(&image->walk, entries, max);

	(void)err;
	if (count)
		return count;
	if (phys_shrunk(image->phys))
		snprintf(dump->reason, sizeof(dump->reason),
			 "the image became shorter while it was read");
	else if (image->walk.findings)
		snprintf(dump->reason, sizeof(dump->reason), "%lu table entries are damaged",
			 image->walk.findings);
	dump->table_findings = image->walk.findings;
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

/* --eptp, as far as they are of the domain that is wanted. One without DOMID is of that one. */
static int parse_roots(struct image *image, const struct source_options *options, struct error *err)
{
	const char *domain = options->domain;
	size_t i, k;
	int wanted = -1, domid, rc = 0;

	if (domain && !domid_parse(domain, strlen(domain), &wanted))
		return error_set(err, -EINVAL,
				 "a memory image has no domain names; choose '%s' by its id",
				 domain);
	for (i = 0; options->eptp[i] && !rc; i++) {
		struct root root = { .number = 1 };

		rc = eptp_parse(options->eptp[i], i, &domid, &root.eptp, err);
		root.domid = domain && !strchr(options->eptp[i], '=') ? wanted : domid;
		for (k = 0; k < image->count; k++)
			root.number += image->roots[k].domid == root.domid;
		if (!rc && (!domain || root.domid == wanted) &&
		    array_append(&image->roots, &image->count, sizeof(root), &root))
			rc = error_set(err, -ENOMEM, "out of memory");
	}
	for (i = 0; i < image->count; i++)
		for (k = 0; k < image->count; k++)
			image->roots[i].numbers += image->roots[k].domid == image->roots[i].domid;
	image->source.info.one_domain = true;
	for (i = 1; i < image->count; i++)
		image->source.info.one_domain &= image->roots[i].domid == image->roots[0].domid;
	if (!rc && !image->count)
		rc = error_set(err, -ENOENT, "no --eptp is of domain %d", wanted);
	return rc;
}

bool image_recognize(const char *head, size_t size)
{
	return size >= 16 && (!memcmp(head, ELFMAG, SELFMAG) || !memcmp(head, "KDUMP   ", 8) ||
			      !memcmp(head, "DISKDUMP", 8) || !memcmp(head, "makedumpfile", 12));
}

int image_open(const struct source_options *options, struct source **source, struct error *err)
{
	struct image *image;
	int rc;

	if (!options->eptp || !options->eptp[0])
		return error_set(
			err, -EINVAL,
			"%s is a memory image: name the EPT's root with --eptp [DOMID=]VALUE (key v "
			"prints it), or list what looks like one with: list --find-eptp",
			strcmp(options->path, "-") ? options->path : "standard input");
	image = calloc(1, sizeof(*image));
	if (!image)
		return error_set(err, -ENOMEM, "out of memory");
	image->source.ops = &image_ops;
	source_set_name(&image->source, options->path);
	rc = parse_roots(image, options, err);
	if (!rc)
		rc = phys_open(options->path, options->notice, &image->phys, err);
	if (rc) {
		free(image->roots);
		free(image);
		return rc;
	}
	image->phys_bits = options->phys_bits ? options->phys_bits : 52;
	if (!options->phys_bits)
		source_remark(&image->source,
			      "the machine's physical-address width is not known (--phys-bits), so "
			      "that reserved bits of addresses are not looked for");
	*source = &image->source;
	return 0;
}
