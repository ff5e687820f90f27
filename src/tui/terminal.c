/* SPDX-License-Identifier: MIT
 *
 * The terminal itself. curses gives it back on an ordinary end; for every other end the bytes that
 * do so and the line settings are kept at hand in plain memory, for a signal handler that may call
 * nothing but write and tcsetattr.
 */
#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "tui/terminal.h"
#include "words.h"

struct terminal {
	SCREEN *curses;
	FILE *in, *out;
	bool opened; /* in and out are /dev/tty, opened here */
	bool mouse;
};

/* What a signal handler needs; `armed` is written last. */
static struct {
	volatile sig_atomic_t armed;
	int fd;
	struct termios settings;
	char bytes[256];
	size_t length;
} emergency;

static void
emergency_add(const char *bytes)
{
	if (!bytes || bytes == (char *)-1)
		return;
	size_t length = strlen(bytes);
	if (emergency.length + length > sizeof emergency.bytes)
		return;
	memcpy(emergency.bytes + emergency.length, bytes, length);
	emergency.length += length;
}

/* Before curses changes anything: the settings as they are, and the bytes for colours off, cursor
 * on, keypad off, the screen that was there before. */
static void
emergency_arm(int fd)
{
	emergency.fd = fd;
	emergency.length = 0;
	if (tcgetattr(fd, &emergency.settings) == -1)
		return;
	emergency_add("\033[?1000l\033[?1002l\033[?1003l\033[?1006l"); /* every kind of mouse report
									  off */
	emergency_add(tigetstr("sgr0"));
	emergency_add(tigetstr("op"));
	emergency_add(tigetstr("rmkx"));
	emergency_add(tigetstr("cnorm"));
	emergency_add(tigetstr("rmcup"));
	emergency.armed = 1;
}

void
terminal_emergency(void)
{
	if (!emergency.armed)
		return;
	int saved = errno;
	emergency.armed = 0;
	ssize_t written = write(emergency.fd, emergency.bytes, emergency.length);
	(void)written; /* nothing is left to be done about it */
	tcsetattr(emergency.fd, TCSANOW, &emergency.settings);
	errno = saved;
}

/* Standard input and output where both are terminals, else the controlling terminal. */
static int
open_files(struct terminal *terminal)
{
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		terminal->in = stdin;
		terminal->out = stdout;
		return 0;
	}
	terminal->in = fopen("/dev/tty", "re");
	terminal->out = terminal->in ? fopen("/dev/tty", "we") : NULL;
	terminal->opened = true;
	return terminal->out ? 0 : -1;
}

static void
close_files(struct terminal *terminal)
{
	if (!terminal->opened)
		return;
	if (terminal->in)
		fclose(terminal->in);
	if (terminal->out)
		fclose(terminal->out);
}

/* Can this TERM place a cursor? Asked first, since newterm's own answer is a bare NULL. */
static int
check_type(int fd, struct problem *problem)
{
	const char *name = getenv("TERM");
	int answer = 0;
	if (!name || !*name)
		return problem_set(problem, NULL, 0,
			_("TERM is not set, so the terminal's abilities are unknown; set it, or "
			  "use --plain"));
	if (setupterm(name, fd, &answer) == ERR)
		return problem_set(problem, NULL, 0,
			_("the terminal type \"%s\" is unknown here; set TERM to one that is, or "
			  "use --plain"),
			name);
	const char *place = tigetstr("cup"), *clear = tigetstr("clear");
	bool able = place && place != (char *)-1 && clear && clear != (char *)-1;
	if (able)
		emergency_arm(fd);
	del_curterm(cur_term);
	if (!able)
		return problem_set(problem, NULL, 0,
			_("a terminal of type \"%s\" cannot place its cursor; use --plain"), name);
	return 0;
}

static void
set_modes(struct terminal *terminal)
{
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	typeahead(-1); /* a frame goes out whole, without looks for keys between its lines */
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	mouseinterval(0);
	if (!getenv("ESCDELAY"))
		set_escdelay(25);
	terminal_mouse(terminal, terminal->mouse);
}

struct terminal *
terminal_open(struct problem *problem)
{
	struct terminal *terminal = calloc(1, sizeof *terminal);
	if (!terminal) {
		problem_set(problem, NULL, 0, _("no memory"));
		return NULL;
	}
	if (open_files(terminal) == -1) {
		problem_set(problem, NULL, 0, _("there is no terminal to draw on; use --plain"));
	} else if (check_type(fileno(terminal->out), problem) == 0) {
		terminal->curses = newterm(NULL, terminal->out, terminal->in);
		if (terminal->curses) {
			set_modes(terminal);
			return terminal;
		}
		problem_set(problem, NULL, 0, _("curses cannot use this terminal; use --plain"));
	}
	emergency.armed = 0;
	close_files(terminal);
	free(terminal);
	return NULL;
}

void
terminal_close(struct terminal *terminal)
{
	if (!terminal)
		return;
	terminal_leave(terminal);
	delscreen(terminal->curses);
	close_files(terminal);
	free(terminal);
}

void
terminal_leave(struct terminal *terminal)
{
	mousemask(0, NULL);
	curs_set(1);
	endwin();
	fflush(terminal->out);
	emergency.armed = 0;
}

void
terminal_enter(struct terminal *terminal)
{
	emergency.armed = 1;
	terminal_size(terminal);
	refresh();
	/* The cursor is hidden last: some terminals keep its visibility for when the other screen comes back. */
	set_modes(terminal);
}

void
terminal_size(struct terminal *terminal)
{
	struct winsize size;
	if (ioctl(fileno(terminal->out), TIOCGWINSZ, &size) == -1 || size.ws_row == 0 ||
		size.ws_col == 0)
		return;
	if (is_term_resized(size.ws_row, size.ws_col))
		resizeterm(size.ws_row, size.ws_col);
	/* Terminals rearrange what they show, and may have been another size in between. */
	clearok(curscr, TRUE);
}

void
terminal_mouse(struct terminal *terminal, bool on)
{
	terminal->mouse = on;
	mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

int
terminal_fd(const struct terminal *terminal)
{
	return fileno(terminal->in);
}
