/* SPDX-License-Identifier: MIT
 *
 * What the files of this folder offer each other. Views see model.h alone. Ids are passed, not
 * pointers, wherever a table may grow in between.
 */
#ifndef IPCVIZ_MODEL_FOLD_H
#define IPCVIZ_MODEL_FOLD_H

#include <string.h>

#include "model/model.h"

/* event_number(), which most often is asked for a field that is not there. */
static inline int64_t
number_of(const struct event *event, enum event_field field, int64_t otherwise)
{
	return event_has(event, field) ? event_number(event, field, otherwise) : otherwise;
}

/* tables.c: the arrays, their look-up by pid and name, and their bounds */
int table_add_process(struct model *model,
	int32_t pid); /* NONE: the table is full of living ones, or no memory */
int table_add_channel(struct model *model, const char *name, size_t length);
int table_add_description(struct model *model, int channel, enum end end, int flags);
void table_free_description(
	struct model *model, int description); /* when nothing is on it any more */
/* Makes room for one more element behind *items; false: no memory. `bound` is the most it may ever
 * hold. */
bool table_grow(void **items, int *room, int n, int bound, size_t size);
/* Processes and channels as they were asked for; NULL for NONE. */
struct process *process_at(struct model *model, int id);
struct channel *channel_at(struct model *model, int id);
int process_id(const struct model *model, const struct process *process);
uint64_t name_key(const char *name, size_t length);
bool channel_is_pipe(const struct channel *channel);
/* Grows as table_grow() does, and counts the room over all objects in *total, which may not pass `total_bound`. */
bool table_grow_shared(
	void **items, int *room, int n, int bound, size_t size, int *total, int total_bound);
/* Replaces *items, which still is the original's, by a copy of its first n. False: no memory; *items is NULL then. */
bool table_copy(void **items, int n, size_t size);

/* object.c: what channels have beside bytes: queue, segment, semaphores, users */
bool object_has_users(const struct channel *channel);
void object_create(
	struct model *model, int channel, size_t name_length, const char *name); /* by its kind */
void object_release(struct model *model, struct channel *channel);
bool object_clone(struct model *clone, struct channel *channel); /* false: no memory */
/* Do its calls mean something here? */
static inline bool
object_takes(const struct channel *channel, enum call_id id)
{
	if (channel->kind == CHANNEL_PIPE)
		return false;
	return channel->queue != NULL || channel->semaphores != NULL ||
	       channel->endpoint != NULL ||
	       (channel->segment != NULL && (call_traits(id) & (CALL_READS | CALL_WRITES)) == 0);
}

/* A call on it begins; it returned (the call's effect on what lies in it; who gave what it got, or NONE). */
void object_entered(struct model *model, int process, const struct call *call);
int object_called(struct model *model, int process, struct call *call, const struct event *event);
/* Counts and limits that an event tells of it, asked for after `begun`. */
void object_figures(struct model *model, int channel, const struct event *event, uint64_t begun);
void object_looked(struct model *model, const struct event *event); /* a look of pid 0 */
void object_removed(struct model *model, int channel, int process); /* its name, or itself */
void object_process_gone(struct model *model, int process);
void object_forget_processes(struct channel *channel, const bool *gone);
bool object_lives(const struct channel
		*channel); /* somebody has it mapped, or messages or waiters are there */

/* user.c */
struct user *user_touch(struct model *model, int channel, int process, bool reads,
	bool writes); /* NULL: no place */
void users_release(struct model *model, struct channel *channel);
void users_forget(struct channel *channel, const bool *gone);

/* message.c */
#define ANY_TYPE INT64_MIN /* mq_receive leaves it untold when nobody asked for the priority */
#define FIGURES_MAX ((int64_t)1 << 40) /* what a damaged trace claims beyond it is cut */
void message_put(
	struct model *model, struct channel *channel, int sender, struct call *call, bool early);
void message_drop(struct channel *channel, int at);
void message_preview(struct message *message, const struct event *event);
/* The first of its type; where sends overlapped, the first that has what was received. NONE: none is it. */
int message_received(
	const struct queue *queue, const struct event *event, int64_t type, int64_t bytes);
void count_add(struct queue *queue, int by); /* of messages that are only counted */

