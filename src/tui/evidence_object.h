/* SPDX-License-Identifier: MIT
 *
 * What the kernel says about the object in focus, and where our own count differs.
 */
#ifndef IPCVIZ_TUI_EVIDENCE_OBJECT_H
#define IPCVIZ_TUI_EVIDENCE_OBJECT_H

#include "tui/page.h"
#include "tui/pane.h"

/* Adds rows to the page, labels `label_cols` wide; nothing for a pipe, whose descriptor says all. */
void lay_out_object(struct page *page, const struct frame *frame, int channel, int label_cols);

/* The same of a socket. */
void lay_out_socket(struct page *page, const struct frame *frame, int channel, int label_cols);

#endif
