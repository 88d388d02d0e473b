/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is printed where standard output and standard error are a terminal, of 50 columns. */
#include "unit/test.h"

#include "base/screen.h"
#include "cmd/cmd.h"
#include "report/columns.h"
#include "report/map.h"
#include "unit/said.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define COLUMNS_OF_IT 50

static int master = -1, kept_out, kept_err;
static char shown[1 << 16];

/* The time is what a test says. */
static time_t now = 1000;
static bool no_clock;

int clock_gettime(clockid_t clock, struct timespec *time)
{
	(void)clock;
	if (no_clock) {
		errno = EINVAL;
		return -1;
	}
	*time = (struct timespec){ .tv_sec = now };
	return 0;
}

static bool open_terminal(void)
{
	struct winsize size = { .ws_row = 25, .ws_col = COLUMNS_OF_IT };
	struct termios raw;
	const char *name;
	int slave;

	master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) || unlockpt(master) || !(name = ptsname(master)))
		return false;
	slave = open(name, O_RDWR | O_NOCTTY);
	if (slave < 0 || ioctl(slave, TIOCSWINSZ, &size) || tcgetattr(slave, &raw))
		return false;
	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
	fflush(stdout);
	kept_out = dup(STDOUT_FILENO);
	kept_err = dup(STDERR_FILENO);
	dup2(slave, STDOUT_FILENO);
	dup2(slave, STDERR_FILENO);
	close(slave);
	return fcntl(master, F_SETFL, O_NONBLOCK) == 0;
}

/* What the terminal got since it was asked last. */
static const char *look(void)
{
	size_t used = 0;
	ssize_t n;

	fflush(stdout);
	while (used < sizeof(shown) - 1 &&
	       (n = read(master, shown + used, sizeof(shown) - 1 - used)) > 0)
		used += n;
	shown[used] = '\0';
	return shown;
}

static void close_terminal(void)
{
	fflush(stdout);
	dup2(kept_out, STDOUT_FILENO);
	dup2(kept_err, STDERR_FILENO);
	close(kept_out);
	close(kept_err);
	close(master);
}

/* Results are kept until the terminal is gone. */
static char failures[1 << 15];

#define expect(holds, what) expect_shown(holds, what, __LINE__)

static unsigned int passed;

static void expect_shown(bool holds, const char *what, int line)
{
	passed += holds;
	if (!holds)
		snprintf(failures + strlen(failures), sizeof(failures) - strlen(failures),
			 "line %d: %s: '%.900s'\n", line, what, shown);
}

static bool lines_fit(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length > COLUMNS_OF_IT)
			return false;
		text += length + (text[length] == '\n');
	}
	return true;
}

static void test_screen(void)
{
	unsetenv("NO_COLOR");
	screen_colors("auto");
	expect(screen_is_terminal() && screen_width() == COLUMNS_OF_IT, "its width");
	expect(screen_has_colors() && *screen_paint(PAINT_RED), "colours");
	setenv("NO_COLOR", "1", 1);
	expect(!screen_has_colors() && !*screen_paint(PAINT_RED), "none where they are not wanted");
	unsetenv("NO_COLOR");
	screen_colors("never");
	expect(!screen_has_colors(), "none where they are refused");
	screen_text(stdout, 0, 4,
		    "words that are folded at blanks, so that none of the lines is too long");
	look();
	expect(lines_fit(shown) && strstr(shown, "\n    "), "folded");
}

static void test_columns(void)
{
	struct columns columns = { .set = COLUMNS_AUDIT };
	struct run run = run_of(WB, UC, VERDICT_MISMATCH);
	struct row row = row_of_run(&run);
	struct error err;

	expect(!columns_parse(&columns,
			      "gfn,mfn,order,entries,size,attributes,expected,verdict,text", &err),
	       "columns");
	columns_fit(&columns, stdout);
	look();
	expect(strstr(shown, "left out, as the terminal is narrow: order") && columns.count < 9 &&
		       columns_have(&columns, "gfn"),
	       "what is left out is said");
	columns_print(&columns, NULL, stdout);
	columns_print(&columns, &row, stdout);
	look();
	expect(lines_fit(shown), "a row fits");
	/* A sentence goes below. */
	expect(!columns_parse(&columns, "gfn,text", &err), "columns");
	columns_print(&columns, NULL, stdout);
	columns_print(&columns, &row, stdout);
	look();
	expect(lines_fit(shown) && strstr(shown, "\n    WB, but the rule says UC"), "below");
	expect(!columns_parse(&columns, "text", &err), "columns");
	columns_fit(&columns, stdout);
	columns_print(&columns, &row, stdout);
	look();
	expect(columns.count == 1 && strstr(shown, "WB, but"), "the only one is never left out");
	expect(!columns_parse(&columns, "gfn,order", &err), "columns");
	columns_fit(&columns, stdout);
	look();
	expect(columns.count == 2 && !*shown, "what fits stays");
}

static void test_map(void)
{
	struct ranges gfns = { .count = 0 };
	struct source_info info = { .kind = "capture", .name = "a name" };
	struct map map = { .format = FORMAT_TEXT, .gfns = &gfns };
	struct dump dump = { .domid = 1, .complete = true };
	struct run run = run_of(WB, UC, VERDICT_MISMATCH);
	struct error err;

	screen_colors("always");
	facts_init(&dump.facts);
	expect(!map_begin(&map, &info, &err), "a map");
	map_domain(&map, &dump);
	map_run(&map, &run);
	run = run_of(WBI, WB, VERDICT_MISMATCH);
	run.first.gfn = run.gfn_last = 0x101;
	run.severity = SEVERITY_DIFFERS;
	map_run(&map, &run);
	map_domain_end(&map, &dump);
	expect(!map_end(&map, true, 1, true, &err), "its end");
	look();
	expect(strstr(shown, screen_paint(PAINT_RED)) && strstr(shown, screen_paint(PAINT_AMBER)) &&
		       strstr(shown, screen_paint(PAINT_NONE)),
	       "findings are in colour");
	screen_colors("auto");
	facts_clear(&dump.facts);
}

/* What is said meanwhile: not in the first second, once in each, and taken away again. */
static void test_progress(void)
{
	cmd_progress(NULL);
	cmd_progress("reading");
	look();
	expect(!*shown, "nothing at once");
	now++;
	cmd_progress("reading a file of a name that is longer than the terminal is wide");
	look();
	expect(strstr(shown, "\rreading a file of a name") && strlen(shown) < COLUMNS_OF_IT + 6,
	       "after a second, in one line");
	cmd_progress("reading more");
	look();
	expect(!*shown, "once in a second");
	now++;
	cmd_progress("reading more");
	look();
	expect(!strncmp(shown, "\rreading more", 13), "in the next one");
	cmd_progress(NULL);
	look();
	expect(!strcmp(shown, "\r\033[K"), "it goes away");
	cmd_progress(NULL);
	no_clock = true;
	cmd_progress("reading");
	look();
	expect(!*shown, "without a clock nothing is said");
	no_clock = false;
}

int main(void)
{
	if (!open_terminal()) {
		if (kept_out)
			close_terminal();
		puts("skipped: there are no terminals here");
		puts("0 passed, 0 failed, 1 skipped");
		return 0;
	}
	test_screen();
	test_columns();
	test_map();
	test_progress();
	close_terminal();
	check(!*failures, "%s", failures);
	check(passed == 23, "%u things hold", passed);
	return test_end();
}
