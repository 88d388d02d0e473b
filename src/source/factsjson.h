/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_FACTSJSON_H
#define SOURCE_FACTSJSON_H

/*
 * Facts in JSON, written and read: the names of fact_info[], each with {"value": …, "how": …}, in a
 * file of the user's also the value alone. Frames and register values are hex strings, ranges
 * inclusive pairs.
 */

#include "base/error.h"
#include "model/facts.h"

#include <stdbool.h>

struct json_object;
struct jsonwrite;

/* All facts, under key. */
void facts_write(struct jsonwrite *json, const char *key, const struct facts *facts);

/* One of them, {"value","how"} under key. */
void facts_write_one(struct jsonwrite *json, const char *key, const struct facts *facts,
		     enum fact fact);

/* The names of a set of facts, bits 1 << fact. */
void facts_write_names(struct jsonwrite *json, const char *key, uint32_t facts);

/* [["0xFIRST","0xLAST"],…], as far as a frame number has FRAME_BITS. */
void ranges_write(struct jsonwrite *json, const char *key, const struct ranges *set);

/*
 * All facts as reports and captures have them, each with its own "how". One that is not known is
 * passed over if newer, that is if a later program wrote them. Returns 0 or a negative errno value
 * with err filled; so do the others below.
 */
int facts_read(struct json_object *json, bool newer, struct facts *facts, struct error *err);

/*
 * One fact that a user gives: then that is how it is known, unless it is said to be only assumed, a
 * guest's word or unknown. name is one of fact_info[], or "guest-mtrr-record" for guest MTRRs as
 * the HVM context shows them. beside is the object that the fact is a member of, or NULL: the
 * variable ranges of MTRRs can stand there twice, and the fact of them comes behind the other.
 */
int facts_read_given(struct facts *facts, const char *name, struct json_object *json,
		     struct json_object *beside, struct error *err);

/* The fact that such a name stands for, or -1. */
int facts_parse_given(const char *name);

/* Does a fact of that name come behind the others: variable ranges alone? */
bool facts_comes_last(const char *name);

/* The ranges that ranges_write() wrote, in place of what ranges held. */
int ranges_read(struct json_object *json, struct ranges *ranges, struct error *err);

#endif
