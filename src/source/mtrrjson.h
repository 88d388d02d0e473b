/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_MTRRJSON_H
#define SOURCE_MTRRJSON_H

/* MTRRs in JSON, written and read: {"cap","def_type","fixed","var"}, registers as hex strings. */

#include "base/error.h"
#include "model/facts.h"

struct json_object;
struct jsonwrite;

/* The registers, and which of them are known, into an object that is open. */
void mtrr_write(struct jsonwrite *json, const struct mtrr_fact *fact);

/* [["0xBASE","0xMASK"],…] */
void mtrr_write_var(struct jsonwrite *json, const char *key, const struct mtrr_state *state);

/* What of the registers is told beside the default type, which always is, bits. */
enum {
	MTRR_TOLD_CAP = 1,
	MTRR_TOLD_FIXED = 2,
	MTRR_TOLD_VAR = 4,
};

/*
 * The registers; those that are not told are 0. Returns what is told, or a negative errno value
 * with err filled.
 */
int mtrr_read(struct json_object *json, struct mtrr_state *state, struct error *err);

/*
 * Could the processor, or Xen for a guest, have let these values be written? told: which of the
 * registers are looked at beside the default type. Returns 0, or -EINVAL with err filled.
 */
int mtrr_check(const struct mtrr_state *state, unsigned int told, struct error *err);

/* The same of the variable ranges alone. */
int mtrr_check_var(const struct mtrr_state *state, struct error *err);

/*
 * What is not told stays as it was known before, in was: where that was not certain it is the usual
 * value and not known.
 */
void mtrr_keep_untold(struct mtrr_fact *fact, const struct mtrr_fact *was, unsigned int told);

/*
 * Which of those told are known, and how, where json says so; of what is known for certain the how
 * in fact stays, unless keep_how. Returns 0 or a negative errno value with err filled.
 */
int mtrr_read_known(struct json_object *json, struct mtrr_fact *fact, unsigned int told,
		    bool keep_how, struct error *err);

/*
 * Variable ranges alone, as pairs of registers or as [{"mfn": [first, last], "type": …}], which is
 * what XENPF_read_memtype tells. Returns 0 or a negative errno value with err filled.
 */
int mtrr_read_var(struct json_object *json, struct mtrr_state *state, struct error *err);

#endif
