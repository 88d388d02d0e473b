/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's own memory in the image of its machine, reached through its EPT. */
#ifndef SOURCE_IMAGE_GUEST_H
#define SOURCE_IMAGE_GUEST_H

#include "source/image/phys.h"

#include <stdint.h>

/* Where an EPT of that pointer maps a guest frame: true, and *mfn. */
bool guest_translate(struct phys *phys, uint64_t eptp, uint64_t gfn, uint64_t *mfn);

/* The page at a guest frame, or NULL; slot as for phys_page(), and not 0, which is used besides. */
const void *guest_page(struct phys *phys, uint64_t eptp, uint64_t gfn, unsigned int slot);

#endif
