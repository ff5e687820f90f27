/* SPDX-License-Identifier: MIT
 *
 * A FIFO before it is a pipe: a name in a directory, and openers that wait for each other (fifo(7)).
 */
#include "model/fold.h"

#include <fcntl.h>
#include <string.h>

static void
fifo_made(struct model *model, int id)
{
	struct channel *channel = &model->channels[id];

	channel->named = true;
	channel->removed = false;
	if (channel->n_open == 0) {
		channel->partial = channel->contradicted = false;
		channel->used = 0;
		channel->lies = 0;
	}
	channel->changed = model->events;
}

/* unlink without an object: a FIFO whose path ends so. */
static int
fifo_by_path(const struct model *model, const struct event *event)
{
	char path[sizeof model->channels[0].name];
	size_t length = event_copy(event, FIELD_path, path, sizeof path);

	for (int i = model->n_channels - 1; i >= 0 && length > 0; i--) {
		const struct channel *channel = &model->channels[i];
		size_t n = strlen(channel->name);
		if (channel->kind == CHANNEL_FIFO && channel->named && n > length &&
			strcmp(channel->name + n - length, path) == 0 &&
			strchr("/:", channel->name[n - length - 1]) != NULL)
			return i;
	}
	return NONE;
}

void
fifo_called(struct model *model, int process, const struct call *call, const struct event *event)
{
	bool makes = call->id == CALL_mkfifo || call->id == CALL_mkfifoat ||
		     call->id == CALL_mknod || call->id == CALL_mknodat;
	int id = call->channel == NONE && !makes ? fifo_by_path(model, event) : call->channel;

	if (id == NONE)
		return;
	model->touched_channel = id;
	if (!makes)
		object_removed(model, id, process);
	else if (model->channels[id].kind == CHANNEL_FIFO)
		fifo_made(model, id);
	user_touch(model, id, process, false, false);
}

static enum end
other_end(enum end end)
{
	return end == END_READ ? END_WRITE : end == END_WRITE ? END_READ : END_NONE;
}

/* The call by which a process opens this end now; NULL: it does not. */
static const struct call *
opens_now(const struct process *process, int channel, enum end end)
{
	for (int i = process->n_calls - 1; i >= 0; i--) {
		const struct call *call = &process->calls[i];
		if (call->begun != 0 && call->channel == channel && call_opens(call->id) &&
			call->end & end)
			return call;
	}
	return NULL;
}

bool
fifo_lacks_partner(const struct model *model, const struct call *call)
{
	const struct channel *channel = &model->channels[call->channel];
	enum end needed = other_end(call->end);

	if (channel->kind != CHANNEL_FIFO || needed == END_NONE || call->flags == -1 ||
		call->flags & O_NONBLOCK ||
		(needed == END_READ ? channel->n_readers : channel->n_writers) > 0)
		return false;
	for (int i = 0; i < channel->n_users; i++)
		if (opens_now(&model->processes[channel->users[i].process], call->channel,
			    needed) != NULL)
			return false;
	return true;
}

/* Whose open let this one return: its newest call may still be under way. */
int
fifo_partner(const struct model *model, int self, const struct call *call)
{
	const struct channel *channel = channel_at((struct model *)model, call->channel);
	enum end needed = other_end(call->end);
	uint64_t newest = 0;
	int found = NONE;

	if (channel == NULL)
		return NONE;
	for (int i = 0; i < channel->n_users; i++) {
		int id = channel->users[i].process;
		const struct call *open =
			id == self ? NULL : opens_now(&model->processes[id], call->channel, needed);
		if (open == NULL || open->begun < newest)
			continue;
		newest = open->begun;
		found = id;
	}
	int last = channel->last_opener;
	if (last != NONE && last != self && newest <= call->begun &&
		process_holds(model, &model->processes[last], call->channel, needed) > 0)
		return last;
	return found;
}
