/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_FIT_H
#define REPORT_FIT_H

#include "audit/fit.h"
#include "source/source.h"

/* What is told of a fit. */
struct fit_report {
	const struct source_info *info;
	const struct fit *fit;
	uint32_t running; /* sets that the Xen may have which names itself, bits; 0: not known */
	bool complete;	  /* no entry was lost */
	int exit_status;
};

/* As text, or as a JSON document, on standard output. */
void fit_text(const struct fit_report *report);
void fit_json(const struct fit_report *report);

#endif
