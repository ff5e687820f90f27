/* SPDX-License-Identifier: MIT
 *
 * The model on recordings of real runs (tests/unit/data): its counts agree after every event, and what was seen happen
 * is what it says.
 */
#include "model_lines.h"

#include "model/log.h"

struct seen {
	bool blocked_full, blocked_empty, own_write_end, woken, killed, end_of_file, again;
	bool backlog_full;
	int restarts, contradicted;
	unsigned causes;      /* what processes were blocked by: bits by enum wait_cause */
	int circles;          /* times that a circle closed */
	char circle[300];     /* the newest, in words */
	uint64_t woken_by;    /* wakes of blocked processes of which the waker is known … */
	uint64_t woken_alone; /* … and not known */
};

static void
note_waits(struct seen *seen, const struct model *model)
{
	char words[sizeof seen->circle];

	for (int i = 0; i < model->n_processes; i++)
		if (model->processes[i].state == PROCESS_BLOCKED)
			seen->causes |= 1u << model->processes[i].cause;
	cycle_text(model, words, sizeof words);
	if (words[0] != '\0' && strcmp(words, seen->circle) != 0) {
		seen->circles++;
		memcpy(seen->circle, words, sizeof words);
	}
	if (model->n_wakes == 0)
		return;
	const struct wake *wake =
		&model->wakes[(model->wakes_next + MODEL_WAKES_MAX - 1) % MODEL_WAKES_MAX];
	if (wake->event != model->events)
		return;
	if (wake->waker == NONE)
		seen->woken_alone++;
	else
		seen->woken_by++;
}

static void
note(struct seen *seen, const struct model *model, const struct event *event)
{
	if (event_is(event, FIELD_op, "restart"))
		seen->restarts++;
	for (int i = 0; i < model->n_processes; i++) {
		const struct process *process = &model->processes[i];
		bool blocked = process->state == PROCESS_BLOCKED;
		int holder = NONE;
		seen->blocked_full |= blocked && process->cause == WAIT_FULL;
		seen->blocked_empty |= blocked && process->cause == WAIT_EMPTY;
		seen->own_write_end |=
			blocked && process->cause == WAIT_EMPTY &&
			channel_writers(model, process->waits_for, &holder, 1) == 1 && holder == i;
		seen->killed |= strcmp(process->exit_signal, "SIGPIPE") == 0;
		seen->end_of_file |= process->last.id == CALL_read && process->last.ret == 0;
		seen->again |= strcmp(process->last.err, "EAGAIN") == 0;
	}
	for (int i = 0; i < model->n_channels; i++) {
		const struct endpoint *endpoint = model->channels[i].endpoint;
		seen->contradicted += model->channels[i].contradicted;
		seen->backlog_full |= endpoint != NULL && endpoint->waiting > endpoint->backlog &&
				      endpoint->backlog > 0;
	}
	note_waits(seen, model);
	seen->woken |= model->n_wakes > 0 && model->wakes[0].waker != NONE;
}

static struct seen
played(const char *name, struct model *model)
{
	const char *top = getenv("top_srcdir");
	struct seen seen = {0};
	struct log *log = log_create();
	char path[1000], line[EVENT_LINE_MAX + 2];

	snprintf(path, sizeof path, "%s/tests/unit/data/%s.events", top == NULL ? "." : top, name);
	FILE *in = fopen(path, "r");
	ck_assert_msg(in != NULL && log != NULL, "cannot read %s", path);
	ck_assert_ptr_nonnull(fgets(line, sizeof line, in));
	ck_assert_str_eq(line, EVENT_HEADER "\n");
	while (fgets(line, sizeof line, in) != NULL) {
		struct event event;
		if (event_parse(&event, line, strlen(line)) != 0)
			ck_abort_msg("no event: %s", line);
		model_apply(model, &event);
		log_add(log, &event, model->events);
		consistent(model);
		note(&seen, model, &event);
	}
	fclose(in);
	ck_assert_uint_eq(log_last(log), model->events);
	ck_assert_uint_eq(log_first(log), 1);
	ck_assert_ptr_null(log_get(log, model->events + 1));
	ck_assert_str_eq(log_get(log, model->events)->line, strtok(line, "\n"));
	log_free(log);
	return seen;
}

