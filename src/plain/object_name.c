/* SPDX-License-Identifier: MIT
 *
 * What people call a kernel object, from its name in the events (doc/event-format.md).
 */
#include <string.h>

#include "event/short_name.h"
#include "plain/plain_own.h"
#include "words.h"

/* Undoes the %XX of a WORD. */
static void
unescape(const char *word, char *buf, size_t size)
{
	size_t at = 0;

	while (*word != '\0' && at + 1 < size) {
		unsigned byte;

		if (word[0] == '%' && sscanf(word + 1, "%2x", &byte) == 1 && word[1] != '\0' &&
			word[2] != '\0') {
			buf[at++] = (char)byte;
			word += 3;
		} else {
			buf[at++] = *word++;
		}
	}
	buf[at] = '\0';
}

static bool
is_number(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* Kinds whose identity is a name or a number, and that is all. */
static const struct {
	const char *kind, *words;
} kinds[] = {
	{"pipe:", N_("the pipe %s")},
	{"fifo:", N_("the FIFO %s")},
	{"file:", N_("the file %s")},
	{"tty:", N_("the terminal %s")},
	{"socket:", N_("the socket %s")},
	{"msg:", N_("the message queue %s")},
	{"mq:", N_("the message queue %s")},
	{"shm:memfd:", N_("the memory %s")},
	{"shm:", N_("the segment %s")},
	{"sem:", N_("the semaphore %s")},
	{"mutex:", N_("the mutex %s")},
	{"cond:", N_("the condition %s")},
};

/* Those that lie in memory: of a segment (SEGMENT+OFFSET), or of one process (PID@ADDRESS). */
static const struct {
	const char *kind, *in_segment, *in_process;
} in_memory[] = {
	{"shm:", NULL, N_("the memory at %s that process %s shares")},
	{"sem:", N_("the semaphore at byte %s of %s"), N_("the semaphore at %s of process %s")},
	{"mutex:", N_("the mutex at byte %s of %s"), N_("the mutex at %s of process %s")},
	{"cond:", N_("the condition at byte %s of %s"), N_("the condition at %s of process %s")},
};

static const char *
plain_words(const char *object, size_t *length)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		*length = strlen(kinds[i].kind);
		if (strncmp(object, kinds[i].kind, *length) == 0)
			return kinds[i].words;
	}
	return NULL;
}

/* "4211@0x7f00" of a process, or "5+16" of a segment, which is `shm:5` or a `file:`. */
static bool
memory_label(const char *object, char *buf, size_t size)
{
	for (size_t i = 0; i < sizeof in_memory / sizeof in_memory[0]; i++) {
		size_t length = strlen(in_memory[i].kind);
		char where[128], segment[160], label[160];
		char *mark;

		if (strncmp(object, in_memory[i].kind, length) != 0)
			continue;
		unescape(object + length, where, sizeof where);
		if (in_memory[i].in_segment != NULL && (mark = strrchr(where, '+')) != NULL &&
			is_number(mark + 1)) {
			*mark = '\0';
			snprintf(segment, sizeof segment, "%s%s",
				strncmp(where, "file:", 5) == 0 ? "" : "shm:", where);
			snprintf(buf, size, _(in_memory[i].in_segment), mark + 1,
				object_label(segment, label, sizeof label));
			return true;
		}
		if ((mark = strchr(where, '@')) != NULL && where[0] != '/') {
			*mark = '\0';
			snprintf(buf, size, _(in_memory[i].in_process), mark + 1, where);
			return true;
		}
	}
	return false;
}

/* The name of a file in the directory of a lesson's run, which learners do not know; else the whole path. */
static const char *
file_name(const char *path)
{
	const char *at = strstr(path, "/ipcviz-"), *end = at != NULL ? strchr(at + 1, '/') : NULL;
	int pid, dashes = 0;

	if (end == NULL || sscanf(at, "/ipcviz-%d-", &pid) != 1)
		return path;
	for (; at < end; at++)
		dashes += *at == '-';
	return dashes == 4 ? end + 1 : path;
}

char *
object_label(const char *object, char *buf, size_t size)
{
	char identity[256];
	const char *words, *name = identity;
	size_t length;

	if (memory_label(object, buf, size))
		return short_name(buf);
	words = plain_words(object, &length);
	if (words == NULL)
		length = 0;
	unescape(object + length, identity, sizeof identity);
	if (strncmp(object, "sem:", 4) == 0 && is_number(identity))
		words = N_("the set of semaphores %s");
	if (strncmp(object, "fifo:", 5) == 0 && (name = strrchr(identity, '/')) != NULL)
		name++; /* its directory is told when it is made */
	if (strncmp(object, "file:", 5) == 0)
		name = file_name(identity);
	snprintf(buf, size, words != NULL ? _(words) : "%s", name != NULL ? name : identity);
	return short_name(buf);
}
