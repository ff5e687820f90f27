/* SPDX-License-Identifier: MIT
 *
 * What events mean, told as event lines: processes, descriptors, calls, waits. Pipes have
 * test_model_pipe.c.
 */
#include "model_lines.h"

START_TEST(a_process_is_born_and_dies)
{
	struct model *model = told("100 10 10 born ppid=1 name=\"writer\" prog=\"/x/w\" slot=3\n"
				   "200 10 0 died status=7\n");
	const struct process *process = the(model, 10);

	ck_assert_str_eq(process->name, "writer");
	ck_assert_str_eq(process->program, "/x/w");
	ck_assert_int_eq(process->slot, 3);
	ck_assert_int_eq(process->state, PROCESS_DEAD);
	ck_assert_int_eq(process->exit_status, 7);
	ck_assert_uint_eq(process->since, 200);
	ck_assert(!process->partial);
	ck_assert_str_eq(state_text(model, 10), "exited 7");
	ck_assert_uint_eq(model->events, 2);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

START_TEST(a_name_comes_from_the_program)
{
	struct model *model = told("1 10 10 born ppid=1 prog=\"/usr/bin/sort\" slot=-1\n");

	ck_assert_str_eq(the(model, 10)->name, "sort");
	ck_assert_int_eq(the(model, 10)->slot, NONE);
	ck_assert_int_eq(model_process_named(model, "sort"), model_process(model, 10));
	model_free(model);
}
END_TEST

START_TEST(a_machine_is_told_before_birth)
{
	struct model *model = told("1 10 0 act op=host name=\"north\" text=\"192.0.2.1\" by=stage\n"
				   "2 10 10 born ppid=1 name=\"server\" prog=\"/x/s\" slot=0\n"
				   "3 11 0 act op=host name=\"south\" text=\"127.0.0.1\" why=\"unshare: no\"\n"
				   "4 11 11 born ppid=1 name=\"client\" slot=1\n"
				   "5 12 12 born ppid=10 name=\"worker\" slot=2\n");
	const struct process *server = the(model, 10), *client = the(model, 11);

	ck_assert_str_eq(server->name, "server");
	ck_assert_str_eq(server->host, "north");
	ck_assert_str_eq(server->address, "192.0.2.1");
	ck_assert_str_eq(server->host_why, "");
	ck_assert(!server->partial && server->announced);
	ck_assert_int_eq(server->n_lane, 1);
	ck_assert_str_eq(client->host_why, "unshare: no");
	ck_assert_str_eq(the(model, 12)->host, "north");
	ck_assert_int_eq(model->n_processes, 3);
	model_free(model);
}
END_TEST

START_TEST(death_by_signal)
{
	struct model *model = told(BORN(10) "2 10 0 died signal=SIGPIPE\n");

	ck_assert_str_eq(the(model, 10)->exit_signal, "SIGPIPE");
	ck_assert_int_eq(the(model, 10)->exit_status, -1);
	ck_assert_str_eq(state_text(model, 10), "killed by SIGPIPE");
	model_free(model);
}
END_TEST

START_TEST(last_words_tell_the_status_when_nobody_else_does)
{
	struct model *model = told(BORN(10) "2 10 10 enter call=_exit status=3\n"
					    "3 10 0 died\n");

	ck_assert_int_eq(the(model, 10)->exit_status, 3);
	model_free(model);
}
END_TEST

/* Gate, call and blocked: never confused. */
START_TEST(gate_call_blocked)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4, 77));

	ck_assert_int_eq(the(model, 10)->state, PROCESS_RUNNING);
	tell(model, "10 10 10 reach call=read fd=3 obj=pipe:77 end=r n=100\n");
	ck_assert_int_eq(the(model, 10)->state, PROCESS_GATE);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_NONE);
	ck_assert_int_eq(process_call(the(model, 10))->id, CALL_read);
	ck_assert_uint_eq(process_call(the(model, 10))->entered, 0);
	tell(model, "20 10 10 enter call=read fd=3 obj=pipe:77 end=r n=100\n");
	ck_assert_int_eq(the(model, 10)->state, PROCESS_CALL);
	ck_assert_int_eq(the(model, 10)->n_calls, 1);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_EMPTY);
	ck_assert(!the(model, 10)->was_blocked);
	tell(model, "30 10 10 look state=S wchan=anon_pipe_read\n");
	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	ck_assert_uint_eq(the(model, 10)->since, 30);
	ck_assert(the(model, 10)->was_blocked);
	ck_assert_int_eq(channel(model, "pipe:77")->n_waiting_read, 1);
	tell(model, "40 10 10 look state=R\n");
	ck_assert_int_eq(the(model, 10)->state, PROCESS_CALL);
	tell(model, "50 10 10 look state=T\n");
	ck_assert_int_eq(the(model, 10)->state, PROCESS_STOPPED);
	tell(model, "60 10 10 look state=S wchan=anon_pipe_read\n");
	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	tell(model, "70 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=-1 err=EINTR\n");
	ck_assert_int_eq(the(model, 10)->state, PROCESS_RUNNING);
	ck_assert_int_eq(channel(model, "pipe:77")->n_waiting_read, 0);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_NONE);
	ck_assert_uint_eq(the(model, 10)->n_errors, 1);
	model_free(model);
}
END_TEST

