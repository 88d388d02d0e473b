/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/historywrite.h"

#include <stdio.h>

static void members(struct jsonwrite *json, const struct xen_commit *commit)
{
	json_string(json, "id", commit->id);
	json_string(json, "date", commit->date);
	json_string(json, "first", commit->first);
	json_string(json, "backports", commit->backports);
	json_string(json, "what", commit->what);
}

void commit_write(struct jsonwrite *json, const char *key, const struct xen_commit *commit)
{
	if (!commit) {
		json_string(json, key, NULL);
		return;
	}
	json_open(json, key, '{');
	members(json, commit);
	json_close(json, '}');
}

void past_write(struct jsonwrite *json, const char *key, unsigned int id, enum step step)
{
	struct step_past past[STEP_PAST_MAX];
	unsigned int count = step_past(id, step, past), i;

	json_open(json, key, '[');
	for (i = 0; i < count; i++) {
		json_open(json, NULL, '{');
		json_string(json, "deed", step_deed_name(past[i].deed));
		members(json, past[i].commit);
		json_close(json, '}');
	}
	json_close(json, ']');
}

const char *words_commit(const struct xen_commit *commit, char *text, size_t size)
{
	snprintf(text, size, "%s (%s, first in %s%s%s%s)", commit->id, commit->date, commit->first,
		 *commit->backports ? ", also from " : "", commit->backports,
		 *commit->backports ? " on" : "");
	return text;
}
