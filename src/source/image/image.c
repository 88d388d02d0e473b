/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/image.h"

#include "base/text.h"
#include "rules/rulesets.h"
#include "source/image/walk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct image {
	struct source source;
	struct phys *phys;
	const char *const *eptp; /* as given, NULL-terminated */
	size_t next;
	struct walk walk;
	bool walking;
};

int image_parse_eptp(const char *text, size_t nth, int *domid, uint64_t *eptp, struct error *err)
{
	const char *equals = strchr(text, '=');
	char *end;
	long id = nth + 1;

	if (equals) {
		id = strtol(*text == 'd' ? text + 1 : text, &end, 10);
		if (end != equals || id < 0 || id >= 0x7ff0)
			return error_set(err, -EINVAL, "--eptp %s: DOMID=VALUE is expected", text);
		text = equals + 1;
	}
	if (!text_hex_string(text, eptp))
		return error_set(err, -EINVAL,
				 "--eptp %s: a hexadecimal value is expected, as key v prints it",
				 text);
	*domid = id;
	return 0;
}

static void table_finding(void *opaque, const char *text)
{
	struct dump *dump = opaque;

	if (dump->table_findings < DUMP_TABLE_FINDINGS)
		snprintf(dump->table_finding[dump->table_findings], sizeof(dump->table_finding[0]),
			 "%s", text);
	dump->table_findings++;
}

static int image_next(struct source *source, struct dump *dump, struct error *err)
{
	struct image *image = (struct image *)source;
	uint64_t eptp;
	int rc;

	if (image->walking)
		walk_end(&image->walk);
	image->walking = false;
	if (!image->eptp[image->next])
		return 0;
	rc = image_parse_eptp(image->eptp[image->next], image->next, &dump->domid, &eptp, err);
	if (rc)
		return rc;
	image->next++;
	dump->number = dump->dumps = 1;
	dump->facts.rules = RULES_RELEASED;
	rc = walk_begin(&image->walk, image->phys, eptp, table_finding, dump);
	image->walking = true;
	if (rc)
		return error_set(err, rc,
				 "the image has no page at 0x%" PRIx64 ", where EPTP 0x%" PRIx64
				 " has its root; --find-eptp lists roots",
				 eptp & ~UINT64_C(0xfff), eptp);
	return 1;
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

static void image_close(struct source *source)
{
	struct image *image = (struct image *)source;

	if (image->walking)
		walk_end(&image->walk);
	phys_close(image->phys);
	free(image);
}

static const struct source_ops image_ops = {
	.next = image_next,
	.read = image_read,
	.skip = image_skip,
	.close = image_close,
};

int image_open(const struct source_options *options, struct source **source, struct error *err)
{
	static const char *const none[] = { NULL };
	struct image *image;
	uint64_t eptp;
	size_t i;
	int domid, rc;

	if (!options->eptp || !options->eptp[0])
		return error_set(
			err, -EINVAL,
			"%s is a memory image: name the EPT's root with --eptp [DOMID=]VALUE (key v "
			"prints it), or list what looks like one with: list --find-eptp",
			options->path);
	for (i = 0; options->eptp[i]; i++) {
		rc = image_parse_eptp(options->eptp[i], i, &domid, &eptp, err);
		if (rc)
			return rc;
	}
	image = calloc(1, sizeof(*image));
	if (!image)
		return error_set(err, -ENOMEM, "out of memory");
	image->source.ops = &image_ops;
	image->source.info.kind = "image";
	image->eptp = options->eptp ? options->eptp : none;
	snprintf(image->source.info.name, sizeof(image->source.info.name), "%s", options->path);
	text_sanitize(image->source.info.name);
	rc = phys_open(options->path, &image->phys, err);
	if (rc) {
		free(image);
		return rc;
	}
	*source = &image->source;
	return 0;
}
