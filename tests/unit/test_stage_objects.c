/* SPDX-License-Identifier: MIT
 *
 * Objects on the stage: FIFOs, queues, segments and semaphores that real processes use.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage_play.h"

static char path[700];   /* of a FIFO in the run's directory */
static char object[720]; /* its name in events */

static void
fifo_make(void)
{
	snprintf(path, sizeof path, "%s/door", stage_directory(stage));
	snprintf(object, sizeof object, "fifo:%s", path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static pid_t
part(enum stage_part part, const char *on)
{
	pid_t pid = stage_partner(stage, part, on, &problem);

	ck_assert_msg(pid > 0, "%s", problem.what);
	return pid;
}

/* --- what the kernel says --- */

/* Goes on until a look at the object that `object` names says so. */
static void
until_look(enum event_field field, const char *value)
{
	do
		until(WHAT_look, 0, field, value);
	while (!event_is(&event, FIELD_obj, object) || event.pid != 0);
}

static bool
is_stopped(pid_t pid)
{
	char file[64], line[512] = "";
	FILE *stat;

	snprintf(file, sizeof file, "/proc/%d/stat", (int)pid);
	if ((stat = fopen(file, "r")) != NULL) {
		if (fgets(line, sizeof line, stat) == NULL)
			line[0] = '\0';
		fclose(stat);
	}
	return strstr(line, ") T") != NULL;
}

/* Lets the process go on once it rests. */
static void
go_on(pid_t pid)
{
	for (time_t limit = time(NULL) + PATIENCE; !is_stopped(pid);) {
		ck_assert_msg(time(NULL) < limit, "it does not stop");
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	ck_assert_int_eq(stage_signal(stage, pid, SIGCONT, &problem), 0);
}

/* The object that the call made, into `object`. */
static void
until_made(const char *call)
{
	until(WHAT_leave, 0, FIELD_call, call);
	ck_assert_uint_gt(event_copy(&event, FIELD_obj, object, sizeof object), 0);
}

START_TEST(a_message_queue_is_looked_at)
{
	char pid_text[16];
	pid_t pid;

	set_up(false);
	pid = start("msg", NULL);
	snprintf(pid_text, sizeof pid_text, "%d", (int)pid);
	until_made("msgget");
	until_look(FIELD_count, "1");
	ck_assert_int_eq(event_number(&event, FIELD_used, -1), 4);
	ck_assert_int_gt(event_number(&event, FIELD_cap, -1), 0);
	ck_assert_int_eq(event_number(&event, FIELD_sender, -1), pid);
	ck_assert_int_eq(event_number(&event, FIELD_removed, -1), 0);
	go_on(pid);
	until_look(FIELD_receiver, pid_text);
	ck_assert_int_eq(event_number(&event, FIELD_count, -1), 0);
	/* Removed under the one that waits, by somebody who is not watched. */
	ck_assert_int_eq(msgctl(atoi(object + 4), IPC_RMID, NULL), 0);
	until(WHAT_died, pid, FIELD_status, "3");
	free_stage();
}
END_TEST

START_TEST(a_judgement_repeats_what_is_waited_for)
{
	pid_t pid;

	set_up(false);
	pid = start("msg", NULL);
	until_made("msgget");
	go_on(pid);
	until(WHAT_leave, pid, FIELD_call, "msgrcv");
	until(WHAT_look, pid, FIELD_state, "S");
	until_look(FIELD_count, "0");
	stage_look(stage, pid);
	until_look(FIELD_count, "0");
	ck_assert_int_eq(msgctl(atoi(object + 4), IPC_RMID, NULL), 0);
	free_stage();
}
END_TEST

START_TEST(a_posix_queue_is_looked_at)
{
	char name[64], pid_text[16];
	pid_t pid;

	set_up(false);
	snprintf(name, sizeof name, "/%s-q", stage_word(stage));
	pid = start("mq", name);
	snprintf(pid_text, sizeof pid_text, "%d", (int)pid);
	until_made("mq_open");
	until_look(FIELD_notify, pid_text);
	ck_assert_int_eq(event_number(&event, FIELD_count, -1), 1);
	ck_assert_int_eq(event_number(&event, FIELD_used, -1), 3);
	ck_assert_int_eq(event_number(&event, FIELD_limit, -1), 2);
	ck_assert_int_eq(event_number(&event, FIELD_size, -1), 8);
	go_on(pid);
	/* The name is gone, the queue is not. */
	until_look(FIELD_removed, "1");
	ck_assert_int_eq(event_number(&event, FIELD_count, -1), 1);
	go_on(pid);
	finish();
	free_stage();
}
END_TEST

START_TEST(a_segment_is_looked_at)
{
	char bytes[300];
	pid_t pid;
	int id;

	set_up(false);
	pid = start("shm", NULL);
	until_made("shmget");
	/* We are none of those who have it attached. */
	until_look(FIELD_nattch, "1");
	ck_assert_int_eq(event_number(&event, FIELD_size, -1), 4096);
	ck_assert_int_eq(event_number(&event, FIELD_removed, -1), 0);
	until_look(FIELD_off, "0");
	event_copy(&event, FIELD_bytes, bytes, sizeof bytes);
	ck_assert_int_eq(strncmp(bytes, "6100", 4), 0);
	/* Stored without a call, and told alone. */
	go_on(pid);
	until_look(FIELD_off, "128");
	do
		until_look(FIELD_off, "128");
	while (event_copy(&event, FIELD_bytes, bytes, sizeof bytes) != 256 ||
		strncmp(bytes + 2 * (200 - 128), "62", 2) != 0);
	id = atoi(object + 4);
	go_on(pid);
	until_look(FIELD_removed, "1");
	ck_assert_int_eq(event_number(&event, FIELD_nattch, -1), 1);
	go_on(pid);
	finish();
	ck_assert_int_eq(shmctl(id, IPC_STAT, &(struct shmid_ds){0}), -1);
	free_stage();
}
END_TEST

START_TEST(a_named_segment_is_looked_at)
{
	char name[64], bytes[300];
	pid_t pid;

	set_up(false);
	snprintf(name, sizeof name, "/%s-s", stage_word(stage));
	pid = start("named", name);
	until_made("shm_open");
	until_look(FIELD_size, "0");
	go_on(pid);
	until_look(FIELD_off, "0");
	event_copy(&event, FIELD_bytes, bytes, sizeof bytes);
	ck_assert_uint_eq(strlen(bytes), 200); /* all 100 that it has */
	ck_assert_int_eq(strncmp(bytes, "68656c6c6f00", 12), 0);
	go_on(pid);
	until_look(FIELD_removed, "1");
	go_on(pid);
	finish();
	free_stage();
}
END_TEST

START_TEST(a_set_is_looked_at)
{
	pid_t pid;

	set_up(false);
	pid = start("set", NULL);
	until_made("semget");
	until_look(FIELD_ncnt, "0,1");
	ck_assert(event_is(&event, FIELD_values, "7,0"));
	ck_assert(event_is(&event, FIELD_zcnt, "0,0"));
	ck_assert_int_eq(semctl(atoi(object + 4), 0, IPC_RMID), 0);
	until(WHAT_died, pid, FIELD_status, "3");
	free_stage();
}
END_TEST

START_TEST(shared_memory_tells_its_semaphores)
{
	char pid_text[16];
	pid_t pid;

	set_up(false);
	pid = start("shared", NULL);
	snprintf(pid_text, sizeof pid_text, "%d", (int)pid);
	until(WHAT_leave, pid, FIELD_call, "pthread_mutex_lock");
	event_copy(&event, FIELD_obj, object, sizeof object);
	until_look(FIELD_values, "0");
	ck_assert(event_is(&event, FIELD_last, pid_text));
	go_on(pid);
	until(WHAT_died, 0, FIELD_status, "4");
	finish();
	free_stage();
}
END_TEST

START_TEST(a_waiter_of_a_shared_semaphore_is_counted)
{
	set_up(false);
	pid_t pid = start("shared", NULL);
	until(WHAT_enter, 0, FIELD_call, "sem_wait");
	event_copy(&event, FIELD_obj, object, sizeof object);
	until_look(FIELD_ncnt, "1");
	ck_assert(event_is(&event, FIELD_values, "0"));
	stage_look(stage, pid);
	go_on(pid);
	finish();
	free_stage();
}
END_TEST

START_TEST(a_named_semaphore_is_looked_at)
{
	char name[64];
	pid_t pid;

	set_up(false);
	snprintf(name, sizeof name, "/%s-m", stage_word(stage));
	pid = start("semaphore", name);
	until_made("sem_open");
	until_look(FIELD_values, "3");
	ck_assert_int_eq(event_number(&event, FIELD_removed, -1), 0);
	go_on(pid);
	/* By then it is in the memory of its users alone. */
	until_look(FIELD_removed, "1");
	if (!event_is(&event, FIELD_values, "2"))
		until_look(FIELD_values, "2");
	go_on(pid);
	finish();
	free_stage();
}
END_TEST

/* --- what is done by hand --- */

START_TEST(a_fifo_is_opened)
{
	pid_t reader, writer;

	set_up(false);
	fifo_make();
	writer = part(PART_OPEN_WRITE_NONBLOCK, object);
	until(WHAT_leave, writer, FIELD_err, "ENXIO");
	reader = part(PART_OPEN_READ, object);
	until(WHAT_enter, reader, FIELD_call, "open");
	writer = part(PART_OPEN_WRITE, object);
	until(WHAT_born, writer, FIELD_name, "opener");
	until(WHAT_leave, reader, FIELD_ret, "5");
	finish();
	ck_assert_int_eq(stage_wait_status(stage, reader), 0);
	ck_assert_int_eq(stage_wait_status(stage, writer), 0);
	reader = part(PART_OPEN_READ_NONBLOCK, object);
	until(WHAT_died, reader, FIELD_status, "0"); /* end of file at once: no writer */
	free_stage();
}
END_TEST

START_TEST(a_message_is_sent_and_received)
{
	int id = msgget(IPC_PRIVATE, 0600);
	struct msqid_ds status;
	pid_t pid;

	ck_assert_int_ge(id, 0);
	set_up(false);
	snprintf(object, sizeof object, "msg:%d", id);
	pid = part(PART_SEND, object);
	finish();
	ck_assert_int_eq(stage_wait_status(stage, pid), 0);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &status), 0);
	ck_assert_int_eq((int)status.msg_qnum, 1);
	pid = part(PART_RECEIVE, object);
	finish();
	ck_assert_int_eq(stage_wait_status(stage, pid), 0);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &status), 0);
	ck_assert_int_eq((int)status.msg_qnum, 0);
	ck_assert_int_eq(stage_remove(stage, object, &problem), 0);
	ck_assert_int_eq(msgctl(id, IPC_STAT, &status), -1);
	free_stage();
}
END_TEST

