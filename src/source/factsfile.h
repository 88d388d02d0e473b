/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_FACTSFILE_H
#define SOURCE_FACTSFILE_H

#include "base/error.h"
#include "model/facts.h"

#include <stdbool.h>

struct json_object;

/*
 * Facts in JSON: the names of fact_info[], values as the reports print them, plain or as
 * {"value": …, "how": …}. Frames and register values are hex strings, ranges inclusive pairs.
 */

/* ["0x0", "0x9f"], … into ranges. Returns 0 or a negative errno value with err filled. */
int factsfile_ranges(struct json_object *json, struct ranges *ranges, struct error *err);

/* {"cap","def_type","fixed","var"}, raw registers as in the SDM. Same errors. */
int factsfile_mtrr(struct json_object *json, struct mtrr_state *state, struct error *err);

/* One fact into facts; name is one of fact_info[] or "guest-mtrr-record", "host-mtrr-var". */
int factsfile_fact(struct facts *facts, const char *name, struct json_object *value,
		   struct error *err);

/* An object of all facts as reports and captures have them, each with its own "how". */
int factsfile_facts(struct json_object *json, struct facts *facts, struct error *err);

#endif
