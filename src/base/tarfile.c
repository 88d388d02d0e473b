/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/tarfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#define BLOCK 512
#define GZIP  16 /* added to the window's bits: with a header and checksum of gzip's */

/* POSIX, pax: "ustar Interchange Format". Numbers are octal text. */
struct header {
	char name[100];
	char mode[8], uid[8], gid[8];
	char size[12], mtime[12];
	char checksum[8];
	char type;
	char link[100];
	char magic[6], version[2];
	char owner[32], group[32];
	char device[16];
	char prefix[155];
	char rest[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

#define SIZE_MOST ((off_t)1 << 33) /* what 11 octal digits hold */

struct tarfile {
	FILE *stream;
	const char *folder;
	time_t now;
	z_stream zip;
};

/* Packs these bytes. Returns 0 or -EIO. */
static int put(struct tarfile *tar, const void *data, size_t size, int flush)
{
	unsigned char packed[16384];

	tar->zip.next_in = (Bytef *)data;
	tar->zip.avail_in = size;
	do {
		tar->zip.next_out = packed;
		tar->zip.avail_out = sizeof(packed);
		if (deflate(&tar->zip, flush) == Z_STREAM_ERROR)
			return -EIO;
		fwrite(packed, 1, sizeof(packed) - tar->zip.avail_out, tar->stream);
	} while (!tar->zip.avail_out);
	return ferror(tar->stream) ? -EIO : 0;
}

int tarfile_new(FILE *stream, const char *folder, struct tarfile **result, struct error *err)
{
	struct tarfile *tar = calloc(1, sizeof(*tar));

	if (!tar || deflateInit2(&tar->zip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + GZIP, 8,
				 Z_DEFAULT_STRATEGY) != Z_OK) {
		free(tar);
		return error_set(err, -ENOMEM, "out of memory");
	}
	tar->stream = stream;
	tar->folder = folder;
	tar->now = time(NULL);
	*result = tar;
	return 0;
}

static int put_header(struct tarfile *tar, const char *name, off_t size)
{
	struct header header;
	const unsigned char *bytes = (const unsigned char *)&header;
	unsigned int sum = 0;
	size_t i;

	memset(&header, 0, sizeof(header));
	snprintf(header.name, sizeof(header.name), "%s/%s", tar->folder, name);
	strcpy(header.mode, "0000644");
	strcpy(header.uid, "0000000");
	strcpy(header.gid, "0000000");
	snprintf(header.size, sizeof(header.size), "%011llo", (unsigned long long)size);
	snprintf(header.mtime, sizeof(header.mtime), "%011llo",
		 (unsigned long long)tar->now & 077777777777);
	header.type = '0';
	memcpy(header.magic, "ustar", 6);
	memcpy(header.version, "00", 2);
	strcpy(header.owner, "root");
	strcpy(header.group, "root");
	memset(header.checksum, ' ', sizeof(header.checksum));
	for (i = 0; i < sizeof(header); i++)
		sum += bytes[i];
	snprintf(header.checksum, sizeof(header.checksum), "%06o", sum & 0777777);
	return put(tar, &header, sizeof(header), Z_NO_FLUSH);
}

int tarfile_add(struct tarfile *tar, const char *name, FILE *content, struct error *err)
{
	static const char zeros[BLOCK];
	char buffer[16384];
	off_t size, left;
	int rc;

	if (fflush(content) || fseeko(content, 0, SEEK_END) || (size = ftello(content)) < 0)
		return error_set(err, -errno, "cannot read %s again: %s", name, strerror(errno));
	if (size >= SIZE_MOST)
		return error_set(err, -EFBIG, "%s is larger than 8 GiB: name one domain", name);
	rewind(content);
	rc = put_header(tar, name, size);
	for (left = size; left && !rc;) {
		size_t want = left < (off_t)sizeof(buffer) ? (size_t)left : sizeof(buffer);

		if (fread(buffer, 1, want, content) != want)
			return error_set(err, -EIO, "cannot read %s again", name);
		rc = put(tar, buffer, want, Z_NO_FLUSH);
		left -= want;
	}
	if (!rc && size % BLOCK)
		rc = put(tar, zeros, BLOCK - size % BLOCK, Z_NO_FLUSH);
	return rc ? error_set(err, rc, "cannot write the report: %s", strerror(-rc)) : 0;
}

int tarfile_end(struct tarfile *tar, bool keep, struct error *err)
{
	static const char zeros[2 * BLOCK];
	int rc = 0;

	if (!tar)
		return 0;
	if (keep)
		rc = put(tar, zeros, sizeof(zeros), Z_FINISH);
	if (rc)
		error_set(err, rc, "cannot write the report: %s", strerror(-rc));
	deflateEnd(&tar->zip);
	free(tar);
	return rc;
}
