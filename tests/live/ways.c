/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ways FOLDER [N]: the program on a running Xen where a call fails, whichever it is and by
 * whichever way it is made: of the C library, which has no memory, no room, and no descriptor left,
 * and of Xen's libraries. Each way to a call, or each Nth, fails once with each error that the call
 * can give.
 *
 * Whatever fails, the program ends with a status that it has, and either with one line that says
 * why it could not, and no file, or without a finding that it has not where nothing fails. Nothing
 * stays paused. A call that was interrupted, or did nothing, is made again: the run is as if none
 * had failed.
 *
 * A line of FOLDER/plan is a script of fake-xen.c in FOLDER, and the words of the command line; a
 * file that it is to make is FOLDER/new. With "again" before the script the run is one that finds
 * what an earlier one kept.
 */
#include "live/fails.h"
#include "live/runs.h"

static const struct {
	const char *name;
	int codes[4]; /* NOTHING: the call did nothing; ends with 0 */
} errors[] = {
#define NOTHING (-1)
#define UNKNOWN (-2) /* a library that does not tell */
	{ "read", { EIO } },
	{ "write", { ENOSPC } },
	{ "pread", { EIO, NOTHING } },
	{ "pwrite", { ENOSPC, EINTR, NOTHING } },
	{ "waitpid", { EINTR } },
	{ "poll", { EINTR } },
	{ "open", { EMFILE } },
	{ "fork", { EAGAIN } },
	{ "malloc", { ENOMEM } },
	{ "calloc", { ENOMEM } },
	{ "realloc", { ENOMEM } },
	{ "mmap", { ENOMEM } },
	{ "pipe2", { EMFILE } },
	{ "flock", { ENOLCK } },
	{ "xc_interface_open", { UNKNOWN } },
	{ "xencall_open", { EACCES, UNKNOWN } },
	{ "xc_maximum_ram_page", { UNKNOWN } },
	{ "xc_domain_pause", { ESRCH, EIO } },
	{ "xencall2", { ENOSYS, EIO } },
	{ "xencall_alloc_buffer", { ENOMEM } },
	{ "xencall_alloc_buffer_pages", { ENOMEM } },
};
static const int usual_errors[] = { EIO, 0 };

static const struct verb *const verbs[] = { &verb_audit, &verb_capture, &verb_effective,
					    &verb_list };

static struct way known[FAILS_WAYS];
static unsigned int known_count, failed, sample = 1;

/* Where nothing fails. */
static struct result usual;
static unsigned long usual_findings;

static void begin(void)
{
	fails_process = getpid();
	fails_active = true;
}

static void end(void)
{
	fails_active = false;
}

/* Of all domains' summaries. */
static unsigned long count_findings(const char *text)
{
	unsigned long sum = 0;

	while ((text = strstr(text, " mismatch"))) {
		const char *at = text;

		while (at > result.out && at[-1] >= '0' && at[-1] <= '9')
			at--;
		sum += strtoul(at, NULL, 10);
		text++;
	}
	return sum;
}

static const char *wrong(int code)
{
	const char *why = wrong_end();
	bool made = !access(path_of("new"), F_OK);

	if (why)
		return why;
	if (!all_run_again(""))
		return "something stays paused";
	if (result.status == STATUS_ERROR && made)
		return "a file is left";
	if (count_findings(result.out) > usual_findings)
		return "findings that there are not where nothing fails";
	if (code == EINTR && (result.status != usual.status || strcmp(result.out, usual.out)))
		return "not made again";
	return NULL;
}

/* One way, with one error. */
static void fail_once(const struct verb *verb, const char *words, const struct way *way, int code)
{
	const char *why;

	failing.way = *way;
	failing.nothing = code == NOTHING;
	failing.code = code < 0 ? 0 : code;
	ways->happened = false;
	unlink(path_of("new"));
	run(verb, words, "");
	why = wrong(code);
	check_each(!why, "%s %s: %s, %s: %s (status %d)\n%s%s", verb->name, words, way->name,
		   code == NOTHING   ? "nothing done"
		   : code == UNKNOWN ? "no errno"
				     : strerror(code),
		   why, result.status, result.out, result.err);
	failed += ways->happened;
}

static void fail_each(const struct verb *verb, const char *words, const struct way *way)
{
	const int *codes = usual_errors;
	unsigned int i;

	for (i = 0; i < COUNT(errors); i++)
		if (!strcmp(errors[i].name, way->name))
			codes = errors[i].codes;
	for (i = 0; i < 4 && codes[i]; i++)
		fail_once(verb, words, way, codes[i]);
}

static bool is_known(const struct way *way)
{
	unsigned int i;

	for (i = 0; i < known_count; i++)
		if (known[i].callers == way->callers && !strcmp(known[i].name, way->name))
			return true;
	return false;
}

static void run_plan(const struct verb *verb, const char *words)
{
	static struct way here[FAILS_WAYS];
	unsigned int i, count, tried = 0;

	failing.way.name = NULL;
	ways->count = 0;
	unlink(path_of("new"));
	run(verb, words, "");
	usual = result;
	usual_findings = count_findings(result.out);
	check_each(result.status != STATUS_ERROR && result.status < 128 && ways->count,
		   "%s %s, where nothing fails: status %d\n%s", verb->name, words, result.status,
		   result.err);
	count = ways->count;
	memcpy(here, ways->way, count * sizeof(*here));
	for (i = 0; i < count; i++) {
		if (is_known(&here[i]))
			continue;
		known[known_count++] = here[i];
		if (known_count % sample)
			continue;
		fail_each(verb, words, &here[i]);
		tried++;
	}
	printf("%s %s: %u ways, %u tried\n", verb->name, words, count, tried);
}

int main(int argc, char **argv)
{
	static char plan[1 << 14];
	char script[64], name[32], *line, *save = NULL;
	unsigned int i;
	int length;

	if (argc < 2)
		return 1;
	folder = argv[1];
	if (argc > 2)
		sample = strtoul(argv[2], NULL, 10);
	few_descriptors();
	fails_begin();
	before_verb = begin;
	behind_verb = end;
	/* At once: a child that ends sets a stream that was read in part back. */
	read_text(path_of("plan"), plan, sizeof(plan));
	for (line = strtok_r(plan, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		keeps_files = !strncmp(line, "again ", 6);
		line += 6 * keeps_files;
		if (sscanf(line, "%63s %31s %n", script, name, &length) != 2)
			return 1;
		write_script(path_of(script), "nothing"); /* more */
		for (i = 0; i < COUNT(verbs); i++)
			if (!strcmp(verbs[i]->name, name))
				run_plan(verbs[i], line + length);
	}
	/* One that is made by chance, or once only, may not be made again. */
	check(failed >= runs / 2, "of %u calls that were to fail %u did", runs, failed);
	printf("%u runs\n", runs);
	return test_end();
}
