/* SPDX-License-Identifier: MIT
 *
 * The terminal of the screen tests. See terminal.h.
 */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

struct terminal {
	VTerm *vt;
	VTermScreen *screen;
	int fd;     /* master side; -1 once closed */
	pid_t pid;  /* 0 once reaped */
	int status; /* wait status once reaped */
	int columns, rows;
	int patience; /* ms */
	uint64_t bytes;
	bool over; /* no more will be drawn */
	bool alternate, mouse, cursor_visible;
	VTermPos cursor;
	char *text, *line;
	bool in_sequence; /* an escape sequence is coming in … */
	char modes[32];   /* … with these modes so far */
};

/* --- what the emulator tells
 * ------------------------------------------------------------------------------------ */

static int
on_property(VTermProp property, VTermValue *value, void *user)
{
	struct terminal *terminal = user;

	if (property == VTERM_PROP_ALTSCREEN)
		terminal->alternate = value->boolean;
	else if (property == VTERM_PROP_CURSORVISIBLE)
		terminal->cursor_visible = value->boolean;
	return 1;
}

static int
on_cursor(VTermPos pos, VTermPos before, int visible, void *user)
{
	struct terminal *terminal = user;

	(void)before;
	(void)visible;
	terminal->cursor = pos;
	return 1;
}

static void
send_bytes(struct terminal *terminal, const char *bytes, size_t length)
{
	while (length > 0 && terminal->fd >= 0) {
		ssize_t n = write(terminal->fd, bytes, length);

		if (n < 0 && errno == EAGAIN) /* the program does not read: drain what it draws, try
						 again */
			terminal_drain(terminal, 10);
		else if (n < 0 && errno != EINTR)
			return;
		else if (n > 0) {
			bytes += n;
			length -= (size_t)n;
		}
	}
}

/* Answers of the emulator to questions of the program. */
static void
on_output(const char *bytes, size_t length, void *user)
{
	send_bytes(user, bytes, length);
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property, .movecursor = on_cursor};

/* --- starting and ending
 * ---------------------------------------------------------------------------------------- */

static void
pin_environment(const char *const *environment)
{
	static const char *const unset[] = {"LINES", "COLUMNS", "NO_COLOR", "COLORTERM", "TMUX",
		"ESCDELAY", "LANGUAGE", "LANG", "TERMINFO", "TERMCAP", "NCURSES_NO_UTF8_ACS", NULL};

	for (int i = 0; unset[i] != NULL; i++)
		unsetenv(unset[i]);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	for (; environment != NULL && *environment != NULL; environment++)
		if (strchr(*environment, '=') != NULL)
			putenv((char *)*environment);
		else
			unsetenv(*environment);
}

