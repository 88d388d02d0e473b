/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kinds of sources there are, and how each is recognized. A new one is a row here. */
#include "base/stream.h"
#include "source/capture/capture.h"
#include "source/console/console.h"
#include "source/image/image.h"
#include "source/input.h"
#include "source/module.h"

struct source_kind {
	const char *name;
	/* Is this what the options name? size is 0 where the file was not looked at. */
	bool (*recognize)(const struct source_options *options, const char *head, size_t size);
	int (*open)(const struct source_options *options, struct source **source,
		    struct error *err);
	bool opens_path; /* it opens the file itself, whatever was read of it to recognize it */
};

static bool is_live(const struct source_options *options, const char *head, size_t size)
{
	(void)head;
	(void)size;
	return !options->path;
}

/* Who names what only images have says that it is one, even if it begins like something else. */
static bool says_image(const struct source_options *options)
{
	return options->eptp || options->xen_syms;
}

static bool is_image(const struct source_options *options, const char *head, size_t size)
{
	return says_image(options) || image_recognize(head, size);
}

static bool is_capture(const struct source_options *options, const char *head, size_t size)
{
	(void)options;
	return capture_recognize(head, size);
}

/* A log can begin with anything; what is none is refused when it is read. */
static bool is_console(const struct source_options *options, const char *head, size_t size)
{
	(void)options;
	(void)head;
	(void)size;
	return true;
}

/* The first that recognizes it has it. */
static const struct source_kind kinds[] = {
	{ "live", is_live, live_open, false },
	{ "image", is_image, image_open, true },
	{ "capture", is_capture, capture_open, false },
	{ "console", is_console, console_open, false },
};

int source_open(const struct source_options *options, struct source **source, struct error *err)
{
	struct source_options opened = *options;
	const struct source_kind *kind = kinds;
	char head[STREAM_PEEK];
	size_t size = 0;
	int rc;

	/* An image is not looked at where it need not be: from a pipe it is read only once. */
	if (options->path && !says_image(options)) {
		rc = input_open(options->path, &opened.input, err);
		if (rc)
			return rc;
		size = input_peek(opened.input, head, sizeof(head));
	}
	while (!kind->recognize(options, head, size))
		kind++;
	if (kind->opens_path) {
		input_close(opened.input);
		opened.input = NULL;
	}
	rc = kind->open(&opened, source, err);
	if (rc)
		return rc;
	(*source)->info.kind = kind->name;
	(*source)->rechecks = options->live.recheck;
	return 0;
}