/* A look from before the call says nothing about the call. */
START_TEST(an_older_look_does_not_block)
{
	struct model *model = told(
		BORN(10) PIPE(10, 3, 4, 77) "5 10 10 look state=S\n"
					    "9 10 10 enter call=read fd=3 obj=pipe:77 end=r n=1\n");

	ck_assert_int_eq(the(model, 10)->state, PROCESS_CALL);
	model_free(model);
}
END_TEST

START_TEST(only_calls_that_can_sleep_block)
{
	struct model *model = told(BORN(10) "2 10 10 enter call=dup fd=0 obj=file:/a end=r\n"
					    "3 10 10 look state=S\n");

	ck_assert_int_eq(the(model, 10)->state, PROCESS_CALL);
	model_free(model);
}
END_TEST

START_TEST(a_handler_calls_inside_a_call)
{
	struct model *model = told(BORN(10) PIPE(
		10, 3, 4, 77) "10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=1\n"
			      "11 10 10 look state=S\n"
			      "12 10 10 enter call=write fd=1 obj=tty:/dev/pts/0 end=rw n=5\n");

	ck_assert_int_eq(the(model, 10)->n_calls, 2);
	ck_assert_int_eq(the(model, 10)->state, PROCESS_CALL);
	ck_assert_int_eq(process_call(the(model, 10))->id, CALL_write);
	tell(model, "13 10 10 leave call=write fd=1 obj=tty:/dev/pts/0 end=rw ret=5\n");
	ck_assert_int_eq(process_call(the(model, 10))->id, CALL_read);
	ck_assert_int_eq(the(model, 10)->last.id, CALL_write);
	tell(model, "14 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=-1 err=EINTR\n");
	ck_assert_ptr_null(process_call(the(model, 10)));
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

/* siglongjmp out of the handler: the calls above the one that returns are over. */
START_TEST(a_handler_jumps_out)
{
	struct model *model = told(BORN(10) "1 10 10 enter call=pause\n"
					    "2 10 10 enter call=sleep timeout=1000\n"
					    "3 10 10 leave call=pause ret=-1 err=EINTR\n");

	ck_assert_int_eq(the(model, 10)->n_calls, 0);
	model_free(model);
}
END_TEST

START_TEST(threads_have_calls_of_their_own)
{
	struct model *model = told(BORN(10)
			PIPE(10, 3, 4, 77) "10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=1\n"
					   "11 10 12 enter call=read fd=3 obj=pipe:77 end=r n=1\n");

	ck_assert_int_eq(the(model, 10)->n_calls, 2);
	ck_assert_int_eq(channel(model, "pipe:77")->n_callers, 2);
	tell(model, "12 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=-1 err=EINTR\n");
	ck_assert_int_eq(the(model, 10)->n_calls, 1);
	ck_assert_int_eq(process_call(the(model, 10))->tid, 12);
	model_free(model);
}
END_TEST

START_TEST(calls_in_flight_are_bounded)
{
	struct model *model = told(BORN(10));
	char line[100];

	for (int i = 0; i < 3 * PROCESS_CALLS_MAX; i++) {
		snprintf(line, sizeof line, "%d 10 %d enter call=pause\n", i + 2, 100 + i);
		tell(model, line);
	}
	ck_assert_int_eq(the(model, 10)->n_calls, PROCESS_CALLS_MAX);
	ck_assert_uint_eq(model->lost, 2 * PROCESS_CALLS_MAX);
	consistent(model);
	model_free(model);
}
END_TEST

/* --- descriptors --- */

START_TEST(pipe_dup_and_close_count)
{
	struct model *model = told(BORN(10)
			PIPE(10, 3, 4, 77) "5 10 10 enter call=dup fd=4 obj=pipe:77 end=w\n"
					   "6 10 10 leave call=dup fd=4 obj=pipe:77 end=w ret=5\n");

	ck_assert_int_eq(channel(model, "pipe:77")->n_writers, 2);
	ck_assert_int_eq(channel(model, "pipe:77")->n_readers, 1);
	ck_assert_int_eq(process_descriptor(the(model, 10), 4)->description,
		process_descriptor(the(model, 10), 5)->description);
	ck_assert_int_eq(description(model, 10, 5)->n_fds, 2);
	tell(model, "7 10 10 enter call=close fd=4 obj=pipe:77 end=w\n"
		    "8 10 10 leave call=close fd=4 obj=pipe:77 end=w ret=0\n");
	ck_assert_int_eq(channel(model, "pipe:77")->n_writers, 1);
	ck_assert_ptr_null(process_descriptor(the(model, 10), 4));
	ck_assert_int_eq(description(model, 10, 5)->n_fds, 1);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(dup2_replaces)
{
	struct model *model = told(BORN(10) PIPE(
		10, 3, 4, 77) "5 10 10 look fd=1 obj=tty:/dev/pts/1 flags=O_RDWR end=rw\n"
			      "6 10 10 enter call=dup2 fd=4 fd2=1 obj=pipe:77 end=w\n"
			      "7 10 10 leave call=dup2 fd=4 fd2=1 obj=pipe:77 end=w ret=1\n");

	ck_assert_int_eq(channel(model, "pipe:77")->n_writers, 2);
	ck_assert_int_eq(channel(model, "tty:/dev/pts/1")->n_open, 0);
	tell(model, "8 10 10 enter call=dup2 fd=1 fd2=1 obj=pipe:77 end=w\n"
		    "9 10 10 leave call=dup2 fd=1 fd2=1 obj=pipe:77 end=w ret=1\n");
	ck_assert_int_eq(channel(model, "pipe:77")->n_writers, 2);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(flags_belong_to_the_description)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4,
		77) "5 10 10 enter call=dup fd=3\n6 10 10 leave call=dup fd=3 ret=5\n"
		    "7 10 10 enter call=fcntl fd=5 cmd=F_SETFL arg=O_RDONLY|O_NONBLOCK\n"
		    "8 10 10 leave call=fcntl fd=5 cmd=F_SETFL arg=O_RDONLY|O_NONBLOCK ret=0\n");

	ck_assert(description(model, 10, 3)->flags & O_NONBLOCK);
	ck_assert(!(description(model, 10, 4)->flags & O_NONBLOCK));
	tell(model, "9 10 10 enter call=fcntl fd=3 cmd=F_SETFL arg=O_RDONLY\n"
		    "10 10 10 leave call=fcntl fd=3 cmd=F_SETFL arg=O_RDONLY ret=0\n");
	ck_assert(!(description(model, 10, 5)->flags & O_NONBLOCK));
	model_free(model);
}
END_TEST

