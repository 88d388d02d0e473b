/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef X86_MTRR_H
#define X86_MTRR_H

#include <stdbool.h>
#include <stdint.h>

#define MTRR_FIXED_COUNT 11
#define MTRR_VAR_MAX	 40 /* the most that Xen handles, for a PVH dom0 (Xen d8b0840bb907) */

#define MTRR_DEF_TYPE_FE (UINT64_C(1) << 10)
#define MTRR_DEF_TYPE_E	 (UINT64_C(1) << 11)
#define MTRR_MASK_VALID	 (UINT64_C(1) << 11)

/* Raw register contents, SDM vol. 3 "Memory Type Range Registers". */
struct mtrr_state {
	uint64_t cap;			  /* IA32_MTRRCAP */
	uint64_t def_type;		  /* IA32_MTRR_DEF_TYPE */
	uint64_t fixed[MTRR_FIXED_COUNT]; /* 0x250, 0x258, 0x259, 0x268 … 0x26f */
	struct {
		uint64_t base, mask; /* IA32_MTRR_PHYSBASEn, IA32_MTRR_PHYSMASKn */
	} var[MTRR_VAR_MAX];
	unsigned int var_count;
};

/* Have both the same values in all registers? */
bool mtrr_same(const struct mtrr_state *a, const struct mtrr_state *b);

/* How much of a struct mtrr_state is known to be true. */
struct mtrr_known {
	bool def_type; /* type, FE and E */
	bool fixed;
	uint64_t var; /* bit n: pair n */
	bool enabled; /* E is set, whatever else def_type has */
};

#define MTRR_KNOWN_ALL ((struct mtrr_known){ .def_type = true, .fixed = true, .var = ~UINT64_C(0) })

/* Set of answers of mtrr_types(): bits 1 << type, and this one. */
#define MTRR_SPLIT (1u << 8)

/*
 * Xen's look-up of the type of 2^order frames at frame (mtrr_get_type(), get_mtrr_type() before
 * 4.16; the same in 4.5 to 4.22): a type, or -1 where a superpage has no one type. Includes the
 * quirk that a superpage touched by ranges of one type only has that type as a whole.
 *
 * *first and *last (inclusive frames) are narrowed to where the answer stays the same for every
 * naturally aligned block of that order.
 */
int mtrr_type(const struct mtrr_state *state, uint64_t frame, unsigned int order, uint64_t *first,
	      uint64_t *last);

/*
 * The same where only part of the registers is known: the set of all possible answers. With
 * everything known it has one member, mtrr_type(). Registers not known can hold anything.
 */
unsigned int mtrr_types(const struct mtrr_state *state, const struct mtrr_known *known,
			uint64_t frame, unsigned int order, uint64_t *first, uint64_t *last);

/*
 * Would Xen accept this guest write to an MTRR register? reg is "def_type", "fixed0" … "fixed10",
 * "var0_base", "var0_mask" … ; phys_bits the guest's physical address width. Returns 1, 0, or -1
 * for a name that is no such register.
 */
int mtrr_write_accepted(const char *reg, uint64_t value, unsigned int phys_bits);

/* What fixed register n, from 0, usually holds: WB, but UC for the video memory. */
uint64_t mtrr_fixed_usual(unsigned int n);

/*
 * Registers that hold what neither a processor nor Xen lets anyone write, a type that does not
 * exist or reserved bits: they are not known, and get a usual value. After this
 * mtrr_write_accepted() takes all of them.
 */
void mtrr_doubt(struct mtrr_state *state, struct mtrr_known *known);

/*
 * Each fixed range of the eight that a register has: which one of the 88 (eight a register, in
 * order) an address below 1 MiB is in, and *size, its bytes.
 */
unsigned int mtrr_fixed_index(uint64_t address, uint64_t *size);

/* First address of the eight ranges of fixed register n (0 to 10); *size gets the bytes of one. */
uint64_t mtrr_fixed_base(unsigned int n, uint64_t *size);

/* Size in bytes of a variable range with that mask, contiguous or not; 0 if it is not valid. */
uint64_t mtrr_range_size(uint64_t mask);

#endif
