/* SPDX-License-Identifier: MIT
 *
 * The stage starts real processes under the probe, steers them through the control board and looks
 * at the kernel. It is a source of events (stage_source) whose order is causal: its own events
 * (act, look, out, died) enter only after the control pipe was drained. Everything it started is
 * dead and everything it made is gone after stage_free(), and a janitor process sees to it when
 * ipcviz itself is gone.
 */
#ifndef IPCVIZ_STAGE_STAGE_H
#define IPCVIZ_STAGE_STAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "event/event.h"
#include "event/problem.h"
#include "trace/source.h"

struct stage;

struct stage_options {
	const char *probe;  /* path of probe.so */
	const char *partner; /* path of the program for stage_partner(); NULL: none */
	bool start_gated;   /* new processes find their gate shut */
	bool loopback;      /* no machines of their own for programs with a host: all are on the loopback */
	bool run_directory; /* make a private temporary directory, the working directory of what is
			       started */
};

struct stage_program {
	const char *name;  /* the cast's name; NULL: the program's file name */
	const char *path;  /* program file; searched in PATH when it has no slash */
	char *const *argv; /* NULL-terminated, argv[0] included */
	bool passthrough; /* inherits ipcviz's stdin, stdout and stderr; else stdin is /dev/null and
			     the others a terminal of its own whose text comes back as `out` events
			   */
	const char *host; /* the machine that it is on, a word of the lesson; NULL: where ipcviz is. The first two
			     words of a run are two network namespaces that a veth pair joins, where the system
			     allows that; else all are here, on the loopback, and the `act` op=host says why */
};

struct stage *stage_create(
	const struct stage_options *options, struct problem *problem); /* NULL: see problem */
/* Ends every process; what is asked after that is final. Then only stage_free() is left to be called. */
void stage_end(struct stage *stage);
void stage_free(struct stage *stage); /* kills what still lives; NULL is fine; safe after fork in
					 the child: does nothing there */

/* The stage's events. Owned by the stage; do not free. Ends (SOURCE_END) when every process is dead
 * and all was read. */
struct source *stage_source(struct stage *stage);

/* Starts a program and answers its pid, -1 with *problem (not found, not executable, static,
 * set-uid …). */
pid_t stage_start(
	struct stage *stage, const struct stage_program *program, struct problem *problem);

/* How the program with this pid, started by stage_start(), ended: wait status as waitpid(2) gives
 * it; -1 while alive. */
int stage_wait_status(const struct stage *stage, pid_t pid);
int stage_living(const struct stage *stage); /* observed processes that are alive */

/* Gates. pid 0 stands for every process, present and future. Each call that changes something
 * records an `act`. To shut or open a gate takes back permits that were not used; a permit for
 * everybody passes by those that are in a call. */
void stage_shut(struct stage *stage, pid_t pid);
void stage_open(struct stage *stage, pid_t pid);
void stage_permit(struct stage *stage, pid_t pid, int calls);

/* Live actions; 0, or -1 with *problem (no such process, refused by the system, not a pipe …). Each
 * records an `act` before it is done and, where the kernel can be asked, a `look` with the result
 * after it. Those that the system forbids from outside, and close, are left to the probe: the `act`
 * says by=pending, and the probe's own by=probe when done. */
int stage_signal(struct stage *stage, pid_t pid, int signal, struct problem *problem);
int stage_nonblock(struct stage *stage, pid_t pid, int fd, bool on, struct problem *problem);
int stage_capacity(struct stage *stage, pid_t pid, int fd, int bytes, struct problem *problem);
int stage_close(struct stage *stage, pid_t pid, int fd, struct problem *problem);

/* Sizes of a socket's buffers (SO_RCVBUF, SO_SNDBUF, in bytes as setsockopt(2) takes them), and shutdown(2) with SHUT_RD,
 * SHUT_WR or SHUT_RDWR. */
