/* SPDX-License-Identifier: MIT
 *
 * What the model says of pipes: against event lines, against this machine's own kernel, and against
 * shuffled calls.
 */
#include "model_lines.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A pipe of 4096 bytes that 10 made: 10 reads from 3, its child 11 writes to 4. */
#define TWO                                                                                        \
	BORN(10)                                                                                   \
	"2 10 10 enter call=pipe\n"                                                                \
	"3 10 10 leave call=pipe ret=0 fds=3,4 obj=pipe:77 cap=65536\n"                            \
	"4 10 10 enter call=fcntl fd=4 cmd=F_SETPIPE_SZ arg=4096\n"                                \
	"4 10 10 leave call=fcntl fd=4 cmd=F_SETPIPE_SZ arg=4096 ret=4096 cap=4096\n"              \
	"5 10 10 enter call=fork\n"                                                                \
	"6 11 11 born ppid=10 name=\"w\" prog=\"/x/w\" slot=1\n"                                   \
	"7 10 10 leave call=fork ret=11\n"                                                         \
	"8 11 11 leave call=fork ret=0\n"                                                          \
	"9 10 10 enter call=close fd=4\n"                                                          \
	"9 10 10 leave call=close fd=4 ret=0\n"                                                    \
	"9 11 11 enter call=close fd=3\n"                                                          \
	"9 11 11 leave call=close fd=3 ret=0\n"

static const struct channel *
p77(const struct model *model)
{
	return channel(model, "pipe:77");
}

/* A write of n by 11 that returns n, with nothing overlapping. */
static void
writes(struct model *model, int n, int used)
{
	char lines[300];

	snprintf(lines, sizeof lines,
		"10 11 11 enter call=write fd=4 obj=pipe:77 end=w n=%d\n"
		"11 11 11 leave call=write fd=4 obj=pipe:77 end=w ret=%d used=%d cap=4096\n",
		n, n, used);
	tell(model, lines);
}

static void
reads(struct model *model, int n, int ret, int used)
{
	char lines[300];

	snprintf(lines, sizeof lines,
		"10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=%d\n"
		"11 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=%d used=%d cap=4096\n",
		n, ret, used);
	tell(model, lines);
}

