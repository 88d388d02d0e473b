/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_DEVICES_H
#define SOURCE_LIVE_DEVICES_H

#include "model/devices.h"

/* Appends what /sys tells of devices in memory. Only -ENOMEM is an error. */
int live_devices(struct devices *devices);

#endif