START_TEST(a_posix_message_is_sent_and_received)
{
	struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 16};
	char name[64];
	mqd_t queue;
	pid_t pid;

	set_up(false);
	snprintf(name, sizeof name, "/%s-queue", stage_word(stage));
	snprintf(object, sizeof object, "mq:%s", name);
	queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
	ck_assert_int_ge((int)queue, 0);
	pid = part(PART_SEND, object);
	finish();
	ck_assert_int_eq(stage_wait_status(stage, pid), 0);
	ck_assert_int_eq(mq_getattr(queue, &attributes), 0);
	ck_assert_int_eq(attributes.mq_curmsgs, 1);
	pid = part(PART_RECEIVE, object);
	finish();
	ck_assert_int_eq(stage_wait_status(stage, pid), 0);
	mq_close(queue);
	ck_assert_int_eq(stage_remove(stage, object, &problem), 0);
	ck_assert_int_eq((int)mq_open(name, O_RDONLY), -1);
	free_stage();
}
END_TEST

START_TEST(a_queue_is_made_nonblocking)
{
	char name[64];
	pid_t pid;

	set_up(true);
	snprintf(name, sizeof name, "/%s-q", stage_word(stage));
	pid = start("mq", name);
	until(WHAT_reach, pid, FIELD_call, "mq_open");
	stage_permit(stage, pid, 1);
	until(WHAT_reach, pid, FIELD_call, "mq_send");
	ck_assert_int_eq(stage_nonblock(stage, pid, 3, true, &problem), 0);
	until(WHAT_act, pid, FIELD_op, "nonblock");
	until(WHAT_look, pid, FIELD_fd, "3");
	event_copy(&event, FIELD_obj, object, sizeof object);
	ck_assert_int_eq(strncmp(object, "mq:/ipcviz-", 11), 0);
	event_copy(&event, FIELD_flags, path, sizeof path);
	ck_assert_ptr_nonnull(strstr(path, "O_NONBLOCK"));
	free_stage();
	ck_assert_int_eq((int)mq_open(name, O_RDONLY), -1); /* gone with the run */
}
END_TEST

