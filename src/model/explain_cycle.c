/* SPDX-License-Identifier: MIT
 *
 * A closed circle of waits in words.
 */
#include "model/explain.h"

#include <string.h>

#include "words.h"

/* What it waits at; of a set of semaphores, which. */
static void
what_text(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	struct operation stuck;
	char name[80];

	if (process->waits_for == NONE)
		return;
	const struct channel *channel = &model->channels[process->waits_for];
	explain_object(channel, name, sizeof name);
	if (channel->semaphores != NULL && channel->semaphores->n > 1 &&
		waiting_operation(model, id, &stuck))
		explain_say(buf, size, _("number %d of %s"), stuck.number, name);
	else
		explain_say(buf, size, "%s", name);
}

/* One process and the next: "writer waits for room in pipe:7, which reader would make by reading". */
static void
link_text(const struct model *model, int id, int next, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	char who[40], whom[40], what[90] = "";

	explain_name(model, id, who, sizeof who);
	explain_name(model, next, whom, sizeof whom);
	what_text(model, id, what, sizeof what);
	switch (process->cause) {
	case WAIT_EMPTY:
		explain_say(buf, size, _("%s waits for bytes in %s, which %s would write"), who,
			what, whom);
		break;
	case WAIT_FULL:
		explain_say(buf, size, _("%s waits for room in %s, which %s would make by reading"),
			who, what, whom);
		break;
	case WAIT_PARTNER:
		explain_say(buf, size, _("%s waits before %s until %s opens its other end"), who,
			what, whom);
		break;
	case WAIT_CHILD:
		explain_say(buf, size, _("%s waits for the end of %s"), who, whom);
		break;
	case WAIT_MESSAGE:
		explain_say(buf, size, _("%s waits for a message in %s, which %s would send"), who,
			what, whom);
		break;
	case WAIT_ROOM:
		explain_say(buf, size,
			_("%s waits for room in %s, which %s would make by receiving"), who, what,
			whom);
		break;
	case WAIT_VALUE:
		explain_say(buf, size, _("%s waits for %s, which %s would have to post"), who, what,
			whom);
		break;
	case WAIT_ZERO:
		explain_say(buf, size, _("%s waits for %s to be 0, which %s would bring about"),
			who, what, whom);
		break;
	case WAIT_LOCK:
		explain_say(buf, size, _("%s waits for %s, which %s has locked"), who, what, whom);
		break;
	case WAIT_CONDITION:
		explain_say(buf, size, _("%s waits at %s, which %s would signal"), who, what, whom);
		break;
	default:
		explain_say(buf, size, _("%s waits for %s"), who, whom);
		break;
	}
}

/* A circle of one. */
static void
alone_text(const struct model *model, int id, char *buf, size_t size)
{
	struct waiting waiting;
	char who[40], whom[40], what[90] = "";

	waiting_find(model, id, &waiting);
	explain_name(model, id, who, sizeof who);
	what_text(model, id, what, sizeof what);
	if (waiting.died_with != NONE)
		explain_say(buf, size,
			_("%s waits for %s, which %s took and never gave back: it has ended."), who,
			what, explain_name(model, waiting.died_with, whom, sizeof whom));
	else if (set_has(&waiting.all, id))
		explain_say(buf, size, _("%s waits at %s for what it alone could do."), who, what);
	else
		explain_say(buf, size, _("%s waits at %s, and nobody is left who could wake it."),
			who, what);
}

void
cycle_text(const struct model *model, char *buf, size_t size)
{
	enum { LINKS_MAX = 8 };
	int circle[LINKS_MAX] = {0}, n = model_cycle(model, circle, LINKS_MAX);
	char link[300], so_far[2400] = "";

	if (size > 0)
		buf[0] = '\0';
	if (n == 1)
		alone_text(model, circle[0], buf, size);
	if (n < 2)
		return;
	for (int i = 0; i < n && i < LINKS_MAX; i++) {
		char before[sizeof so_far];
		if (i == LINKS_MAX - 1 && n > LINKS_MAX)
			explain_say(link, sizeof link, _("and so on, %d processes in all"), n);
		else
			link_text(model, circle[i], circle[(i + 1) % n], link, sizeof link);
		explain_say(before, sizeof before, "%s", so_far);
		if (i == 0)
			explain_say(so_far, sizeof so_far, "%s", link);
		else
			explain_say(so_far, sizeof so_far, _("%s; %s"), before, link);
	}
	explain_say(buf, size, _("%s. None of them can go on by itself."), so_far);
}
