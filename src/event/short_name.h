/* SPDX-License-Identifier: MIT
 *
 * Names of a lesson's run, as people want to read them. A run puts a word of its own in front of the names of its
 * objects ("/ipcviz-k3v9-empty", see run_word() in stage/leftover.h), so that runs never meet; to a learner it says
 * nothing, and it hides what the program calls the thing.
 */
#ifndef IPCVIZ_EVENT_SHORT_NAME_H
#define IPCVIZ_EVENT_SHORT_NAME_H

/* Takes such words out of a text, in place: "sem_wait(/ipcviz-k3v9-empty)" becomes "sem_wait(/empty)". Returns it. */
char *short_name(char *text);

#endif
