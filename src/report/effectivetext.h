/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text form of report/effective.h. */
#ifndef REPORT_EFFECTIVETEXT_H
#define REPORT_EFFECTIVETEXT_H

#include "report/effective.h"

void effective_text_space(struct effective_report *report, const struct effective_space *space);
void effective_text_run(struct effective_report *report, const struct effective_run *run);
void effective_text_space_end(struct effective_report *report, const struct effective_space *space);
void effective_text_end(struct effective_report *report);

#endif
