/* SPDX-License-Identifier: MIT
 *
 * Helpers of the model's tests: a model is told event lines as a string, then asked.
 */
#ifndef IPCVIZ_TESTS_MODEL_LINES_H
#define IPCVIZ_TESTS_MODEL_LINES_H

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"

#define BORN(pid) "1 " #pid " " #pid " born ppid=1 name=\"p\" prog=\"/x/p\" slot=0\n"
#define PIPE(pid, r, w, inode)                                                                     \
	"2 " #pid " " #pid " enter call=pipe\n"                                                    \
	"3 " #pid " " #pid " leave call=pipe ret=0 fds=" #r "," #w " obj=pipe:" #inode             \
	" cap=65536\n"

static inline void
tell(struct model *model, const char *lines)
{
	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");
		struct event event;
		length += lines[length] == '\n';
		if (event_parse(&event, lines, length) != 0)
			ck_abort_msg("no event: %.*s", (int)length, lines);
		model_apply(model, &event);
		lines += length;
	}
}

static inline struct model *
told(const char *lines)
{
	struct model *model = model_create();

	ck_assert_ptr_nonnull(model);
	tell(model, lines);
	return model;
}

static inline const struct process *
the(const struct model *model, int32_t pid)
{
	int id = model_process(model, pid);

	ck_assert_msg(id != NONE, "no process %d", (int)pid);
	return &model->processes[id];
}

static inline const struct channel *
channel(const struct model *model, const char *name)
{
	int id = model_channel(model, name);

	ck_assert_msg(id != NONE, "no channel %s", name);
	return &model->channels[id];
}

static inline const struct description *
description(const struct model *model, int32_t pid, int fd)
{
	const struct descriptor *descriptor = process_descriptor(the(model, pid), fd);

	ck_assert_msg(descriptor != NULL, "process %d has no descriptor %d", (int)pid, fd);
	return &model->descriptions[descriptor->description];
}

static inline const struct lane_mark *
newest_mark(const struct model *model, int32_t pid)
{
	const struct process *process = the(model, pid);

	return &process->lane[(process->lane_next + LANE_MAX - 1) % LANE_MAX];
}

static inline const char *
state_text(const struct model *model, int32_t pid)
{
	static char text[100];

	process_state_text(the(model, pid), text, sizeof text);
	return text;
}

static inline const char *
cause_text(const struct model *model, int32_t pid)
{
	static char text[300];

	process_cause_text(model, model_process(model, pid), text, sizeof text);
	return text;
}

static inline const char *
wake_text(const struct model *model, int32_t pid)
{
	static char text[300];

	process_wake_text(model, model_process(model, pid), text, sizeof text);
	return text;
}

/* --- what holds after every event --- */

/* ck_assert writes a mark for each check; these are asked millions of times. */
#define HOLDS(what)                                                                                \
	do {                                                                                       \
		if (!(what))                                                                       \
			ck_abort_msg("does not hold: %s", #what);                                  \
	} while (0)

static inline void
consistent_queue(const struct channel *channel, int n_processes)
{
	const struct queue *queue = channel->queue;
	int64_t bytes = 0;

	HOLDS(queue->n_messages <= MESSAGES_MAX);
	HOLDS(queue->count == -1 || queue->count >= queue->n_messages);
	HOLDS(queue->notified < n_processes);
	for (int i = 0; i < queue->n_messages; i++) {
		HOLDS(queue->messages[i].sender < n_processes);
		HOLDS(queue->messages[i].n_preview <= PREVIEW_MAX);
		HOLDS(queue->messages[i].bytes >= 0);
		if (i > 0 && channel->kind == CHANNEL_MQ)
			HOLDS(queue->messages[i - 1].type >= queue->messages[i].type);
		bytes += queue->messages[i].bytes;
	}
	HOLDS(bytes == channel->lies);
}

static inline void
consistent_semaphores(const struct semaphores *set, int n_processes)
{
	HOLDS(set->n <= SEMAPHORES_MAX);
	HOLDS(set->n_holdings <= HOLDINGS_MAX);
	HOLDS(set->n_undos <= HOLDINGS_MAX);
	for (int i = 0; i < set->n; i++) {
		HOLDS(set->items[i].value >= -1);
		HOLDS(set->items[i].last_operator < n_processes);
	}
	for (int i = 0; i < set->n_holdings; i++) {
		HOLDS(set->holdings[i].held >= 0);
		HOLDS(set->holdings[i].process >= 0 && set->holdings[i].process < n_processes);
	}
	for (int i = 0; i < set->n_undos; i++)
		HOLDS(set->undos[i].process >= 0 && set->undos[i].process < n_processes);
}

static inline void
consistent_object(const struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];
	int mapped = 0;

	if (channel->queue != NULL)
		consistent_queue(channel, model->n_processes);
	if (channel->semaphores != NULL)
		consistent_semaphores(channel->semaphores, model->n_processes);
	HOLDS(channel->n_users <= USERS_MAX);
	HOLDS(channel->inside < model->n_channels);
	for (int i = 0; i < channel->n_users; i++)
		HOLDS(channel->users[i].process >= 0 &&
			channel->users[i].process < model->n_processes);
	if (channel->segment == NULL)
		return;
	for (int i = 0; i < model->n_processes; i++)
		for (int j = 0; j < model->processes[i].n_mappings; j++)
			mapped += model->processes[i].mappings[j].channel == id;
	HOLDS(channel->segment->n_mapped == mapped);
	HOLDS(channel->segment->n_bytes <= SEGMENT_BYTES_MAX);
}