/* queue.c */
int queue_called(struct model *model, int process, struct call *call, const struct event *event);
void queue_figures(struct model *model, int channel, const struct event *event, uint64_t begun);
void queue_made(struct model *model, int channel);
void queue_clear(struct channel *channel);
bool queue_has_room(const struct channel *channel, int64_t bytes); /* as far as is known */
struct queue *queue_create(void); /* NULL: no memory */

/* semaphore.c: semaphores, mutexes and conditions */
struct operation {
	int number;    /* of the semaphore in its set */
	int64_t delta; /* 0: waits for zero */
	bool undo;
};
enum { OPERATIONS_MAX = 16 };
int call_operations(const struct call *call, struct operation *operations); /* how many */
/* The operation that the call cannot do now; NONE: it can do all, or nothing is known. */
int operations_stuck(
	const struct semaphores *semaphores, const struct operation *operations, int n);
void semaphores_entered(struct model *model, int process, const struct call *call);
void semaphores_called(
	struct model *model, int process, struct call *call, const struct event *event);
/* `old`: other calls returned since the figures were asked for. */
void semaphores_figures(struct model *model, int channel, const struct event *event, bool old);
void semaphores_process_gone(struct model *model, int channel, int process);
void semaphores_inherit(struct model *model, int channel, const char *name, size_t length);

/* holding.c */
void holding_change(
	struct model *model, int channel, int process, const struct operation *operation);
void undo_add(struct model *model, struct semaphores *set, int process, int number, int64_t delta);
/* SETVAL and SETALL take the adjustments of all processes back (semctl(2)). number NONE: of the whole set. */
void undos_clear(struct semaphores *set, int number);
void user_holds(struct model *model, int channel, int process, bool reads,
	bool writes); /* as user_touch() */
int64_t mutex_value(const struct semaphores *set);
/* The kernel says that it is free (NONE), or who holds it. */
void mutex_looked(struct model *model, int channel, int process);

/* access.c: loads and stores of watched memory */
static inline bool
call_accesses(enum call_id id)
{
	return id == CALL_load || id == CALL_store || id == CALL_update;
}
void access_apply(
	struct model *model, int process, const struct call *call, const struct event *event);
void access_looked(struct model *model, int channel, const struct event *event);
void access_acted(struct model *model, const struct event *event);
void accesses_forget(struct segment *segment, const bool *gone); /* processes */
void accesses_begin(struct segment *segment, struct watched *watched);

/* segment.c */
/* One byte is this now; none beyond the first that is not known. */
void segment_byte(struct model *model, struct segment *segment, int64_t at, uint8_t byte);
struct segment *segment_create(void); /* NULL: no memory */
void segment_called(struct model *model, int process, struct call *call, const struct event *event);
void segment_figures(struct model *model, int channel, const struct event *event);

/* fifo.c: FIFOs on their way to be pipes */
void fifo_called(
	struct model *model, int process, const struct call *call, const struct event *event);
bool fifo_lacks_partner(const struct model *model, const struct call *call);
int fifo_partner(const struct model *model, int self, const struct call *call);

/* mapping.c */
void mapping_called(
	struct model *model, int process, const struct call *call, const struct event *event);
void mappings_inherit(struct model *model, struct process *child, const struct process *parent);
void mappings_drop(struct model *model, struct process *process); /* exec, exit */
void mappings_forget(struct process *process, const bool *gone);  /* channels */

/* process.c: life and state */
int process_appear(struct model *model, int32_t pid); /* one seen in the middle of its life */
/* The child of a fork under way; NONE: no place for it. */
int process_forked(struct model *model, int parent, int fork, int32_t pid);
void process_born(struct model *model, const struct event *event);
void process_exec(struct model *model, const struct event *event);
void process_dark(struct model *model, const struct event *event);
void process_die(
	struct model *model, int id, int status, const char *signal); /* -1, NULL: not known */
void process_settle(
	struct model *model, struct process *process); /* its state, from calls and evidence */

/* flight.c: calls that begin, are in flight, return */
void call_begin(struct model *model, const struct event *event);         /* reach and enter */
void call_end(struct model *model, const struct event *event);           /* leave */
void call_drop(struct model *model, struct process *process, int index); /* it will never return */

/* effect.c: what a call that returned did to processes and descriptors */
void effect_apply(
	struct model *model, int process, const struct call *call, const struct event *event);

/* descriptor.c */
int descriptor_channel(struct model *model, const struct process *process,
	int fd); /* NONE when not open or unknown */
struct description *descriptor_description(
	struct model *model, const struct process *process, int fd);
