/* SPDX-License-Identifier: MIT
 *
 * What the kernel says about the object in focus: the answers of msgctl, mq_getattr, shmctl and
 * semctl by the names that their manual pages use, with our own count beside them where there is
 * one.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/evidence_object.h"
#include "tui/names.h"
#include "words.h"

struct object {
	struct page *page;
	const struct frame *frame;
	const struct channel *channel;
	int id, label_cols;
};

static void
tell(const struct object *object, const char *label, const char *words)
{
	page_item(object->page, object->label_cols, ROLE_QUIET, label, ROLE_NORMAL, words);
}

static void
tell_number(const struct object *object, const char *label, int64_t number)
{
	if (number >= 0)
		page_itemf(object->page, object->label_cols, ROLE_QUIET, label, ROLE_STRONG, "%lld",
			(long long)number);
}

static void
tell_pid(const struct object *object, const char *label, int32_t pid)
{
	int process = pid > 0 ? model_process(object->frame->view->model, pid) : NONE;
	if (pid <= 0)
		return;
	page_itemf(object->page, object->label_cols, ROLE_QUIET, label, ROLE_NORMAL, "%d  %s",
		(int)pid, process == NONE ? "" : process_called(object->frame->view, process).text);
}

static void
lay_out_queue(const struct object *object)
{
	const struct queue *queue = object->channel->queue;
	bool posix = object->channel->kind == CHANNEL_MQ;
	tell_number(object, posix ? "mq_curmsgs" : "msg_qnum", queue->count);
	tell_number(object, "mq_maxmsg", queue->max_messages);
	tell_number(object, "mq_msgsize", queue->max_size);
	if (!posix) {
		tell_number(object, "msg_cbytes", object->channel->used);
		tell_number(object, "msg_qbytes", object->channel->capacity);
		tell_pid(object, "msg_lspid", queue->last_sender_pid);
		tell_pid(object, "msg_lrpid", queue->last_receiver_pid);
	}
	if (queue->notified != NONE)
		tell(object, "mq_notify",
			process_called(object->frame->view, queue->notified).text);
}

static void
lay_out_segment(const struct object *object)
{
	const struct segment *segment = object->channel->segment;
	bool system_v = segment->nattch >= 0;
	tell_number(object, system_v ? "shm_segsz" : "st_size", segment->size);
	tell_number(object, "shm_nattch", segment->nattch);
	page_itemf(object->page, object->label_cols, ROLE_QUIET, _("seen"), ROLE_NORMAL,
		_("%d mappings in processes that live"), segment->n_mapped);
}

/* Those that wait for the number-th semaphore of the set, as we saw it. */
static int
seen_waiting(const struct object *object, int number, bool for_zero)
{
	const struct model *model = object->frame->view->model;
	int processes[USERS_MAX], found = 0;
	int n = channel_waiters(model, object->id, processes, USERS_MAX);
	for (int i = 0; i < n && i < USERS_MAX; i++) {
		const struct process *process = &model->processes[processes[i]];
		const struct call *call = process_call(process);
		found += call && call->sem == number && (process->cause == WAIT_ZERO) == for_zero;
	}
	return found;
}

static void
lay_out_semaphore(const struct object *object, int number)
{
	const struct semaphore *semaphore = &object->channel->semaphores->items[number];
	char label[16], words[160] = "", more[64];
	bool set = object->channel->semaphores->n > 1;
	snprintf(label, sizeof label, set ? "#%d" : _("value"), number);
	/* a POSIX semaphore is a word of memory: nobody but its processes knows it */
	bool kernel = channel_is_system_v(object->channel);
	if (semaphore->value >= 0)
		snprintf(words, sizeof words,
			semaphore->value_inferred ? _("%lld by our count")
			: kernel                  ? "GETVAL %lld"
						  : _("%lld, read in its memory"),
			(long long)semaphore->value);
	if (semaphore->ncnt >= 0 && kernel) {
		snprintf(more, sizeof more, "  GETNCNT %lld  GETZCNT %lld",
			(long long)semaphore->ncnt, (long long)semaphore->zcnt);
		strncat(words, more, sizeof words - strlen(words) - 1);
	}
	if (semaphore->last_pid > 0) {
		snprintf(more, sizeof more, "  GETPID %d", (int)semaphore->last_pid);
		strncat(words, more, sizeof words - strlen(words) - 1);
	}
	page_item(object->page, object->label_cols, ROLE_QUIET, label, ROLE_STRONG, words);
	if (semaphore->last_operator != NONE)
		page_itemf(object->page, object->label_cols, ROLE_QUIET, "", ROLE_NORMAL,
			_("seen: %d waiting, %d for zero; last operator %s"),
			seen_waiting(object, number, false), seen_waiting(object, number, true),
			process_called(object->frame->view, semaphore->last_operator).text);
}

void
lay_out_object(struct page *page, const struct frame *frame, int channel, int label_cols)
{
	const struct object object = {
		page, frame, &frame->view->model->channels[channel], channel, label_cols};
	const struct channel *it = object.channel;
	if (it->endpoint) {
		lay_out_socket(page, frame, channel, label_cols);
		return;
	}
	if (!it->queue && !it->segment && !it->semaphores)
		return;
	page_item(page, label_cols, ROLE_TITLE, _("object"), ROLE_TITLE, it->name);
	if (it->queue)
		lay_out_queue(&object);
	if (it->segment)
		lay_out_segment(&object);
	if (it->semaphores && !channel_is_system_v(it))
		tell(&object, _("last call"),
			it->semaphores->needed_kernel ? _("went to the kernel (futex)")
						      : _("needed no kernel: done in memory"));
	for (int i = 0; it->semaphores && it->kind != CHANNEL_COND && i < it->semaphores->n; i++)
		lay_out_semaphore(&object, i);
	if (it->removed)
		tell(&object, _("removed"), _("its name is gone, or it is marked for removal"));
}
