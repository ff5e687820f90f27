/* SPDX-License-Identifier: MIT
 *
 * Feeds a fuzz target its seeds and $FUZZ_ROUNDS mutations of them (default 3000), the same ones in
 * every run unless $FUZZ_START says where to start. What makes the target crash is left in a file;
 * with arguments, only those files are fed.
 */
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

enum { SEEDS_MAX = 256, INPUT_MAX = 64 * 1024 };

struct bytes {
	uint8_t *data;
	size_t size;
};

static struct bytes seeds[SEEDS_MAX];
static unsigned n_seeds;
static struct bytes input; /* room for INPUT_MAX */
static uint64_t state = 88172645463325252u;

static uint64_t
draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below > 0 ? state % below : 0;
}

static void
seed_add(const void *data, size_t size)
{
	struct bytes *seed = &seeds[n_seeds];

	if (n_seeds == SEEDS_MAX)
		return;
	seed->size = size < INPUT_MAX ? size : INPUT_MAX;
	seed->data = malloc(seed->size + 1);
	if (seed->data == NULL)
		abort();
	memcpy(seed->data, data, seed->size);
	n_seeds++;
}

static void
seed_file(const char *path)
{
	FILE *in = fopen(path, "r");
	uint8_t *data = malloc(INPUT_MAX);

	if (in != NULL && data != NULL)
		seed_add(data, fread(data, 1, INPUT_MAX, in));
	if (in != NULL)
		fclose(in);
	free(data);
}

static void
seeds_load(void)
{
	const char *top = getenv("top_srcdir");

	for (const char *const *seed = fuzz_seeds; *seed != NULL; seed++) {
		char pattern[4096];
		glob_t found;

		if ((*seed)[0] != '@') {
			seed_add(*seed, strlen(*seed));
			continue;
		}
		snprintf(pattern, sizeof pattern, "%s/%s", top != NULL ? top : ".", *seed + 1);
		if (glob(pattern, 0, NULL, &found) != 0)
			continue;
		for (size_t i = 0; i < found.gl_pathc; i++)
			seed_file(found.gl_pathv[i]);
		globfree(&found);
	}
}

/* Puts `size` bytes in the place of `gone` bytes at `at`. */
static void
replace(size_t at, size_t gone, const void *data, size_t size)
{
	if (input.size - gone + size > INPUT_MAX)
		return;
	memmove(input.data + at + size, input.data + at + gone, input.size - at - gone);
	memcpy(input.data + at, data, size);
	input.size += size - gone;
}

static void
mutate(void)
{
	size_t at = draw(input.size + 1), n = draw(1 + draw(input.size - at + 1));
	const struct bytes *other;
	uint8_t byte = (uint8_t)draw(256), copy[256];
	unsigned n_tokens = 0;
	const char *token;
	size_t from;

	while (fuzz_tokens[n_tokens] != NULL)
		n_tokens++;
	switch (draw(7)) {
	case 0:
		replace(at, 0, &byte, 1);
		break;
	case 1:
		replace(at, at < input.size, &byte, 1);
		break;
	case 2:
		replace(at, n, "", 0);
		break;
	case 3:
		if (n_tokens == 0)
			break;
		token = fuzz_tokens[draw(n_tokens)];
		replace(at, draw(2) != 0 && n < 16 ? n : 0, token, strlen(token));
		break;
	case 4: /* a piece of itself, again */
		n = n < sizeof copy ? n : sizeof copy;
		memcpy(copy, input.data + at, n);
		replace(draw(input.size + 1), 0, copy, n);
		break;
	case 5:
		other = &seeds[draw(n_seeds)];
		from = draw(other->size + 1);
		n = draw(1 + draw(other->size - from + 1));
		replace(at, 0, other->data + from, n);
		break;
	default:
		if (draw(8) == 0)
			input.size = at;
		break;
	}
}

/* The target crashed: what it was fed is kept. Only async-signal-safe calls. */
static void
keep(int signal)
{
	int fd = open("fuzz-crash.bin", O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	if (fd >= 0 && write(fd, input.data, input.size) == (ssize_t)input.size)
		close(fd);
	raise(signal);
}

/* In memory of exactly its size, so that a sanitizer sees a byte read beyond the end. */
static void
feed(void)
{
	uint8_t *exact = malloc(input.size > 0 ? input.size : 1);

	if (exact == NULL)
		abort();
	memcpy(exact, input.data, input.size);
	LLVMFuzzerTestOneInput(exact, input.size);
	free(exact);
}

static void
feed_seed(const struct bytes *seed)
{
	memcpy(input.data, seed->data, seed->size);
	input.size = seed->size;
}

static unsigned long
setting(const char *name, unsigned long otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? strtoul(value, NULL, 10) : otherwise;
}

int
main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = keep, .sa_flags = (int)SA_RESETHAND};
	unsigned long rounds = argc > 1 ? 0 : setting("FUZZ_ROUNDS", 3000);

	input.data = malloc(INPUT_MAX);
	if (input.data == NULL)
		return 99;
	state += setting("FUZZ_START", 0) * 2654435761u;
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGABRT, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	for (int i = 1; i < argc; i++)
		seed_file(argv[i]);
	if (argc == 1)
		seeds_load();
	puts("1..2");
	for (unsigned i = 0; i < n_seeds; i++) {
		feed_seed(&seeds[i]);
		feed();
	}
	printf("%s 1 - %u seeds\n", n_seeds > 0 ? "ok" : "not ok", n_seeds);
	fflush(stdout);
	for (unsigned long i = 0; i < rounds && n_seeds > 0; i++) {
		feed_seed(&seeds[draw(n_seeds)]);
		for (uint64_t times = 1 + draw(8); times > 0; times--)
			mutate();
		feed();
	}
	printf("ok 2 - %lu mutations\n", rounds);
	for (unsigned i = 0; i < n_seeds; i++)
		free(seeds[i].data);
	free(input.data);
	return 0;
}
