/* SPDX-License-Identifier: MIT
 *
 * One event in words for the log: what happened, without time and process, which have columns of
 * their own. Pure.
 */
#ifndef IPCVIZ_TUI_EVENT_WORDS_H
#define IPCVIZ_TUI_EVENT_WORDS_H

#include <stddef.h>

#include "event/event.h"

/* Fills buf (UTF-8, one line, cut to fit, terminated) and returns it. What this version does not
 * know is shown raw. */
char *event_words(const struct event *event, char *buf, size_t size);

#endif