START_TEST(fcntl_does_the_rest)
{
	struct model *model = told(BORN(10) PIPE(
		10, 3, 4, 77) "5 10 10 leave call=fcntl fd=3 cmd=F_DUPFD_CLOEXEC arg=10 ret=10\n"
			      "6 10 10 leave call=fcntl fd=3 cmd=F_DUPFD arg=20 ret=20\n"
			      "7 10 10 leave call=fcntl fd=4 cmd=F_SETFD arg=FD_CLOEXEC ret=0\n"
			      "8 10 10 leave call=fcntl fd=4 cmd=F_SETPIPE_SZ arg=4096 ret=4096\n");

	ck_assert(process_descriptor(the(model, 10), 10)->cloexec);
	ck_assert(!process_descriptor(the(model, 10), 20)->cloexec);
	ck_assert(process_descriptor(the(model, 10), 4)->cloexec);
	ck_assert_int_eq(channel(model, "pipe:77")->capacity, 4096);
	ck_assert_int_eq(description(model, 10, 3)->n_fds, 3);
	model_free(model);
}
END_TEST

START_TEST(close_range_and_closefrom)
{
	struct model *model = told(
		BORN(10) PIPE(10, 3, 4, 77) "5 10 10 leave call=pipe2 ret=0 fds=5,6 obj=pipe:78 "
					    "cap=65536 flags=O_CLOEXEC|O_NONBLOCK\n");

	ck_assert(process_descriptor(the(model, 10), 5)->cloexec);
	ck_assert(description(model, 10, 6)->flags & O_NONBLOCK);
	tell(model, "6 10 10 leave call=close_range fd=4 fd2=5 arg=0 ret=0\n");
	ck_assert_int_eq(the(model, 10)->n_fds, 2);
	tell(model, "7 10 10 leave call=closefrom fd=4 ret=0\n");
	ck_assert_int_eq(the(model, 10)->n_fds, 1);
	ck_assert_int_eq(channel(model, "pipe:78")->n_open, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(close_range_marks)
{
	struct model *model = told(BORN(10) PIPE(
		10, 3, 4, 77) "6 10 10 leave call=close_range fd=4 fd2=4294967295 arg=4 ret=0\n");

	ck_assert(!process_descriptor(the(model, 10), 3)->cloexec);
	ck_assert(process_descriptor(the(model, 10), 4)->cloexec);
	model_free(model);
}
END_TEST

/* What openat names in fd is a directory, and popen's end of its pipe is what it returns. */
START_TEST(openat_and_popen)
{
	struct model *model = told(BORN(
		10) "5 10 10 enter call=openat fd=-100 path=\"a\" flags=O_RDONLY\n"
		    "6 10 10 leave call=openat fd=-100 ret=3 obj=file:/x/a end=r flags=O_RDONLY\n"
		    "7 10 10 enter call=popen path=\"ls\" arg=r\n"
		    "8 10 10 leave call=popen ret=4 obj=pipe:5 end=r cap=65536\n"
		    "9 10 10 enter call=openat fd=3 path=\"b\" flags=O_RDONLY\n"
		    "10 10 10 leave call=openat fd=3 ret=5 obj=file:/x/b end=r flags=O_RDONLY\n");

	ck_assert_int_eq(the(model, 10)->n_fds, 3);
	ck_assert_int_eq(channel(model, "file:/x/a")->n_readers, 1);
	ck_assert_int_eq(channel(model, "pipe:5")->n_readers, 1);
	tell(model, "11 10 10 enter call=pclose fd=4 obj=pipe:5 end=r\n"
		    "12 10 10 leave call=pclose fd=4 obj=pipe:5 end=r ret=0 status=0\n");
	ck_assert_int_eq(channel(model, "pipe:5")->n_open, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

START_TEST(open_makes_a_description)
{
	struct model *model = told(BORN(
		10) "5 10 10 enter call=open path=\"/tmp/a b\" flags=O_WRONLY|O_CREAT|O_CLOEXEC\n"
		    "6 10 10 leave call=open path=\"/tmp/a b\" ret=3 obj=file:/tmp/a%20b end=w\n");

	ck_assert_int_eq(description(model, 10, 3)->end, END_WRITE);
	ck_assert_int_eq(description(model, 10, 3)->flags, O_WRONLY);
	ck_assert(process_descriptor(the(model, 10), 3)->cloexec);
	ck_assert_int_eq(channel(model, "file:/tmp/a%20b")->kind, CHANNEL_FILE);
	model_free(model);
}
END_TEST

/* One thread closes 3, another gets 3 anew, and the close's leave comes last. */
START_TEST(a_late_close_spares_the_new_owner)
{
	struct model *model = told(BORN(10) PIPE(
		10, 3, 4, 77) "5 10 10 enter call=close fd=3 obj=pipe:77 end=r\n"
			      "6 10 12 enter call=open path=\"/etc/motd\" flags=O_RDONLY\n"
			      "7 10 12 leave call=open ret=3 obj=file:/etc/motd end=r\n"
			      "8 10 10 leave call=close fd=3 obj=pipe:77 end=r ret=0\n");

	ck_assert_str_eq(
		model->channels[description(model, 10, 3)->channel].name, "file:/etc/motd");
	ck_assert_int_eq(channel(model, "pipe:77")->n_readers, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_list_closes_the_others)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4, 77) "5 10 10 look list=0,4\n");

	ck_assert_int_eq(the(model, 10)->n_fds, 1);
	ck_assert_int_eq(channel(model, "pipe:77")->n_readers, 0);
	tell(model, "6 10 10 look list=none\n7 10 10 look list=4,\n8 10 10 look "
		    "list=99999999999999999,4\n");
	ck_assert_int_eq(the(model, 10)->n_fds, 1);
	tell(model, "9 10 10 look list=\n");
	ck_assert_int_eq(the(model, 10)->n_fds, 0);
	model_free(model);
}
END_TEST

/* --- fork and exec --- */

static const char *const fork_orders[] = {
	/* the child speaks first */
	"20 10 10 enter call=fork\n"
	"21 11 11 born ppid=10 name=\"p\" prog=\"/x/p\" slot=1\n"
	"22 10 10 leave call=fork ret=11\n"
	"23 11 11 leave call=fork ret=0\n",
	/* the parent returns first, and closes what the child still has */
	"20 10 10 enter call=fork\n"
	"22 10 10 leave call=fork ret=11\n"
	"23 10 10 enter call=close fd=3 obj=pipe:77 end=r\n"
	"24 10 10 leave call=close fd=3 obj=pipe:77 end=r ret=0\n"
	"25 11 11 born ppid=10 name=\"p\" prog=\"/x/p\" slot=1\n"
	"26 11 11 leave call=fork ret=0\n",
	/* the child does everything before the parent returns */
	"20 10 10 enter call=fork\n"
	"21 11 11 born ppid=10 name=\"p\" prog=\"/x/p\" slot=1\n"
	"22 11 11 leave call=fork ret=0\n"
	"23 11 11 enter call=read fd=3 obj=pipe:77 end=r n=1\n"
	"24 11 11 leave call=read fd=3 obj=pipe:77 end=r ret=-1 err=EAGAIN\n"
	"25 10 10 leave call=fork ret=11\n",
};

START_TEST(a_fork_copies_the_table)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4, 77));

	tell(model, fork_orders[_i]);
	ck_assert_int_eq(the(model, 11)->n_fds, 2);
	ck_assert_int_eq(the(model, 11)->ppid, 10);
	ck_assert_int_eq(the(model, 11)->slot, 1);
	ck_assert(!the(model, 11)->partial);
	ck_assert_int_eq(the(model, 11)->n_calls, 0);
	ck_assert_int_eq(the(model, 11)->state, PROCESS_RUNNING);
	ck_assert_int_eq(process_descriptor(the(model, 11), 4)->description,
		process_descriptor(the(model, 10), 4)->description);
	ck_assert_int_eq(channel(model, "pipe:77")->n_writers, 2);
	ck_assert_int_eq(channel(model, "pipe:77")->n_readers, _i == 1 ? 1 : 2);
	ck_assert_int_eq(model->n_forks, 0);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* The parent closes both ends at once after fork; the pipe lives on in a child that has not spoken
 * yet. */
