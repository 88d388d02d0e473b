/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CMD_CAPTURING_H
#define CMD_CAPTURING_H

/* Everything that a session reads, into a capture: what capture and bugreport have in common. */

#include "cmd/session.h"
#include "cmd/spaces.h"
#include "model/redact.h"
#include "model/redacttables.h"
#include "report/capture.h"

struct capturing {
	bool redact, guest_tables;
	struct spaces spaces;	      /* of guests, whose tables are kept */
	struct redact secret;	      /* how frames are renumbered */
	struct table_numbers numbers; /* those of the guest's tables, of this p2m */
	struct capture *file;	      /* see capturing_read() */
};

/* The rest of capturing is zero, or chosen by options. */
void capturing_init(struct capturing *capturing);

/* Of a source that was opened: before file is begun. Returns 0 or a negative errno value. */
int capturing_prepare(struct capturing *capturing, struct session *session, struct error *err);

/* Reads all into file, which was begun and is ended. Returns 0 or a negative errno value. */
int capturing_read(struct capturing *capturing, struct session *session, struct error *err);
void capturing_clear(struct capturing *capturing);

#endif
