/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECODE_PRINTED_H
#define DECODE_PRINTED_H

#include "decode/decode.h"

/*
 * A line that Xen, Linux or a tool printed, without what stands before its text. Returns whether it
 * was one that is known.
 */
bool printed_line(struct decode *decode, const char *text);

#endif