void descriptor_set(
	struct model *model, struct process *process, int fd, int description, bool cloexec);
void descriptor_close(struct model *model, struct process *process, int fd, uint64_t before);
void descriptor_close_all(struct model *model, struct process *process, bool cloexec_only);
/* Closes [first, last] as close_range does; or marks them close-on-exec. */
void descriptor_close_range(
	struct model *model, struct process *process, int64_t first, int64_t last, bool cloexec);
/* The event names what fd is: take it up if that is news. Returns the channel's id, or NONE. */
int descriptor_learn(
	struct model *model, struct process *process, int fd, const struct event *event);
void descriptor_list(struct model *model, struct process *process, const struct event *event);
enum end descriptor_end(const struct event *event, enum end otherwise);
int channel_named(
	struct model *model, const struct event *event, enum event_field field); /* NONE without */
int event_channel(struct model *model, const struct event *event); /* from obj; NONE without */
int event_flags(const struct event *event);                        /* from flags; -1 without */
void fork_begin(struct model *model, int process, int32_t tid);
int fork_find(const struct model *model, int parent, int32_t tid); /* tid 0: any; NONE */
void fork_copy(struct model *model, int fork, struct process *child);
void fork_end(struct model *model, int fork);
void forks_of_gone(struct model *model, int process);

/* pipe.c, pipe_bytes.c, pipe_account.c */
void pipe_made(struct model *model, int channel, int64_t capacity);
void pipe_capacity(struct model *model, struct channel *channel, int64_t capacity);
void pipe_gone(struct model *model, struct channel *channel); /* its last descriptor was closed */
void pipe_release(struct model *model, struct channel *channel); /* frees what it holds */
void pipe_fell_asleep(struct model *model, struct process *process, struct call *call);
/* A read or write on it returned (`call` is taken out of flight already): returns the process whose
 * bytes it read. */
int pipe_moved(struct model *model, int channel, int process, struct call *call,
	const struct event *event);
void pipe_looked(struct model *model, int channel, int64_t used);
/* Bytes of a write (NULL: of none that was seen) go in behind all others; `packet`: as one that O_DIRECT made. */
void pipe_put(struct model *model, struct channel *channel, int writer, const struct call *call,
	int64_t bytes, bool inferred, bool packet);
int64_t pipe_take(struct channel *channel, int64_t bytes); /* oldest first; how many were missing */
/* What was credited to a write in flight, newest first; how many had been read already. */
int64_t pipe_take_back(struct model *model, struct channel *channel, uint64_t write, int64_t bytes);
void pipe_preview(struct channel *channel, const struct call *call, const struct event *event);
void pipe_caller_add(
	struct model *model, struct channel *channel, int process, int32_t tid, bool writes);
void pipe_caller_remove(struct channel *channel, int process, int32_t tid, bool writes);

/* wait.c */
void wait_update(struct model *model, int process);          /* why it waits */
void wait_channel_changed(struct model *model, int channel); /* … for all in calls on it */
void wait_woken(struct model *model, int process, const struct call *call,
	const struct event *event, int giver);
/* Who closed the last descriptor on this end, or is about to; NONE. */
int last_closer(const struct model *model, int channel, enum end end);
/* Whose read or write on the channel is newest since the sleeper began, or in flight; NONE. */
int last_mover(const struct model *model, int channel, bool writes, const struct call *sleeper, int self);

/* call.c: what calls are, by name */
static inline bool
call_moves(enum call_id id)
{
	return (call_traits(id) & (CALL_READS | CALL_WRITES)) != 0;
}

/* Works on an object that is no descriptor's, or on a name. */
static inline bool
call_is_ipc(enum call_id id)
{
	return id >= CALL_mkfifo;
}

/* Names in `fd` a directory or nothing, and in `obj` what it made. */
bool call_opens(enum call_id id);
bool call_lists(
	const struct model *model, const struct call *call); /* among its channel's callers? */
bool call_failed(const struct call *call);
/* Is it in there? */
static inline bool
event_word(const struct event *event, enum event_field field, const char *part)
{
	size_t length, least = strlen(part);
	const char *text = event_raw(event, field, &length);

	return length >= least && memmem(text, length, part, least) != NULL;
}
void call_arguments(
	struct call *call, const struct event *event); /* of the calls of call_is_ipc() */

/* lane.c */
void lane_mark(struct model *model, struct process *process, enum lane_kind kind, enum call_id call,
	int waker);

#endif
