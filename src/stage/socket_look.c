/* SPDX-License-Identifier: MIT
 *
 * A round of looks at sockets: all that are known are asked for together, and of each what is new becomes an event.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

#include "stage/inside.h"
#include "stage/socket.h"

struct round {
	struct stage *stage;
	int diag;        /* the network that is asked now */
	uint64_t before; /* where the control pipe stood when it began */
	int64_t began;
};

/* --- asking --- */

/* May it be a connection that all have closed? One that waits for its accept is nobody's yet, in other states. */
static bool
is_orphan(const struct socket_facts *facts)
{
	return facts->inode == 0 &&
	       (facts->state == TCP_FIN_WAIT1 || facts->state == TCP_FIN_WAIT2 ||
		       facts->state == TCP_CLOSING || facts->state == TCP_LAST_ACK ||
		       facts->state == TCP_TIME_WAIT);
}

/* The kernel told of a socket: is it one of ours? */
static void
socket_told(void *to, const struct socket_facts *facts)
{
	struct round *round = to;
	struct sockets *sockets = &round->stage->sockets;
	struct socket *socket = NULL;

	if (facts->inode != 0)
		socket = socket_find(sockets, facts->inode);
	else if (is_orphan(facts))
		socket = socket_find_ends(sockets, &facts->ends);
	if (socket == NULL || socket->diag != round->diag ||
		(socket->found == sockets->rounds && facts->inode == 0))
		return;
	socket->found = sockets->rounds;
	socket->facts = *facts;
}

static struct note *
socket_note(struct stage *stage, int64_t began, const struct socket *socket, size_t *fields)
{
	struct note *note = note_make_at(stage, began, 0, 0, WHAT_look);
	char name[40];

	if (note == NULL)
		return NULL;
	snprintf(name, sizeof name, "socket:%llu", (unsigned long long)socket->inode);
	line_word(&note->line, FIELD_obj, name);
	*fields = note->line.length;
	return note;
}

/* That the kernel does not answer is told once of each kind, among the evidence. */
static void
refusal_tell(struct stage *stage, const struct socket *socket, int kinds, int error)
{
	struct note *note;
	char why[128];
	size_t fields;

	if ((stage->sockets.refused & kinds) == kinds ||
		(note = socket_note(stage, clock_now(), socket, &fields)) == NULL)
		return;
	stage->sockets.refused |= kinds;
	snprintf(why, sizeof why, "the kernel does not let ipcviz look: %s", strerror(error));
	line_quoted(&note->line, FIELD_why, why, strlen(why));
	note_send(stage, note);
}

/* Each network once, and there each kind that one of its sockets may be of. */
static void
network_ask(struct round *round, const struct socket *first)
{
	struct sockets *sockets = &round->stage->sockets;
	const struct socket *socket;
	int kinds = 0;

	TAILQ_FOREACH(socket, &sockets->list, entry)
	if (socket->diag == round->diag && socket->life != SOCKET_GONE)
		kinds |= socket->kinds;
	for (int kind = 1; kind <= SOCKETS_ANY; kind <<= 1) {
		int error = (kinds & kind) == 0 ? 0
						: sockets_ask(round->diag, (enum socket_kind)kind,
							  socket_told, round);

		if (error != 0)
			refusal_tell(round->stage, first, kind, error);
	}
}

static void
networks_ask(struct round *round)
{
	struct sockets *sockets = &round->stage->sockets;
	int asked[64], n = 0;
	const struct socket *socket;

	TAILQ_FOREACH(socket, &sockets->list, entry)
	{
		int i = 0;

		if (socket->kinds == 0 || (socket->diag < 0 && socket->error == 0))
			continue;
		if (socket->diag < 0) {
			refusal_tell(round->stage, socket, SOCKETS_ANY, socket->error);
			continue;
		}
		while (i < n && asked[i] != socket->diag)
			i++;
		if (i < n || n == 64)
			continue;
		asked[n++] = round->diag = socket->diag;
		network_ask(round, socket);
	}
}

/* --- telling --- */

static void
fact_number(struct line *line, enum event_field field, int64_t value)
{
	if (value >= 0)
		line_number(line, field, value);
}

static void
fact_word(struct line *line, enum event_field field, const char *word)
{
	if (word[0] != '\0')
		line_word(line, field, word);
}

static void
facts_write(struct line *line, const struct socket *socket)
{
	const struct socket_facts *facts = &socket->facts;
	char text[80];

	if (!socket->typed) {
		line_word(line, FIELD_family, family_name(facts->family, text, sizeof text));
		line_word(line, FIELD_socktype, socket_type_name(facts->type, text, sizeof text));
	}
	if (facts->state != -1)
		line_word(line, FIELD_tcp, tcp_state_name(facts->state, text, sizeof text));
	fact_number(line, FIELD_used, facts->used);
	fact_number(line, FIELD_outq, facts->outq);
	fact_number(line, FIELD_waiting, facts->waiting);
	fact_number(line, FIELD_backlog, facts->backlog);
	fact_number(line, FIELD_filled, facts->filled);
	fact_number(line, FIELD_rcvbuf, facts->rcvbuf);
	fact_number(line, FIELD_sndbuf, facts->sndbuf);
	fact_number(line, FIELD_drops, facts->drops);
	if (facts->pair != 0) {
		snprintf(text, sizeof text, "socket:%llu", (unsigned long long)facts->pair);
		line_word(line, FIELD_pair, text);
	}
	fact_word(line, FIELD_local, facts->local);
	fact_word(line, FIELD_peer, facts->peer);
}

