/* SPDX-License-Identifier: MIT
 *
 * Who uses an object: the processes that called something on it, in the order of their first call.
 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

static struct user *
user_find(const struct channel *channel, int process)
{
	for (int i = 0; i < channel->n_users; i++)
		if (channel->users[i].process == process)
			return &channel->users[i];
	return NULL;
}

const struct user *
channel_user(const struct channel *channel, int process)
{
	return user_find(channel, process);
}

/* A place for one more: when all are taken, that of one who ended. */
static struct user *
user_place(struct model *model, struct channel *channel)
{
	if (table_grow_shared((void **)&channel->users, &channel->room_users, channel->n_users,
		    USERS_MAX, sizeof *channel->users, &model->n_users, MODEL_USERS_MAX))
		return &channel->users[channel->n_users++];
	model->lost++;
	for (int i = 0; i < channel->n_users; i++) {
		if (model->processes[channel->users[i].process].state != PROCESS_DEAD)
			continue;
		memmove(&channel->users[i], &channel->users[i + 1],
			(size_t)(channel->n_users - 1 - i) * sizeof *channel->users);
		return &channel->users[channel->n_users - 1];
	}
	return NULL;
}

struct user *
user_touch(struct model *model, int id, int process, bool reads, bool writes)
{
	struct channel *channel = &model->channels[id];
	struct user *user = user_find(channel, process);

	if (user == NULL) {
		user = user_place(model, channel);
		if (user == NULL)
			return NULL;
		*user = (struct user){.process = process, .first = model->events};
	}
	user->reads |= reads;
	user->writes |= writes;
	user->newest = model->events;
	return user;
}

void
users_release(struct model *model, struct channel *channel)
{
	model->n_users -= channel->room_users;
	free(channel->users);
	channel->users = NULL;
	channel->n_users = channel->room_users = 0;
}

void
users_forget(struct channel *channel, const bool *gone)
{
	int kept = 0;

	for (int i = 0; i < channel->n_users; i++)
		if (!gone[channel->users[i].process])
			channel->users[kept++] = channel->users[i];
	channel->n_users = kept;
}
