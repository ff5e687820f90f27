/* SPDX-License-Identifier: MIT
 *
 * The key table and its readings.
 */
#include <curses.h>
#include <string.h>

#include "tui/keys.h"
#include "words.h"

static const struct key table[] = {
#define KEY(id, keys, where, label, help) {COMMAND_##id, keys, where, label, help},
#include "tui/keys.def"
#undef KEY
};

enum { TABLE_LENGTH = sizeof table / sizeof *table };

/* Keys with a name; everything else stands for itself. */
static const struct {
	const char *name;
	int code;
	bool function; /* a KEY_ code of curses */
} names[] = {
	{"Enter", '\r', false},
	{"Enter", '\n', false},
	{"Enter", KEY_ENTER, true},
	{"Space", ' ', false},
	{"Esc", '\033', false},
	{"Tab", '\t', false},
	{"BackTab", KEY_BTAB, true},
	{"Up", KEY_UP, true},
	{"Down", KEY_DOWN, true},
	{"Left", KEY_LEFT, true},
	{"Right", KEY_RIGHT, true},
	{"PgUp", KEY_PPAGE, true},
	{"PgDn", KEY_NPAGE, true},
	{"Home", KEY_HOME, true},
	{"End", KEY_END, true},
	{"F1", KEY_F(1), true},
};

const struct key *
keys_table(int *n)
{
	*n = TABLE_LENGTH;
	return table;
}

const struct key *
key_of(enum command_id command)
{
	for (int i = 0; i < TABLE_LENGTH; i++)
		if (table[i].command == command)
			return &table[i];
	return NULL;
}

static bool
is_named(const char *name, size_t length, int code, bool function)
{
	if (length == 1)
		return !function && code == name[0];
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0 &&
			names[i].code == code && names[i].function == function)
			return true;
	return false;
}

/* Which of "n Enter" the key is, from 0; -1: none. */
static int
find_in(const char *keys, int code, bool function)
{
	for (int which = 0; *keys != '\0'; which++) {
		size_t length = strcspn(keys, " ");
		if (is_named(keys, length, code, function))
			return which;
		keys += length;
		keys += strspn(keys, " ");
	}
	return -1;
}

static char
view_letter(enum view_kind kind)
{
	return "MLRPC"[kind];
}

enum command_id
key_command(const struct view *view, int code, bool function, int *value)
{
	for (int i = 0; i < TABLE_LENGTH; i++) {
		if (!strchr(table[i].where, view_letter(view->kind)))
			continue;
		int which = find_in(table[i].keys, code, function);
		if (which >= 0) {
			*value = which;
			return table[i].command;
		}
	}
	*value = 0;
	return COMMAND_NONE;
}

bool
key_known(int code, bool function)
{
	for (int i = 0; i < TABLE_LENGTH; i++)
		if (find_in(table[i].keys, code, function) >= 0)
			return true;
	return false;
}

/* The focused process is there and alive. */
static bool
has_process(const struct view *view, const struct focus *focus)
{
	return view->model && focus->process != NONE && focus->process < view->model->n_processes &&
	       view->model->processes[focus->process].state != PROCESS_DEAD;
}

/* The focused channel; NULL: none. */
static const struct channel *
focused_channel(const struct view *view, const struct focus *focus)
{
	if (!view->model || focus->channel < 0 || focus->channel >= view->model->n_channels)
		return NULL;
	return &view->model->channels[focus->channel];
}

static bool
has_pipe(const struct view *view, const struct focus *focus)
{
	const struct channel *channel = focused_channel(view, focus);
	return has_process(view, focus) && focus->fd != NONE && channel &&
	       (channel->kind == CHANNEL_PIPE || channel->kind == CHANNEL_FIFO);
}

/* The focused descriptor is a socket. */
static const struct endpoint *
focused_socket(const struct view *view, const struct focus *focus)
{
	const struct channel *channel = focused_channel(view, focus);
	return has_process(view, focus) && focus->fd != NONE && channel ? channel->endpoint : NULL;
}

/* A client can come to it. */
bool
channel_has_clients(const struct channel *channel)
{
	const struct endpoint *endpoint = channel->kind == CHANNEL_SOCKET ? channel->endpoint : NULL;

	if (endpoint == NULL)
		return false;
	return endpoint->listening ||
	       (endpoint->local[0] != '\0' &&
		       (endpoint->kind == SOCKET_UDP || endpoint->kind == SOCKET_UNIX_DGRAM));
}

bool
channel_has_partner(const struct channel *channel)
{
	return channel->kind == CHANNEL_FIFO || channel->kind == CHANNEL_MSG ||
	       channel->kind == CHANNEL_MQ || channel_has_clients(channel);
}

/* It can be taken away from those who use it: it has a name, or an identifier that the kernel
 * keeps. */
static bool
is_removable(const struct channel *channel)
{
	return !channel->removed && channel->kind != CHANNEL_SOCKET &&
	       (channel_has_partner(channel) || channel->kind == CHANNEL_SHM ||
		       channel->kind == CHANNEL_SEM) &&
	       !strpbrk(channel->name, "@+");
}

bool
key_works(const struct key *key, const struct view *view, const struct focus *focus)
{
	enum phase phase = view->conductor ? conductor_phase(view->conductor) : PHASE_READY;
	if (!strchr(key->where, view_letter(view->kind)))
		return false;
	switch (key->command) {
	case COMMAND_ANSWER:
		return view->conductor && phase == PHASE_ASKING;
	case COMMAND_NEXT:
		return phase != PHASE_ASKING && phase != PHASE_FAILED &&
		       (phase != PHASE_DONE || view->next) &&
		       !(view->kind == VIEW_REPLAY && view->over);
	case COMMAND_MEMORY:
		return focused_channel(view, focus) && focused_channel(view, focus)->segment;
	case COMMAND_DELAY:
	case COMMAND_STEP:
	case COMMAND_STOP:
	case COMMAND_TERM:
	case COMMAND_KILL:
		return has_process(view, focus);
	case COMMAND_NONBLOCK:
		return has_process(view, focus) && (focus->fd != NONE || focus->channel != NONE);
	case COMMAND_PARTNER:
		return focused_channel(view, focus) &&
		       channel_has_partner(focused_channel(view, focus));
	case COMMAND_LADDER:
		return focused_channel(view, focus) && focused_channel(view, focus)->endpoint;
	case COMMAND_REMOVE:
		return focused_channel(view, focus) && is_removable(focused_channel(view, focus));
	case COMMAND_CLOSE:
		return has_process(view, focus) && focus->fd != NONE;
	case COMMAND_CAPACITY:
		return has_pipe(view, focus) || focused_socket(view, focus);
	case COMMAND_SEND_BUFFER:
		return focused_socket(view, focus);
	case COMMAND_SHUTDOWN:
		return focused_socket(view, focus) && focused_socket(view, focus)->connected;
	case COMMAND_STEP_ALL:
	case COMMAND_PLAY:
	case COMMAND_FREE:
		return !view->over;
	default:
		return true;
	}
}
