/* SPDX-License-Identifier: MIT
 *
 * Objects that are no plain descriptors: FIFOs, queues, segments, semaphores. The stage keeps of each what it needs to
 * ask the kernel about it: its name, and where a process has it (a sight). That comes from the lines that pass. What
 * the kernel says enters the trace as look events of pid 0.
 */
#ifndef IPCVIZ_STAGE_OBJECT_H
#define IPCVIZ_STAGE_OBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "event/event.h"

enum {
	OBJECTS_MAX = 128,
	SIGHTS_MAX = 12,    /* places where one object is seen */
	OBJECT_BYTES = 256, /* of a segment, from its beginning */
	OBJECT_CHUNK = 128, /* of them in one line */
	OBJECT_PAUSE = 100, /* ms, the least between two looks at one object */
	LIST_MAX = 200,     /* of the text that lists a number for each semaphore */
};

enum object_kind {
	OBJECT_FIFO,
	OBJECT_MSG,      /* System V: name ends in its id */
	OBJECT_MQ,
	OBJECT_SHM,      /* System V segment */
	OBJECT_NAMED,    /* POSIX segment */
	OBJECT_MAPPED,   /* anonymous memory, a memfd, a file */
	OBJECT_SET,      /* System V set of semaphores */
	OBJECT_SEM_NAMED,
	OBJECT_SEM,      /* an unnamed semaphore in memory */
	OBJECT_MUTEX,
};

/* Where a process has the object: behind a descriptor, at an address, or both. */
struct sight {
	pid_t pid; /* 0: not in use */
	int fd;    /* -1: none */
	uint64_t address; /* 0: none */
	uint64_t size, offset; /* of a mapping */
	uint64_t newest;       /* which was told of last */
};

struct object {
	TAILQ_ENTRY(object) entry;
	uint32_t number; /* of this object, never used again */
	enum object_kind kind;
	char *name;      /* as events have it */
	const char *own; /* what comes after the kind in it */
	int id;          /* System V */
	ino_t inode;     /* of its name when it was seen first; 0: not seen */
	struct sight sight[SIGHTS_MAX];

	uint64_t lines; /* that named it */
	int64_t looked, due, pause; /* ns; due INT64_MAX: not before something happens */
	bool refused;   /* it was said that the kernel does not answer */
	char told[512]; /* fields as recorded last, since the newest line that named it; "" */
	int n_bytes;    /* of bytes that were recorded */
	uint8_t bytes[OBJECT_BYTES];
};

TAILQ_HEAD(object_list, object);

struct stage;
struct process;

struct objects {
	struct object_list list; /* that which was named last first */
	int n;
	uint32_t made;
	uint64_t told;
};

/* object_glance.c: a line passes; a process has ended. */
void objects_glance(struct stage *stage, struct process *process, const struct event *event);
void objects_forget(struct stage *stage, pid_t pid);

/* object.c: what a name says of the kind, and what comes after it. False: it is nothing for us. */
bool object_kind_of(const char *name, enum object_kind *kind, const char **own);
struct object *object_find(struct objects *objects, const char *name); /* NULL: not known */
struct object *object_add(struct objects *objects, const char *name);  /* NULL: no memory */
void objects_free(struct stage *stage);
/* Does what is due; when the next look is. */
int64_t objects_tick(struct stage *stage, int64_t now);
/* Looks now at those that this process (0: any) uses, and says of those that it waits for also what is no news. */
void objects_look(struct stage *stage, pid_t pid);
/* The whole name of an object that readers of the trace know by its beginning alone. */
const char *object_name(const struct stage *stage, const char *name);
/* For a look that was overtaken: lines that named the object so far; and look again. */
uint64_t object_lines(const struct stage *stage, uint32_t number);
void object_soon(struct stage *stage, uint32_t number);

/* object_look.c: asks, and records what is new (forced: all). True when there was something new. */
bool object_look(struct stage *stage, struct object *object, bool forced);
bool object_has_bytes(const struct object *object); /* a segment, which may change without a call */

/* object_ask.c: what the kernel says. */
struct object_facts {
	int error;   /* errno: it does not answer; 0 */
	int removed; /* 1: the object or its name is gone; 0; -1: it has no name */
	int64_t count, used, capacity, limit, size, nattch, notify, sender, receiver; /* -1: unknown */
	/* for each semaphore, comma separated; "" unknown */
	char values[LIST_MAX], ncnt[LIST_MAX], zcnt[LIST_MAX], last[LIST_MAX];
};
void object_ask(struct object *object, struct object_facts *facts);

/* object_memory.c: reading what processes share, in the memory of one that has it. */
ssize_t memory_read(pid_t pid, uint64_t address, void *buf, size_t size); /* -1 with errno */
/* The object's first bytes through any of its sights. */
ssize_t object_read(const struct object *object, void *buf, size_t size);

#endif
