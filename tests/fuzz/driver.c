/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a fuzz target (LLVMFuzzerTestOneInput) without libFuzzer, so that gcc and its sanitizers
 * will do: TARGET SECONDS SEED-FILE…. Seeds are read through zlib; they are mutated by bytes, by
 * spans and by lines. A crash leaves the input in ./crash-input. Closes with "N passed, N failed".
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST (256u << 10)

static uint8_t *current;
static size_t current_size;
static uint64_t state;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static size_t below(size_t n)
{
	return n ? next() % n : 0;
}

static void save(int signal_number)
{
	FILE *file = fopen("crash-input", "wb");

	if (file) {
		fwrite(current, 1, current_size, file);
		fclose(file);
	}
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* Copies a span of the seed over a span of the input, which may grow or shrink. */
static size_t splice(uint8_t *data, size_t size, const uint8_t *seed, size_t seed_size)
{
	size_t from = below(seed_size),
	       length = below(seed_size - from < 4096 ? seed_size - from : 4096);
	size_t at = below(size + 1), cut = below(size - at < 256 ? size - at + 1 : 256);

	if (size - cut + length > MOST)
		return size;
	memmove(data + at + length, data + at + cut, size - at - cut);
	memcpy(data + at, seed + from, length);
	return size - cut + length;
}

static size_t mutate(uint8_t *data, size_t size, const uint8_t *seed, size_t seed_size)
{
	static const uint8_t interesting[] = { 0,   0xff, 0x7f, 0x80, '\n', '\r',
					       ' ', '0',  'f',	'!',  '?',  '{' };
	unsigned int times = 1 + below(8);

	while (times--) {
		size_t at = below(size);

		switch (next() % 6) {
		case 0:
			if (size)
				data[at] ^= 1u << (next() & 7);
			break;
		case 1:
			if (size)
				data[at] = interesting[below(sizeof(interesting))];
			break;
		case 2:
			size = at; /* cut */
			break;
		case 3:
			if (size > at + 8)
				memset(data + at, next(), 1 + below(8));
			break;
		default:
			size = splice(data, size, seed, seed_size);
			break;
		}
	}
	return size;
}

static size_t load(const char *path, uint8_t *buffer)
{
	gzFile file = gzopen(path, "rb");
	int n = file ? gzread(file, buffer, MOST) : -1;

	if (file)
		gzclose(file);
	return n > 0 ? n : 0;
}

int main(int argc, char **argv)
{
	long seconds = argc > 2 ? atol(argv[1]) : 0;
	uint8_t *seed = malloc(MOST);
	unsigned long runs = 0;
	time_t end;

	current = malloc(MOST + 8192);
	if (seconds <= 0 || !seed || !current) {
		fprintf(stderr, "usage: %s SECONDS SEED-FILE...\n", argv[0]);
		return 2;
	}
	state = getenv("FUZZ_SEED") ? strtoull(getenv("FUZZ_SEED"), NULL, 10)
				    : (uint64_t)time(NULL);
	state = state * UINT64_C(0x9e3779b97f4a7c15) | 1;
	signal(SIGABRT, save);
	signal(SIGSEGV, save);
	for (end = time(NULL) + seconds; time(NULL) < end; runs++) {
		size_t size = load(argv[2 + below(argc - 2)], seed);

		memcpy(current, seed, size);
		current_size = mutate(current, size, seed, size);
		LLVMFuzzerTestOneInput(current, current_size);
	}
	free(seed);
	free(current);
	printf("%lu passed, 0 failed\n", runs);
	return runs ? 0 : 1;
}
