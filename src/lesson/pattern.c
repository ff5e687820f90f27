/* SPDX-License-Identifier: MIT
 *
 * Patterns: the table of their fields, reading one from YAML, and writing it back for people.
 */
#include "lesson/pattern.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/line.h"
#include "words.h"

enum form {
	FORM_WHO,
	FORM_WHAT,
	FORM_CALL,
	FORM_STATE,
	FORM_ERR,
	FORM_END,
	FORM_ON,
	FORM_SIG,
	FORM_OP,
	FORM_FLAG,
	FORM_YES,
	FORM_LOST,
	FORM_TCP,
	FORM_HOW,
	FORM_TEXT,
	FORM_NUMBER
};

static const struct field {
	const char *key;
	enum form form;
	size_t offset; /* in struct match: a char *, or a struct wanted for FORM_NUMBER */
} fields[] = {
	{"who", FORM_WHO, offsetof(struct match, who)},
	{"what", FORM_WHAT, offsetof(struct match, what)},
	{"call", FORM_CALL, offsetof(struct match, call)},
	{"state", FORM_STATE, offsetof(struct match, state)},
	{"cycle", FORM_YES, offsetof(struct match, cycle)},
	{"ret", FORM_NUMBER, offsetof(struct match, ret)},
	{"ret-min", FORM_NUMBER, offsetof(struct match, ret_min)},
	{"ret-max", FORM_NUMBER, offsetof(struct match, ret_max)},
	{"err", FORM_ERR, offsetof(struct match, err)},
	{"n", FORM_NUMBER, offsetof(struct match, n)},
	{"fd", FORM_NUMBER, offsetof(struct match, fd)},
	{"end", FORM_END, offsetof(struct match, end)},
	{"on", FORM_ON, offsetof(struct match, on)},
	{"object", FORM_TEXT, offsetof(struct match, object)},
	{"path", FORM_TEXT, offsetof(struct match, path)},
	{"used", FORM_NUMBER, offsetof(struct match, used)},
	{"count", FORM_NUMBER, offsetof(struct match, count)},
	{"type", FORM_NUMBER, offsetof(struct match, type)},
	{"want", FORM_NUMBER, offsetof(struct match, want)},
	{"prio", FORM_NUMBER, offsetof(struct match, prio)},
	{"flags", FORM_FLAG, offsetof(struct match, flags)},
	{"status", FORM_NUMBER, offsetof(struct match, status)},
	{"sig", FORM_SIG, offsetof(struct match, sig)},
	{"text", FORM_TEXT, offsetof(struct match, text)},
	{"bytes", FORM_TEXT, offsetof(struct match, bytes)},
	{"var", FORM_TEXT, offsetof(struct match, var)},
	{"sem", FORM_NUMBER, offsetof(struct match, sem)},
	{"value", FORM_NUMBER, offsetof(struct match, value)},
	{"values", FORM_TEXT, offsetof(struct match, values)},
	{"ops", FORM_TEXT, offsetof(struct match, ops)},
	{"kernel", FORM_NUMBER, offsetof(struct match, kernel)},
	{"offset", FORM_NUMBER, offsetof(struct match, offset)},
	{"old", FORM_NUMBER, offsetof(struct match, old)},
	{"atomic", FORM_NUMBER, offsetof(struct match, atomic)},
	{"lost", FORM_LOST, offsetof(struct match, lost)},
	{"nattch", FORM_NUMBER, offsetof(struct match, nattch)},
	{"made", FORM_NUMBER, offsetof(struct match, made)},
	{"removed", FORM_NUMBER, offsetof(struct match, removed)},
	{"tcp", FORM_TCP, offsetof(struct match, tcp)},
	{"local", FORM_TEXT, offsetof(struct match, local)},
	{"peer", FORM_TEXT, offsetof(struct match, peer)},
	{"backlog", FORM_NUMBER, offsetof(struct match, backlog)},
	{"waiting", FORM_NUMBER, offsetof(struct match, waiting)},
	{"outq", FORM_NUMBER, offsetof(struct match, outq)},
	{"outq-min", FORM_NUMBER, offsetof(struct match, outq_min)},
	{"used-min", FORM_NUMBER, offsetof(struct match, used_min)},
	{"drops", FORM_NUMBER, offsetof(struct match, drops)},
	{"drops-min", FORM_NUMBER, offsetof(struct match, drops_min)},
	{"whole", FORM_NUMBER, offsetof(struct match, whole)},
	{"passed", FORM_TEXT, offsetof(struct match, passed)},
	{"cred", FORM_TEXT, offsetof(struct match, cred)},
	{"ready", FORM_TEXT, offsetof(struct match, ready)},
	{"option", FORM_TEXT, offsetof(struct match, option)},
	{"arg", FORM_TEXT, offsetof(struct match, arg)},
	{"how", FORM_HOW, offsetof(struct match, how)},
	{"op", FORM_OP, offsetof(struct match, op)},
};