START_TEST(bytes_are_runs_of_their_writes)
{
	struct model *model =
		told(TWO "10 11 11 enter call=write fd=4 obj=pipe:77 end=w n=5\n"
			 "11 11 11 leave call=write fd=4 obj=pipe:77 end=w ret=5 used=5 cap=4096 "
			 "data=\"hel\\x00o\"\n");

	writes(model, 7, 12);
	ck_assert_int_eq(p77(model)->n_runs, 2);
	ck_assert_int_eq(p77(model)->runs[0].bytes, 5);
	ck_assert_uint_eq(p77(model)->runs[0].write, 1);
	ck_assert_uint_eq(p77(model)->runs[1].write, 2);
	ck_assert_int_eq(p77(model)->runs[0].writer, model_process(model, 11));
	ck_assert_int_eq(p77(model)->runs[0].n_preview, 5);
	ck_assert_int_eq(memcmp(p77(model)->runs[0].preview, "hel\0o", 5), 0);
	ck_assert_int_eq(p77(model)->n_slots, 1);
	reads(model, 8, 8,
		4); /* no boundary between them: the rest of the first and part of the second */
	ck_assert_int_eq(p77(model)->n_runs, 1);
	ck_assert_int_eq(p77(model)->runs[0].first, 3);
	ck_assert_int_eq(p77(model)->runs[0].bytes, 4);
	ck_assert_uint_eq(p77(model)->total_in, 12);
	ck_assert_uint_eq(p77(model)->total_out, 8);
	ck_assert_uint_eq(the(model, 10)->bytes_read, 8);
	ck_assert_uint_eq(the(model, 11)->bytes_written, 12);
	ck_assert(!p77(model)->used_inferred);
	ck_assert(!p77(model)->contradicted);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(room_is_counted_in_pages)
{
	struct model *model = told(TWO);

	ck_assert_int_eq(channel_slots(p77(model)), 1);
	ck_assert_int_eq(channel_room(p77(model), 1000), 1000);
	writes(model, 1024, 1024);
	ck_assert_int_eq(channel_room(p77(model), 3072), 3072); /* fits behind */
	ck_assert_int_eq(channel_room(p77(model), 3073), 0);    /* not whole, and no page is free */
	for (int i = 2; i <= 4; i++)
		writes(model, 1024, i * 1024);
	ck_assert_int_eq(channel_room(p77(model), 1), 0);
	reads(model, 100, 100, 3996);
	ck_assert_int_eq(channel_room(p77(model), 1), 0); /* 100 bytes are free, but no page is */
	reads(model, 3996, 3996, 0);
	ck_assert_int_eq(channel_room(p77(model), 4096), 4096);
	ck_assert_int_eq(p77(model)->n_slots, 0);
	ck_assert_uint_eq(p77(model)->first_slot, 1);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(the_page_size_shows_in_a_new_pipe)
{
	struct model *model =
		told(BORN(10) "3 10 10 leave call=pipe ret=0 fds=3,4 obj=pipe:1 cap=262144\n"
			      "4 10 10 leave call=pipe ret=0 fds=5,6 obj=pipe:2 cap=8192\n");

	ck_assert_int_eq(channel(model, "pipe:1")->page_size, 16384);
	ck_assert_int_eq(channel_slots(channel(model, "pipe:1")), 16);
	ck_assert_int_eq(channel(model, "pipe:2")->page_size, 4096);
	ck_assert_int_eq(channel_slots(channel(model, "pipe:2")), 2);
	model_free(model);
}
END_TEST

/* --- against the kernel --- */

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 16;
}

/*
 * A real pipe of this machine, written and read at random without blocking: before each write the
 * model must know how many bytes will go in, after each call how many lie there.
 */
START_TEST(the_page_rule_is_the_kernels)
{
	int fd[2], packets = _i % 2 ? O_DIRECT : 0;
	uint64_t seed = 0x9e3779b97f4a7c15u + (uint64_t)_i;
	static char bytes[1 << 18];
	struct model *model;
	char line[400];

	ck_assert_int_eq(pipe2(fd, O_NONBLOCK | packets), 0);
	int page = (int)sysconf(_SC_PAGESIZE), fresh = fcntl(fd[0], F_GETPIPE_SZ);
	int size = fcntl(fd[0], F_SETPIPE_SZ, page << (_i % 5));
	ck_assert_int_gt(size, 0);
	snprintf(line, sizeof line,
		"1 10 10 born ppid=1 slot=0\n2 10 10 enter call=pipe2\n2 10 10 leave call=pipe2 "
		"ret=0 fds=3,4 obj=pipe:77 cap=%d "
		"flags=O_NONBLOCK%s\n3 10 10 enter call=fcntl fd=3\n3 10 10 leave call=fcntl fd=3 "
		"cmd=F_SETPIPE_SZ ret=%d\n",
		fresh, packets ? "|O_DIRECT" : "", size);
	model = told(line);
	for (int i = 0; i < 4000; i++) {
		bool writing = next_random(&seed) % 2;
		int most = next_random(&seed) % 4 == 0 ? 3 * page
			   : next_random(&seed) % 2    ? page
						       : 300;
		int n = 1 + (int)(next_random(&seed) % (uint64_t)most), used;
		int64_t room = channel_room(p77(model), n);
		snprintf(line, sizeof line, "%d 10 10 enter call=%s fd=%d obj=pipe:77 n=%d\n", i,
			writing ? "write" : "read", writing ? 4 : 3, n);
		tell(model, line);
		ssize_t ret =
			writing ? write(fd[1], bytes, (size_t)n) : read(fd[0], bytes, (size_t)n);
		bool again = ret == -1 && errno == EAGAIN;
		if (writing)
			ck_assert_msg(room == (again ? 0 : ret),
				"call %d: write of %d moved %zd, the model says %lld", i, n, ret,
				(long long)room);
		ck_assert_int_eq(ioctl(fd[0], FIONREAD, &used), 0);
		snprintf(line, sizeof line,
			"%d 10 10 leave call=%s fd=%d obj=pipe:77 ret=%zd%s used=%d cap=%d\n", i,
			writing ? "write" : "read", writing ? 4 : 3, ret,
			again ? " err=EAGAIN" : "", used, size);
		tell(model, line);
		ck_assert_int_eq(p77(model)->used, used);
		consistent_channel(model, model_channel(model, "pipe:77"));
	}
	ck_assert(!p77(model)->contradicted);
	ck_assert_uint_eq(model->strange, 0);
	close(fd[0]);
	close(fd[1]);
	model_free(model);
}
END_TEST

/* --- calls that overlap --- */

/* The reader has the bytes, and says so, before the writer's call has returned. */
START_TEST(a_read_returns_before_its_write)
{
	struct model *model = told(
		TWO "10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=100\n"
		    "11 11 11 enter call=write fd=4 obj=pipe:77 end=w n=150\n"
		    "12 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=100 used=50 cap=4096\n");

	ck_assert_int_eq(p77(model)->used, 50);
	ck_assert_int_eq(process_call(the(model, 11))->moved_early, 150);
	ck_assert(p77(model)->runs[0].inferred);
	ck_assert_int_eq(p77(model)->runs[0].writer, model_process(model, 11));
	ck_assert_int_eq(p77(model)->runs[0].first, 100);
	tell(model, "13 11 11 leave call=write fd=4 obj=pipe:77 end=w ret=150 used=50 cap=4096 "
		    "data=\"ab\"\n");
	ck_assert_int_eq(p77(model)->used, 50);
	ck_assert_int_eq(p77(model)->n_runs, 1);
	ck_assert(!p77(model)->runs[0].inferred);
	ck_assert_int_eq(p77(model)->runs[0].n_preview, 2);
	ck_assert(!p77(model)->contradicted);
	consistent(model);
	model_free(model);
}
END_TEST

/* Two writes were in flight; the bytes were credited to the first, which then failed. */
START_TEST(a_wrong_credit_moves_on)
{
	struct model *model =
		told(TWO "10 11 11 enter call=write fd=4 obj=pipe:77 end=w n=100\n"
			 "11 11 12 enter call=write fd=4 obj=pipe:77 end=w n=100\n"
			 "12 10 10 enter call=read fd=3 obj=pipe:77 end=r n=60\n"
			 "13 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=60 used=40\n"
			 "14 11 11 leave call=write fd=4 obj=pipe:77 end=w ret=-1 err=EINTR\n");

	ck_assert_int_eq(
		p77(model)->used, 0); /* 40 taken back; nothing else is known to lie there */
	consistent(model);
	tell(model, "15 11 12 leave call=write fd=4 obj=pipe:77 end=w ret=100 used=40\n");
	ck_assert_int_eq(p77(model)->used, 40);
	ck_assert(!p77(model)->contradicted);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_sleeping_write_has_put_in_what_fits)
{
	struct model *model =
		told(TWO "10 11 11 enter call=write fd=4 obj=pipe:77 end=w n=10000\n");

	ck_assert_int_eq(the(model, 11)->cause, WAIT_FULL);
	ck_assert_int_eq(p77(model)->used, 0);
	ck_assert_str_eq(
		cause_text(model, 11), "not enough room: 4096 of its 10000 bytes fit in now");
	tell(model, "11 11 11 look state=S wchan=anon_pipe_write\n");
	ck_assert_int_eq(p77(model)->used, 4096);
	ck_assert(p77(model)->used_inferred);
	ck_assert(p77(model)->runs[0].inferred);
	ck_assert_int_eq(p77(model)->n_waiting_write, 1);
	ck_assert_str_eq(cause_text(model, 11), "no room for the rest: 4096 of its 10000 bytes are "
						"written, and 4096 of 4096 bytes of "
						"the pipe are taken");
	reads(model, 4096, 4096, 4096); /* at once the writer filled the page again */
	ck_assert_int_eq(process_call(the(model, 11))->moved_early, 8192);
	ck_assert_int_eq(p77(model)->used, 4096);
	reads(model, 4096, 4096, 1808);
	tell(model, "20 11 11 leave call=write fd=4 obj=pipe:77 end=w ret=10000 used=1808\n");
	ck_assert_int_eq(p77(model)->used, 1808);
	ck_assert(!p77(model)->contradicted);
	ck_assert_uint_eq(p77(model)->runs[0].write, 1);
	ck_assert(!p77(model)->runs[0].inferred);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(bytes_that_nobody_wrote)
{
	struct model *model = told(TWO);

	reads(model, 10, 10, 5);
	ck_assert(p77(model)->contradicted);
	ck_assert_uint_ge(model->strange, 1);
	ck_assert_int_eq(p77(model)->used, 5);
	ck_assert_int_eq(p77(model)->runs[0].writer, NONE);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(bytes_that_nobody_read)
{
	struct model *model = told(TWO);

	writes(model, 100, 100);
	writes(model, 100, 30);
	ck_assert(p77(model)->contradicted);
	ck_assert_int_eq(p77(model)->used, 30);
	ck_assert_int_eq(p77(model)->n_runs, 1);
	ck_assert_uint_eq(p77(model)->runs[0].write, 2);
	consistent(model);
	model_free(model);
}
END_TEST

/* Killed in the middle of a write: how much of it went in nobody tells. That is no contradiction.
 */
START_TEST(a_killed_writer_leaves_a_doubt)
{
	struct model *model = told(TWO "10 11 11 enter call=write fd=4 obj=pipe:77 end=w n=1000\n"
				       "12 11 0 died signal=SIGKILL\n");

	reads(model, 1000, 1000, 0);
	ck_assert(!p77(model)->contradicted);
	reads(model, 1000, 10, 0);
	ck_assert(p77(model)->contradicted); /* a second time it is */
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(the_last_close_empties_it)
{
	struct model *model = told(TWO);

	writes(model, 100, 100);
	tell(model, "20 11 0 died status=0\n");
	ck_assert_int_eq(p77(model)->used, 100);
	tell(model, "21 10 10 leave call=close fd=3 ret=0\n");
	ck_assert_int_eq(p77(model)->used, 0);
	ck_assert_int_eq(p77(model)->n_runs, 0);
	tell(model, "22 10 10 leave call=pipe ret=0 fds=3,4 obj=pipe:77 cap=65536\n");
	ck_assert_int_eq(p77(model)->n_readers, 1);
	ck_assert(p77(model)->slots_known);
	ck_assert_uint_eq(p77(model)->total_in, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* --- waiting and waking --- */

START_TEST(end_of_file_before_the_close_returns)
{
	struct model *model = told(TWO "10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=10\n"
				       "11 10 10 look state=S wchan=anon_pipe_read\n");

	ck_assert_str_eq(wake_text(model, 10), "wakes when w writes, or closes the only write end");
	tell(model, "12 11 11 enter call=close fd=4 obj=pipe:77 end=w\n"
		    "13 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=0\n");
	ck_assert(!p77(model)->contradicted);
	ck_assert_uint_eq(model->strange, 0);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	tell(model, "14 11 11 leave call=close fd=4 obj=pipe:77 end=w ret=0\n");
	ck_assert_int_eq(p77(model)->n_writers, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(end_of_file_by_death)
{
	struct model *model = told(TWO "10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=10\n"
				       "11 10 10 look state=S wchan=anon_pipe_read\n"
				       "12 11 0 died status=0\n");

	ck_assert_str_eq(wake_text(model, 10),
		"wakes at once: no write end is open, so this is the end of file");
	tell(model, "13 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=0\n");
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_int_eq(newest_mark(model, 10)->kind, LANE_WAKE);
	ck_assert_int_eq(newest_mark(model, 10)->waker, model_process(model, 11));
	model_free(model);
}
END_TEST

/* A write that fails moves nothing, so what is known of the pipe stays known; one that kills is the last that its
 * process is seen in. */
START_TEST(a_write_to_nobody)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4,
		77) "10 10 10 enter call=write fd=4 obj=pipe:77 end=w n=3\n"
		    "11 10 10 leave call=write fd=4 obj=pipe:77 end=w ret=3 used=3 cap=65536\n"
		    "12 10 10 enter call=write fd=4 obj=pipe:77 end=w n=5\n"
		    "13 10 10 leave call=write fd=4 obj=pipe:77 end=w ret=-1 err=EPIPE\n");
	const struct channel *channel = &model->channels[model_channel(model, "pipe:77")];
	const struct process *process;

	ck_assert_int_eq(channel->used, 3);
	ck_assert(!channel->used_inferred);
	tell(model, "14 10 10 enter call=write fd=4 obj=pipe:77 end=w n=7\n15 10 0 died "
		    "signal=SIGPIPE\n");
	process = &model->processes[model_process(model, 10)];
	ck_assert_int_eq(process->last.id, CALL_write);
	ck_assert_int_eq(process->last.n, 7);
	ck_assert(process->last.left == 0); /* it never returned */
	model_free(model);
}
END_TEST

/* The forgotten close: the reader itself holds the write end that keeps it from end of file. */
START_TEST(a_reader_that_hangs_itself)
{
	struct model *model =
		told(BORN(10) PIPE(10, 3, 4, 77) "10 10 10 enter call=read fd=3 obj=pipe:77 end=r "
						 "n=10\n11 10 10 look state=S\n");
	int holders[4];

	ck_assert_int_eq(channel_writers(model, model_channel(model, "pipe:77"), holders, 4), 1);
	ck_assert_int_eq(holders[0], model_process(model, 10));
	ck_assert_str_eq(cause_text(model, 10), "nothing to read: the pipe is empty");
	ck_assert_str_eq(wake_text(model, 10), "never wakes: it holds the only write end itself, "
					       "so the end of file cannot come");
	tell(model, "12 10 12 enter call=fork\n13 10 12 leave call=fork ret=11\n"
		    "14 11 11 born ppid=10 name=\"kid\" slot=1\n");
	ck_assert_str_eq(wake_text(model, 10), "wakes when a byte is written, or when all 2 write "
					       "ends are closed (held by p and kid)");
	model_free(model);
}
END_TEST

START_TEST(a_writer_waits_for_a_page)
{
	struct model *model = told(TWO);

	for (int i = 1; i <= 4; i++)
		writes(model, 1024, i * 1024);
	tell(model, "20 11 11 enter call=write fd=4 obj=pipe:77 end=w n=1024\n"
		    "21 11 11 look state=S wchan=anon_pipe_write\n");
	ck_assert_int_eq(the(model, 11)->cause, WAIT_FULL);
	ck_assert_str_eq(cause_text(model, 11), "no room: 4096 of 4096 bytes are taken");
	ck_assert_str_eq(wake_text(model, 11),
		"wakes when a whole page is read, or every read end is closed");
	reads(model, 100, 100, 3996);
	ck_assert_int_eq(the(model, 11)->state, PROCESS_BLOCKED);
	ck_assert_str_eq(cause_text(model, 11), "no room: 3996 of 4096 bytes are taken, and no "
						"page of the pipe is free for 1024 more");
	ck_assert_str_eq(wake_text(model, 11), "wakes when the oldest page is read to its end "
					       "(3996 bytes left), or every read end is "
					       "closed");
	tell(model, "30 10 10 enter call=read fd=3 obj=pipe:77 end=r n=3996\n"
		    "31 11 11 leave call=write fd=4 obj=pipe:77 end=w ret=1024 used=1024 cap=4096\n"
		    "32 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=3996 used=1024\n");
	ck_assert_int_eq(model->n_wakes, 1);
	ck_assert_int_eq(model->wakes[0].woken, model_process(model, 11));
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	ck_assert_int_eq(p77(model)->used, 1024);
	ck_assert_int_eq(p77(model)->runs[0].bytes, 1024);
	ck_assert_uint_eq(p77(model)->runs[0].write, 5);
	ck_assert(!p77(model)->contradicted);
	ck_assert(p77(model)->slots_known);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(the_giver_of_the_bytes_woke_the_reader)
{
	struct model *model = told(
		TWO "10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=100\n11 10 10 look state=S\n"
		    "12 11 11 enter call=write fd=4 obj=pipe:77 end=w n=5\n"
		    "13 11 11 leave call=write fd=4 obj=pipe:77 end=w ret=5 used=0\n"
		    "14 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=5 used=0\n");

	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_int_eq(model->wakes[0].channel, model_channel(model, "pipe:77"));
	ck_assert(!p77(model)->contradicted);
	ck_assert_int_eq(p77(model)->used, 0);
	model_free(model);
}
END_TEST

START_TEST(nonblocking_calls_wait_for_nothing)
{
	struct model *model = told(TWO "10 10 10 look fd=3 flags=O_RDONLY|O_NONBLOCK\n"
				       "11 10 10 enter call=read fd=3 obj=pipe:77 end=r n=100\n");

	ck_assert_int_eq(the(model, 10)->cause, WAIT_NONE);
	tell(model, "12 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=-1 err=EAGAIN\n");
	ck_assert_uint_eq(the(model, 10)->n_again, 1);
	ck_assert_int_eq(p77(model)->used, 0);
	ck_assert(!p77(model)->contradicted);
	model_free(model);
}
END_TEST

/* O_NONBLOCK set from outside does not wake a sleeper. */
START_TEST(a_sleeper_stays_asleep)
{
	struct model *model =
		told(TWO "10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=100\n"
			 "11 10 10 look state=S\n12 10 10 look fd=3 flags=O_RDONLY|O_NONBLOCK\n");

	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_EMPTY);
	ck_assert(description(model, 10, 3)->flags & O_NONBLOCK);
	model_free(model);
}
END_TEST

START_TEST(a_signal_wakes)
{
	struct model *model =
		told(TWO "10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=100\n"
			 "11 10 10 look state=S\n12 11 11 enter call=kill target=10 sig=SIGUSR1\n"
			 "13 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=-1 err=EINTR\n"
			 "14 11 11 leave call=kill target=10 sig=SIGUSR1 ret=0\n");

	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_int_eq(newest_mark(model, 10)->kind, LANE_SIGNAL);
	model_free(model);
}
END_TEST

START_TEST(poll_is_woken_by_the_writer)
{
	struct model *model = told(
		TWO "10 10 10 enter call=poll wants=3r timeout=-1\n"
		    "11 10 10 look state=S\n12 11 11 enter call=write fd=4 obj=pipe:77 end=w n=5\n"
		    "13 10 10 leave call=poll wants=3r ready=3r ret=1\n");

	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	model_free(model);
}
END_TEST

START_TEST(texts_are_cut_between_characters)
{
	struct model *model = told(TWO "10 10 10 enter call=read fd=3 obj=pipe:77 end=r n=1\n"
				       "11 10 10 look state=S\n");
	char text[200];

	for (size_t size = 1; size < sizeof text; size++) {
		memset(text, 'x', sizeof text);
		process_wake_text(model, model_process(model, 10), text, size);
		ck_assert_uint_lt(strlen(text), size);
	}
	model_free(model);
}
END_TEST

/* --- bounds and copies --- */

START_TEST(many_runs_are_joined)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4, 77));

	for (int i = 1; i <= 3 * RUNS_MAX; i++) {
		char line[200];
		snprintf(line, sizeof line,
			"%d 10 10 leave call=write fd=4 obj=pipe:77 end=w ret=1 used=%d\n", i, i);
		tell(model, line);
	}
	ck_assert_int_eq(p77(model)->n_runs, RUNS_MAX);
	ck_assert_int_eq(p77(model)->used, 3 * RUNS_MAX);
	ck_assert_uint_eq(model->lost, 2 * RUNS_MAX);
	ck_assert_int_eq(p77(model)->runs[0].writer, model_process(model, 10));
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(runs_over_all_pipes_are_bounded)
{
	struct model *model = told(BORN(10));

	for (int p = 0; p < 100; p++)
		for (int i = 0; i < RUNS_MAX; i++) {
			char line[200];
			snprintf(line, sizeof line,
				"%d 10 10 leave call=write fd=4 obj=pipe:%d end=w ret=1 used=%d\n",
				i, p, i + 1);
			tell(model, line);
		}
	ck_assert_int_le(model->n_runs, MODEL_RUNS_MAX + 8 * 100);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(absurd_figures)
{
	struct model *model = told(
		TWO "10 11 11 leave call=write fd=4 obj=pipe:77 end=w ret=9000000000000000000 "
		    "used=5 cap=9000000000000000000\n"
		    "11 11 11 leave call=write fd=4 obj=pipe:77 end=w ret=9000000000000000000 "
		    "used=-7 cap=1\n"
		    "12 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=9223372036854775807 "
		    "used=9223372036854775807\n"
		    "13 10 10 leave call=pipe ret=0 fds=2147483647,4294967299 obj=pipe:78 cap=-5\n"
		    "14 10 10 leave call=dup fd=3 ret=9223372036854775807\n"
		    "15 10 10 leave call=open ret=2147483647 obj=file:x end=rw flags=0x7fffffff\n"
		    "16 10 10 look fd=-1 obj=pipe:77 used=99999999999\n"
		    "17 10 10 leave call=close_range fd=-5 fd2=-9 ret=0\n");

	consistent(model);
	model_free(model);
}
END_TEST

static void
same_text(const struct model *a, const struct model *b, int id)
{
	char one[300], two[300];

	process_wake_text(a, id, one, sizeof one);
	process_wake_text(b, id, two, sizeof two);
	ck_assert_str_eq(one, two);
}

/* Equal in everything but where things lie in memory. */
static void
same(const struct model *a, const struct model *b)
{
	ck_assert_uint_eq(a->events, b->events);
	ck_assert_int_eq(a->n_processes, b->n_processes);
	ck_assert_int_eq(a->n_channels, b->n_channels);
	ck_assert_int_eq(a->n_descriptions, b->n_descriptions);
	ck_assert_int_eq(a->n_forks, b->n_forks);
	ck_assert_uint_eq(a->strange, b->strange);
	ck_assert_uint_eq(a->lost, b->lost);
	ck_assert_mem_eq(a->pid_table, b->pid_table, sizeof a->pid_table);
	ck_assert_mem_eq(a->name_table, b->name_table, sizeof a->name_table);
	if (a->n_descriptions > 0)
		ck_assert_mem_eq(a->descriptions, b->descriptions,
			(size_t)a->n_descriptions * sizeof *a->descriptions);
	for (int i = 0; i < a->n_processes; i++) {
		const struct process *p = &a->processes[i], *q = &b->processes[i];
		ck_assert_int_eq(p->pid, q->pid);
		ck_assert_int_eq(p->state, q->state);
		ck_assert_int_eq(p->n_fds, q->n_fds);
		for (int j = 0; j < p->n_fds; j++) {
			ck_assert_int_eq(p->fds[j].fd, q->fds[j].fd);
			ck_assert_int_eq(p->fds[j].description, q->fds[j].description);
		}
		ck_assert_mem_eq(p->lane, q->lane, sizeof p->lane);
		ck_assert_int_eq(p->n_calls, q->n_calls);
		ck_assert_str_eq(p->output, q->output);
		ck_assert_int_eq(p->cause, q->cause);
		same_text(a, b, i);
	}
	for (int i = 0; i < a->n_channels; i++) {
		const struct channel *c = &a->channels[i], *d = &b->channels[i];
		ck_assert_str_eq(c->name, d->name);
		ck_assert_int_eq(c->used, d->used);
		ck_assert_int_eq(c->n_runs, d->n_runs);
		ck_assert_int_eq(c->n_slots, d->n_slots);
		ck_assert_int_eq(c->n_callers, d->n_callers);
		ck_assert_int_eq(c->n_readers, d->n_readers);
		for (int j = 0; j < c->n_runs; j++)
			ck_assert_int_eq(c->runs[j].bytes, d->runs[j].bytes);
		for (int j = 0; j < c->n_slots; j++)
			ck_assert_int_eq(c->slots[j].end, d->slots[j].end);
	}
}

/* --- shuffled --- */

/*
 * A pipe with true contents, three writers and two readers. A call enters, moves its bytes at some
 * later moment, asks for the occupancy at a later one, and its leave comes at a later one still, in
 * any interleaving. What the lines say is all true, so nothing may be called a contradiction, and
 * whenever nothing is in flight the model must be exact.
 */
enum { ACTORS = 5, WRITERS = 3 };

struct actor {
	enum { IDLE, ENTERED, MOVED, ASKED } at;
	int n, ret, used;
};

static void
actor_step(struct model *model, struct actor *actor, int i, int *truth, uint64_t *seed)
{
	bool writer = i < WRITERS;
	const char *call = writer ? "write" : "read";
	char line[300];

	switch (actor->at) {
	case IDLE:
		actor->n = 1 + (int)(next_random(seed) % 900);
		snprintf(line, sizeof line, "9 %d %d enter call=%s fd=%d obj=pipe:77 end=%s n=%d\n",
			100 + i, 100 + i, call, writer ? 4 : 3, writer ? "w" : "r", actor->n);
		tell(model, line);
		break;
	case ENTERED:
		if (writer) {
			int room = 65536 - *truth;
			actor->ret = room == 0 ? -1 : actor->n < room ? actor->n : room;
			*truth += actor->ret > 0 ? actor->ret : 0;
		} else {
			actor->ret = *truth == 0 ? -1 : actor->n < *truth ? actor->n : *truth;
			*truth -= actor->ret > 0 ? actor->ret : 0;
		}
		break;
	case MOVED:
		actor->used = *truth;
		break;
	case ASKED:
		snprintf(line, sizeof line,
			"9 %d %d leave call=%s fd=%d obj=pipe:77 end=%s ret=%d%s", 100 + i, 100 + i,
			call, writer ? 4 : 3, writer ? "w" : "r", actor->ret,
			actor->ret < 0 ? " err=EAGAIN" : "");
		if (next_random(seed) % 8 != 0)
			snprintf(line + strlen(line), 40, " used=%d cap=65536", actor->used);
		strcat(line, "\n");
		tell(model, line);
		break;
	}
	actor->at = actor->at == ASKED ? IDLE : actor->at + 1;
}

START_TEST(shuffled_calls_are_no_contradiction)
{
	struct model *model = told("1 100 100 born ppid=1 slot=0\n"
				   "2 100 100 enter call=pipe2 flags=O_NONBLOCK\n"
				   "3 100 100 leave call=pipe2 ret=0 fds=3,4 obj=pipe:77 cap=65536 "
				   "flags=O_NONBLOCK\n");
	struct actor actors[ACTORS] = {0};
	uint64_t seed = 88172645463325252u + (uint64_t)_i * 7919;
	int truth = 0, exact = 0;
	char line[200];

	for (int i = 1; i < ACTORS; i++) {
		snprintf(line, sizeof line,
			"4 100 100 enter call=fork\n5 100 100 leave call=fork ret=%d\n", 100 + i);
		tell(model, line);
	}
	for (int i = 1; i < ACTORS; i++) {
		snprintf(line, sizeof line,
			"6 %d %d born ppid=100 slot=%d\n6 %d %d leave call=fork ret=0\n", 100 + i,
			100 + i, i, 100 + i, 100 + i);
		tell(model, line);
	}
	for (int step = 0; step < 6000; step++) {
		/* now and then everybody finishes: then the model has no excuse */
		bool finish = step % 200 > 180;
		int i = (int)(next_random(&seed) % ACTORS), idle = 0;
		if (!finish || actors[i].at != IDLE)
			actor_step(model, &actors[i], i, &truth, &seed);
		for (int j = 0; j < ACTORS; j++)
			idle += actors[j].at == IDLE;
		consistent_channel(model, model_channel(model, "pipe:77"));
		ck_assert_msg(!p77(model)->contradicted, "step %d: contradicted", step);
		if (idle == ACTORS) {
			ck_assert_msg(p77(model)->used == truth,
				"step %d: %d lie there, the model says %lld", step, truth,
				(long long)p77(model)->used);
			exact++;
		}
		if (step % 500 == 499) {
			struct model *clone = model_clone(model);
			same(model, clone);
			model_free(model);
			model = clone; /* and the copy goes on */
		}
	}
	ck_assert_int_gt(exact, 10);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* A clone and its original told the same go the same way, and share nothing. */
START_TEST(a_clone_lives_on)
{
	struct model *model = told(TWO "10 11 11 enter call=write fd=4 obj=pipe:77 end=w n=9000\n"
				       "11 11 11 look state=S\n12 10 10 enter call=fork\n");
	struct model *clone = model_clone(model);
	static const char more[] =
		"13 10 10 leave call=fork ret=12\n"
		"14 12 12 born ppid=10 slot=2\n"
		"15 10 10 enter call=read fd=3 obj=pipe:77 end=r n=4096\n"
		"16 10 10 leave call=read fd=3 obj=pipe:77 end=r ret=4096 used=4096\n"
		"17 11 0 died signal=SIGTERM\n";

	same(model, clone);
	tell(clone, more);
	ck_assert_int_eq(model->n_processes, 2);
	tell(model, more);
	same(model, clone);
	consistent(clone);
	model_free(model);
	consistent(clone);
	model_free(clone);
	model_free(NULL);
}
END_TEST

int
main(void)
{
	TCase *pipes = tcase_create("pipes"), *overlap = tcase_create("overlap"),
	      *waits = tcase_create("waits"), *edges = tcase_create("edges");

	tcase_add_test(pipes, bytes_are_runs_of_their_writes);
	tcase_add_test(pipes, room_is_counted_in_pages);
	tcase_add_test(pipes, the_page_size_shows_in_a_new_pipe);
	tcase_add_loop_test(pipes, the_page_rule_is_the_kernels, 0, 10);
	tcase_add_test(overlap, a_read_returns_before_its_write);
	tcase_add_test(overlap, a_wrong_credit_moves_on);
	tcase_add_test(overlap, a_sleeping_write_has_put_in_what_fits);
	tcase_add_test(overlap, bytes_that_nobody_wrote);
	tcase_add_test(overlap, bytes_that_nobody_read);
	tcase_add_test(overlap, a_killed_writer_leaves_a_doubt);
	tcase_add_test(overlap, the_last_close_empties_it);
	tcase_add_loop_test(overlap, shuffled_calls_are_no_contradiction, 0, 12);
	tcase_add_test(waits, end_of_file_before_the_close_returns);
	tcase_add_test(waits, end_of_file_by_death);
	tcase_add_test(waits, a_write_to_nobody);
	tcase_add_test(waits, a_reader_that_hangs_itself);
	tcase_add_test(waits, a_writer_waits_for_a_page);
	tcase_add_test(waits, the_giver_of_the_bytes_woke_the_reader);
	tcase_add_test(waits, nonblocking_calls_wait_for_nothing);
	tcase_add_test(waits, a_sleeper_stays_asleep);
	tcase_add_test(waits, a_signal_wakes);
	tcase_add_test(waits, poll_is_woken_by_the_writer);
	tcase_add_test(waits, texts_are_cut_between_characters);
	tcase_add_test(edges, many_runs_are_joined);
	tcase_add_test(edges, runs_over_all_pipes_are_bounded);
	tcase_add_test(edges, absurd_figures);
	tcase_add_test(edges, a_clone_lives_on);
	tcase_set_timeout(overlap, 60);
	tcase_set_timeout(pipes, 60);
	tcase_set_timeout(edges, 60);
	return run_cases("model_pipe", (TCase *[]){pipes, overlap, waits, edges, NULL});
}
