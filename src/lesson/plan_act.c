/* SPDX-License-Identifier: MIT
 *
 * What a move does to a process from outside, out of YAML.
 */
#include "lesson/plan_own.h"

#include <string.h>

#include "lesson/pattern.h"
#include "lesson/piece.h"
#include "words.h"

static const char kinds[] = "fifo msg mq shm sem";

/* Each operation, and what else it says. */
static const struct operation {
	const char *name;
	bool fd;          /* a descriptor, by `end` or `fd` */
	bool value;       /* a number from `least` to `most` */
	bool how, call, on;
	const char *like; /* value: what it is, for the sentence */
	int64_t least, most;
} operations[] = {
	{.name = "nonblock", .fd = true},
	{.name = "block", .fd = true},
	{.name = "close", .fd = true},
	{.name = "capacity", .fd = true, .value = true, .like = "BYTES", .least = 1, .most = 1 << 30},
	{.name = "rcvbuf", .fd = true, .value = true, .like = "BYTES", .least = 0, .most = 1 << 30},
	{.name = "sndbuf", .fd = true, .value = true, .like = "BYTES", .least = 0, .most = 1 << 30},
	{.name = "shutdown", .fd = true, .how = true},
	{.name = "delay", .call = true, .value = true, .like = "MS", .least = 0, .most = 60000},
	{.name = "stop"},
	{.name = "cont"},
	{.name = "term"},
	{.name = "kill"},
	{.name = "remove", .on = true},
	{.name = "watch", .on = true},
	{.name = "unwatch", .on = true},
};

static const char operation_names[] =
	"nonblock block close capacity rcvbuf sndbuf shutdown delay stop cont term kill remove "
	"watch unwatch";

static const struct operation *
operation_find(const char *name)
{
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}

static int
act_fd(const struct lesson *lesson, struct move *move, const struct operation *operation,
	struct node *map, struct problem *problem)
{
	struct node *fd = tree_get(map, "fd");
	int64_t number = -1;

	if (move->end != NULL && !is_among("r w", move->end))
		return problem_set(problem, lesson->file, move->line,
			_("`end` is r, the read end, or w, the write end, not `%.40s`"), move->end);
	if (fd != NULL && number_read(lesson->file, fd, &number, problem) < 0)
		return -1;
	if (operation->fd != (fd != NULL || move->end != NULL) || (fd != NULL && move->end != NULL))
		return problem_set(problem, lesson->file, move->line,
			operation->fd ? _("`op: %s` needs one of `end: r`, `end: w` and `fd: NUMBER`")
				      : _("`op: %s` is about the whole process: leave `end` and `fd` "
					  "out"),
			move->op);
	if (number < -1 || number > 1 << 20 || (fd != NULL && number < 0))
		return problem_set(
			problem, lesson->file, move->line, _("`fd` is no descriptor number"));
	move->fd = (int)number;
	return 0;
}

static int
act_value(const struct lesson *lesson, struct move *move, const struct operation *operation,
	struct node *map, struct problem *problem)
{
	struct node *value = tree_get(map, "value");

	if (value != NULL && number_read(lesson->file, value, &move->value, problem) < 0)
		return -1;
	if (operation->value && (value == NULL || move->value < operation->least ||
					move->value > operation->most))
		return problem_set(problem, lesson->file, move->line,
			_("`op: %s` needs `value: %s`, from %lld to %lld"), move->op, operation->like,
			(long long)operation->least, (long long)operation->most);
	if (!operation->value && value != NULL)
		return problem_set(problem, lesson->file, move->line,
			_("`op: %s` has no `value`: take it out"), move->op);
	return 0;
}

/* on, how and call: words of one operation each. */
static int
act_words(const struct lesson *lesson, struct move *move, const struct operation *operation,
	struct problem *problem)
{
	const char *all = strcmp(move->op, "remove") == 0 ? kinds : "shm";

	if (operation->on != (move->on != NULL) || (move->on != NULL && !is_among(all, move->on)))
		return problem_set(problem, lesson->file, move->line,
			operation->on ? _("`op: %s` needs `on: KIND`, the kind of object: one of %s")
				      : _("`op: %s` has no `on`: take it out"),
			move->op, all);
	if (operation->how != (move->how != NULL) ||
		(move->how != NULL && !is_among("read write both", move->how)))
		return problem_set(problem, lesson->file, move->line,
			operation->how ? _("`op: %s` needs `how`, one of read, write and both")
				       : _("`op: %s` has no `how`: take it out"),
			move->op);
	if (operation->call != (move->call != NULL) ||
		(move->call != NULL && call_find(move->call, strlen(move->call)) == CALL_unknown))
		return problem_set(problem, lesson->file, move->line,
			operation->call ? _("`op: %s` needs `call`, the name of a call that is watched")
					: _("`op: %s` has no `call`: take it out"),
			move->op);
	return 0;
}

int
act_read(const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	const struct operation *operation;

	if (piece_text(lesson->file, map, "op", true, &move->op, problem) < 0 ||
		piece_text(lesson->file, map, "end", false, &move->end, problem) < 0 ||
		piece_text(lesson->file, map, "on", false, &move->on, problem) < 0 ||
		piece_text(lesson->file, map, "how", false, &move->how, problem) < 0 ||
		piece_text(lesson->file, map, "call", false, &move->call, problem) < 0)
		return -1;
	if ((operation = operation_find(move->op)) == NULL)
		return problem_set(problem, lesson->file, move->line,
			_("`op: %.40s` is unknown: it is one of %s"), move->op, operation_names);
	if (act_words(lesson, move, operation, problem) < 0 ||
		act_fd(lesson, move, operation, map, problem) < 0 ||
		act_value(lesson, move, operation, map, problem) < 0)
		return -1;
	return piece_rest(lesson->file, map, "act, op, end, fd, value, on, how, call", problem);
}