enum { N_FIELDS = sizeof fields / sizeof fields[0] };

/* A word that must be one of a list, blank separated; the list is also the cure. */
static const char *const vocabulary[] = {
	[FORM_WHAT] = "born exec reach enter leave look act out dark died",
	[FORM_STATE] = "running gate call blocked stopped dead",
	[FORM_END] = "r w",
	[FORM_ON] = "pipe fifo file tty socket tcp udp unix other msg mq shm sem mutex cond",
	[FORM_OP] =
		"permit play pause free nonblock capacity close stop cont term kill restart tempo "
		"answer remove rcvbuf sndbuf shutdown host watch unwatch delay",
	[FORM_YES] = "yes",
	[FORM_LOST] = "yes no",
	[FORM_TCP] = "LISTEN SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSE_WAIT CLOSING "
		     "LAST_ACK TIME_WAIT CLOSE",
	[FORM_HOW] = "SHUT_RD SHUT_WR SHUT_RDWR default ignored caught signal thread none off",
	[FORM_NUMBER] = NULL,
};

static char **
text_of(const struct match *match, const struct field *field)
{
	return (char **)((char *)match + field->offset);
}

static struct wanted *
number_of(const struct match *match, const struct field *field)
{
	return (struct wanted *)((char *)match + field->offset);
}

static size_t __attribute__((format(printf, 4, 5)))
put(char *buf, size_t size, size_t at, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(at < size ? buf + at : NULL, at < size ? size - at : 0, format, args);
	va_end(args);
	return n > 0 ? at + (size_t)n : at;
}