static void
run_program(const struct terminal_options *options, char *const argv[])
{
	sigset_t none;

	/* The test framework's own signal settings are not the program's business. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL);
	closefrom(3);
	pin_environment(options->environment);
	if (options->directory != NULL && chdir(options->directory) == -1) {
		perror(options->directory);
		_exit(127);
	}
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

struct terminal *
terminal_start(const struct terminal_options *options, char *const argv[])
{
	struct terminal *terminal = calloc(1, sizeof *terminal);
	struct winsize size;
	int flags;

	terminal->columns = options->columns ? options->columns : 80;
	terminal->rows = options->rows ? options->rows : 24;
	terminal->patience = 1000 * (options->patience ? options->patience : 30);
	terminal->cursor_visible = true;
	size = (struct winsize){.ws_col = (unsigned short)terminal->columns,
		.ws_row = (unsigned short)terminal->rows};
	fflush(NULL);
	terminal->pid = forkpty(&terminal->fd, NULL, NULL, &size);
	if (terminal->pid < 0) {
		printf("Bail out! no pseudo-terminal: %s\n", strerror(errno));
		exit(1);
	}
	if (terminal->pid == 0)
		run_program(options, argv);
	fcntl(terminal->fd, F_SETFD, FD_CLOEXEC);
	flags = fcntl(terminal->fd, F_GETFL);
	fcntl(terminal->fd, F_SETFL, flags | O_NONBLOCK);

	terminal->vt = vterm_new(terminal->rows, terminal->columns);
	vterm_set_utf8(terminal->vt, 1);
	vterm_output_set_callback(terminal->vt, on_output, terminal);
	terminal->screen = vterm_obtain_screen(terminal->vt);
	vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
	vterm_screen_enable_altscreen(terminal->screen, 1);
	vterm_screen_reset(terminal->screen, 1);
	return terminal;
}

static bool
reap(struct terminal *terminal)
{
	if (terminal->pid != 0 &&
		waitpid(terminal->pid, &terminal->status, WNOHANG) == terminal->pid)
		terminal->pid = 0;
	return terminal->pid == 0;
}

void
terminal_hang_up(struct terminal *terminal)
{
	if (terminal->fd >= 0)
		close(terminal->fd);
	terminal->fd = -1;
	terminal->over = true;
}

void
terminal_free(struct terminal *terminal)
{
	terminal_hang_up(terminal);
	/* A hang-up ends it; one that ignores it for five seconds is made to. */
	for (int i = 0; !reap(terminal) && i < 500; i++)
		poll(NULL, 0, 10);
	if (terminal->pid != 0) {
		kill(terminal->pid, SIGKILL);
		waitpid(terminal->pid, NULL, 0);
	}
	vterm_free(terminal->vt);
	free(terminal->text);
	free(terminal->line);
	free(terminal);
}

/* --- in
 * ---------------------------------------------------------------------------------------------------------
 */

void
terminal_type(struct terminal *terminal, const char *bytes)
{
	send_bytes(terminal, bytes, strlen(bytes));
}

void
terminal_press(struct terminal *terminal, enum terminal_key key)
{
	static const VTermKey keys[] = {
		[KEY_UP] = VTERM_KEY_UP,
		[KEY_DOWN] = VTERM_KEY_DOWN,
		[KEY_LEFT] = VTERM_KEY_LEFT,
		[KEY_RIGHT] = VTERM_KEY_RIGHT,
		[KEY_ENTER] = VTERM_KEY_ENTER,
		[KEY_TAB] = VTERM_KEY_TAB,
		[KEY_BACKTAB] = VTERM_KEY_TAB,
		[KEY_ESCAPE] = VTERM_KEY_ESCAPE,
		[KEY_F1] = VTERM_KEY_FUNCTION(1),
	};

	vterm_keyboard_key(
		terminal->vt, keys[key], key == KEY_BACKTAB ? VTERM_MOD_SHIFT : VTERM_MOD_NONE);
}

void
terminal_click(struct terminal *terminal, int row, int column)
{
	char bytes[64];

	snprintf(bytes, sizeof bytes, "\033[<0;%d;%dM\033[<0;%d;%dm", column + 1, row + 1,
		column + 1, row + 1);
	terminal_type(terminal, bytes);
}

void
terminal_resize(struct terminal *terminal, int columns, int rows)
{
	struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};

	terminal->columns = columns;
	terminal->rows = rows;
	vterm_set_size(terminal->vt, rows, columns);
	ioctl(terminal->fd, TIOCSWINSZ, &size);
}

/* --- waiting
 * ----------------------------------------------------------------------------------------------------
 */

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Is 1000 (report presses of the mouse) among the modes "1006;1000"? */
static bool
is_mouse_mode(const char *modes)
{
	char listed[sizeof((struct terminal *)NULL)->modes + 2];

	snprintf(listed, sizeof listed, ";%s;", modes);
	return strstr(listed, ";1000;") != NULL;
}

/* Watches for CSI ? 1000 h and l: libvterm 0.1 overlooks a mode that shares its sequence with another. */
static void
watch_mouse(struct terminal *terminal, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		size_t n = strlen(terminal->modes);

		if (bytes[i] == '\033') {
			terminal->in_sequence = true;
			terminal->modes[0] = '\0';
		} else if (!terminal->in_sequence || strchr("[?", bytes[i]) != NULL) {
			continue;
		} else if (strchr("0123456789;", bytes[i]) != NULL &&
			   n + 1 < sizeof terminal->modes) {
			terminal->modes[n] = bytes[i];
			terminal->modes[n + 1] = '\0';
		} else {
			if (strchr("hl", bytes[i]) != NULL && is_mouse_mode(terminal->modes))
				terminal->mouse = bytes[i] == 'h';
			terminal->in_sequence = false;
		}
	}
}

