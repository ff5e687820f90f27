/* SPDX-License-Identifier: MIT
 *
 * Keys that act on the socket in focus: the sizes of its buffers, and shutting down its directions.
 * Each says what it did.
 */
#include "deeds_socket.h"

#include <sys/socket.h>

#include "words.h"

enum { BUFFER_LEAST = 2048, BUFFER_MOST = 256 * 1024 }; /* bytes, as setsockopt(2) takes them */

const struct endpoint *
deed_socket(const struct player *player, const struct command *command)
{
	int id = command->pid == 0 ? NONE : model_process(player->model, command->pid);
	const struct descriptor *descriptor =
		id == NONE ? NULL : process_descriptor(&player->model->processes[id], command->fd);

	if (descriptor == NULL || descriptor->description == NONE)
		return NULL;
	int channel = player->model->descriptions[descriptor->description].channel;
	return channel == NONE ? NULL : player->model->channels[channel].endpoint;
}

static const struct endpoint *
socket_or_say(struct player *player, const struct command *command)
{
	const struct endpoint *endpoint = deed_socket(player, command);

	if (endpoint == NULL)
		player_say(player, "%s",
			_("No socket has the focus; left and right choose a descriptor."));
	return endpoint;
}

/* What the kernel tells is twice what was asked for (socket(7)). */
static int
next_size(int64_t told)
{
	int64_t asked = told / 2;

	return asked < BUFFER_LEAST || asked >= BUFFER_MOST ? BUFFER_LEAST : (int)(2 * asked);
}

void
deed_buffer(struct player *player, const struct command *command)
{
	const struct endpoint *endpoint = socket_or_say(player, command);
	bool sends = command->id == COMMAND_SEND_BUFFER;
	struct problem problem = {0};

	if (endpoint == NULL)
		return;
	int bytes = next_size(sends ? endpoint->send_buffer : endpoint->receive_buffer);
	if (stage_buffer(player->stage, command->pid, command->fd, sends, bytes, &problem) == -1)
		player_say_problem(player, &problem);
	else
		player_say(player, _("%s: asked for %d bytes; the kernel makes it twice that."),
			sends ? "SO_SNDBUF" : "SO_RCVBUF", bytes);
}

void
deed_shutdown(struct player *player, const struct command *command)
{
	static const struct {
		int how;
		const char *words;
	} ways[] = {
		{SHUT_WR,
			N_("Shut down for sending: the other side reads what is left, then end of "
			   "file.")},
		{SHUT_RD, N_("Shut down for receiving: who reads here gets end of file.")},
		{SHUT_RDWR, N_("Shut down both ways.")},
	};
	struct problem problem = {0};

	if (socket_or_say(player, command) == NULL || command->value < 0 || command->value > 2)
		return;
	if (stage_shutdown(player->stage, command->pid, command->fd, ways[command->value].how,
		    &problem) == -1)
		player_say_problem(player, &problem);
	else
		player_say(player, "%s", _(ways[command->value].words));
}
