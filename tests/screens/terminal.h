/* SPDX-License-Identifier: MIT
 *
 * A program in a pseudo-terminal with a terminal emulator (libvterm) behind it: keys in, a screen
 * out. Frames are not atomic, so a test waits until the screen shows what it should, never for a
 * time; the wait is bounded by `patience`.
 */
#ifndef IPCVIZ_TESTS_SCREENS_TERMINAL_H
#define IPCVIZ_TESTS_SCREENS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct terminal;

struct terminal_options {
	int columns, rows; /* 0: 80 x 24 */
	const char *const
		*environment;  /* NAME=VALUE sets, NAME unsets; NULL-terminated; NULL: as it is */
	const char *directory; /* to start in; NULL: the current one */
	int patience;          /* seconds that a wait may take at most; 0: 30 */
};

/* What a cell looks like. Colours: an index of the palette, or 0xrrggbb | CELL_RGB, or
 * CELL_DEFAULT. */
enum { CELL_DEFAULT = -1, CELL_RGB = 1 << 24 };
struct cell {
	char text[32]; /* UTF-8; "" for the right half of a wide character */
	int width;     /* 1 or 2 */
	int fg, bg;
	bool bold, reverse, underline;
};

/*
 * Starts argv[0] (searched in PATH) as the leader of a session of its own on a new terminal. The
 * environment is pinned: TERM=xterm-256color, LC_ALL=C.UTF-8, and what would change a screen is
 * unset (LINES, COLUMNS, NO_COLOR, …), before `environment` is applied. Never NULL: without a
 * pseudo-terminal the test program ends with a bail-out.
 */
struct terminal *terminal_start(const struct terminal_options *options, char *const argv[]);
/* Hangs up, ends the program if it is still there, frees everything. */
void terminal_free(struct terminal *terminal);

/* Types bytes as they are: text, or escape sequences such as "\033[<0;5;3M" for the mouse. */
void terminal_type(struct terminal *terminal, const char *bytes);
enum terminal_key {
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_ENTER,
	KEY_TAB,
	KEY_BACKTAB,
	KEY_ESCAPE,
	KEY_F1
};
void terminal_press(struct terminal *terminal, enum terminal_key key);
/* A press and release of the left button on a cell, as SGR mouse bytes. */
void terminal_click(struct terminal *terminal, int row, int column);
void terminal_resize(struct terminal *terminal, int columns, int rows);
/* The window is closed: the program gets SIGHUP, and its terminal is gone. */
void terminal_hang_up(struct terminal *terminal);

/* Waits. False when it took longer than the patience, or the program closed its terminal before. */
typedef bool terminal_predicate(struct terminal *terminal, void *context);
bool terminal_until(struct terminal *terminal, terminal_predicate *predicate, void *context);
bool terminal_wait_text(struct terminal *terminal, const char *text);
bool terminal_wait_gone(struct terminal *terminal, const char *text);
/* Waits until either stands there; answers which: 0 or 1, -1: neither. */
int terminal_wait_either(struct terminal *terminal, const char *first, const char *second);
/* Waits until the program ended and all it drew was read. Its wait status, -1: it did not end. */
int terminal_wait_exit(struct terminal *terminal);
/* Reads what is there now, for at most `ms`; true when anything came. A test of silence may use it,
 * no other. */
bool terminal_drain(struct terminal *terminal, int ms);

/* The screen as it is now. Strings belong to the terminal and live until the next call of the same
 * function. */
const char *terminal_text(
	struct terminal *terminal); /* rows ended with \n, blanks at their ends left out */
const char *terminal_line(struct terminal *terminal, int row); /* "" beyond the screen */
bool terminal_shows(struct terminal *terminal, const char *text);
/* Where text stands (within one row); false: nowhere. */
bool terminal_find(struct terminal *terminal, const char *text, int *row, int *column);
struct cell terminal_cell(struct terminal *terminal, int row, int column);
bool terminal_coloured(struct terminal *terminal); /* any cell with a colour of its own */
void terminal_cursor(struct terminal *terminal, int *row, int *column, bool *visible);
bool terminal_alternate(struct terminal *terminal); /* on the alternate screen */
bool terminal_mouse(struct terminal *terminal);     /* the program asked for mouse reports */

uint64_t terminal_bytes(const struct terminal *terminal); /* drawn so far */
pid_t terminal_pid(const struct terminal *terminal);
int terminal_fd(const struct terminal *terminal);
/* Prints the screen as TAP comments, for a test that failed. */
void terminal_complain(struct terminal *terminal, const char *about);

#endif