int stage_buffer(struct stage *stage, pid_t pid, int fd, bool sends, int bytes, struct problem *problem);
int stage_shutdown(struct stage *stage, pid_t pid, int fd, int how, struct problem *problem);

/* The address at which processes on this machine (see stage_program.host) are reached: "192.0.2.1", "127.0.0.1". Makes the
 * machines when they are not there yet. */
const char *stage_address(struct stage *stage, const char *host);

/* Loads and stores in this segment ("shm:…") become events, in every process that has it mapped or maps it later; or no more.
 * The act is recorded; a look of each process says whether it could. -1 with *problem: no segment, or the processor is
 * none that this works on. */
int stage_watch_memory(struct stage *stage, const char *object, bool on, struct problem *problem);
/* Every later call (or access) of this name waits that long before it is made; pid 0: of every process. 0 ns: no more. */
int stage_delay(struct stage *stage, pid_t pid, enum call_id call, int64_t ns, struct problem *problem);

/* Removes the name of an object (FIFO, POSIX queue, segment or semaphore) or the System V object itself. `object` is an
 * event's obj: "fifo:/tmp/x/door", "mq:/q", "msg:32769" … */
int stage_remove(struct stage *stage, const char *object, struct problem *problem);
/* Has stage_remove() something to remove there? Not an anonymous mapping, or a mutex in a segment. */
bool stage_removable(const char *object);

/* Starts a process called `opener` or `partner` that does one thing on that object, an event's obj: opens a FIFO in one
 * of the four ways (a reader then reads to the end, a writer writes once), sends or receives one message of a queue. On a
 * socket that is bound or listens a `client`, on the machine of the socket's processes: connects, sends a line, waits for
 * an answer and closes; or sends one datagram. Its pid; -1 with *problem. */
enum stage_part {
	PART_OPEN_READ,
	PART_OPEN_WRITE,
	PART_OPEN_READ_NONBLOCK,
	PART_OPEN_WRITE_NONBLOCK,
	PART_SEND,
	PART_RECEIVE,
	PART_CONNECT,
	PART_DATAGRAM,
};
pid_t stage_partner(
	struct stage *stage, enum stage_part part, const char *object, struct problem *problem);

/* What runs of ipcviz that crashed had left behind, and what this one removed at its start. True once, as soon as it is
 * known and if there was anything. */
struct stage_found {
	int processes, directories, objects;
};
bool stage_found(struct stage *stage, struct stage_found *found);

/* Objects that the processes of this run made and that are there still, as events name them; answers how many (may exceed
 * room). For a run without a directory: that of a lesson removes them when it is freed. */
struct stage_left {
	char object[160];
};
int stage_left(struct stage *stage, struct stage_left *left, int room);
/* Is an object of stage_left() there still? */
bool stage_is_left(const char *object);

/* Records an `act` of the player's own (op=answer, op=restart, op=tempo), with a text and a value.
 */
void stage_note(struct stage *stage, pid_t pid, const char *op, int64_t value, const char *text);

/* Looks at every process that does not run and whose last look is 100 ms old; records what changed.
 * Returns the ns until the next look is due; -1: none until something happens. */
int64_t stage_tick(struct stage *stage);
/* Looks now and records it even if nothing changed: evidence for a judgement. A look's time is that
 * of its beginning, so it is later than all that had happened before the kernel was asked. */
void stage_look(struct stage *stage, pid_t pid);
/* Watches a global int variable of this process, by name: its value enters as look lines with var=,
 * value=, addr=. */
void stage_watch(struct stage *stage, pid_t pid, const char *variable);

/* File and line of a call site, from the program's line information. False when unknown. */
bool stage_where(
	struct stage *stage, pid_t pid, uint64_t address, char *file, size_t size, int *line);

/* The run's private directory, NULL without one. */
const char *stage_directory(const struct stage *stage);
/* A word of this run alone, for names outside of that directory: "ipcviz-k3v9". */
const char *stage_word(const struct stage *stage);

#endif
