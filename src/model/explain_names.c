/* SPDX-License-Identifier: MIT
 *
 * What sentences are made of: text that is cut between characters, and what processes and objects are called.
 */
#include "event/short_name.h"
#include "model/explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

/* snprintf that never cuts inside a character. */
void
explain_say(char *buf, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = vsnprintf(buf, size, format, args);
	va_end(args);
	if (length < 0 || (size_t)length < size)
		return;
	size_t end = strlen(buf), start = end;
	while (start > 0 && ((unsigned char)buf[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)buf[start - 1];
	size_t whole = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (end - (start - 1) < whole)
		buf[start - 1] = '\0';
}

/* Its name; with its number where another living process is called the same, as a forked child is. */
const char *
explain_name(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	bool alone = true;

	for (int i = 0; i < model->n_processes; i++)
		alone = alone && (i == id || model->processes[i].state == PROCESS_DEAD ||
					 strcmp(model->processes[i].name, process->name) != 0);
	if (process->name[0] == '\0')
		explain_say(buf, size, _("process %d"), (int)process->pid);
	else if (alone)
		explain_say(buf, size, "%s", process->name);
	else
		explain_say(buf, size, "%s %d", process->name, (int)process->pid);
	return buf;
}

/* "writer, reader and 3 others" */
void
explain_names(const struct model *model, const int *ids, int n, int total, char *buf, size_t size)
{
	char name[40], so_far[160];

	buf[0] = '\0';
	for (int i = 0; i < n; i++) {
		explain_say(so_far, sizeof so_far, "%s", buf);
		explain_name(model, ids[i], name, sizeof name);
		if (i == 0)
			explain_say(buf, size, "%s", name);
		else if (i == total - 1)
			explain_say(buf, size, _("%s and %s"), so_far, name);
		else
			explain_say(buf, size, _("%s, %s"), so_far, name);
	}
	if (total > n) {
		explain_say(so_far, sizeof so_far, "%s", buf);
		explain_say(buf, size, _("%s and %d more"), so_far, total - n);
	}
}

/* The part of its name that people gave it; what has none keeps its number. */
const char *
explain_object(const struct channel *channel, char *buf, size_t size)
{
	const char *name = strchr(channel->name, ':');
	const char *slash = strrchr(channel->name, '/');
	bool named = name != NULL && strchr(name, '@') == NULL && strchr(name, '/') != NULL;
	const char *place = name != NULL && !named ? strrchr(name, '+') : NULL;

	if (place != NULL) /* in memory that has no name: where in it */
		explain_say(buf, size, "%.*s%s", (int)(name - channel->name), channel->name, place);
	else if (channel->kind == CHANNEL_FIFO && slash != NULL)
		explain_say(buf, size, "%s", slash + 1);
	else if (named)
		explain_say(buf, size, "%s", name + 1);
	else
		explain_say(buf, size, "%s", channel->name);
	return short_name(buf);
}
