/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_LSPCI_H
#define SOURCE_TEXT_LSPCI_H

/* What lspci -vv prints in dom0: which memory belongs to which device. */

#include "model/devices.h"

#include <stdbool.h>

struct lspci {
	struct devices devices;	  /* to be cleared */
	char which[32], kind[32]; /* of the device whose lines are read */
	bool in_device;
};

/*
 * One line (NUL-terminated). Returns 1 if it is lspci's and tells something, 0 if it is not, -1 if
 * out of memory. Slot numbers are hexadecimal, with or without a domain; -nn adds the numbers of
 * vendor and device.
 */
int lspci_line(const char *line, struct lspci *lspci);

#endif
