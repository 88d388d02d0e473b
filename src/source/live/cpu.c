/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/cpu.h"

#include "source/live/sysfs.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool cpu_is_amd(void)
{
	char text[512] = "";
	int vendor = sys_cpu_vendor(), fd;
	ssize_t n;

	if (vendor >= 0)
		return vendor == SYS_CPU_AMD || vendor == SYS_CPU_HYGON;
	/* For this the kernel measures frequencies, which takes a while. */
	fd = open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "AuthenticAMD") || strstr(text, "HygonGenuine");
}
