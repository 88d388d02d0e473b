/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timed RUNS COMMAND...: runs the command so often, after one run to warm up, its output thrown
 * away, and prints the median wall time in milliseconds and the most memory in KiB.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0, i, status;
	double times[101];
	long most = 0;

	if (runs < 1 || runs > 100) {
		fprintf(stderr, "usage: timed RUNS COMMAND...\n");
		return 2;
	}
	for (i = 0; i <= runs; i++) {
		struct timespec start, end;
		struct rusage usage;
		pid_t pid;

		clock_gettime(CLOCK_MONOTONIC, &start);
		pid = fork();
		if (!pid) {
			int null = open("/dev/null", O_WRONLY);

			dup2(null, 1);
			execvp(argv[2], argv + 2);
			_exit(127);
		}
		if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
			return 1;
		clock_gettime(CLOCK_MONOTONIC, &end);
		if (!WIFEXITED(status) || WEXITSTATUS(status) > 3)
			return 1;
		times[i] = (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6;
		if (usage.ru_maxrss > most)
			most = usage.ru_maxrss;
	}
	qsort(times + 1, runs, sizeof(*times), ascending);
	printf("%.1f %ld\n", times[1 + runs / 2], most);
	return 0;
}
