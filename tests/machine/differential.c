/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One log or image, said in several ways: text, JSON, JSON Lines, and all of them again of the
 * capture that is made of it. They must tell the same facts, runs and verdicts.
 */
#include "machine/differential.h"

#include "cmd/cmd.h"
#include "cmd/options.h"
#include "machine/rows.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a verb prints. */
struct output {
	char *text;
	int status;
};

static void discard(struct output *output)
{
	free(output->text);
	output->text = NULL;
}

static char *contents(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = malloc(size + 1);

	if (!text || pread(fd, text, size, 0) != size)
		abort();
	text[size] = '\0';
	return text;
}

#define WORDS_MAX 16

/* Runs a verb, in a process of its own as users do; words ends with NULL. */
static struct output run(const struct verb *verb, const char *const *words)
{
	char *argv[WORDS_MAX + 1] = { "xen-eptaudit" };
	int argc = 1, fd = memfd_create("output", 0), status;
	struct output output;
	pid_t child;

	while (words[argc - 1]) {
		argv[argc] = (char *)words[argc - 1];
		argc++;
	}
	argv[argc] = NULL;
	setenv("COLUMNS", "1000", 1); /* a summary is one line */
	fflush(stdout);
	child = fork();
	if (fd < 0 || child < 0)
		abort();
	if (!child) {
		dup2(fd, 1);
		options_offer(verb->shared);
		status = verb->run(argc, argv);
		fflush(stdout);
		_exit(status);
	}
	if (waitpid(child, &status, 0) < 0)
		abort();
	output.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	output.text = contents(fd);
	close(fd);
	return output;
}

/* A verb on a source: its file, and options that may stand behind it. */
static struct output on(const struct verb *verb, const char *source, const char *option,
			const char *value)
{
	const char *words[WORDS_MAX] = { option, value, "--from" };
	char *copy = strdup(source), *at = copy, *word;
	struct output output;
	unsigned int count = 3;

	if (!copy)
		abort();
	while ((word = strsep(&at, " ")) && count < WORDS_MAX - 2)
		words[count++] = word;
	if (verb == &verb_audit)
		words[count++] = "-v";
	output = run(verb, words);
	free(copy);
	return output;
}

static struct output audit(const char *source, const char *format)
{
	return on(&verb_audit, source, "--format", format);
}

/* ---- parts of what was printed ---- */

/* What stands from the first "begin" on, up to "end", which may be NULL; moves *at behind it. */
struct piece {
	const char *at;
	size_t length;
};

static struct piece cut(const char **at, const char *begin, const char *end)
{
	struct piece piece = { *at ? strstr(*at, begin) : NULL, 0 };
	const char *behind = piece.at && end ? strstr(piece.at, end) : NULL;

	if (!piece.at)
		return piece;
	piece.length = behind ? (size_t)(behind - piece.at) : strlen(piece.at);
	*at = piece.at + piece.length;
	return piece;
}

static bool same(struct piece a, struct piece b)
{
	return a.at && b.at && a.length == b.length && !memcmp(a.at, b.at, a.length);
}

/* The next line that begins so, without that; false at the end. */
static bool next_line(const char **at, const char *begins, struct piece *line)
{
	while (*at && **at) {
		const char *text = *at;
		size_t length = strcspn(text, "\n");

		*at = text + length + (text[length] == '\n');
		if (strncmp(text, begins, strlen(begins)))
			continue;
		line->at = text + strlen(begins);
		line->length = length - strlen(begins);
		return true;
	}
	return false;
}

/* ---- comparisons: each is NULL, or what differs ---- */

/* Each record of that kind stands in the document, in the same order. */
static bool lines_in_json(const char *in_lines, const char *in_json, const char *record,
			  unsigned long *count)
{
	static const char begin[] = "\"gfn\":";
	struct piece a, b;

	while (next_line(&in_lines, record, &b)) {
		const char *at = b.at, *behind;

		b = cut(&at, begin, "\n");
		/* Only lines have these. */
		behind = memmem(b.at, b.length, ",\"host\":", strlen(",\"host\":"));
		if (behind)
			b.length = behind - b.at;
		do
			if (!next_line(&in_json, "{\"gfn\":", &a))
				return false;
		while (a.length + strlen(begin) < b.length ||
		       memcmp(a.at - strlen(begin), b.at, b.length));
		++*count;
	}
	return true;
}

