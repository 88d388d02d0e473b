/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_CPU_H
#define SOURCE_LIVE_CPU_H

#include <stdbool.h>

/* Is the processor AMD's, or one like it? EPTs are Intel's; in dom0 the vendor is the machine's. */
bool cpu_is_amd(void);

#endif