/* One read, after waiting at most `ms` for it. EIO is how a terminal says that nobody has it open
 * any more. */
static bool
read_once(struct terminal *terminal, int ms)
{
	struct pollfd ready = {.fd = terminal->fd, .events = POLLIN};
	char bytes[65536];
	ssize_t n;

	if (terminal->over || poll(&ready, 1, ms) <= 0)
		return false;
	n = read(terminal->fd, bytes, sizeof bytes);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		terminal->over = true;
	if (n <= 0)
		return false;
	terminal->bytes += (uint64_t)n;
	watch_mouse(terminal, bytes, (size_t)n);
	vterm_input_write(terminal->vt, bytes, (size_t)n);
	vterm_screen_flush_damage(terminal->screen);
	return true;
}

bool
terminal_drain(struct terminal *terminal, int ms)
{
	int64_t end = now_ms() + ms, left;
	bool any = false;

	while (!terminal->over && (left = end - now_ms()) >= 0)
		if (read_once(terminal, (int)left))
			any = true;
	return any;
}

bool
terminal_until(struct terminal *terminal, terminal_predicate *predicate, void *context)
{
	int64_t end = now_ms() + terminal->patience, left;

	while (!predicate(terminal, context)) {
		left = end - now_ms();
		if (terminal->over || left <= 0)
			return false;
		read_once(terminal, left < 1000 ? (int)left : 1000);
	}
	return true;
}

static bool
shows(struct terminal *terminal, void *context)
{
	return terminal_shows(terminal, context);
}

static bool
shows_not(struct terminal *terminal, void *context)
{
	return !terminal_shows(terminal, context);
}

static bool
shows_either(struct terminal *terminal, void *context)
{
	const char **texts = context;

	return terminal_shows(terminal, texts[0]) || terminal_shows(terminal, texts[1]);
}

bool
terminal_wait_text(struct terminal *terminal, const char *text)
{
	return terminal_until(terminal, shows, (void *)text);
}

bool
terminal_wait_gone(struct terminal *terminal, const char *text)
{
	return terminal_until(terminal, shows_not, (void *)text);
}

int
terminal_wait_either(struct terminal *terminal, const char *first, const char *second)
{
	const char *texts[] = {first, second};

	if (!terminal_until(terminal, shows_either, texts))
		return -1;
	return terminal_shows(terminal, first) ? 0 : 1;
}

int
terminal_wait_exit(struct terminal *terminal)
{
	int64_t end = now_ms() + terminal->patience;

	/* Keep draining: a program that cannot write its last bytes does not end. */
	while (!reap(terminal) && now_ms() < end)
		if (!read_once(terminal, 20) && terminal->over)
			poll(NULL, 0, 5);
	while (terminal->pid == 0 && read_once(terminal, 0))
		continue;
	return terminal->pid == 0 ? terminal->status : -1;
}

/* --- out
 * --------------------------------------------------------------------------------------------------------
 */

static size_t
put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static int
colour_of(const VTermColor *colour, bool is_default)
{
	if (is_default)
		return CELL_DEFAULT;
	if (VTERM_COLOR_IS_INDEXED(colour))
		return colour->indexed.idx;
	return CELL_RGB | colour->rgb.red << 16 | colour->rgb.green << 8 | colour->rgb.blue;
}

