/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_MTRRS_H
#define SOURCE_TEXT_MTRRS_H

#include "x86/mtrr.h"

/* MTRRs as a text tells them line by line: Xen or Linux with mtrr.show, and /proc/mtrr. */

/* What the next rows belong to. */
enum mtrr_rows { MTRR_ROWS_NONE, MTRR_ROWS_FIXED, MTRR_ROWS_VAR };

struct mtrrs {
	struct mtrr_state state;       /* what is not told is 0 */
	unsigned int mask_digits;      /* of a variable range; 0: none was shown */
	bool has_default, has_enabled; /* the latter stands in the heading of the variable ranges */
	bool has_fixed, has_var;       /* all of their rows were read */
	uint64_t fixed_next;	       /* address behind the fixed ranges told so far */
	enum mtrr_rows rows;
};

/* Is it known whether MTRRs are enabled, and which type is the default? */
static inline bool mtrrs_whole(const struct mtrrs *mtrrs)
{
	return mtrrs->has_default && mtrrs->has_enabled;
}

/* One line (NUL-terminated) of a boot. Returns 1 if it told something, else 0. */
int mtrrs_line(const char *text, struct mtrrs *mtrrs);

/* Something else stands where the next row would be: what was read of the ranges is not all. */
void mtrrs_interrupted(struct mtrrs *mtrrs);

/* One of /proc/mtrr, which lists the variable ranges in use. The same. */
int mtrrs_proc_line(const char *text, struct mtrrs *mtrrs);

#endif
