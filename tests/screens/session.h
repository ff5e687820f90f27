/* SPDX-License-Identifier: MIT
 *
 * ipcviz in the tests' terminal: started from the build tree, with a home of its own, and stepped
 * by hand.
 */
#ifndef IPCVIZ_TESTS_SCREENS_SESSION_H
#define IPCVIZ_TESTS_SCREENS_SESSION_H

#include <check.h>
#include <stdbool.h>
#include <stdio.h>

#include "terminal.h"

struct session {
	int columns, rows;
	const char *environment[8]; /* added to the pinned one; NULL-terminated */
	const char *words[12];      /* ipcviz's arguments; NULL-terminated */
};

/* Starts ipcviz. One at a time; ended and freed by session_end(), a checked fixture. */
struct terminal *session_start(const struct session *session);
/* The same through a shell with job control, which says "shell: stopped" when ipcviz stops, and
 * "shell: ended N" at the end; a line typed at "shell: stopped" brings ipcviz back. */
struct terminal *session_start_in_shell(const struct session *session);
/* Runs ipcviz without a terminal, with the same home; its exit status. */
int session_run_plain(const struct session *session);
void session_end(void);

/* The directory that ipcviz runs in, and its home. Removed by session_main(). */
const char *session_directory(void);

/* Presses n once, and comes back when ipcviz has taken it and is no longer waiting for what it
 * brings. */
bool session_next(struct terminal *terminal);
/* Presses n until the screen shows text, answering every question with choice `answer` ("1").
 * False: `most` presses or the lesson's end came before. */
bool session_next_until(struct terminal *terminal, const char *text, const char *answer, int most);

/* Predicts the choice that says this. False: there is none on the screen. */
bool session_predict(struct terminal *terminal, const char *says);

/* Runs the suite; prints TAP. */
int session_main(Suite *suite);

/* An expectation that prints the screen when it fails. */
#define MUST(terminal, condition)                                                                  \
	do {                                                                                       \
		bool must_ = (condition);                                                          \
		if (!must_)                                                                        \
			terminal_complain(terminal, #condition);                                   \
		ck_assert_msg(must_, "%s", #condition);                                            \
	} while (0)
#define SEES(terminal, text) MUST(terminal, terminal_wait_text(terminal, text))
#define SEES_NO(terminal, text) MUST(terminal, terminal_wait_gone(terminal, text))

#endif