/* A document and lines of one source. */
static const char *compare_json(const struct output *json, const struct output *lines)
{
	const char *in_json = json->text, *in_lines = lines->text;
	unsigned long count = 0;
	struct piece a, b;

	if (json->status != lines->status)
		return "the exit status of JSON and JSON Lines";
	if (!lines_in_json(in_lines, in_json, "{\"record\":\"run\",", &count))
		return "a run of JSON and JSON Lines";
	/* A finding is among the runs of a document, too. */
	if (!lines_in_json(in_lines, in_json, "{\"record\":\"finding\",", &count) ||
	    !lines_in_json(in_lines, in_json, "{\"record\":\"finding\",", &count))
		return "a finding of JSON and JSON Lines";
	while (next_line(&in_json, "{\"gfn\":", &a))
		count--;
	if (count)
		return "the number of runs and findings of JSON and JSON Lines";
	in_json = json->text;
	while (next_line(&in_lines, "{\"record\":\"domain\",", &b)) {
		const char *at = b.at;

		a = cut(&in_json, "\"facts\":", ",\"runs\":");
		b = cut(&at, "\"facts\":", ",\"summary\"");
		if (!a.at || !b.at || a.length < b.length || memcmp(a.at, b.at, b.length))
			return "facts of JSON and JSON Lines";
		if (!same(cut(&in_json, "\"summary\":", "}"), cut(&at, "\"summary\":", "}")))
			return "a summary of JSON and JSON Lines";
	}
	return cut(&in_json, "\"summary\":", "}").at ? "JSON has more domains" : NULL;
}

static unsigned long number_behind(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoul(at + strlen(key), NULL, 10) : ~0ul;
}

/* Rows are runs, and the line below them counts what the summary does. */
static const char *compare_text(const struct output *text, const struct output *lines)
{
	static const char *const words[] = { "ok",	"ok-if",   "inherited",
					     "pending", "skipped", "mismatch" };
	static const char *const keys[] = { "\"ok\":",	    "\"ok_if\":",   "\"inherited\":",
					    "\"pending\":", "\"skipped\":", "\"mismatch\":" };
	const char *in_text = text->text, *in_lines = lines->text;
	unsigned long rows = 0, runs = 0, unusual;
	struct piece piece;
	unsigned int i;

	if (text->status != lines->status)
		return "the exit status of text and JSON Lines";
	while (next_line(&in_text, "      0x", &piece))
		rows++;
	while (next_line(&in_lines, "{\"record\":\"", &piece))
		runs += !strncmp(piece.at, "run", 3) || !strncmp(piece.at, "finding", 7);
	if (rows != runs)
		return "the runs of text and JSON Lines";
	in_text = text->text;
	in_lines = lines->text;
	while (next_line(&in_lines, "{\"record\":\"domain\"", &piece)) {
		const char *summary = strstr(piece.at, "\"summary\":");
		char counts[256] = "";

		do
			if (!next_line(&in_text, "  ", &piece))
				return "a summary is missing in text";
		while (!memmem(piece.at, piece.length, " inherited, ", 12));
		if (!summary)
			return "a summary is missing in JSON Lines";
		unusual = number_behind(summary, "\"unusual\":");
		for (i = 0; i < 6; i++) {
			snprintf(counts + strlen(counts), sizeof(counts) - strlen(counts),
				 "%s%lu %s", i ? ", " : "", number_behind(summary, keys[i]),
				 words[i]);
			if (i == 1 && unusual)
				snprintf(counts + strlen(counts), sizeof(counts) - strlen(counts),
					 " (%lu only by an unusual fact)", unusual);
		}
		if (!memmem(piece.at, piece.length, counts, strlen(counts)))
			return "a summary of text and JSON Lines";
	}
	return NULL;
}