START_TEST(blocking)
{
	struct model *model = model_create();
	struct seen seen = played("blocking", model);

	ck_assert(seen.blocked_full);
	ck_assert(seen.blocked_empty);
	ck_assert(seen.woken);
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

START_TEST(eof)
{
	struct model *model = model_create();
	struct seen seen = played("eof", model);

	ck_assert(seen.own_write_end); /* the forgotten close */
	ck_assert(seen.end_of_file);
	ck_assert(seen.killed);
	ck_assert_int_gt(seen.restarts, 0);
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

/* Two writers and a reader run free, and a restart that is missing: the recording begins in the middle. */
START_TEST(atomic)
{
	struct model *model = model_create();
	struct seen seen = played("atomic", model);

	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

/* A shell's pipeline. stdio's own writes are not seen, so bytes appear that nobody was seen to write. */
START_TEST(shell)
{
	struct model *model = model_create();
	struct seen seen = played("shell", model);
	int ended = 0;

	ck_assert_int_gt(seen.contradicted, 0);
	for (int i = 0; i < model->n_processes; i++)
		ended += model->processes[i].state == PROCESS_DEAD;
	ck_assert_int_eq(ended, model->n_processes);
	ck_assert_int_ge(ended, 5);
	for (int i = 0; i < model->n_channels; i++)
		ck_assert_int_eq(model->channels[i].n_open, 0);
	model_free(model);
}
END_TEST

static bool
blocked_by(const struct seen *seen, enum wait_cause cause)
{
	return (seen->causes & 1u << cause) != 0;
}

START_TEST(fifo)
{
	struct model *model = model_create();
	struct seen seen = played("fifo", model);

	ck_assert(blocked_by(&seen, WAIT_PARTNER));
	ck_assert_uint_gt(seen.woken_by, 0);
	ck_assert_uint_eq(seen.woken_alone, 0);
	ck_assert_int_eq(seen.circles, 1); /* two FIFOs opened in opposite order */
	ck_assert_str_eq(seen.circle,
		"ann waits before ping until bob opens its other end; bob waits "
		"before pong until ann opens its other end. None of them can go "
		"on by itself.");
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

START_TEST(msgqueue)
{
	struct model *model = model_create();
	struct seen seen = played("msgqueue", model);

	ck_assert(blocked_by(&seen, WAIT_MESSAGE));
	ck_assert(blocked_by(&seen, WAIT_ROOM));
	ck_assert_uint_gt(seen.woken_by, 0);
	ck_assert_uint_eq(seen.woken_alone, 0);
	ck_assert_int_eq(seen.circles, 0);
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

START_TEST(mqueue)
{
	struct model *model = model_create();
	struct seen seen = played("mqueue", model);

	ck_assert(blocked_by(&seen, WAIT_ROOM));
	ck_assert_int_eq(seen.circles, 0);
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

START_TEST(shm)
{
	struct model *model = model_create();
	struct seen seen = played("shm", model);

	ck_assert_int_eq(seen.circles, 0);
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

/*
 * A Python program, from its first socket on: a TCP server and its client, a UDP socket that sends to nobody, a
 * descriptor passed through a socketpair, and a datagram that a short buffer cuts off.
 */
START_TEST(sockets)
{
	struct model *model = model_create();
	struct seen seen = played("socket", model);
	int connected = 0, cut = 0, refused = 0;

	for (int i = 0; i < model->n_channels; i++) {
		const struct endpoint *endpoint = model->channels[i].endpoint;
		if (endpoint == NULL)
			continue;
		connected += endpoint->other != NONE;
		cut += endpoint->cut > 0;
		refused += endpoint->refused;
		ck_assert_uint_eq(endpoint->sent_to, endpoint->received + endpoint->dropped);
		if (endpoint->kind == SOCKET_TCP && endpoint->connected)
			ck_assert_uint_eq(endpoint->received, 9);
		if (endpoint->listening)
			ck_assert_int_eq(endpoint->waiting, 0);
	}
	ck_assert_int_eq(connected, 4);
	ck_assert_int_eq(cut, 1);
	ck_assert_int_eq(refused, 1);
	ck_assert_int_eq(model->n_passing, 0);
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

/*
 * tests/unit/connection_child.c, one word after the other, with the kernel's looks: a full backlog, a half-closed
 * connection, TIME_WAIT and its end, a receive buffer that overflows, UNIX sockets.
 */
START_TEST(looks_at_sockets)
{
	struct model *model = model_create();
	struct seen seen = played("socket-looks", model);
	int dropped = 0, expire = 0, over = 0, pairs = 0;

	for (int i = 0; i < model->n_channels; i++) {
		const struct endpoint *endpoint = model->channels[i].endpoint;
		if (endpoint == NULL)
			continue;
		if (endpoint->drops > 0) {
			dropped++;
			ck_assert_uint_eq(endpoint->sent_to, 50);
			ck_assert_uint_eq(endpoint->dropped, (uint64_t)endpoint->drops);
			ck_assert_uint_eq(endpoint->received, 50 - endpoint->dropped);
			ck_assert_int_eq(model->channels[i].queue->count, 0);
		}
		expire += endpoint->expires > model->time;
		ck_assert_int_eq(endpoint->expires > 0, strcmp(endpoint->state, "TIME_WAIT") == 0);
		over += strcmp(endpoint->state, "CLOSE") == 0;
		pairs += endpoint->kind >= SOCKET_UNIX_STREAM && endpoint->other != NONE;
	}
	ck_assert_int_eq(dropped, 1);
	ck_assert_int_ge(expire, 1);
	ck_assert_int_ge(over, 3);
	ck_assert(seen.backlog_full);
	ck_assert_int_eq(pairs, 4); /* a socketpair; a client, and the socket that accepted it */
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

/* Two locks in two orders; then a holder that died. */
START_TEST(deadlock)
{
	struct model *model = model_create();
	struct seen seen = played("deadlock", model);

	ck_assert(blocked_by(&seen, WAIT_VALUE));
	ck_assert_int_eq(seen.circles, 2);
	ck_assert_ptr_nonnull(strstr(seen.circle, "took and never gave back: it has ended."));
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

/* Four processes run free at every kind at once (tests/unit/data/crowd.c): all adds up in the end. */
START_TEST(crowd)
{
	struct model *model = model_create();
	struct seen seen = played("crowd", model);

	ck_assert_int_eq(seen.circles, 0);
	ck_assert_int_eq(seen.contradicted, 0);
	ck_assert_uint_eq(model->strange, 0);
	for (int i = 0; i < model->n_channels; i++) {
		const struct channel *channel = &model->channels[i];
		const struct semaphores *set = channel->semaphores;
		if (channel->queue != NULL) {
			ck_assert_uint_gt(channel->queue->sent, 0);
			ck_assert_uint_eq(channel->queue->sent, channel->queue->received);
			ck_assert_int_eq(channel->queue->count, 0);
		}
		if (set != NULL && channel->kind != CHANNEL_COND)
			ck_assert_int_eq(set->items[0].value, 1);
		if (set != NULL && set->n == 2)
			ck_assert_int_eq(set->items[1].value, 0);
		if (set != NULL)
			ck_assert_int_eq(set->n_undos, 0);
		if (channel->segment != NULL)
			ck_assert_int_eq(channel->segment->n_mapped, 0);
	}
	model_free(model);
}
END_TEST

START_TEST(the_log_is_a_ring)
{
	struct log *log = log_create();
	struct event event;

	ck_assert_uint_eq(log_first(log), 0);
	ck_assert_ptr_null(log_get(log, 0));
	for (uint64_t i = 1; i <= 3 * LOG_LINES; i++) {
		char line[60];
		snprintf(line, sizeof line, "%llu 1 1 look", (unsigned long long)i);
		ck_assert_int_eq(event_parse(&event, line, strlen(line)), 0);
		log_add(log, &event, i);
	}
	ck_assert_uint_eq(log_first(log), 2 * LOG_LINES + 1);
	ck_assert_uint_eq(log_get(log, log_first(log))->time, 2 * LOG_LINES + 1);
	ck_assert_ptr_null(log_get(log, log_first(log) - 1));
	log_free(log);
	log_free(NULL);
}
END_TEST

int
main(void)
{
	TCase *runs = tcase_create("runs");

	tcase_set_timeout(runs, 60);
	tcase_add_test(runs, blocking);
	tcase_add_test(runs, eof);
	tcase_add_test(runs, atomic);
	tcase_add_test(runs, shell);
	tcase_add_test(runs, fifo);
	tcase_add_test(runs, msgqueue);
	tcase_add_test(runs, mqueue);
	tcase_add_test(runs, shm);
	tcase_add_test(runs, deadlock);
	tcase_add_test(runs, sockets);
	tcase_add_test(runs, looks_at_sockets);
	tcase_add_test(runs, crowd);
	tcase_add_test(runs, the_log_is_a_ring);
	return run_cases("model_recorded", (TCase *[]){runs, NULL});
}
