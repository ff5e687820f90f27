/* SPDX-License-Identifier: MIT
 *
 * What a pattern asks for, told to the learner: "reader sleeps in read". Patterns that have no such
 * words are shown as the lesson's author wrote them.
 */
#include "lesson/conductor_own.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

static bool
is(const char *word, const char *other)
{
	return word != NULL && strcmp(word, other) == 0;
}

/* "reader stands at its gate"; false: there are no words for it. */
static bool
state_expected(const struct match *match, const char *who, char *buf, size_t size)
{
	const char *call = match->call;

	if (is(match->state, "gate"))
		snprintf(buf, size, _("%s stands at its gate"), who);
	else if (is(match->state, "dead"))
		snprintf(buf, size, _("%s has ended"), who);
	else if (is(match->state, "stopped"))
		snprintf(buf, size, _("%s is stopped"), who);
	else if (is(match->state, "blocked") && call != NULL)
		snprintf(buf, size, _("%s sleeps in \001%s\002"), who, call);
	else if (is(match->state, "blocked"))
		snprintf(buf, size, _("%s sleeps"), who);
	else if (call != NULL)
		snprintf(buf, size, _("%s is in \001%s\002"), who, call);
	else
		return false;
	return true;
}

static bool
returns(const struct match *match)
{
	return is(match->what, "leave") || match->err != NULL || match->ret.asked ||
	       match->ret_min.asked || match->ret_max.asked;
}

static bool
call_expected(const struct match *match, const char *who, char *buf, size_t size)
{
	if (match->err != NULL && !is(match->err, "none"))
		snprintf(buf, size, _("\001%s\002 of %s fails with \001%s\002"), match->call, who,
			match->err);
	else if (match->ret.asked)
		snprintf(buf, size, _("\001%s\002 of %s returns %lld"), match->call, who,
			(long long)match->ret.value);
	else if (returns(match))
		snprintf(buf, size, _("\001%s\002 of %s returns"), match->call, who);
	else if (is(match->what, "enter"))
		snprintf(buf, size, _("%s calls \001%s\002"), who, match->call);
	else if (is(match->what, "reach"))
		snprintf(buf, size, _("%s stands before \001%s\002"), who, match->call);
	else
		return false;
	return true;
}

static bool
other_expected(const struct match *match, const char *who, char *buf, size_t size)
{
	if (is(match->what, "died"))
		snprintf(buf, size, _("%s ends"), who);
	else if (is(match->what, "born"))
		snprintf(buf, size, _("%s is born"), who);
	else if (is(match->what, "out"))
		snprintf(buf, size, _("%s prints what is expected"), who);
	else if (match->var != NULL && match->value.asked)
		snprintf(buf, size, _("\001%s\002 of %s is %lld"), match->var, who,
			(long long)match->value.value);
	else
		return false;
	return true;
}

/* What only a look at a socket can tell. */
static bool
socket_expected(const struct match *match, char *buf, size_t size)
{
	if (!is(match->what, "look"))
		return false;
	if (match->tcp != NULL)
		snprintf(buf, size, _("the kernel shows a TCP socket in the state \001%s\002"),
			match->tcp);
	else if (match->waiting.asked)
		snprintf(buf, size, _("the kernel counts %lld waiting in the backlog"),
			(long long)match->waiting.value);
	else if (match->drops.asked || match->drops_min.asked)
		snprintf(buf, size, _("the kernel counts the datagrams that it has dropped"));
	else if (match->used.asked)
		snprintf(buf, size, _("the kernel counts %lld bytes that wait in the socket"),
			(long long)match->used.value);
	else
		return false;
	return true;
}

char *
match_words(const struct match *match, char *buf, size_t size)
{
	const char *who = match->who != NULL ? match->who : _("somebody");
	char text[300];
	bool said;

	if (match->state != NULL)
		said = state_expected(match, who, buf, size);
	else if (socket_expected(match, buf, size))
		said = true;
	else if (match->call != NULL)
		said = call_expected(match, who, buf, size);
	else
		said = other_expected(match, who, buf, size);
	if (!said)
		snprintf(buf, size, "\001%s\002", match_text(match, text, sizeof text));
	return buf;
}
