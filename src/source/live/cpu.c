/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/cpu.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool cpu_is_amd(void)
{
	char text[512] = "";
	int fd = open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "AuthenticAMD") || strstr(text, "HygonGenuine");
}
