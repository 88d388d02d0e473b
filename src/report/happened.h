/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_HAPPENED_H
#define REPORT_HAPPENED_H

#include "audit/judge.h"

/*
 * In plain words what happened to an entry that is not as the rule says, "" where nothing did.
 * Returns the known defect of Xen behind it, or NULL.
 */
const struct bug *happened(const struct facts *facts, const struct run *run, char *text,
			   size_t size);

#endif
