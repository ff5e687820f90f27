/* SPDX-License-Identifier: MIT
 *
 * The arguments of a cast member's program, with their placeholders: `{run}` stands for a word that is another one in
 * each run, so that names outside of the run's directory belong to this run alone; `{server.address}` and
 * `{server.port}` for where the member `server` can be reached.
 */
#include "lesson/plan_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

enum placeholder_kind { HOLDS_NOTHING, HOLDS_RUN, HOLDS_ADDRESS, HOLDS_PORT };

/* A `{…}` in an argument. */
struct placeholder {
	enum placeholder_kind kind;
	const char *name; /* of the member, `name_length` bytes; ADDRESS and PORT */
	size_t name_length;
	size_t length;    /* with its braces; 0: no closing one */
};

static bool
piece_is(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && strncmp(text, word, length) == 0;
}

/* `at` is its opening brace. */
static struct placeholder
placeholder_read(const char *at)
{
	const char *end = strchr(at, '}'), *dot;
	struct placeholder holder = {.name = at + 1};

	if (end == NULL)
		return holder;
	holder.length = (size_t)(end - at) + 1;
	if (piece_is(at + 1, holder.length - 2, "run"))
		holder.kind = HOLDS_RUN;
	dot = memchr(at, '.', holder.length);
	if (dot == NULL || dot == at + 1)
		return holder;
	holder.name_length = (size_t)(dot - at) - 1;
	if (piece_is(dot + 1, (size_t)(end - dot) - 1, "address"))
		holder.kind = HOLDS_ADDRESS;
	else if (piece_is(dot + 1, (size_t)(end - dot) - 1, "port"))
		holder.kind = HOLDS_PORT;
	return holder;
}

/* Index in the cast; -1. */
static int
placeholder_member(const struct lesson *lesson, const struct placeholder *holder)
{
	for (unsigned i = 0; i < lesson->n_cast; i++)
		if (piece_is(holder->name, holder->name_length, lesson->cast[i].name))
			return (int)i;
	return -1;
}

int
argument_check(const struct lesson *lesson, int line, const char *argument, struct problem *problem)
{
	for (const char *at = argument; (at = strchr(at, '{')) != NULL; at++) {
		struct placeholder holder = placeholder_read(at);

		if (holder.length != 0 && holder.kind == HOLDS_NOTHING)
			return problem_set(problem, lesson->file, line,
				_("`%.*s` in an argument stands for nothing: only `{run}`, a word of this run, "
				  "`{MEMBER.address}` and `{MEMBER.port}` do"),
				holder.length < 40 ? (int)holder.length : 40, at);
		if (holder.kind >= HOLDS_ADDRESS && placeholder_member(lesson, &holder) < 0)
			return problem_set(problem, lesson->file, line,
				_("`%.*s` in an argument names nobody of the cast: correct the name"),
				holder.length < 40 ? (int)holder.length : 40, at);
	}
	return 0;
}

int
argument_needs(const struct lesson *lesson, const char *argument, const bool *started)
{
	for (const char *at = argument; (at = strchr(at, '{')) != NULL; at++) {
		struct placeholder holder = placeholder_read(at);
		int member = holder.kind == HOLDS_PORT ? placeholder_member(lesson, &holder) : -1;

		if (member >= 0 && !started[cast_root(lesson, member)])
			return member;
	}
	return -1;
}

/* --- filling them in --- */

/* When this process bound that socket last: sequence number of the call; 0: it did not. */
static uint64_t
bound_at(const struct channel *channel, int process)
{
	const struct endpoint *endpoint = channel->kind == CHANNEL_SOCKET ? channel->endpoint : NULL;
	uint64_t newest = 0;

	for (int i = 0; endpoint != NULL && i < endpoint->n_rungs; i++) {
		const struct rung *rung = &endpoint->rungs[i];

		if (rung->call == CALL_bind && rung->process == process && rung->done != 0 &&
			rung->event > newest)
			newest = rung->event;
	}
	return newest;
}

int
cast_port(const struct model *model, int32_t pid)
{
	int process = pid != 0 ? model_process(model, pid) : NONE, port = 0;
	uint64_t newest = 0;

	for (int i = 0; process != NONE && i < model->n_channels; i++) {
		const struct channel *channel = &model->channels[i];
		uint64_t when = bound_at(channel, process);
		const char *colon;

		if (when <= newest || (colon = strrchr(channel->endpoint->local, ':')) == NULL)
			continue;
		newest = when;
		port = atoi(colon + 1);
	}
	return port > 0 && port < 65536 ? port : 0;
}

/* Writes what it stands for; -1 with *problem. */
static int
placeholder_fill(FILE *out, const struct placeholder *holder, const struct lesson *lesson,
	const struct cast_places *places, struct problem *problem)
{
	int member = holder->kind >= HOLDS_ADDRESS ? placeholder_member(lesson, holder) : -1;

	if (holder->kind == HOLDS_RUN)
		fputs(places->run, out);
	else if (holder->kind == HOLDS_ADDRESS)
		fputs(places->address[cast_root(lesson, member)], out);
	else if (places->port[member] == 0)
		return problem_set(problem, NULL, 0,
			_("`{%s.port}` is not known: %s has not bound a socket to a port yet"),
			lesson->cast[member].name, lesson->cast[member].name);
	else
		fprintf(out, "%d", places->port[member]);
	return 0;
}

char *
cast_argument(const struct lesson *lesson, const char *argument, const struct cast_places *places,
	struct problem *problem)
{
	char *filled = NULL;
	const char *next;
	int failed = 0;
	size_t size;
	FILE *out = open_memstream(&filled, &size);

	while (out != NULL && failed == 0 && (next = strchr(argument, '{')) != NULL) {
		struct placeholder holder = placeholder_read(next);

		fwrite(argument, 1, (size_t)(next - argument), out);
		argument = next + holder.length;
		if (holder.kind != HOLDS_NOTHING)
			failed = placeholder_fill(out, &holder, lesson, places, problem);
		else
			fputc(*argument++, out); /* a brace alone */
	}
	if (out != NULL)
		fputs(argument, out);
	if (out == NULL || fclose(out) != 0) {
		problem_set(problem, NULL, 0, _("no memory"));
		failed = -1;
	}
	if (failed == 0)
		return filled;
	free(filled);
	return NULL;
}
