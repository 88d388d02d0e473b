/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_DOMID_H
#define MODEL_DOMID_H

#include <stdbool.h>
#include <stddef.h>

#define DOMID_COUNT 0x7ff0 /* Xen's DOMID_FIRST_RESERVED: ids of domains are below */

#define DOMID_UNNAMED (-1) /* a domain of which a source has entries, but not the id */

/*
 * A domain's id as people write it, wherever one is accepted: "3", "d3" or "domain3", decimal
 * digits and nothing around them. length is that of text. False if it is none, or is too high.
 */
bool domid_parse(const char *text, size_t length, int *domid);

#endif
