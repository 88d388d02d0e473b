/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/choose.h"

#include <errno.h>

static int try_one(const char *path, struct pages *pages, uint64_t text, struct xendata *data,
		   struct error *err)
{
	uint64_t start, end, first;
	struct syms *syms;
	int rc = syms_open(path, &syms, err);

	if (rc)
		return rc;
	syms_extent(syms, &start, &end);
	if (text == PLACE_UNKNOWN || !syms_find(syms, "_start", &first, NULL) || first < start ||
	    text < first - start)
		rc = xendata_find(data, syms, pages, err);
	else
		rc = xendata_at(data, syms, pages, text - (first - start), err);
	if (rc)
		syms_close(syms);
	return rc ? rc : 1;
}

int choose_syms(const struct source_options *options, struct pages *pages, uint64_t text,
		struct xendata *data, struct error *err)
{
	unsigned int i;

	if (options->xen_syms)
		return try_one(options->xen_syms, pages, text, data, err);
	for (i = 0; i < options->syms_count && syms_built(); i++)
		if (try_one(options->syms_there[i], pages, text, data, NULL) > 0)
			return 1;
	return 0;
}
