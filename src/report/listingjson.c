/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list in JSON. No word in it needs an escape. */
#include "report/listingforms.h"

#include "base/put.h"
#include "x86/memtype.h"

#include <stdio.h>

/* Ends an object as a whole, behind the one before. */
static void put_object(struct listing *listing, const char *text, char *p)
{
	*p++ = '}';
	if (listing->format == LISTING_JSON)
		json_newline(&listing->json);
	else
		*p++ = '\n';
	json_raw(&listing->json, text, p - text);
}

/* ,"key":"word", or null */
static char *put_word(char *p, const char *key, const char *word)
{
	p = put_text(p, key);
	return word ? put_text(put_text(put_text(p, "\""), word), "\"") : put_text(p, "null");
}

static char *put_types(const struct listing *listing, char *p)
{
	const struct entry *first = &listing->run.first;

	p = put_text(p, ",\"types\":[");
	if (first->type != ENTRY_TYPE_UNKNOWN)
		p = put_word(p, "", p2m_type_name(first->type));
	p = put_text(p, "]");
	if (first->has_raw) {
		p = put_text(put_0x(put_text(p, ",\"raw\":\""), first->raw), "\"");
		p = put_word(p, ",\"access\":", listing_access(listing));
	}
	return p;
}

void listing_json_run(struct listing *listing)
{
	const struct listing_run *run = &listing->run;
	const struct entry *first = &run->first;
	uint64_t gfn_last = entry_last(&run->last);
	char text[640], *p = put_text(text, "{");

	if (listing->format == LISTING_JSONL)
		p = put_text(put_decimal(put_text(p, "\"domid\":"), listing->domid), ",");
	p = put_0x(put_text(p, "\"gfn\":[\""), first->gfn);
	p = put_0x(put_text(p, "\",\""), gfn_last);
	p = put_text(p, "\"],\"mfn\":");
	p = first->pod ? put_text(p, "null")
		       : put_text(put_0x(put_text(p, "\""), first->mfn), "\"");
	p = put_decimal(put_text(p, ",\"order\":"), first->order);
	p = put_decimal(put_text(p, ",\"entries\":"), run->entries);
	p = put_word(p, ",\"attributes\":", listing_attributes(first));
	p = put_word(p, ",\"emt\":",
		     first->pod	       ? NULL
		     : first->emt == 7 ? "??"
				       : memtype_name(first->emt));
	p = put_text(p, ",\"ipat\":");
	p = put_text(p, first->pod || first->ipat_hidden ? "null" : first->ipat ? "true" : "false");
	p = put_text(put_text(p, ",\"pending\":"), first->pending ? "true" : "false");
	put_object(listing, text, put_types(listing, p));
}

void listing_json_root(struct listing *listing, const struct ept_root *root)
{
	char text[160], *p = put_0x(put_text(text, "{\"eptp\":\""), root->eptp);

	p = put_decimal(put_text(p, "\",\"entries\":"), root->entries);
	p = put_decimal(put_text(p, ",\"pages\":"), root->pages);
	p = put_decimal(put_text(p, ",\"tables\":"), root->tables);
	put_object(listing, text, p);
}