struct cell
terminal_cell(struct terminal *terminal, int row, int column)
{
	struct cell cell = {.text = " ", .width = 1, .fg = CELL_DEFAULT, .bg = CELL_DEFAULT};
	VTermScreenCell from;
	size_t n = 0;

	if (!vterm_screen_get_cell(terminal->screen, (VTermPos){row, column}, &from))
		return cell;
	if (from.chars[0] == (uint32_t)-1) { /* the right half of a wide one */
		cell.text[0] = '\0';
	} else if (from.chars[0] != 0) {
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && from.chars[i] != 0; i++)
			n += put_utf8(cell.text + n, from.chars[i]);
		cell.text[n] = '\0';
	}
	cell.width = from.width;
	cell.fg = colour_of(&from.fg, VTERM_COLOR_IS_DEFAULT_FG(&from.fg));
	cell.bg = colour_of(&from.bg, VTERM_COLOR_IS_DEFAULT_BG(&from.bg));
	cell.bold = from.attrs.bold;
	cell.reverse = from.attrs.reverse;
	cell.underline = from.attrs.underline != 0;
	return cell;
}

/* Room for one row: 32 bytes a cell is what cell.text holds at most. */
static size_t
row_room(const struct terminal *terminal)
{
	return (size_t)terminal->columns * sizeof((struct cell *)NULL)->text + 2;
}

static size_t
copy_row(struct terminal *terminal, int row, char *out)
{
	size_t n = 0;

	for (int column = 0; column < terminal->columns; column++) {
		struct cell cell = terminal_cell(terminal, row, column);

		n += strlcpy(out + n, cell.text, sizeof cell.text);
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return n;
}

const char *
terminal_line(struct terminal *terminal, int row)
{
	free(terminal->line);
	terminal->line = malloc(row_room(terminal));
	copy_row(terminal, row, terminal->line);
	return terminal->line;
}

const char *
terminal_text(struct terminal *terminal)
{
	size_t n = 0;

	free(terminal->text);
	terminal->text = malloc(row_room(terminal) * (size_t)terminal->rows + 1);
	for (int row = 0; row < terminal->rows; row++) {
		n += copy_row(terminal, row, terminal->text + n);
		terminal->text[n++] = '\n';
	}
	terminal->text[n] = '\0';
	return terminal->text;
}

bool
terminal_shows(struct terminal *terminal, const char *text)
{
	return strstr(terminal_text(terminal), text) != NULL;
}

bool
terminal_find(struct terminal *terminal, const char *text, int *row, int *column)
{
	for (int y = 0; y < terminal->rows; y++) {
		const char *line = terminal_line(terminal, y), *found = strstr(line, text);
		size_t bytes = 0;

		if (found == NULL)
			continue;
		for (int x = 0; x < terminal->columns; x++) {
			if (bytes == (size_t)(found - line)) {
				*row = y;
				*column = x;
				return true;
			}
			bytes += strlen(terminal_cell(terminal, y, x).text);
		}
	}
	return false;
}

bool
terminal_coloured(struct terminal *terminal)
{
	for (int row = 0; row < terminal->rows; row++)
		for (int column = 0; column < terminal->columns; column++) {
			struct cell cell = terminal_cell(terminal, row, column);

			if (cell.fg != CELL_DEFAULT || cell.bg != CELL_DEFAULT)
				return true;
		}
	return false;
}

void
terminal_cursor(struct terminal *terminal, int *row, int *column, bool *visible)
{
	*row = terminal->cursor.row;
	*column = terminal->cursor.col;
	*visible = terminal->cursor_visible;
}

bool
terminal_alternate(struct terminal *terminal)
{
	return terminal->alternate;
}

bool
terminal_mouse(struct terminal *terminal)
{
	return terminal->mouse;
}

uint64_t
terminal_bytes(const struct terminal *terminal)
{
	return terminal->bytes;
}

pid_t
terminal_pid(const struct terminal *terminal)
{
	return terminal->pid;
}

int
terminal_fd(const struct terminal *terminal)
{
	return terminal->fd;
}

void
terminal_complain(struct terminal *terminal, const char *about)
{
	const char *text = terminal_text(terminal);

	printf("# %s; the screen (%dx%d%s):\n", about, terminal->columns, terminal->rows,
		terminal->over ? ", its program is gone" : "");
	while (*text != '\0') {
		int length = (int)strcspn(text, "\n");

		printf("# |%.*s\n", length, text);
		text += length + 1;
	}
	fflush(stdout);
}
