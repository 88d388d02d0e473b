/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_SYMS_H
#define SOURCE_STRUCTS_SYMS_H

/*
 * A xen-syms: Xen as the linker made it, which tells where its variables are, and with DWARF how
 * its structures are laid out. It is read through libdw (elfutils), where that was there when this
 * was built.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct syms;
struct layout;

/* Can they be read at all? */
bool syms_built(void);

/*
 * Reads the file, which may be packed. Returns 0 or a negative errno value: -ENOSYS where this was
 * built without libdw, -EINVAL where it is no Xen with symbols.
 */
int syms_open(const char *path, struct syms **syms, struct error *err);
void syms_close(struct syms *syms);

/* The file's name, safe for a terminal. */
const char *syms_name(const struct syms *syms);

/* Where a symbol is, virtual. size, or NULL, gets its bytes, 0 if that is not told. */
bool syms_find(const struct syms *syms, const char *name, uint64_t *address, uint64_t *size);

/* Virtual addresses of Xen's image: of its first byte, and behind its last. */
void syms_extent(const struct syms *syms, uint64_t *start, uint64_t *end);

#define BUILD_ID_MAX 64

/* What the linker wrote to tell builds apart. Returns its bytes, at most BUILD_ID_MAX; 0: none. */
size_t syms_build_id(const struct syms *syms, uint8_t *id);

/* Has it DWARF? */
bool syms_has_types(const struct syms *syms);

/*
 * Fills in what its DWARF tells of the members that layout.c names. Returns 0, -EINVAL where it is
 * damaged, or -ENOMEM.
 */
int syms_layout(struct syms *syms, struct layout *layout, struct error *err);

#endif
