/* SPDX-License-Identifier: MIT
 *
 * Events from lines in memory, for tests.
 */
#include <stdlib.h>
#include <string.h>

#include "trace/source.h"

struct string_source {
	struct source source;
	const char *at;
};

static enum source_result
string_next(struct source *source, struct event *event)
{
	struct string_source *string = (struct string_source *)source;

	while (*string->at != '\0') {
		const char *line = string->at;
		size_t length = strcspn(line, "\n");

		string->at += length + (line[length] == '\n');
		if (length == 0 || strncmp(line, "ipcviz-events ", 14) == 0)
			continue;
		if (event_parse(event, line, length) == 0)
			return SOURCE_EVENT;
		problem_set(&source->problem, NULL, 0, "no event: %.100s", line);
		return SOURCE_BROKEN;
	}
	return SOURCE_END;
}

static int
string_poll_fds(struct source *source, struct pollfd *fds, int room)
{
	(void)source;
	(void)fds;
	(void)room;
	return 0;
}

static void
string_free(struct source *source)
{
	free(source);
}

struct source *
source_string(const char *lines)
{
	struct string_source *string = calloc(1, sizeof *string);

	if (string == NULL)
		return NULL;
	string->source = (struct source){
		.next = string_next, .poll_fds = string_poll_fds, .free = string_free};
	string->at = lines;
	return &string->source;
}
