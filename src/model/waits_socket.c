/* SPDX-License-Identifier: MIT
 *
 * Who could end a process's waiting at a socket, see waits.c.
 */
#include "model/waits.h"

#include <string.h>

/* Those who have the other end of the connection. To a datagram socket anybody may send; likely are those who have. */
void
waiting_at_socket(const struct model *model, struct waiting *waiting, const struct process *process)
{
	const struct channel *channel = &model->channels[process->waits_for];
	const struct endpoint *endpoint = channel->endpoint;
	bool reads = process->cause == WAIT_EMPTY;
	const struct channel *other =
		endpoint->other == NONE ? NULL : &model->channels[endpoint->other];

	waiting->open = other == NULL || other->endpoint == NULL || endpoint->other_closed ||
			other->partial || channel->partial || endpoint->shut_read ||
			(channel->queue != NULL && endpoint->kind != SOCKET_UNIX_SEQPACKET);
	if (other == NULL || other->endpoint == NULL)
		return;
	if (reads)
		waiting->open |= other->endpoint->shut_write ||
				 (channel->queue != NULL ? channel->queue->count > 0
							 : channel->used != 0);
	else
		waiting->open |= other->queue != NULL ? other->queue->count == 0 : other->used == 0;
	waiting_add_holders(model, waiting, endpoint->other, END_BOTH, other->n_open);
}

/* Is it about to connect there, or does it? */
static bool
connects_to(const struct process *process, int listener)
{
	for (int i = 0; i < process->n_calls; i++)
		if (process->calls[i].id == CALL_connect && process->calls[i].other == listener)
			return true;
	return false;
}

/* Those who come to the listening socket: before or in connect, or with a connection under way (EINPROGRESS). */
static void
find_for_accept(const struct model *model, struct waiting *waiting, int listener)
{
	const struct endpoint *listens = model->channels[listener].endpoint;

	for (int i = 0; i < model->n_processes; i++)
		if (i != waiting->process && model->processes[i].state != PROCESS_DEAD &&
			connects_to(&model->processes[i], listener))
			set_add(&waiting->all, i);
	for (int i = 0; i < model->n_channels; i++) {
		const struct endpoint *client = model->channels[i].endpoint;
		if (client != NULL && client->kind == listens->kind && !client->connected &&
			client->peer[0] != '\0' && strcmp(client->peer, listens->local) == 0)
			waiting_add_holders(model, waiting, i, END_BOTH, model->channels[i].n_open);
	}
}

/* Who could accept: those who have the listening socket. A client may always come from outside. */
void
waiting_for_connection(
	const struct model *model, struct waiting *waiting, const struct process *process)
{
	const struct endpoint *endpoint = model->channels[process->waits_for].endpoint;

	waiting->open = true;
	if (endpoint == NULL)
		return;
	if (process->cause != WAIT_HANDSHAKE) {
		find_for_accept(model, waiting, process->waits_for);
		return;
	}
	for (int i = 0; i < model->n_channels; i++) {
		const struct channel *channel = &model->channels[i];
		if (channel->endpoint != NULL && channel->endpoint->listening &&
			channel->endpoint->kind == endpoint->kind &&
			strcmp(channel->endpoint->local, endpoint->peer) == 0)
			waiting_add_holders(model, waiting, i, END_BOTH, channel->n_open);
	}
}
