/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_IMAGE_FIND_H
#define SOURCE_IMAGE_FIND_H

#include "source/image/phys.h"

/* An EPT that an image seems to have. */
struct ept_root {
	uint64_t eptp;	  /* as Xen would load it */
	uint64_t entries; /* as key D would print them */
	uint64_t pages;	  /* 4K pages that they cover */
	uint64_t tables;
};

/*
 * Looks through all pages of an image for roots of EPTs: pages whose whole tree is made as Xen
 * makes it, and that no other such tree refers to. Allocates *roots. Returns 0, -ENOMEM, or -ELOOP
 * for an image whose pages refer to each other in so many ways that there would be no end; *roots
 * are those found until then.
 */
int find_roots(struct phys *phys, struct ept_root **roots, size_t *count);

#endif
