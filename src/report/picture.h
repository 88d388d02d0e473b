/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

/*
 * A picture of guest memory, SVG on standard output: for each domain two lanes of stretches, what
 * is above what should be, or before above after. All of it is written at the end; stretches are
 * kept in a temporary file, so that it takes the same memory however many there are.
 */

#include "base/error.h"
#include "report/stretch.h"
#include "source/source.h"

struct picture;

/* lanes: what the two lanes are called. NULL where no temporary file can be made. */
struct picture *picture_new(const char *title, const char *const lanes[2]);

/* For each domain: begin, stretches in order of gfn without overlap, end. */
void picture_domain(struct picture *picture, const struct dump *dump);
void picture_stretch(struct picture *picture, const struct stretch *stretch);
void picture_domain_end(struct picture *picture, const struct dump *dump);

/* Writes it, unless keep is false, and frees it. Returns 0 or a negative errno value. */
int picture_end(struct picture *picture, bool keep, struct error *err);

#endif
