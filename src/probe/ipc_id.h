/* SPDX-License-Identifier: MIT
 *
 * What both lines of a call on a System V object say of it, made once: " id=3 obj=sem:3".
 */
#ifndef IPCVIZ_PROBE_IPC_ID_H
#define IPCVIZ_PROBE_IPC_ID_H

#include "probe/report.h"
#include "probe/text.h"

struct ipc_id {
	size_t object, length; /* where " obj=" begins; of text */
	char text[64 + LINE_SLACK];
};

/* `kind` is "msg:", "shm:" or "sem:". */
static inline void
ipc_id_make(struct ipc_id *made, const char *kind, int id)
{
	const char *end = made->text + sizeof made->text;
	char *at = text_number(text_word(made->text, end, " id="), end, id);

	made->object = (size_t)(at - made->text);
	if (id >= 0) /* else there is no object */
		at = text_number(text_word(text_word(at, end, " obj="), end, kind), end, id);
	made->length = (size_t)(at - made->text);
}

static inline void
report_ipc_id(struct report *report, const struct ipc_id *made)
{
	line_copy(&report->line, made->text, made->length);
}

/* The object alone, of a call that has just answered its id. */
static inline void
report_ipc_object(struct report *report, const char *kind, int id)
{
	struct ipc_id made;

	ipc_id_make(&made, kind, id);
	line_copy(&report->line, made.text + made.object, made.length - made.object);
}

#endif
