/* SPDX-License-Identifier: MIT
 *
 * Loads a lesson: the original, and a translation's words over it.
 */
#include "lesson/lesson.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lesson/document.h"
#include "lesson/pattern.h"
#include "lesson/plan.h"
#include "lesson/text.h"
#include "lesson/translation.h"
#include "words.h"

int
lesson_cast(const struct lesson *lesson, const char *name)
{
	for (unsigned i = 0; i < lesson->n_cast; i++)
		if (lesson->cast[i].name != NULL && strcmp(lesson->cast[i].name, name) == 0)
			return (int)i;
	return -1;
}

int
cast_root(const struct lesson *lesson, int member)
{
	while (lesson->cast[member].forked_by != NULL)
		member = lesson_cast(lesson, lesson->cast[member].forked_by);
	return member;
}

int
lesson_step(const struct lesson *lesson, const char *name)
{
	char *end;
	long number = strtol(name, &end, 10);

	for (unsigned i = 0; i < lesson->n_steps; i++)
		if (lesson->steps[i].name != NULL && strcmp(lesson->steps[i].name, name) == 0)
			return (int)i;
	if (isdigit((unsigned char)name[0]) && *end == '\0' && number >= 1 &&
		number <= (long)lesson->n_steps)
		return (int)number - 1;
	return -1;
}

static void
step_fini(struct step *step)
{
	free(step->name);
	free(step->title);
	words_fini(&step->words);
	for (unsigned i = 0; i < step->n_moves; i++)
		move_fini(&step->moves[i]);
	free(step->moves);
	for (unsigned i = 0; i < step->n_seen; i++)
		match_fini(&step->seen[i]);
	free(step->seen);
}

static void
cast_fini(struct cast *cast)
{
	free(cast->name);
	free(cast->program);
	for (unsigned i = 0; i < cast->n_args; i++)
		free(cast->args[i]);
	free(cast->args);
	free(cast->forked_by);
	free(cast->watch);
	free(cast->host);
}

void
lesson_free(struct lesson *lesson)
{
	if (lesson == NULL)
		return;
	free(lesson->directory);
	free(lesson->file);
	free(lesson->plan);
	free(lesson->name);
	free(lesson->title);
	free(lesson->idea);
	free(lesson->watched);
	words_fini(&lesson->words);
	for (unsigned i = 0; i < lesson->n_cast; i++)
		cast_fini(&lesson->cast[i]);
	free(lesson->cast);
	for (unsigned i = 0; i < lesson->n_cells; i++) {
		free(lesson->cells[i].on);
		free(lesson->cells[i].name);
		free(lesson->cells[i].who);
	}
	free(lesson->cells);
	for (unsigned i = 0; i < lesson->n_steps; i++)
		step_fini(&lesson->steps[i]);
	free(lesson->steps);
	free(lesson);
}

/* "…/03-blocking" is lesson 3, "blocking". */
static struct lesson *
lesson_create(const char *directory)
{
	struct lesson *lesson = calloc(1, sizeof *lesson);
	const char *base;
	size_t length = strlen(directory), digits;

	if (lesson == NULL)
		return NULL;
	while (length > 1 && directory[length - 1] == '/')
		length--;
	lesson->directory = strndup(directory, length);
	if (lesson->directory == NULL ||
		asprintf(&lesson->plan, "%s/lesson.md", lesson->directory) < 0 ||
		(lesson->file = strdup(lesson->plan)) == NULL) {
		lesson_free(lesson);
		return NULL;
	}
	base = strrchr(lesson->directory, '/');
	base = base != NULL ? base + 1 : lesson->directory;
	digits = strspn(base, "0123456789");
	if (digits > 0 && digits <= 6 && base[digits] == '-' && base[digits + 1] != '\0') {
		lesson->number = atoi(base);
		base += digits + 1;
	}
	lesson->name = strdup(base);
	if (lesson->name == NULL) {
		lesson_free(lesson);
		return NULL;
	}
	return lesson;
}

/* Takes the words out of the document and understands its YAML. */
static int
lesson_fill(struct lesson *lesson, struct document *document, struct problem *problem)
{
	lesson->words = document->words;
	document->words = (struct words){0};
	if (plan_front(lesson, document->front, problem) < 0)
		return -1;
	lesson->steps = calloc(document->n_sections, sizeof *lesson->steps);
	if (lesson->steps == NULL)
		return problem_set(problem, lesson->file, 0, _("no memory"));
	for (unsigned i = 0; i < document->n_sections; i++) {
		struct section *section = &document->sections[i];
		struct step *step = &lesson->steps[lesson->n_steps++];

		step->line = section->line;
		step->title = section->title;
		step->words = section->words;
		section->title = NULL;
		section->words = (struct words){0};
		if (plan_step(lesson, step, section->block, problem) < 0)
			return -1;
	}
	return plan_check(lesson, problem);
}

