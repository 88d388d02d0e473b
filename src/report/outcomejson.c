/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/outcomejson.h"

#include "x86/memtype.h"

void outcome_write(struct jsonwrite *json, unsigned int key, const struct outcome *outcome)
{
	json_string(json, "emt", key == OUTCOME_SPLIT ? "split" : memtype_name(outcome_emt(key)));
	json_bool(json, "ipat", outcome_ipat(key));
	json_string(json, "step", step_info[outcome->step].name);
}

void effective_write(struct jsonwrite *json, const char *key, unsigned int outcome)
{
	unsigned int i;

	json_open(json, key, '{');
	for (i = 0; i < MEMTYPE_PATS; i++) {
		int type = outcome_effective(outcome, memtype_pats[i]);

		if (type >= 0)
			json_string(json, memtype_name(memtype_pats[i]), memtype_name(type));
	}
	json_close(json, '}');
}
