/* SPDX-License-Identifier: MIT
 *
 * The shelf: all lessons below a directory, in order.
 */
#include "lesson/lesson.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

static int
lesson_order(const void *left, const void *right)
{
	const struct lesson *a = *(struct lesson *const *)left, *b = *(struct lesson *const *)right;

	if (a->number != b->number && (a->number == 0 || b->number == 0))
		return a->number == 0 ? 1 : -1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* A folder is a lesson if it holds a lesson.md. 0: added or none; -1: no memory or broken, see
 * *problem. */
static int
shelf_add(struct lesson ***lessons, int *n, const char *directory, const char *language,
	struct problem *problem)
{
	struct lesson **bigger, *lesson;
	char *file;
	int there;

	if (asprintf(&file, "%s/lesson.md", directory) < 0)
		return problem_set(problem, directory, 0, _("no memory"));
	there = access(file, F_OK);
	free(file);
	if (there != 0)
		return 0;
	lesson = lesson_load(directory, language, problem);
	if (lesson == NULL)
		return -1;
	bigger = reallocarray(*lessons, (size_t)*n + 1, sizeof *bigger);
	if (bigger == NULL) {
		lesson_free(lesson);
		return problem_set(problem, directory, 0, _("no memory"));
	}
	*lessons = bigger;
	bigger[(*n)++] = lesson;
	return 0;
}

int
shelf_load(const char *directory, const char *language, struct lesson ***lessons,
	struct problem *problem)
{
	struct problem broken = {.what = ""};
	struct dirent *entry;
	DIR *dir = opendir(directory);
	int n = 0;

	*lessons = NULL;
	problem->what[0] = '\0';
	if (dir == NULL)
		return problem_set(problem, directory, 0,
			_("cannot open the folder of lessons: %s"), strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		char *path;

		if (entry->d_name[0] == '.' ||
			asprintf(&path, "%s/%s", directory, entry->d_name) < 0)
			continue;
		if (shelf_add(lessons, &n, path, language, &broken) < 0)
			*problem = broken;
		free(path);
	}
	closedir(dir);
	if (n > 0)
		qsort(*lessons, (size_t)n, sizeof **lessons, lesson_order);
	return n;
}

void
shelf_free(struct lesson **lessons, int n)
{
	for (int i = 0; i < n; i++)
		lesson_free(lessons[i]);
	free(lessons);
}

int
shelf_find(struct lesson *const *lessons, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(lessons[i]->name, name) == 0)
			return i;
	for (int i = 0; i < n; i++) {
		const char *folder = strrchr(lessons[i]->directory, '/');
		char number[16];

		snprintf(number, sizeof number, "%d", lessons[i]->number);
		if (strcmp(folder != NULL ? folder + 1 : lessons[i]->directory, name) == 0 ||
			(lessons[i]->number > 0 && strcmp(number, name) == 0))
			return i;
	}
	return -1;
}
