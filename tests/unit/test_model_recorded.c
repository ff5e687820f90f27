/* SPDX-License-Identifier: MIT
 *
 * The model on recordings of real runs (tests/unit/data): its counts agree after every event, and what was seen happen
 * is what it says.
 */
#include "model_lines.h"

#include "model/log.h"

struct seen {
	bool blocked_full, blocked_empty, own_write_end, woken, killed, end_of_file, again;
	int restarts, contradicted;
};

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
	for (int i = 0; i < model->n_channels; i++)
		seen->contradicted += model->channels[i].contradicted;
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
	tcase_add_test(runs, the_log_is_a_ring);
	return run_cases("model_recorded", (TCase *[]){runs, NULL});
}
