/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_LISTINGFORMS_H
#define REPORT_LISTINGFORMS_H

#include "report/listing.h"

/* What the forms of a list have in common. */

/* Text: titles, and a run. */
void listing_text_titles(const struct listing *listing);
void listing_text_run(const struct listing *listing);

/* JSON and JSON Lines. */
void listing_json_run(struct listing *listing);
void listing_json_root(struct listing *listing, const struct ept_root *root);

/* An entry as key D prints it. */
void listing_xen_entry(const struct entry *entry);

/* words_attributes(), made once each: there are few. */
const char *listing_attributes(const struct entry *entry);

/* The p2m access of a run, or NULL where it is not known. */
const char *listing_access(const struct listing *listing);

#endif
