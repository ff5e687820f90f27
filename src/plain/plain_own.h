/* SPDX-License-Identifier: MIT
 *
 * What the files of plain/ share. A sentence is put together in a `struct paragraph`, then printed
 * by one function that breaks lines, drops marks and lets nothing through that could upset a
 * terminal.
 */
#ifndef IPCVIZ_PLAIN_PLAIN_OWN_H
#define IPCVIZ_PLAIN_PLAIN_OWN_H

#include <stdarg.h>

#include "plain/plain.h"

/* What was told of a process already, so that a look is told only when it says something new. */
struct told {
	int32_t pid; /* ids are used again: another pid means another process */
	bool asleep, stopped;
	int32_t tid;       /* the thread that made the newest call, */
	enum call_id call; /* which call that was, */
	char words[160];   /* and the call as C */
	bool variable_known;
	int64_t variable;
};

/* The same of an object. */
struct object_told {
	char name[80]; /* as in events */
	int64_t count;
	char values[160];
	bool bytes_known, removed;
	int64_t drops; /* of a socket; likewise below */
	int64_t waiting;
	char tcp[16]; /* its state */
};

struct plain {
	FILE *out;
	int columns;
	bool gap;          /* an empty line was printed last */
	bool ascii;        /* the locale is not UTF-8 */
	struct told *told; /* by the model's process id; n_told of them */
	int n_told;
	struct object_told *objects;
	int n_objects;
	bool circle;     /* a closed circle of waiting was told */
	int32_t act_pid; /* the descriptor that the learner acted on last: the look that follows is
			    news; fd -1: none */
	int act_fd;
	const char *(*name)(const struct conductor *conductor, int32_t pid); /* see plain_names() */
	const struct conductor *conductor;
};

/* Words that grow. What does not fit is cut: sentences are short, and a lesson's words are printed
 * as they are. */
struct paragraph {
	size_t length;
	char text[2048];
};

/* Adds words; a second sentence is parted from the first by a blank. */
void paragraph_add(struct paragraph *paragraph, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints words with the marks of text/marks.h, lines broken, `first` before the first line and as
 * many blanks before the others. Ends with a newline. */
void plain_print(struct plain *plain, const char *first, const char *words);
/* The same without breaking: each line after `indent` blanks. */
void plain_print_verbatim(struct plain *plain, int indent, const char *lines);
/* An empty line, unless there is one. */
void plain_gap(struct plain *plain);

/* act_sentence.c: acts on sockets, and delays; false: it is none. What became of the sizes of a socket's buffers. */
bool act_told(const struct event *event, const char *who, int fd, struct paragraph *paragraph);
void buffers_told(const struct event *event, const char *who, int fd, struct paragraph *paragraph);

/* access_sentence.c: watched memory. An access that is reached or entered; false: it is none. A look, and an act. */
bool access_reached(const struct plain *plain, const struct model *model, const struct event *event, const char *who,
	struct paragraph *paragraph);
void watch_seen(const struct event *event, const char *who, struct paragraph *paragraph);
bool watch_acted(const struct event *event, struct paragraph *paragraph);

/* --- names, all static to one call: each fills buf (terminated, cut to fit) and returns it --- */

/* "writer", or "writer (4211)" when another process has the name too, or "process 4211". */
char *process_label(
	const struct plain *plain, const struct model *model, int32_t pid, char *buf, size_t size);
/* "writer (4211)", or "process 4211": to introduce it. */
char *process_full_label(
	const struct plain *plain, const struct model *model, int32_t pid, char *buf, size_t size);
/* "the pipe 25138", "the FIFO /tmp/x", "the file /dev/null" … from an object's name. */
char *object_label(const char *object, char *buf, size_t size);
/* "1 byte", "1024 bytes" */
char *bytes_label(int64_t bytes, char *buf, size_t size);
/* The start of a quoted field, still escaped and safe to print: "aaaa…". `whole`: bytes that it
 * stands for, -1 unknown. */
char *quote_label(
	const struct event *event, enum event_field field, int64_t whole, char *buf, size_t size);

/* Adds what the event means to the paragraph; nothing when it needs no words. */
void event_sentence(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph);
/* The same for a call that returned. `call` is the call as C; NULL: by this line alone. */
void leave_sentence(const struct plain *plain, const struct model *model, const struct event *event,
	const char *call, struct paragraph *paragraph);
/* What a look says of an object, if that is news. Any event may be passed. */
void object_sentence(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph);
void socket_look_sentence(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph);
/* What was told of the object already; NULL: no memory. */
struct object_told *object_told(struct plain *plain, const char *object);

#endif