/* An entry of an image as it stands there: no capture has that. */
static struct piece without_raw(struct piece line, char *scratch, size_t size)
{
	const char *raw = memmem(line.at, line.length, ",\"raw\":\"", 8);
	size_t before = raw ? raw - line.at : 0, behind;

	if (!raw || line.length >= size)
		return line;
	behind = before + 8 + strcspn(raw + 8, "\"") + 1;
	memcpy(scratch, line.at, before);
	memcpy(scratch + before, line.at + behind, line.length - behind);
	return (struct piece){ scratch, before + line.length - behind };
}

/* The source and its capture: the same but for what names the source. */
static const char *compare_sources(const struct output *log, const struct output *capture)
{
	const char *in_log = log->text, *in_capture = capture->text;
	static char scratch[4096];
	struct piece a, b;

	if (log->status != capture->status)
		return "the exit status of source and capture";
	for (;;) {
		bool more_log = next_line(&in_log, "{\"record\":\"", &a);
		bool more_capture = next_line(&in_capture, "{\"record\":\"", &b);

		if (more_log != more_capture)
			return "the number of records of source and capture";
		if (!more_log)
			return NULL;
		if (!strncmp(a.at, "audit", 5) || !strncmp(a.at, "end", 3))
			continue;
		a = without_raw(a, scratch, sizeof(scratch));
		if (!same(a, b))
			return !strncmp(a.at, "run", 3) ? "a run of source and capture"
							: "a domain of source and capture";
	}
}

/* Both but for the first line, which names the source, and the last, their checksum. */
static const char *compare_captures(const char *path, const char *again)
{
	int fds[] = { open(path, O_RDONLY), open(again, O_RDONLY) }, i;
	const char *differs = NULL, *at[2];
	char *texts[2] = { NULL, NULL };
	struct piece a, b;

	for (i = 0; i < 2; i++) {
		texts[i] = fds[i] < 0 ? strdup("") : contents(fds[i]);
		if (!texts[i])
			abort();
		at[i] = texts[i] + strcspn(texts[i], "\n");
		if (fds[i] >= 0)
			close(fds[i]);
	}
	if (!*at[0])
		differs = "no capture is made of a capture";
	a = cut(&at[0], "\n", "{\"record\":\"end\"");
	b = cut(&at[1], "\n", "{\"record\":\"end\"");
	if (!differs && !same(a, b))
		differs = "a capture and the capture of it";
	free(texts[0]);
	free(texts[1]);
	return differs;
}

const char *differential(const char *source, const char *folder)
{
	char capture[4096], copy[4096];
	struct output made, json, lines, text, again;
	const char *differs = NULL;

	snprintf(capture, sizeof(capture), "%s/capture", folder);
	snprintf(copy, sizeof(copy), "%s/copy", folder);
	unlink(capture);
	unlink(copy);
	lines = audit(source, "jsonl");
	json = audit(source, "json");
	text = audit(source, "text");
	made = on(&verb_capture, source, "-o", capture);
	again = on(&verb_capture, capture, "-o", copy);
	if (again.status != made.status)
		differs = "the status of a capture and of the capture of it";
	discard(&again);
	again = audit(capture, "jsonl");
	if (made.status != STATUS_CLEAN && made.status != STATUS_INCOMPLETE)
		differs = "no capture is made";
	if (!differs)
		differs = compare_json(&json, &lines);
	if (!differs)
		differs = compare_text(&text, &lines);
	if (!differs)
		differs = rows_compare(text.text, lines.text);
	if (!differs)
		differs = compare_sources(&lines, &again);
	if (!differs)
		differs = compare_captures(capture, copy);
	discard(&lines);
	discard(&json);
	discard(&text);
	discard(&made);
	discard(&again);
	unlink(capture);
	unlink(copy);
	return differs;
}