START_TEST(an_unseen_child_keeps_the_pipe)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4,
		77) "5 10 10 leave call=write fd=4 obj=pipe:77 end=w ret=5 used=5 cap=65536\n"
		    "20 10 10 enter call=fork\n"
		    "21 10 12 leave call=close fd=3 ret=0\n22 10 12 leave call=close fd=4 ret=0\n"
		    "23 11 11 born ppid=10 slot=1\n"
		    "24 10 10 leave call=fork ret=11\n");

	ck_assert_int_eq(channel(model, "pipe:77")->used, 5);
	ck_assert_int_eq(channel(model, "pipe:77")->n_readers, 1);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_failed_fork_leaves_nothing)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4,
		77) "20 10 10 enter call=fork\n21 10 10 leave call=fork ret=-1 err=EAGAIN\n");

	ck_assert_int_eq(model->n_forks, 0);
	ck_assert_int_eq(model->n_processes, 1);
	ck_assert_int_eq(description(model, 10, 3)->n_held, 0);
	model_free(model);
}
END_TEST

START_TEST(an_old_process_with_the_same_number)
{
	struct model *model = told(
		BORN(10) BORN(11) "20 10 10 enter call=fork\n22 10 10 leave call=fork ret=11\n");

	ck_assert_int_eq(model->processes[1].state, PROCESS_DEAD);
	ck_assert_int_eq(model_process(model, 11), 2);
	ck_assert_int_eq(the(model, 11)->ppid, 10);
	ck_assert_uint_eq(model->strange, 1);
	model_free(model);
}
END_TEST