static inline void
consistent_channel(const struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];
	int64_t runs = 0, slots = 0;
	int waiting_read = 0, waiting_write = 0, readers = 0, writers = 0, open = 0, callers = 0;

	for (int i = 0; i < channel->n_runs; i++) {
		HOLDS(channel->runs[i].bytes > 0);
		HOLDS(channel->runs[i].n_preview <= PREVIEW_MAX);
		HOLDS(channel->runs[i].first >= 0);
		HOLDS(channel->runs[i].writer < model->n_processes);
		runs += channel->runs[i].bytes;
	}
	for (int i = 0; i < channel->n_slots; i++) {
		HOLDS(channel->slots[i].start >= 0);
		HOLDS(channel->slots[i].start < channel->slots[i].end);
		HOLDS(channel->slots[i].end <= channel->page_size);
		slots += channel->slots[i].end - channel->slots[i].start;
	}
	if (channel->used != -1 && channel->queue == NULL)
		HOLDS(runs == channel->used);
	if (channel->slots_known) {
		HOLDS(slots == runs);
		HOLDS(channel->n_slots <= channel_slots(channel));
	}
	HOLDS(channel->n_runs <= RUNS_MAX);
	HOLDS(channel->used >= -1);
	for (int i = 0; i < model->n_processes; i++) {
		const struct process *process = &model->processes[i];
		readers += process_holds(model, process, id, END_READ);
		writers += process_holds(model, process, id, END_WRITE);
		for (int j = 0; j < process->n_fds; j++)
			open += model->descriptions[process->fds[j].description].channel == id;
		waiting_read += process->waits_for == id && process->waits_end != END_WRITE;
		waiting_write += process->waits_for == id && process->waits_end == END_WRITE;
		for (int j = 0; j < process->n_calls; j++)
			callers += process->calls[j].channel == id &&
				   process->calls[j].begun != 0 &&
				   call_traits(process->calls[j].id) & (CALL_READS | CALL_WRITES);
	}
	HOLDS(channel->n_readers == readers);
	HOLDS(channel->n_writers == writers);
	HOLDS(channel->n_open == open);
	HOLDS(channel->n_waiting_read == waiting_read);
	HOLDS(channel->n_waiting_write == waiting_write);
	if (channel->semaphores == NULL)
		HOLDS(channel->n_callers == callers);
	consistent_object(model, id);
}

static inline void
consistent_process(const struct model *model, const struct process *process)
{
	HOLDS(process->n_fds <= PROCESS_FDS_MAX);
	HOLDS(process->n_calls <= PROCESS_CALLS_MAX);
	HOLDS(process->n_lane <= LANE_MAX);
	for (int i = 0; i < process->n_fds; i++) {
		HOLDS(process->fds[i].description < model->n_descriptions);
		HOLDS(process->fds[i].description >= 0);
		if (i > 0)
			HOLDS(process->fds[i - 1].fd < process->fds[i].fd);
	}
	for (int i = 0; i < process->n_lane; i++)
		HOLDS(process->lane[i].waker < model->n_processes);
	HOLDS(process->n_mappings <= MAPPINGS_MAX);
	if (process->state == PROCESS_DEAD) {
		HOLDS(process->n_mappings == 0);
		HOLDS(process->n_fds == 0);
		HOLDS(process->n_calls == 0);
	}
}

static inline void
consistent(const struct model *model)
{
	int *counted = calloc((size_t)model->n_descriptions + 1, sizeof *counted);

	ck_assert_ptr_nonnull(counted);
	for (int i = 0; i < model->n_processes; i++) {
		consistent_process(model, &model->processes[i]);
		for (int j = 0; j < model->processes[i].n_fds; j++)
			counted[model->processes[i].fds[j].description]++;
	}
	for (int i = 0; i < model->n_descriptions; i++)
		HOLDS(model->descriptions[i].n_fds == counted[i]);
	free(counted);
	int messages = 0, semaphores = 0, holdings = 0, undos = 0, users = 0;
	for (int i = 0; i < model->n_channels; i++) {
		const struct semaphores *set = model->channels[i].semaphores;
		messages += model->channels[i].queue == NULL ? 0 : model->channels[i].queue->room_messages;
		users += model->channels[i].room_users;
		semaphores += set == NULL ? 0 : set->room;
		holdings += set == NULL ? 0 : set->room_holdings;
		undos += set == NULL ? 0 : set->room_undos;
	}
	HOLDS(model->n_messages == messages && messages <= MODEL_MESSAGES_MAX);
	HOLDS(model->n_users == users && users <= MODEL_USERS_MAX);
	HOLDS(model->n_semaphores == semaphores && semaphores <= MODEL_SEMAPHORES_MAX);
	HOLDS(model->n_holdings == holdings && holdings <= MODEL_HOLDINGS_MAX);
	HOLDS(model->n_undos == undos && undos <= MODEL_HOLDINGS_MAX);
	/* a thousand closed files say nothing that one does not */
	for (int i = 0; i < model->n_channels; i++)
		if (i < 64 || model->channels[i].n_open > 0)
			consistent_channel(model, i);
}

static inline int
run_cases(const char *name, TCase *cases[])
{
	Suite *suite = suite_create(name);

	for (int i = 0; cases[i] != NULL; i++)
		suite_add_tcase(suite, cases[i]);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}

#endif
