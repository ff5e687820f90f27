/* SPDX-License-Identifier: MIT
 *
 * What the kernel says about the socket in focus, by the names that its interfaces use (TCP_INFO,
 * SIOCINQ, SO_RCVBUF …), and beside it what was counted from the calls.
 */
#include <stdio.h>
#include <string.h>

#include "tui/evidence_object.h"
#include "tui/sockets.h"
#include "words.h"

struct socket {
	struct page *page;
	const struct frame *frame;
	const struct channel *channel;
	const struct endpoint *endpoint;
	int label_cols;
};

static void
tell(const struct socket *socket, const char *label, style look, const char *words)
{
	page_item(socket->page, socket->label_cols, ROLE_QUIET, label, look, words);
}

static void
tell_bytes(const struct socket *socket, const char *label, int64_t bytes, const char *words)
{
	if (bytes >= 0)
		page_itemf(socket->page, socket->label_cols, ROLE_QUIET, label, ROLE_STRONG,
			"%lld  %s", (long long)bytes, words);
}

static const char *
kind_words(enum socket_kind kind)
{
	switch (kind) {
	case SOCKET_TCP:
		return _("TCP: a stream of bytes");
	case SOCKET_UDP:
		return _("UDP: datagrams");
	case SOCKET_UNIX_STREAM:
		return _("UNIX: a stream of bytes");
	case SOCKET_UNIX_DGRAM:
		return _("UNIX: datagrams");
	case SOCKET_UNIX_SEQPACKET:
		return _("UNIX: messages, in sequence");
	default:
		return "?";
	}
}

/* A port that no bind asked for. */
static bool
has_picked_port(const struct endpoint *endpoint)
{
	if (endpoint->kind != SOCKET_TCP && endpoint->kind != SOCKET_UDP)
		return false;
	for (int i = 0; i < endpoint->n_rungs; i++)
		if (endpoint->rungs[i].call == CALL_bind)
			return false;
	return endpoint->n_rungs > 0 && endpoint->rungs[0].call == CALL_socket;
}

static void
lay_out_addresses(const struct socket *socket)
{
	const struct endpoint *endpoint = socket->endpoint;
	if (endpoint->local[0])
		page_itemf(socket->page, socket->label_cols, ROLE_QUIET, _("address"), ROLE_STRONG,
			"%s%s", endpoint->local,
			has_picked_port(endpoint) ? _("  the kernel picked the port") : "");
	if (endpoint->peer[0])
		tell(socket, _("peer"), ROLE_NORMAL, endpoint->peer);
}

static void
lay_out_state(const struct socket *socket)
{
	const struct endpoint *endpoint = socket->endpoint;
	if (endpoint->state[0])
		tell(socket, "TCP_INFO", ROLE_STRONG, endpoint->state);
	if (endpoint->expires > socket->frame->view->now)
		page_itemf(socket->page, socket->label_cols, ROLE_QUIET, _("timer"), ROLE_NORMAL,
			_("%d s until the kernel forgets it"),
			(int)((endpoint->expires - socket->frame->view->now + 999999999) /
				1000000000));
	if (endpoint->reset)
		tell(socket, _("reset"), ROLE_WRONG, _("the connection was cut off (RST)"));
}

static void
lay_out_buffers(const struct socket *socket)
{
	const struct endpoint *endpoint = socket->endpoint;
	const struct channel *channel = socket->channel;
	if (channel->used >= 0 && !endpoint->listening)
		page_itemf(socket->page, socket->label_cols, ROLE_QUIET, "SIOCINQ",
			channel->used_inferred ? ROLE_NORMAL : ROLE_STRONG,
			channel->used_inferred ? _("%lld by our count") : _("%lld  B to be read"),
			(long long)channel->used);
	tell_bytes(socket, "SIOCOUTQ", endpoint->out_queue,
		endpoint->kind == SOCKET_TCP ? _("B sent and not acknowledged")
					     : _("B sent and not taken, with overhead"));
	tell_bytes(socket, "SO_RCVBUF", endpoint->receive_buffer,
		_("B that may be charged to it: twice what was asked for"));
	tell_bytes(socket, "SO_SNDBUF", endpoint->send_buffer, _("B likewise for sending"));
	tell_bytes(socket, "rmem", endpoint->filled,
		_("B charged for what lies here, with what the kernel needs to keep it"));
	tell_bytes(socket, "drops", endpoint->drops, _("datagrams that the kernel dropped"));
	if (endpoint->listening && endpoint->waiting >= 0)
		page_itemf(socket->page, socket->label_cols, ROLE_QUIET, _("backlog"), ROLE_STRONG,
			_("%d wait, %d asked for; full when more than that wait"),
			endpoint->waiting, endpoint->backlog);
}

/* What was counted from the calls, to hold beside the kernel's word. */
static void
lay_out_seen(const struct socket *socket)
{
	const struct endpoint *endpoint = socket->endpoint;
	unsigned long long lies =
		socket->channel->queue
			? (unsigned long long)socket->channel->queue->n_messages
			: (unsigned long long)(socket->channel->lies > 0 ? socket->channel->lies
									 : 0);
	if (endpoint->listening)
		return;
	page_itemf(socket->page, socket->label_cols, ROLE_QUIET, _("seen"), ROLE_NORMAL,
		socket->channel->queue
			? _("%llu sent here: %llu received, %llu lie here, %llu dropped")
			: _("%llu B sent here: %llu read, %llu lie here"),
		(unsigned long long)endpoint->sent_to, (unsigned long long)endpoint->received, lies,
		(unsigned long long)endpoint->dropped);
}

static void
lay_out_other(const struct socket *socket)
{
	const struct model *model = socket->frame->view->model;
	int id = (int)(socket->channel - model->channels), other = socket_other(model, id);
	char state[48];
	if (other == NONE) {
		if (socket->endpoint->connected)
			tell(socket, _("other end"), ROLE_NORMAL,
				socket->endpoint->queued != NONE ? _("in the backlog, not accepted")
								 : _("not observed"));
		return;
	}
	end_state(socket->frame, other, false, state, sizeof state);
	page_itemf(socket->page, socket->label_cols, ROLE_QUIET, _("other end"), ROLE_NORMAL,
		"%s  %s", model->channels[other].name, state);
}

void
lay_out_socket(struct page *page, const struct frame *frame, int channel, int label_cols)
{
	const struct channel *it = &frame->view->model->channels[channel];
	const struct socket socket = {page, frame, it, it->endpoint, label_cols};
	page_item(page, label_cols, ROLE_TITLE, _("object"), ROLE_TITLE, it->name);
	tell(&socket, _("kind"), ROLE_NORMAL, kind_words(it->endpoint->kind));
	lay_out_addresses(&socket);
	lay_out_state(&socket);
	lay_out_buffers(&socket);
	lay_out_seen(&socket);
	lay_out_other(&socket);
}
