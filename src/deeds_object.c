/* SPDX-License-Identifier: MIT
 *
 * Keys that act on the object in focus: O_NONBLOCK or what stands for it, removal, the other
 * side's part. Each says what it did.
 */
#include "deeds_object.h"

#include <fcntl.h>
#include <string.h>

#include "words.h"

static const struct channel *
channel_of(const struct player *player, const struct command *command)
{
	if (command->channel < 0 || command->channel >= player->model->n_channels)
		return NULL;
	return &player->model->channels[command->channel];
}

/* The name that the learner knows it by: what follows the kind. */
static const char *
name_of(const struct channel *channel)
{
	const char *colon = strchr(channel->name, ':');

	return colon != NULL ? colon + 1 : channel->name;
}

/* --- O_NONBLOCK --- */

/* A flag of the open file description cannot do what these leave to each call. */
static const char *
flag_of_calls(const struct channel *channel)
{
	bool system_v = strpbrk(name_of(channel), "/@+") == NULL;

	switch (channel->kind) {
	case CHANNEL_MSG:
		return _("No descriptor, no O_NONBLOCK: each msgsnd, msgrcv says IPC_NOWAIT "
			 "itself.");
	case CHANNEL_SEM:
		return system_v ? _("No O_NONBLOCK here: each operation of semop says IPC_NOWAIT "
				    "itself.")
				: _("No O_NONBLOCK here: sem_trywait is the call that does not "
				    "wait.");
	case CHANNEL_MUTEX:
		return _("No O_NONBLOCK here: pthread_mutex_trylock is the call that does not "
			 "wait.");
	case CHANNEL_COND:
		return _("No O_NONBLOCK here: pthread_cond_timedwait is the call that gives up.");
	case CHANNEL_SHM:
	case CHANNEL_FILE:
		return _("No O_NONBLOCK here: nobody ever waits for memory.");
	default:
		return _("No descriptor has the focus; left and right choose one.");
	}
}

static const struct description *
description_of(const struct player *player, const struct command *command)
{
	int id = command->pid == 0 ? NONE : model_process(player->model, command->pid);
	const struct descriptor *descriptor =
		id == NONE ? NULL : process_descriptor(&player->model->processes[id], command->fd);

	if (descriptor == NULL || descriptor->description == NONE)
		return NULL;
	return &player->model->descriptions[descriptor->description];
}

/* Somebody sleeps in a call on it and will sleep on: the flag counts from the next call. */
static bool
has_sleeper(const struct player *player, const struct description *description)
{
	int processes[16];
	int n = channel_waiters(player->model, description->channel, processes, 16);

	for (int i = 0; i < n && i < 16; i++)
		if (player->model->processes[processes[i]].state == PROCESS_BLOCKED &&
			player->model->processes[processes[i]].waits_end == description->end)
			return true;
	return false;
}

void
deed_nonblock(struct player *player, const struct command *command)
{
	const struct description *description =
		command->fd < 0 ? NULL : description_of(player, command);
	const struct channel *channel = channel_of(player, command);
	struct problem problem = {0};

	if (description == NULL) {
		player_say(player, "%s",
			channel != NULL
				? flag_of_calls(channel)
				: _("No descriptor has the focus; left and right choose one."));
		return;
	}
	if (description->flags == -1) {
		player_say(player, _("The flags of descriptor %d are not known yet."), command->fd);
		return;
	}
	bool on = (description->flags & O_NONBLOCK) == 0;
	bool sleeper = on && has_sleeper(player, description);
	int shared = description->n_fds;
	if (stage_nonblock(player->stage, command->pid, command->fd, on, &problem) == -1)
		player_say_problem(player, &problem);
	else if (sleeper)
		player_say(player,
			_("O_NONBLOCK set; it counts from the next call: who sleeps, sleeps on."));
	else if (shared > 1)
		player_say(player,
			on ? _("O_NONBLOCK set, for all %d descriptors of this open file "
			       "description.")
			   : _("O_NONBLOCK cleared, for all %d descriptors of this open file "
			       "description."),
			shared);
	else
		player_say(player,
			on ? _("O_NONBLOCK set on descriptor %d.")
			   : _("O_NONBLOCK cleared on descriptor %d."),
			command->fd);
}

/* The dead use nothing, so from their cards only what they left behind can be chosen. */
static void
say_no_object(struct player *player)
{
	player_say(player, "%s",
		_("No object has the focus: Tab to a living process, then left and right."));
}

/* --- removal --- */

void
deed_remove(struct player *player, const struct command *command)
{
	const struct channel *channel = channel_of(player, command);
	struct problem problem = {0};

	if (channel == NULL)
		say_no_object(player);
	else if (!stage_removable(channel->name))
		player_say(player, _("%s has no name that could be removed."), channel->name);
	else if (stage_remove(player->stage, channel->name, &problem) == -1)
		player_say_problem(player, &problem);
	else if (channel->kind == CHANNEL_MSG ||
		 (channel->kind == CHANNEL_SEM && name_of(channel)[0] != '/'))
		player_say(player, _("Removed, for everybody: who waits gets EIDRM."));
	else if (channel->kind == CHANNEL_SHM && name_of(channel)[0] != '/')
		player_say(player, _("Marked for removal: it goes with the last detach."));
	else
		player_say(player, _("The name is gone; who has it open keeps it."));
}

/* --- the other side --- */

/* What a client of the socket does: there is but one thing for each. False: it can have none. */
static bool
client_part(const struct endpoint *endpoint, enum stage_part *part)
{
	bool datagrams = endpoint->kind == SOCKET_UDP || endpoint->kind == SOCKET_UNIX_DGRAM;

	*part = datagrams ? PART_DATAGRAM : PART_CONNECT;
	return datagrams ? endpoint->local[0] != '\0' : endpoint->listening;
}

void
deed_partner(struct player *player, const struct command *command)
{
	const struct channel *channel = channel_of(player, command);
	enum stage_part part = (enum stage_part)command->value;
	struct problem problem = {0};
	pid_t pid;

	if (channel == NULL) {
		say_no_object(player);
		return;
	}
	if (channel->kind == CHANNEL_SOCKET && channel->endpoint != NULL) {
		if (!client_part(channel->endpoint, &part)) {
			player_say(player, "%s",
				_("A client can come to a socket that listens, or that takes datagrams at an "
				  "address."));
			return;
		}
	} else if (channel->kind != CHANNEL_FIFO && channel->kind != CHANNEL_MSG &&
		   channel->kind != CHANNEL_MQ) {
		player_say(player, "%s",
			_("Only FIFOs, message queues and sockets have an other side to be done here."));
		return;
	}
	pid = stage_partner(player->stage, part, channel->name, &problem);
	if (pid == -1)
		player_say_problem(player, &problem);
	else
		player_say(player, _("Started process %d for it; s lets it make its calls."),
			(int)pid);
}
