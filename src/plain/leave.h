/* SPDX-License-Identifier: MIT
 *
 * What the files that tell of returned calls share: one file for each family of calls.
 */
#ifndef IPCVIZ_PLAIN_LEAVE_H
#define IPCVIZ_PLAIN_LEAVE_H

#include "plain/plain_own.h"

enum { DATA_LABEL = 32 }; /* bytes of payload are told to recognise them, not to read them */

/* What the sentences about one leave have in common. */
struct leave {
	const struct plain *plain;
	const struct model *model;
	const struct event *event;
	struct paragraph *paragraph;
	char who[64];
	char call[160];
	char object[160]; /* as words, "" unknown */
	char err[16];
	int64_t ret;
	int fd;
	int channel; /* id, or NONE */
	enum end end;
	bool is_pipe; /* or a FIFO */
};

/* Adds the sentences about a call that did not fail. */
typedef void (*teller)(struct leave *leave);

/* The family's teller for a call; NULL: it is not of the family. */
teller byte_teller(enum call_id call);
teller life_teller(enum call_id call);
teller name_teller(enum call_id call);
teller queue_teller(enum call_id call);
teller segment_teller(enum call_id call);
teller semaphore_teller(enum call_id call);
teller socket_teller(enum call_id call);
teller access_teller(enum call_id call);

/* socket_option.c: setsockopt, getsockopt */
void socket_option_set(struct leave *leave);
void socket_option_asked(struct leave *leave);

/* Why a call failed, in words that fit what it was about; NULL: the family knows nothing special. */
const char *byte_failure(const struct leave *leave);
const char *life_failure(const struct leave *leave);
const char *name_failure(const struct leave *leave);
const char *queue_failure(const struct leave *leave);
const char *segment_failure(const struct leave *leave);
const char *semaphore_failure(const struct leave *leave);
const char *socket_failure(const struct leave *leave);

/* The process's own account of the call, for what the leave line lacks; NULL: unknown. */
const struct call *leave_call(const struct leave *leave);
/* The object as words, or `otherwise` where the line names none. */
const char *leave_object(const struct leave *leave, const char *otherwise);

#endif