/* Is it other than what was told last? What is left of its time is not: it runs evenly. */
static bool
is_news(struct socket *socket, const struct line *line, size_t fields)
{
	size_t length = line->length - fields;

	if (length >= sizeof socket->told)
		length = sizeof socket->told - 1;
	if (length == 0 || (strncmp(socket->told, line->text + fields, length) == 0 &&
				   socket->told[length] == '\0'))
		return false;
	memcpy(socket->told, line->text + fields, length);
	socket->told[length] = '\0';
	return true;
}

static bool
facts_tell(struct round *round, struct socket *socket, bool forced)
{
	struct stage *stage = round->stage;
	struct note *note;
	size_t fields;
	bool news;

	if ((note = socket_note(stage, round->began, socket, &fields)) == NULL)
		return false;
	facts_write(&note->line, socket);
	news = is_news(socket, &note->line, fields);
	if (!news && (!forced || note->line.length == fields)) {
		note_drop(note);
		return false;
	}
	socket->typed = true;
	fact_number(&note->line, FIELD_timeout, socket->facts.timeout);
	/* A line that was sent while we asked may say what is newer. */
	note->kind = note->at == round->before ? NOTE_PLAIN : NOTE_SOCKET;
	note->socket = socket->inode;
	note->lines = socket_lines(stage, socket->inode);
	note_send(stage, note);
	return news;
}

/* --- what became of it --- */

static void
socket_found(struct sockets *sockets, struct socket *socket, int64_t began)
{
	const struct socket_facts *facts = &socket->facts;
	struct socket_ends reverse;
	const struct socket *other;

	socket->life = facts->inode != 0 ? SOCKET_OPEN : SOCKET_ORPHAN;
	socket->forgotten = facts->timeout >= 0 ? began + facts->timeout : 0;
	if (facts->family == AF_UNIX) {
		socket->other = facts->pair;
		return;
	}
	socket->kinds &= facts->family == AF_INET ? SOCKETS_TCP4 | SOCKETS_UDP4
						  : SOCKETS_TCP6 | SOCKETS_UDP6;
	if (facts->type != SOCK_STREAM || facts->peer[0] == '\0')
		return;
	socket_set_ends(sockets, socket, &facts->ends);
	reverse = (struct socket_ends){
		.local_port = facts->ends.peer_port, .peer_port = facts->ends.local_port};
	memcpy(reverse.local, facts->ends.peer, sizeof reverse.local);
	memcpy(reverse.peer, facts->ends.local, sizeof reverse.peer);
	other = socket_find_ends(sockets, &reverse);
	socket->other = other != NULL ? other->inode : 0;
}

/* The kernel does not tell of it. One that never had an address is in no table of it; a connection that is not there is
 * over. */
static bool
socket_missing(struct round *round, struct socket *socket)
{
	bool tcp = socket->connected;
	bool was = socket->life != SOCKET_NEW || tcp;

	if (!was || socket->life == SOCKET_GONE || socket->diag < 0 ||
		(round->stage->sockets.refused & socket->kinds) != 0)
		return false;
	socket->life = SOCKET_GONE;
	socket_drop_ends(&round->stage->sockets, socket);
	socket->forgotten = 0;
	socket->facts = (struct socket_facts){.state = TCP_CLOSE, SOCKET_SAYS_NOTHING};
	return tcp && facts_tell(round, socket, false);
}

static bool
waits_for(struct stage *stage, pid_t pid, const struct socket *socket)
{
	const struct process *process;

	for (process = process_first(stage); process != NULL && pid >= 0;
		process = process_next((struct process *)process))
		for (int i = 0; (pid == 0 || process->pid == pid) && i < ACTORS_MAX; i++)
			if (process->actor[i].tid != 0 && process->actor[i].depth > 0 &&
				process->actor[i].socket == socket->inode)
				return true;
	return false;
}

bool
sockets_round(struct stage *stage, pid_t pid)
{
	struct sockets *sockets = &stage->sockets;
	struct round round = {.stage = stage, .before = control_mark(stage), .began = clock_now()};
	struct socket *socket;
	bool news = false;

	sockets->rounds++;
	networks_ask(&round);
	TAILQ_FOREACH_REVERSE(socket, &sockets->list, socket_list, entry)
	{
		if (socket->found == sockets->rounds) {
			socket_found(sockets, socket, round.began);
			news |= facts_tell(&round, socket, waits_for(stage, pid, socket));
		} else
			news |= socket_missing(&round, socket);
	}
	sockets->looked = round.began;
	sockets->cost = clock_now() - round.began;
	return news;
}