START_TEST(a_long_name_is_known_by_its_beginning)
{
	char full[640], directory[400];
	pid_t pid;

	set_up(false);
	snprintf(directory, sizeof directory, "%s/%0100d", stage_directory(stage), 0);
	ck_assert_int_eq(mkdir(directory, 0700), 0);
	snprintf(full, sizeof full, "%s/door", directory);
	ck_assert_int_eq(mkfifo(full, 0600), 0);
	snprintf(path, sizeof path, "fifo:%s", full);
	pid = part(PART_OPEN_WRITE_NONBLOCK, path);
	until(WHAT_leave, pid, FIELD_err, "ENXIO");
	path[79] = '\0';
	ck_assert_int_eq(stage_remove(stage, path, &problem), 0);
	ck_assert_int_eq(access(full, F_OK), -1);
	free_stage();
}
END_TEST

START_TEST(a_name_is_removed)
{
	static const char *const nameless[] = {
		"pipe:5", "fifo:", "shm:4211@0x7f", "sem:/x+16", "mutex:/x+0", "msg:", "msg:1x", "file:/etc/passwd"};
	char sentence[800];

	set_up(false);
	fifo_make();
	ck_assert_int_eq(stage_remove(stage, object, &problem), 0);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(stage_remove(stage, object, &problem), -1);
	snprintf(sentence, sizeof sentence, "%s cannot be removed: %s", object, strerror(ENOENT));
	ck_assert_str_eq(problem.what, sentence);
	for (size_t i = 0; i < sizeof nameless / sizeof nameless[0]; i++) {
		ck_assert_msg(!stage_removable(nameless[i]), "%s", nameless[i]);
		ck_assert_int_eq(stage_remove(stage, nameless[i], &problem), -1);
	}
	/* Only what is a FIFO is removed as one. */
	snprintf(path, sizeof path, "%s/file", stage_directory(stage));
	close(open(path, O_CREAT | O_WRONLY, 0600));
	snprintf(object, sizeof object, "fifo:%s", path);
	ck_assert_int_eq(stage_remove(stage, object, &problem), -1);
	ck_assert_int_eq(access(path, F_OK), 0);
	ck_assert_int_eq(stage_partner(stage, PART_OPEN_READ, "mq:/x", &problem), -1);
	ck_assert_int_eq(stage_partner(stage, PART_SEND, "fifo:/x", &problem), -1);
	free_stage();
}
END_TEST

