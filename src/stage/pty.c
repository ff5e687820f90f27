/* SPDX-License-Identifier: MIT
 *
 * What a started program prints. It gets a terminal of its own, so that it prints as it would for a
 * person (stdio flushes line by line), and its text becomes `out` events.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "stage/inside.h"

enum {
	TEXT_COST_MAX = 400
}; /* what a text may take in a line of EVENT_LINE_MAX with its escapes */

int
pty_open(int *master, int *slave)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct termios how;
	char name[64];

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (*master < 0)
		return -1;
	*slave = -1;
	if (grantpt(*master) == 0 && unlockpt(*master) == 0 &&
		ptsname_r(*master, name, sizeof name) == 0)
		*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*slave < 0) {
		close(*master);
		return -1;
	}
	/* The text as the program wrote it: no carriage returns put in, nothing echoed. */
	if (tcgetattr(*slave, &how) == 0) {
		how.c_oflag &= ~(tcflag_t)OPOST;
		how.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(*slave, TCSANOW, &how);
	}
	ioctl(*slave, TIOCSWINSZ, &size);
	return 0;
}

struct pty *
pty_add(struct stage *stage, pid_t pid, int master)
{
	struct pty *terminal = calloc(1, sizeof *terminal);

	if (terminal == NULL) {
		close(master);
		return NULL;
	}
	terminal->pid = pid;
	terminal->master = master;
	LIST_INSERT_HEAD(&stage->terminals, terminal, entry);
	epoll_ctl(stage->epoll, EPOLL_CTL_ADD, master,
		&(struct epoll_event){.events = EPOLLIN, .data.u64 = (uintptr_t)terminal});
	return terminal;
}

void
pty_free(struct stage *stage, struct pty *terminal)
{
	(void)stage;
	LIST_REMOVE(terminal, entry);
	close(terminal->master); /* leaves the epoll set by itself: nobody else has it */
	free(terminal);
}

/* Bytes that are the unfinished beginning of a character at the end of text. */
static size_t
unfinished(const char *text, size_t length)
{
	for (size_t back = 1; back <= 3 && back <= length; back++) {
		unsigned char c = (unsigned char)text[length - back];
		size_t whole = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

		if ((c & 0xc0) != 0x80)
			return whole > back ? back : 0;
	}
	return 0;
}

/* How much of the text goes into one event: up to a newline, as much as fits, whole characters. */
static size_t
piece(const char *text, size_t length)
{
	size_t cost = 0, n = 0;

	while (n < length) {
		unsigned char c = (unsigned char)text[n];

		cost += c >= ' ' && c < 0x7f && c != '"' && c != '\\' ? 1 : 4;
		if (cost > TEXT_COST_MAX)
			break;
		n++;
		if (c == '\n')
			return n;
	}
	return n < length && n > 4 ? n - unfinished(text, n) : n;
}

static void
text_note(struct stage *stage, pid_t pid, const char *text, size_t length)
{
	while (length > 0) {
		struct note *note = note_make(stage, pid, 0, WHAT_out);
		size_t n = piece(text, length);

		if (note == NULL)
			return;
		line_word(&note->line, FIELD_stream, "tty");
		line_quoted(&note->line, FIELD_text, text, n);
		note_send(stage, note);
		text += n;
		length -= n;
	}
}

/* Reads what is there; without `all` no more than the trace takes in at once, so that who prints
 * without end waits. */
void
pty_read(struct stage *stage, struct pty *terminal, bool all)
{
	while (all || stage->n_notes < NOTES_MAX) {
		char text[4096 + sizeof terminal->held];
		size_t length = terminal->n_held;
		ssize_t n;

		memcpy(text, terminal->held, length);
		n = read(terminal->master, text + length, 4096);
		if (n < 0 && (errno == EINTR))
			continue;
		if (n <= 0) {
			bool over = n == 0 ||
				    errno != EAGAIN; /* EIO: nobody has the other side any more */

			if (over) {
				text_note(stage, terminal->pid, text, length);
				pty_free(stage, terminal);
			}
			return;
		}
		length += (size_t)n;
		terminal->n_held = unfinished(text, length);
		length -= terminal->n_held;
		memcpy(terminal->held, text + length, terminal->n_held);
		text_note(stage, terminal->pid, text, length);
	}
}

void
terminals_read(struct stage *stage, pid_t pid)
{
	struct pty *terminal, *next;

	LIST_FOREACH_SAFE(terminal, &stage->terminals, entry, next)
	if (terminal->pid == pid)
		pty_read(stage, terminal, true);
}
