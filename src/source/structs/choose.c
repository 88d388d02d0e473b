/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/choose.h"

#include <errno.h>

static int try_one(const char *path, struct pages *pages, uint64_t machine, struct xendata *data,
		   struct error *err)
{
	struct syms *syms;
	int rc = syms_open(path, &syms, err);

	if (rc)
		return rc;
	rc = machine == PLACE_UNKNOWN ? xendata_find(data, syms, pages, err)
				      : xendata_at(data, syms, pages, machine, err);
	if (rc)
		syms_close(syms);
	return rc ? rc : 1;
}

int choose_syms(const struct source_options *options, struct pages *pages, uint64_t machine,
		struct xendata *data, struct error *err)
{
	unsigned int i;

	if (options->xen_syms)
		return try_one(options->xen_syms, pages, machine, data, err);
	for (i = 0; i < options->syms_count && syms_built(); i++)
		if (try_one(options->syms_there[i], pages, machine, data, NULL) > 0)
			return 1;
	return 0;
}