static void
tear_down(void)
{
	stage_free(stage);
	stage = NULL;
}

int
main(void)
{
	Suite *suite = suite_create("stage_objects");
	TCase *tests = tcase_create("stage_objects");
	SRunner *runner;

	find_programs("tests/unit/object_child");
	with_directory = true;
	tcase_add_checked_fixture(tests, NULL, tear_down);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, a_message_queue_is_looked_at);
	tcase_add_test(tests, a_judgement_repeats_what_is_waited_for);
	tcase_add_test(tests, a_posix_queue_is_looked_at);
	tcase_add_test(tests, a_segment_is_looked_at);
	tcase_add_test(tests, a_named_segment_is_looked_at);
	tcase_add_test(tests, a_set_is_looked_at);
	tcase_add_test(tests, shared_memory_tells_its_semaphores);
	tcase_add_test(tests, a_waiter_of_a_shared_semaphore_is_counted);
	tcase_add_test(tests, a_named_semaphore_is_looked_at);
	tcase_add_test(tests, a_fifo_is_opened);
	tcase_add_test(tests, a_message_is_sent_and_received);
	tcase_add_test(tests, a_posix_message_is_sent_and_received);
	tcase_add_test(tests, a_queue_is_made_nonblocking);
	tcase_add_test(tests, a_long_name_is_known_by_its_beginning);
	tcase_add_test(tests, a_name_is_removed);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
