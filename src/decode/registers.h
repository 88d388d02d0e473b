/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECODE_REGISTERS_H
#define DECODE_REGISTERS_H

#include "decode/decode.h"

/* What a register holds, and what of it is not valid (SDM vol. 3, "Memory Cache Control"). */
void register_eptp(struct decode *decode, uint64_t value);
void register_pat(struct decode *decode, uint64_t value); /* valid: is that of what follows */
void register_host_pat(struct decode *decode, uint64_t value);
void register_def_type(struct decode *decode, uint64_t value);
void register_cap(struct decode *decode, uint64_t value);
void register_fixed(struct decode *decode, unsigned int n, uint64_t value); /* n below 11 */
void register_range(struct decode *decode, uint64_t base, uint64_t mask);

#endif
