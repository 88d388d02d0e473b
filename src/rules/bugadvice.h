/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_BUGADVICE_H
#define RULES_BUGADVICE_H

/* What to know of a defect of Xen where one meets it: for whoever has to act. */
struct bug_advice {
	const char *id;
	const char *what;  /* the defect, one sentence */
	const char *event; /* since what an entry is so */
	const char *fixed; /* releases without it */
	const char *means; /* for data, and for speed */
	const char *now;   /* what to do about it */
};

/* The advice on the bug of that id, or NULL. */
const struct bug_advice *bug_advice(const char *id);

#endif