static int
original_read(struct lesson *lesson, const char *text, size_t length, struct problem *problem)
{
	struct document document;
	int failed = document_init(&document, lesson->file, text, length, problem);

	if (failed == 0)
		failed = lesson_fill(lesson, &document, problem);
	document_fini(&document);
	return failed;
}

struct lesson *
lesson_parse(const char *directory, const char *text, size_t length, const char *translation,
	size_t translation_length, struct problem *problem)
{
	struct lesson *lesson = lesson_create(directory);
	char *path;

	if (lesson == NULL) {
		problem_set(problem, directory, 0, _("no memory"));
		return NULL;
	}
	if (original_read(lesson, text, length, problem) < 0)
		goto fail;
	if (translation == NULL)
		return lesson;
	if (asprintf(&path, "%s/lesson.xx.md", lesson->directory) < 0)
		goto fail;
	if (translation_apply(lesson, path, translation, translation_length, problem) == 0) {
		free(path);
		return lesson;
	}
	free(path);
fail:
	lesson_free(lesson);
	return NULL;
}

/* --- files
 * ------------------------------------------------------------------------------------------------------
 */

/* The whole file; one byte more than is allowed at most, so that the parser can say that it is too
 * long. */
static char *
file_read(const char *path, size_t *length, struct problem *problem)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	char *text;
	ssize_t n;

	if (fd < 0) {
		problem_set(problem, path, 0, _("cannot open the lesson: %s"), strerror(errno));
		return NULL;
	}
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
		(text = malloc(LESSON_BYTES_MAX + 1)) == NULL) {
		problem_set(problem, path, 0, _("this is no plain file: a lesson is a text file"));
		close(fd);
		return NULL;
	}
	*length = 0;
	while (*length <= LESSON_BYTES_MAX &&
		(n = read(fd, text + *length, LESSON_BYTES_MAX + 1 - *length)) != 0) {
		if (n < 0) {
			problem_set(
				problem, path, 0, _("cannot read the lesson: %s"), strerror(errno));
			free(text);
			close(fd);
			return NULL;
		}
		*length += (size_t)n;
	}
	close(fd);
	return text;
}

/* "ko_KR.UTF-8" → "ko_KR", or "ko" when `territory` is false; false when there is nothing to look
 * for. */
static bool
language_word(const char *language, bool territory, char *word, size_t size)
{
	size_t length = language != NULL ? strspn(language, "abcdefghijklmnopqrstuvwxyz_"
							    "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
					 : 0;
	const char *bar = length > 0 ? memchr(language, '_', length) : NULL;

	if (territory && bar == NULL)
		return false;
	if (!territory && bar != NULL)
		length = (size_t)(bar - language);
	if (length < 2 || length >= size)
		return false;
	memcpy(word, language, length);
	word[length] = '\0';
	return strcmp(word, "POSIX") != 0;
}

/* The translation's path, when there is one: the caller's. */
static char *
translation_find(const struct lesson *lesson, const char *language)
{
	for (int territory = 1; territory >= 0; territory--) {
		char word[16], *path;

		if (!language_word(language, territory != 0, word, sizeof word) ||
			asprintf(&path, "%s/lesson.%s.md", lesson->directory, word) < 0)
			continue;
		if (access(path, F_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

static int
translation_load(struct lesson *lesson, const char *language, struct problem *problem)
{
	char *path = translation_find(lesson, language), *text;
	size_t length;
	int failed = -1;

	if (path == NULL)
		return 0;
	text = file_read(path, &length, problem);
	if (text != NULL)
		failed = translation_apply(lesson, path, text, length, problem);
	free(text);
	free(path);
	return failed;
}

struct lesson *
lesson_load(const char *directory, const char *language, struct problem *problem)
{
	struct lesson *lesson = lesson_create(directory);
	char *text;
	size_t length;
	int failed;

	if (lesson == NULL) {
		problem_set(problem, directory, 0, _("no memory"));
		return NULL;
	}
	text = file_read(lesson->plan, &length, problem);
	failed = text == NULL ? -1 : original_read(lesson, text, length, problem);
	free(text);
	if (failed < 0 || translation_load(lesson, language, problem) < 0) {
		lesson_free(lesson);
		return NULL;
	}
	return lesson;
}
