/* SPDX-License-Identifier: MIT
 *
 * Progress: a plain text file, one lesson a line:
 *
 *     blocking step=sip done=0 right=3 asked=4
 *
 * Lines that are not understood, comments and those of a newer version, are kept as they are. The
 * file is replaced by renaming, so that it is always whole.
 */
#include "lesson/progress.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lesson/folder.h"
#include "words.h"

enum { WORD_SIZE = 64, LINE_SIZE = 512, LINES_MAX = 4096 };

struct entry {
	char *line; /* kept as it is; NULL: a lesson, below */
	char lesson[WORD_SIZE];
	char step[WORD_SIZE];
	int done;
	unsigned right, asked;
};

struct progress {
	struct entry *entries;
	unsigned n;
};

static struct entry *
entry_find(const struct progress *progress, const char *lesson)
{
	for (unsigned i = 0; i < progress->n; i++)
		if (progress->entries[i].line == NULL &&
			strcmp(progress->entries[i].lesson, lesson) == 0)
			return &progress->entries[i];
	return NULL;
}

static struct entry *
entry_add(struct progress *progress)
{
	struct entry *entries =
		reallocarray(progress->entries, progress->n + 1, sizeof *progress->entries);

	if (entries == NULL)
		return NULL;
	progress->entries = entries;
	entries[progress->n] = (struct entry){0};
	return &entries[progress->n++];
}

static void
entry_remove(struct progress *progress, struct entry *entry)
{
	size_t after = (size_t)(progress->entries + --progress->n - entry);

	memmove(entry, entry + 1, after * sizeof *entry);
}

static void
line_read(struct progress *progress, const char *line)
{
	struct entry read = {0}, *entry;
	int end = 0;

	if (sscanf(line, "%63s step=%63s done=%d right=%u asked=%u%n", read.lesson, read.step,
		    &read.done, &read.right, &read.asked, &end) != 5 ||
		line[end] != '\0' || read.lesson[0] == '#' ||
		entry_find(progress, read.lesson) != NULL) {
		read = (struct entry){.line = strdup(line)};
		if (read.line == NULL)
			return;
	}
	entry = entry_add(progress);
	if (entry != NULL)
		*entry = read;
	else
		free(read.line);
}

struct progress *
progress_load(struct problem *problem)
{
	struct progress *progress = calloc(1, sizeof *progress);
	char folder[4000], path[4096], line[LINE_SIZE];
	FILE *in;

	problem->what[0] = '\0';
	if (progress == NULL || folder_of_user("XDG_STATE_HOME", ".local/state", folder,
					sizeof folder, problem) < 0)
		return progress;
	snprintf(path, sizeof path, "%s/progress", folder);
	in = fopen(path, "re");
	if (in == NULL) {
		if (errno != ENOENT)
			problem_set(problem, path, 0, _("cannot read what was learned so far: %s"),
				strerror(errno));
		return progress;
	}
	while (progress->n < LINES_MAX && fgets(line, sizeof line, in) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		line_read(progress, line);
	}
	fclose(in);
	return progress;
}

void
progress_free(struct progress *progress)
{
	if (progress == NULL)
		return;
	for (unsigned i = 0; i < progress->n; i++)
		free(progress->entries[i].line);
	free(progress->entries);
	free(progress);
}

const char *
progress_step(const struct progress *progress, const char *lesson)
{
	const struct entry *entry = entry_find(progress, lesson);

	return entry != NULL ? entry->step : NULL;
}

int
progress_done(const struct progress *progress, const char *lesson)
{
	const struct entry *entry = entry_find(progress, lesson);

	return entry != NULL && entry->done != 0;
}

void
progress_set(struct progress *progress, const char *lesson, const char *step, int done,
	unsigned right, unsigned asked)
{
	struct entry *entry = entry_find(progress, lesson);

	/* A name that would not be read back as one is not written. */
	if (lesson[0] == '\0' || lesson[0] == '#' || strlen(lesson) >= WORD_SIZE ||
		strlen(step) >= WORD_SIZE || step[0] == '\0' || strpbrk(lesson, " \t\n") != NULL ||
		strpbrk(step, " \t\n") != NULL)
		return;
	if (entry == NULL && (entry = entry_add(progress)) == NULL)
		return;
	snprintf(entry->lesson, sizeof entry->lesson, "%s", lesson);
	snprintf(entry->step, sizeof entry->step, "%s", step);
	entry->done = done != 0 || entry->done != 0; /* once finished stays finished */
	entry->right = right;
	entry->asked = asked;
}

void
progress_reset(struct progress *progress, const char *lesson)
{
	for (unsigned i = progress->n; i > 0; i--) {
		struct entry *entry = &progress->entries[i - 1];

		if (entry->line == NULL && (lesson == NULL || strcmp(entry->lesson, lesson) == 0))
			entry_remove(progress, entry);
	}
}

static int
entries_write(const struct progress *progress, FILE *out)
{
	for (unsigned i = 0; i < progress->n; i++) {
		const struct entry *entry = &progress->entries[i];

		if (entry->line != NULL)
			fprintf(out, "%s\n", entry->line);
		else
			fprintf(out, "%s step=%s done=%d right=%u asked=%u\n", entry->lesson,
				entry->step, entry->done, entry->right, entry->asked);
	}
	return fflush(out) == 0 && !ferror(out) ? 0 : -1;
}

int
progress_save(struct progress *progress, struct problem *problem)
{
	char folder[4000], path[4096], temporary[4110];
	FILE *out = NULL;
	int fd, failed;

	if (folder_of_user("XDG_STATE_HOME", ".local/state", folder, sizeof folder, problem) < 0 ||
		folder_make(folder, problem) < 0)
		return -1;
	snprintf(path, sizeof path, "%s/progress", folder);
	snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
	fd = mkstemp(temporary);
	if (fd < 0)
		return problem_set(
			problem, path, 0, _("cannot keep what was learned: %s"), strerror(errno));
	out = fdopen(fd, "w");
	failed = out == NULL || entries_write(progress, out) < 0;
	if (out != NULL)
		failed |= fclose(out) != 0;
	else
		close(fd);
	if (failed == 0 && rename(temporary, path) == 0)
		return 0;
	problem_set(problem, path, 0, _("cannot keep what was learned: %s"), strerror(errno));
	unlink(temporary);
	return -1;
}
