/* SPDX-License-Identifier: MIT
 *
 * Starting the other side by hand: a process that opens a FIFO, sends or takes one message, or is the client of a socket. It is a process like
 * those of the lesson, under the probe and at its gate.
 */
#include <string.h>

#include "stage/inside.h"
#include "stage/partner.h"
#include "words.h"

/* What each part is called on the helper's command line, and on which objects it works. */
static const struct {
	const char *name, *verb, *mode;
	const char *objects[2];
} parts[] = {
	[PART_OPEN_READ] = {"opener", "open", "r", {"fifo:"}},
	[PART_OPEN_WRITE] = {"opener", "open", "w", {"fifo:"}},
	[PART_OPEN_READ_NONBLOCK] = {"opener", "open", "rn", {"fifo:"}},
	[PART_OPEN_WRITE_NONBLOCK] = {"opener", "open", "wn", {"fifo:"}},
	[PART_SEND] = {"partner", "send", NULL, {"msg:", "mq:"}},
	[PART_RECEIVE] = {"partner", "receive", NULL, {"msg:", "mq:"}},
	[PART_CONNECT] = {"client", "connect", NULL, {"socket:"}},
	[PART_DATAGRAM] = {"client", "datagram", NULL, {"socket:"}},
};

static bool
part_works_on(enum stage_part part, const char *object)
{
	for (int i = 0; i < 2; i++) {
		const char *prefix = parts[part].objects[i];

		if (prefix != NULL && strncmp(object, prefix, strlen(prefix)) == 0)
			return true;
	}
	return false;
}

static int
wrong_object(enum stage_part part, const char *object, struct problem *problem)
{
	switch (part) {
	case PART_SEND:
	case PART_RECEIVE:
		return problem_set(problem, NULL, 0, _("%s is no message queue"), object);
	case PART_CONNECT:
	case PART_DATAGRAM:
		return problem_set(problem, NULL, 0, _("%s is no socket"), object);
	default:
		return problem_set(problem, NULL, 0, _("%s is no FIFO"), object);
	}
}

/* A client of this socket, on its machine. */
static pid_t
client_start(struct stage *stage, enum stage_part part, const char *object, struct problem *problem)
{
	struct route route;
	char *argv[7] = {(char *)"partner", (char *)parts[part].verb};
	struct stage_program program = {
		.name = parts[part].name, .path = stage->partner, .argv = argv};

	if (route_find(stage, part, object, &route, problem) != 0)
		return -1;
	program.host = route.host;
	argv[2] = (char *)route.type;
	argv[3] = (char *)route.family;
	argv[4] = route.address;
	argv[5] = (char *)route.port; /* may be NULL: the end */
	return stage_start(stage, &program, problem);
}

pid_t
stage_partner(struct stage *stage, enum stage_part part, const char *object, struct problem *problem)
{
	const char *mode = parts[part].mode;
	char *argv[5] = {(char *)"partner", (char *)parts[part].verb};
	const struct stage_program program = {
		.name = parts[part].name, .path = stage->partner, .argv = argv};

	object = object_name(stage, object);
	if (!part_works_on(part, object))
		return wrong_object(part, object, problem);
	if (stage->partner[0] == '\0')
		return problem_set(problem, NULL, 0,
			_("the program that would do it is not there; install ipcviz again"));
	if (part == PART_CONNECT || part == PART_DATAGRAM)
		return client_start(stage, part, object, problem);
	argv[2] = (char *)(mode != NULL ? mode : object);
	if (mode != NULL)
		argv[3] = (char *)object + strlen("fifo:");
	return stage_start(stage, &program, problem);
}