bool
is_among(const char *words, const char *word)
{
	size_t length = strlen(word);

	if (length == 0 || strchr(word, ' ') != NULL)
		return false;
	for (const char *at = words; (at = strstr(at, word)) != NULL; at++)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

int
number_read(const char *file, const struct node *node, int64_t *value, struct problem *problem)
{
	char *end;

	if (node->kind == NODE_TEXT && node->text[0] != '\0' &&
		strspn(node->text, "-0123456789") == strlen(node->text)) {
		errno = 0;
		*value = strtoll(node->text, &end, 10);
		if (errno == 0 && *end == '\0')
			return 0;
	}
	return problem_set(
		problem, file, node->line, _("`%s` must be a whole number, like 4096"), node->key);
}

static int
field_check(const struct lesson *lesson, const struct field *field, const struct node *node,
	struct problem *problem)
{
	const char *word = node->text, *file = lesson->file;
	size_t length = strlen(word);
	int line = node->line;

	switch (field->form) {
	case FORM_WHO:
		if (lesson_cast(lesson, word) < 0)
			return problem_set(problem, file, line,
				_("`%.40s` is not in the cast: correct the name or add it to the "
				  "front matter"),
				word);
		return 0;
	case FORM_CALL:
		if (call_find(word, length) == CALL_unknown)
			return problem_set(problem, file, line,
				_("ipcviz knows no call `%.40s`: see src/event/calls.def for those "
				  "it does"),
				word);
		return 0;
	case FORM_ERR:
		if (strcmp(word, "none") != 0 && errno_find(word, length) < 0)
			return problem_set(problem, file, line,
				_("there is no error `%.40s`: write its name, like EAGAIN, or "
				  "none"),
				word);
		return 0;
	case FORM_SIG:
		if (signal_find(word, length) < 0)
			return problem_set(problem, file, line,
				_("there is no signal `%.40s`: write its name, like SIGPIPE"),
				word);
		return 0;
	case FORM_FLAG:
		if (length == 0 || strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != length)
			return problem_set(problem, file, line,
				_("`flags` takes one flag's name, like O_NONBLOCK, not `%.40s`"),
				word);
		return 0;
	case FORM_WHAT:
	case FORM_STATE:
	case FORM_END:
	case FORM_ON:
	case FORM_OP:
	case FORM_YES:
	case FORM_LOST:
	case FORM_TCP:
	case FORM_HOW:
		if (!is_among(vocabulary[field->form], word))
			return problem_set(problem, file, line,
				_("`%s` cannot be `%.40s`: it is one of %s"), field->key, word,
				vocabulary[field->form]);
		return 0;
	case FORM_TEXT:
	case FORM_NUMBER:
		return 0;
	}
	return 0;
}

static const struct field *
field_find(const char *key)
{
	for (unsigned i = 0; i < N_FIELDS; i++)
		if (strcmp(fields[i].key, key) == 0)
			return &fields[i];
	return NULL;
}

/* A field that only one kind of event has: asking another kind for it could never match. NULL: none is
 * asked for. */
static const char *
field_bound(const struct match *match, const char **only)
{
	*only = "leave";
	if (match->err != NULL)
		return "err";
	if (match->ret.asked || match->ret_min.asked || match->ret_max.asked)
		return "ret";
	if (match->made.asked)
		return "made";
	if (match->kernel.asked)
		return "kernel";
	if (match->old.asked)
		return "old";
	if (match->atomic.asked)
		return "atomic";
	if (match->lost != NULL)
		return "lost";
	*only = "look";
	if (match->var != NULL)
		return "var";
	if (match->cycle != NULL)
		return "cycle";
	return match->bytes != NULL ? "bytes" : NULL;
}

static int
match_check(const struct match *match, const char *file, struct problem *problem)
{
	const char *only, *key = field_bound(match, &only);

	if (key != NULL && match->what != NULL && strcmp(match->what, only) != 0)
		return problem_set(problem, file, match->line,
			_("only a %s has `%s`, so `what: %s` can never match: leave one of the two "
			  "out"),
			only, key, match->what);
	if (match->ret_min.asked && match->ret_max.asked &&
		match->ret_min.value > match->ret_max.value)
		return problem_set(problem, file, match->line,
			_("`ret-min` is greater than `ret-max`: exchange them"));
	return 0;
}

/* "who, what, call …": the cure for a misspelt field. */
static char *
fields_text(char *buf, size_t size)
{
	size_t at = 0;

	for (unsigned i = 0; i < N_FIELDS; i++)
		at = put(buf, size, at, "%s%s", i > 0 ? ", " : "", fields[i].key);
	return buf;
}

int
match_read(const struct lesson *lesson, struct node *map, const char *who, struct match *match,
	struct problem *problem)
{
	char names[800];

	match->line = map->line;
	if (map->kind != NODE_MAP || map->n == 0)
		return problem_set(problem, lesson->file, map->line,
			_("a pattern belongs here, like {who: %s, call: read, what: leave}"),
			lesson->n_cast > 0 ? lesson->cast[0].name : "writer");
	for (struct node *node = map->first; node != NULL; node = node->next) {
		const struct field *field = field_find(node->key);

		if (field == NULL)
			return problem_set(problem, lesson->file, node->key_line,
				_("a pattern has no field `%.40s`; it has %s"), node->key,
				fields_text(names, sizeof names));
		if (field->form == FORM_NUMBER) {
			struct wanted *number = number_of(match, field);

			if (number_read(lesson->file, node, &number->value, problem) < 0)
				return -1;
			number->asked = true;
			continue;
		}
		if (node->kind != NODE_TEXT)
			return problem_set(problem, lesson->file, node->line,
				_("`%s` must be one word"), node->key);
		if (field_check(lesson, field, node, problem) < 0)
			return -1;
		*text_of(match, field) = tree_take(node);
	}
	if (match->who == NULL && who != NULL && (match->who = strdup(who)) == NULL)
		return problem_set(problem, lesson->file, map->line, _("no memory"));
	return match_check(match, lesson->file, problem);
}

void
match_fini(struct match *match)
{
	for (unsigned i = 0; i < N_FIELDS; i++)
		if (fields[i].form != FORM_NUMBER)
			free(*text_of(match, &fields[i]));
}

char *
match_text(const struct match *match, char *buf, size_t size)
{
	const char *comma = "";
	size_t at = put(buf, size, 0, "{");

	for (unsigned i = 0; i < N_FIELDS; i++) {
		if (fields[i].form == FORM_NUMBER && number_of(match, &fields[i])->asked)
			at = put(buf, size, at, "%s%s: %lld", comma, fields[i].key,
				(long long)number_of(match, &fields[i])->value);
		else if (fields[i].form != FORM_NUMBER && *text_of(match, &fields[i]) != NULL)
			at = put(buf, size, at, "%s%s: %s", comma, fields[i].key,
				*text_of(match, &fields[i]));
		else
			continue;
		comma = ", ";
	}
	put(buf, size, at, "}");
	return buf;
}