START_TEST(exec_drops_cloexec_and_calls)
{
	struct model *model = told(BORN(10) PIPE(
		10, 3, 4, 77) "5 10 10 leave call=fcntl fd=4 cmd=F_SETFD arg=FD_CLOEXEC ret=0\n"
			      "6 10 10 leave call=sigaction sig=SIGPIPE how=caught ret=0\n"
			      "7 10 10 enter call=execve path=\"/bin/cat\"\n"
			      "8 10 10 exec name=\"cat\" prog=\"/bin/cat\" argv=\"cat -n\"\n");

	ck_assert_str_eq(the(model, 10)->name, "cat");
	ck_assert_str_eq(the(model, 10)->sigpipe, "default");
	ck_assert_int_eq(the(model, 10)->n_fds, 1);
	ck_assert_int_eq(the(model, 10)->n_calls, 0);
	ck_assert_int_eq(channel(model, "pipe:77")->n_writers, 0);
	tell(model, "9 10 10 look fd=3 obj=pipe:77 flags=O_RDONLY|O_NONBLOCK end=r\n"
		    "10 10 10 look list=3\n");
	ck_assert(description(model, 10, 3)->flags & O_NONBLOCK);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_failed_exec_changes_nothing)
{
	struct model *model =
		told(BORN(10) PIPE(10, 3, 4, 77) "7 10 10 enter call=execve path=\"/bin/cat\"\n"
						 "8 10 10 leave call=execve ret=-1 err=ENOENT\n");

	ck_assert_int_eq(the(model, 10)->n_fds, 2);
	ck_assert_str_eq(the(model, 10)->last.err, "ENOENT");
	model_free(model);
}
END_TEST

/* A program that posix_spawn started lists what it has: the parent's descriptions, where they fit.
 */
