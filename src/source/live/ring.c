/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/ring.h"

#include "base/temporary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (256u << 10)

int transcript_init(struct transcript *transcript, struct error *err)
{
	memset(transcript, 0, sizeof(*transcript));
	transcript->fd = temporary_file();
	if (transcript->fd < 0)
		return error_set(err, transcript->fd,
				 "cannot make a temporary file for Xen's console: %s; set TMPDIR "
				 "to a folder with room",
				 strerror(-transcript->fd));
	return 0;
}

void transcript_clear(struct transcript *transcript)
{
	reader_clear(&transcript->reader);
	input_close(transcript->input);
	scan_clear(&transcript->scan);
	if (transcript->fd >= 0)
		close(transcript->fd);
	memset(transcript, 0, sizeof(*transcript));
	transcript->fd = -1;
}

static int append(struct transcript *transcript, const char *text, size_t size, struct error *err)
{
	while (size) {
		ssize_t n = pwrite(transcript->fd, text, size, transcript->size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(err, n ? -errno : -EIO,
					 "cannot write a temporary file: %s; set TMPDIR to a "
					 "folder with room",
					 n ? strerror(errno) : "no room");
		transcript->fresh = text[n - 1] == '\n';
		transcript->size += n;
		text += n;
		size -= n;
	}
	return 0;
}

/* A line that ends any dump, and can be replaced by a header in place. */
static int add_gap(struct transcript *transcript, uint64_t lost, struct error *err)
{
	char line[GAP_LINE + 2];
	int rc;

	transcript->lost += lost;
	transcript->cut = true;
	if (transcript->gap_count == GAPS_MAX)
		return 0;
	snprintf(line, sizeof(line), "\n%-*s\n", GAP_LINE - 1, "(XEN) 'D' pressed");
	rc = transcript->size && !transcript->fresh ? append(transcript, line, 1, err) : 0;
	transcript->gaps[transcript->gap_count++] = (struct gap){ transcript->size, lost };
	return rc ? rc : append(transcript, line + 1, GAP_LINE, err);
}

/* What came after a gap begins anywhere in a line; what comes after the last gap counts as lost. */
static int append_lines(struct transcript *transcript, const char *text, size_t size,
			struct error *err)
{
	if (transcript->gap_count == GAPS_MAX) {
		transcript->lost += size;
		return 0;
	}
	if (transcript->cut) {
		const char *newline = memchr(text, '\n', size);

		if (!newline)
			return 0;
		transcript->cut = false;
		size -= newline + 1 - text;
		text = newline + 1;
	}
	return append(transcript, text, size, err);
}

/*
 * Xen copies without a lock: has it overwritten the beginning of a chunk meanwhile? Whatever lies
 * before what is the oldest byte now is not believed. Returns how many bytes, or a negative errno.
 */
static int64_t overwritten(struct xen *xen, uint32_t start, uint32_t count)
{
	unsigned int size = 1;
	uint32_t index = start, ahead;
	char byte;
	int rc = xen_read_ring(xen, &byte, &size, true, &index);

	if (rc)
		return rc;
	ahead = index - size - start;
	return ahead < count ? ahead : count;
}

/* How far Xen has come by now, which may print all the time. */
static uint32_t position(struct xen *xen, char *buffer, uint32_t index)
{
	unsigned int count = CHUNK, reads;

	for (reads = 0; reads < 64 && count == CHUNK; reads++)
		if (xen_read_ring(xen, buffer, &count, true, &index))
			break;
	return index;
}

static int drain(struct xen *xen, bool incremental, uint32_t *index, struct transcript *transcript,
		 struct error *err)
{
	char *buffer = malloc(CHUNK);
	unsigned int count = CHUNK;
	uint32_t begin = *index;
	uint64_t lost = transcript->lost;
	bool torn_once = false;
	int rc = buffer ? 0 : error_set(err, -ENOMEM, "out of memory");

	/*
	 * A short read is the end; where guests print all the time, an empty one may never come,
	 * nor a short one where they print faster than this reads.
	 */
	while (!rc && count == CHUNK && transcript->gap_count < GAPS_MAX) {
		uint32_t before = *index, start;
		int64_t torn = 0;

		rc = xen_read_ring(xen, buffer, &count, incremental, index);
		if (rc) {
			xen_error(rc, "read its console ring", err);
			break;
		}
		start = *index - count;
		if (!incremental) /* what is older was overwritten before anybody looked */
			begin = start;
		transcript->whole = incremental ? transcript->whole : !start;
		if (!incremental && start) /* its oldest byte is not the first since boot */
			transcript->cut = true;
		if (count)
			transcript->midline = buffer[count - 1] != '\n';
		if (count)
			torn = overwritten(xen, start, count);
		if (torn < 0) {
			rc = xen_error(torn, "read its console ring", err);
			break;
		}
		if ((incremental && start != before) || torn) {
			rc = add_gap(transcript,
				     torn + (incremental ? (uint32_t)(start - before) : 0), err);
			torn_once |= torn;
		}
		if (!rc)
			rc = append_lines(transcript, buffer + torn, count - torn, err);
		incremental = true;
	}
	transcript->printed = (uint32_t)(*index - begin);
	if (!rc && transcript->lost > lost) {
		uint32_t end = torn_once ? position(xen, buffer, *index) : *index;

		transcript->whole = false;
		transcript->cleared = (uint32_t)(end - begin) <= transcript->ring;
	}
	free(buffer);
	return rc;
}

int ring_read_all(struct xen *xen, uint32_t *index, struct transcript *transcript,
		  struct error *err)
{
	*index = 0;
	return drain(xen, false, index, transcript, err);
}

int ring_read_more(struct xen *xen, uint32_t *index, struct transcript *transcript,
		   struct error *err)
{
	return drain(xen, true, index, transcript, err);
}

int transcript_scan(struct transcript *transcript, struct error *err)
{
	int rc = 0;

	scan_clear(&transcript->scan);
	if (!transcript->input) {
		rc = input_of_fd(transcript->fd, "Xen's console ring", &transcript->input, err);
		if (!rc)
			rc = reader_init(&transcript->reader, transcript->input, READER_BUFFER,
					 err);
	}
	if (!rc)
		rc = reader_seek(&transcript->reader, 0, err);
	return rc ? rc : scan_log(&transcript->reader, &transcript->scan, true, err);
}

int transcript_put_before(struct transcript *transcript, const char *text, size_t size,
			  struct error *err)
{
	static const char ends[] = "(XEN) 'D' pressed\n"; /* whatever was told before */
	struct transcript joined;
	char buffer[16384];
	uint64_t at = 0;
	ssize_t n = 1;
	int rc = transcript_init(&joined, err);

	if (!rc)
		rc = append(&joined, text, size, err);
	if (!rc)
		rc = append(&joined, ends, strlen(ends), err);
	while (!rc && at < transcript->size &&
	       (n = pread(transcript->fd, buffer, sizeof(buffer), at)) > 0) {
		rc = append(&joined, buffer, n, err);
		at += n;
	}
	if (!rc && n <= 0)
		rc = error_set(err, n ? -errno : -EIO, "cannot read a temporary file: %s",
			       n ? strerror(errno) : "it is cut short");
	if (!rc) {
		joined.printed = transcript->printed;
		joined.midline = transcript->midline;
		transcript_clear(transcript);
		*transcript = joined;
		return transcript_scan(transcript, err);
	}
	transcript_clear(&joined);
	return rc;
}

const char *transcript_fate(const struct transcript *transcript)
{
	return transcript->cleared ? "cleared from" : "overwritten in";
}

int transcript_put_header(struct transcript *transcript, int domid, struct error *err)
{
	char header[GAP_LINE], line[GAP_LINE + 1];
	ssize_t n;

	snprintf(header, sizeof(header), "(XEN) domain%d EPT p2m table:", domid);
	snprintf(line, sizeof(line), "%-*s", GAP_LINE - 1, header);
	n = pwrite(transcript->fd, line, GAP_LINE - 1, transcript->gaps[0].offset);
	if (n != GAP_LINE - 1)
		return error_set(err, n < 0 ? -errno : -EIO, "cannot write a temporary file: %s",
				 n < 0 ? strerror(errno) : "no room");
	return transcript_scan(transcript, err);
}
