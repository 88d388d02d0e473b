/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/ring.h"

#include "base/temporary.h"
#include "source/input.h"
#include "source/structs/host.h"
#include "source/text/scan.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define RING_MOST (UINT64_C(1) << 30)

/* Copies size bytes of the ring from that place on, which may go over its end. 1, 0, or negative.
 */
static int copy(struct xendata *data, uint64_t ring, uint64_t ring_size, uint64_t from,
		uint64_t size, int fd)
{
	char buffer[PAGE_SIZE], *text = buffer;
	bool cut = size == ring_size; /* its first line may have lost its beginning */
	int rc;

	while (size) {
		uint64_t at = from % ring_size, n = PAGE_SIZE - at % PAGE_SIZE;

		n = n < size ? n : size;
		n = n < ring_size - at ? n : ring_size - at;
		if (!xmem_read(&data->mem, ring + at, buffer, n))
			return 0;
		from += n;
		size -= n;
		text = buffer;
		if (cut) {
			text = memchr(buffer, '\n', n);
			if (!text)
				continue;
			text++;
			cut = false;
		}
		rc = temporary_write(fd, text, n - (text - buffer));
		if (rc)
			return rc;
	}
	return 1;
}

static int scan_file(int fd, struct scan *scan, struct error *err)
{
	struct reader reader = { .buffer = NULL };
	struct input *input = NULL;
	int rc = input_of_fd(fd, "Xen's console ring", &input, err);

	if (!rc)
		rc = reader_init(&reader, input, READER_BUFFER, err);
	if (!rc)
		rc = reader_seek(&reader, 0, err);
	if (!rc)
		rc = scan_log(&reader, scan, true, err);
	reader_clear(&reader);
	input_close(input);
	return rc ? rc : 1;
}

int ring_scan(struct xendata *data, struct scan *scan, struct error *err)
{
	uint64_t ring, size, printed, used;
	int fd, rc;

	if (!host_variable(data, "conring", 8, &ring) ||
	    !host_variable(data, "conring_size", 4, &size) ||
	    !host_variable(data, "conringp", 4, &printed) || !size || size & (size - 1) ||
	    size > RING_MOST || !printed)
		return 0;
	used = printed < size ? printed : size;
	fd = temporary_file();
	if (fd < 0)
		return error_set(err, fd, "cannot make a temporary file for Xen's console: %s",
				 strerror(-fd));
	rc = copy(data, ring, size, printed - used, used, fd);
	if (rc > 0)
		rc = scan_file(fd, scan, err);
	else if (rc < 0)
		error_set(err, rc, "cannot write a temporary file: %s", strerror(-rc));
	close(fd);
	return rc;
}