START_TEST(a_spawned_child_shares_what_fits)
{
	struct model *model = told(BORN(10) PIPE(
		10, 3, 4, 77) "5 10 10 enter call=posix_spawn path=\"/bin/cat\"\n"
			      "6 11 11 born ppid=10 name=\"cat\" prog=\"/bin/cat\" slot=1\n"
			      "7 11 11 look fd=0 obj=pipe:77 flags=O_RDONLY end=r\n"
			      "8 11 11 look fd=1 obj=file:/tmp/out flags=O_WRONLY end=w\n"
			      "9 11 11 look list=0,1\n"
			      "10 10 10 leave call=posix_spawn ret=0 child=11\n");

	ck_assert_int_eq(process_descriptor(the(model, 11), 0)->description,
		process_descriptor(the(model, 10), 3)->description);
	ck_assert(description(model, 11, 0)->inferred);
	ck_assert_int_eq(description(model, 11, 0)->n_fds, 2);
	ck_assert_int_eq(description(model, 11, 1)->n_fds, 1);
	ck_assert_int_eq(channel(model, "pipe:77")->n_readers, 2);
	ck_assert_int_eq(the(model, 11)->n_calls, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(wait_reaps)
{
	struct model *model =
		told(BORN(10) "2 10 10 enter call=fork\n3 10 10 leave call=fork ret=11\n"
			      "4 10 10 enter call=waitpid target=11 arg=0\n5 10 10 look state=S "
			      "wchan=do_wait\n");

	ck_assert_int_eq(the(model, 10)->cause, WAIT_CHILD);
	tell(model, "6 10 10 leave call=waitpid target=11 ret=11 status=4\n");
	ck_assert_int_eq(the(model, 11)->state, PROCESS_DEAD);
	ck_assert_int_eq(the(model, 11)->exit_status, 4);
	ck_assert(the(model, 11)->reaped);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_int_eq(model->wakes[0].woken, model_process(model, 10));
	tell(model, "7 11 0 died status=4\n");
	ck_assert_int_eq(the(model, 11)->exit_status, 4);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

START_TEST(death_without_status_gets_it_from_wait)
{
	struct model *model =
		told(BORN(10) "2 10 10 enter call=fork\n3 10 10 leave call=fork ret=11\n"
			      "4 11 0 died\n5 10 10 leave call=wait ret=11 signal=SIGKILL\n");

	ck_assert_str_eq(the(model, 11)->exit_signal, "SIGKILL");
	ck_assert(the(model, 11)->reaped);
	model_free(model);
}
END_TEST

START_TEST(a_stop_report_is_no_death)
{
	struct model *model = told(
		BORN(10) "2 10 10 enter call=fork\n3 10 10 leave call=fork ret=11\n"
			 "5 10 10 leave call=waitpid target=-1 arg=2 ret=11 sig=SIGSTOP state=T\n");

	ck_assert_int_ne(the(model, 11)->state, PROCESS_DEAD);
	model_free(model);
}
END_TEST

/* --- acts, output, the unknown --- */

START_TEST(acts)
{
	struct model *model = told(
		BORN(10) PIPE(10, 3, 4, 77) "5 10 0 act op=nonblock fd=3 value=1 by=pending\n");

	ck_assert(description(model, 10, 3)->pending);
	ck_assert(!(description(model, 10, 3)->flags & O_NONBLOCK));
	tell(model, "6 10 10 act op=nonblock fd=3 value=1 by=probe\n");
	ck_assert(!description(model, 10, 3)->pending);
	ck_assert(description(model, 10, 3)->flags & O_NONBLOCK);
	tell(model, "7 10 0 act op=nonblock fd=3 value=0 by=stage\n");
	ck_assert(
		description(model, 10, 3)->flags & O_NONBLOCK); /* not before the kernel says so */
	tell(model, "8 10 10 look fd=3 flags=O_RDONLY\n");
	ck_assert(!(description(model, 10, 3)->flags & O_NONBLOCK));
	tell(model, "9 10 10 act op=capacity fd=3 value=4096 by=probe\n");
	ck_assert_int_eq(channel(model, "pipe:77")->capacity, 4096);
	tell(model, "10 10 10 act op=close fd=3 by=probe\n");
	ck_assert_ptr_null(process_descriptor(the(model, 10), 3));
	tell(model, "11 10 0 act op=kill by=stage\n");
	ck_assert_int_eq(newest_mark(model, 10)->kind, LANE_SIGNAL);
	tell(model, "12 0 0 act op=restart by=stage\n");
	ck_assert_int_eq(model->n_processes, 0);
	ck_assert_int_eq(model_process(model, 10), NONE);
	ck_assert_uint_eq(model->events, 11);
	model_free(model);
}
END_TEST

START_TEST(output_keeps_its_tail)
{
	struct model *model = told(BORN(10) "2 10 0 out stream=tty text=\"one\\n\\x00two\"\n");
	char line[200];

	ck_assert_str_eq(the(model, 10)->output, "one\n?two");
	for (int i = 0; i < 200; i++) {
		snprintf(line, sizeof line,
			"3 10 0 out stream=tty text=\"line %d \xea\xb0\x80\\n\"\n", i);
		tell(model, line);
		ck_assert_uint_lt(strlen(the(model, 10)->output), PROCESS_OUTPUT_MAX);
	}
	ck_assert_int_eq(memcmp(the(model, 10)->output, "line ", 5), 0);
	model_free(model);
}
END_TEST

/* A terminal is the whole family's: a line goes to who was seen to write it. */
START_TEST(output_goes_to_its_writer)
{
	struct model *model = told(BORN(10)
		"2 11 11 born ppid=10 name=\"c\" prog=\"/x/p\" slot=1\n"
		"3 11 11 look fd=1 obj=tty:/dev/pts/1 flags=O_RDWR end=rw\n"
		"4 11 11 enter call=write fd=1 obj=tty:/dev/pts/1 end=rw n=6\n"
		"5 11 11 leave call=write fd=1 obj=tty:/dev/pts/1 end=rw ret=6 data=\"child\\n\"\n"
		"6 10 0 out stream=tty text=\"child\\nsomebody\\n\"\n");

	ck_assert_str_eq(the(model, 11)->output, "child\n");
	ck_assert_str_eq(the(model, 10)->output, "somebody\n");
	model_free(model);
}
END_TEST

START_TEST(variables_dark_and_unknown_words)
{
	struct model *model = told(
		BORN(10) "2 10 0 look var=counter addr=0x40 value=6\n"
			 "3 10 0 dark why=\"it closed everything\"\n"
			 "4 10 10 dances call=tango fd=3\n"
			 "5 10 10 enter call=ioctl fd=3\n6 10 10 leave call=ioctl fd=3 ret=0\n");

	ck_assert_str_eq(the(model, 10)->variable.name, "counter");
	ck_assert_int_eq(the(model, 10)->variable.value, 6);
	ck_assert(the(model, 10)->variable.known);
	ck_assert(the(model, 10)->dark);
	ck_assert_str_eq(the(model, 10)->dark_why, "it closed everything");
	ck_assert_int_eq(the(model, 10)->n_calls, 0);
	ck_assert_uint_eq(model->events, 6);
	model_free(model);
}
END_TEST

START_TEST(a_trace_that_begins_in_the_middle)
{
	struct model *model =
		told("5 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=10 used=90 cap=65536\n"
		     "6 11 11 enter call=write fd=9 obj=pipe:77 end=w n=5\n"
		     "7 12 0 died status=0\n8 13 0 out stream=tty text=\"hi\"\n"
		     "9 10 10 leave call=close fd=99 ret=-1 err=EBADF\n");

	ck_assert(the(model, 10)->partial);
	ck_assert(channel(model, "pipe:77")->partial);
	ck_assert(!channel(model, "pipe:77")->contradicted);
	ck_assert_int_eq(channel(model, "pipe:77")->used, 90);
	ck_assert_int_eq(channel(model, "pipe:77")->n_readers, 1);
	ck_assert_int_eq(channel(model, "pipe:77")->n_writers, 1);
	ck_assert_int_eq(model->n_processes, 2);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(nothing_after_death)
{
	struct model *model =
		told(BORN(10) "2 10 0 died status=0\n"
			      "3 10 10 leave call=read ret=1\n4 10 10 look state=S\n");

	ck_assert_int_eq(the(model, 10)->state, PROCESS_DEAD);
	ck_assert_uint_eq(model->strange, 1);
	tell(model, "5 10 10 enter call=pause\n"); /* the number is used again */
	ck_assert_int_eq(the(model, 10)->state, PROCESS_CALL);
	ck_assert(the(model, 10)->partial);
	model_free(model);
}
END_TEST

/* --- bounds --- */

START_TEST(the_dead_make_room)
{
	struct model *model = model_create();
	char lines[300];

	for (int i = 1; i <= 3 * MODEL_PROCESSES_MAX; i++) {
		snprintf(lines, sizeof lines,
			"%d %d %d born ppid=1 name=\"p%d\" slot=-1\n"
			"%d %d %d leave call=open ret=3 obj=file:/tmp/%d end=r flags=O_RDONLY\n",
			i, i, i, i, i, i, i, i);
		tell(model, lines);
		if (i > 2) { /* two live, all others die */
			snprintf(lines, sizeof lines, "%d %d 0 died status=0\n", i, i);
			tell(model, lines);
		}
	}
	ck_assert_int_eq(model->n_processes, MODEL_PROCESSES_MAX);
	ck_assert_str_eq(the(model, 1)->name, "p1");
	ck_assert_str_eq(the(model, 2)->name, "p2");
	ck_assert_str_eq(the(model, 3 * MODEL_PROCESSES_MAX)->name, "p3072");
	ck_assert_int_eq(model_process(model, 3), NONE);
	ck_assert_uint_eq(model->lost, 2 * MODEL_PROCESSES_MAX);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(too_many_living)
{
	struct model *model = model_create();
	char line[100];

	for (int i = 1; i <= MODEL_PROCESSES_MAX + 50; i++) {
		snprintf(line, sizeof line, "%d %d %d born ppid=1 slot=-1\n", i, i, i);
		tell(model, line);
	}
	ck_assert_int_eq(model->n_processes, MODEL_PROCESSES_MAX);
	ck_assert_uint_eq(model->lost, 50);
	tell(model, "2000 1074 1074 enter call=pause\n2001 1 0 died status=0\n"
		    "2002 5000 5000 born ppid=1 slot=-1\n");
	ck_assert_int_ne(model_process(model, 5000), NONE);
	ck_assert_int_eq(model_process(model, 1), NONE);
	model_free(model);
}
END_TEST

START_TEST(closed_channels_make_room)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4, 77));
	char lines[300];

	for (int i = 0; i < 3 * MODEL_CHANNELS_MAX; i++) {
		snprintf(lines, sizeof lines,
			"%d 10 10 leave call=open ret=5 obj=file:/tmp/%d end=r flags=O_RDONLY\n"
			"%d 10 10 leave call=close fd=5 ret=0\n",
			i, i, i);
		tell(model, lines);
	}
	ck_assert_int_eq(model->n_channels, MODEL_CHANNELS_MAX);
	ck_assert_int_eq(channel(model, "pipe:77")->n_readers, 1);
	ck_assert_int_eq(model_channel(model, "file:/tmp/5"), NONE);
	ck_assert_int_ne(model_channel(model, "file:/tmp/12287"), NONE);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(descriptors_are_bounded)
{
	struct model *model = told(BORN(10));
	char line[200];

	for (int i = 0; i < PROCESS_FDS_MAX + 20; i++) {
		snprintf(line, sizeof line,
			"%d 10 10 leave call=open ret=%d obj=file:/a end=r flags=O_RDONLY\n", i, i);
		tell(model, line);
	}
	ck_assert_int_eq(the(model, 10)->n_fds, PROCESS_FDS_MAX);
	ck_assert_uint_eq(model->lost, 20);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(forks_under_way_are_bounded)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4, 77));
	char line[100];

	for (int i = 0; i < 3 * MODEL_FORKS_MAX; i++) {
		snprintf(line, sizeof line, "%d 10 %d enter call=fork\n", i, 100 + i);
		tell(model, line);
		ck_assert_int_le(model->n_forks, MODEL_FORKS_MAX);
	}
	tell(model, "900 10 0 died signal=SIGKILL\n");
	ck_assert_int_eq(model->n_forks, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(the_lane_is_a_ring)
{
	struct model *model = told(BORN(10));
	char lines[200];

	for (int i = 0; i < LANE_MAX; i++) {
		snprintf(lines, sizeof lines,
			"%d 10 10 enter call=dup fd=1\n%d 10 10 leave call=dup fd=1 ret=-1 "
			"err=EMFILE\n",
			i, i);
		tell(model, lines);
	}
	ck_assert_int_eq(the(model, 10)->n_lane, LANE_MAX);
	ck_assert_int_eq(newest_mark(model, 10)->kind, LANE_ERROR);
	ck_assert_uint_eq(newest_mark(model, 10)->event, model->events);
	model_free(model);
}
END_TEST

int
main(void)
{
	TCase *life = tcase_create("life"), *files = tcase_create("files"),
	      *edges = tcase_create("edges");

	tcase_add_test(life, a_process_is_born_and_dies);
	tcase_add_test(life, a_name_comes_from_the_program);
	tcase_add_test(life, a_machine_is_told_before_birth);
	tcase_add_test(life, death_by_signal);
	tcase_add_test(life, last_words_tell_the_status_when_nobody_else_does);
	tcase_add_test(life, gate_call_blocked);
	tcase_add_test(life, an_older_look_does_not_block);
	tcase_add_test(life, only_calls_that_can_sleep_block);
	tcase_add_test(life, a_handler_calls_inside_a_call);
	tcase_add_test(life, a_handler_jumps_out);
	tcase_add_test(life, threads_have_calls_of_their_own);
	tcase_add_test(life, calls_in_flight_are_bounded);
	tcase_add_test(files, pipe_dup_and_close_count);
	tcase_add_test(files, dup2_replaces);
	tcase_add_test(files, flags_belong_to_the_description);
	tcase_add_test(files, fcntl_does_the_rest);
	tcase_add_test(files, close_range_and_closefrom);
	tcase_add_test(files, close_range_marks);
	tcase_add_test(files, open_makes_a_description);
	tcase_add_test(files, openat_and_popen);
	tcase_add_test(files, a_late_close_spares_the_new_owner);
	tcase_add_test(files, a_list_closes_the_others);
	tcase_add_loop_test(files, a_fork_copies_the_table, 0, 3);
	tcase_add_test(files, an_unseen_child_keeps_the_pipe);
	tcase_add_test(files, a_failed_fork_leaves_nothing);
	tcase_add_test(files, an_old_process_with_the_same_number);
	tcase_add_test(files, exec_drops_cloexec_and_calls);
	tcase_add_test(files, a_failed_exec_changes_nothing);
	tcase_add_test(files, a_spawned_child_shares_what_fits);
	tcase_add_test(life, wait_reaps);
	tcase_add_test(life, death_without_status_gets_it_from_wait);
	tcase_add_test(life, a_stop_report_is_no_death);
	tcase_add_test(edges, acts);
	tcase_add_test(edges, output_keeps_its_tail);
	tcase_add_test(edges, output_goes_to_its_writer);
	tcase_add_test(edges, variables_dark_and_unknown_words);
	tcase_add_test(edges, a_trace_that_begins_in_the_middle);
	tcase_add_test(edges, nothing_after_death);
	tcase_add_test(edges, the_dead_make_room);
	tcase_add_test(edges, too_many_living);
	tcase_add_test(edges, closed_channels_make_room);
	tcase_add_test(edges, descriptors_are_bounded);
	tcase_add_test(edges, forks_under_way_are_bounded);
	tcase_add_test(edges, the_lane_is_a_ring);
	return run_cases("model", (TCase *[]){life, files, edges, NULL});
}
