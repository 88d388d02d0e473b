/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_STORE_H
#define SOURCE_LIVE_STORE_H

#include <stdbool.h>
#include <stddef.h>

/* What xenstored tells. It may be dead or hang, and then there is nothing. */
struct store {
	struct xs_handle *handle; /* NULL: not asked yet, or there is none */
	bool asked;
	bool silent;	/* it is there, but did not answer in time */
	bool no_memory; /* for one of its answers, which is therefore missing */
};

/* The value of a key, to be freed, and its length; NULL where it has none. */
char *store_read(struct store *store, const char *path, unsigned int *length);
void store_close(struct store *store);

#endif
