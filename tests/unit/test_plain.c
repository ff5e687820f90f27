/* SPDX-License-Identifier: MIT
 *
 * The plain story: event lines in, sentences out.
 */
#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "plain/plain.h"

/* What plain tells of these event lines; to be freed. */
static char *
story(const char *lines, int columns)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct plain *plain = plain_create(out, columns);
	struct model *model = model_create();

	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");
		struct event event;

		ck_assert_int_eq(event_parse(&event, lines, length), 0);
		model_apply(model, &event);
		plain_event(plain, model, &event);
		lines += length + (lines[length] == '\n');
	}
	model_free(model);
	plain_free(plain);
	fclose(out);
	return text;
}

static void
tells(const char *lines, const char *expected)
{
	char *text = story(lines, 0);

	ck_assert_str_eq(text, expected);
	free(text);
}

#define A_SOCKET(type, local)                                                                      \
	"100 4211 4211 born ppid=4200 name=\"x\" prog=\"/x/x\" slot=0\n"                           \
	"200 4211 4211 leave call=socket ret=3 fds=3 obj=socket:7 family=AF_INET socktype=" type     \
	" flags=O_RDWR\n"                                                                           \
	"210 4211 4211 leave call=bind fd=3 ret=0 obj=socket:7 local=" local "\n"

/* What is told after the first `lines` lines of the story. */
static void
tells_at_last(const char *lines, int skip, const char *expected)
{
	char *text = story(lines, 0), *at = text;

	while (skip-- > 0)
		at = strchr(at, '\n') + 1;
	ck_assert_str_eq(at, expected);
	free(text);
}

START_TEST(tells_what_is_dropped)
{
	tells_at_last(A_SOCKET("SOCK_DGRAM", "127.0.0.1:9") "300 0 0 look obj=socket:7 drops=0 filled=2304\n"
							     "310 0 0 look obj=socket:7 drops=1\n"
							     "311 0 0 look obj=socket:7 drops=1 filled=0\n"
							     "320 0 0 look obj=socket:7 drops=9\n",
		3,
		"The kernel has dropped 1 datagram at the socket 127.0.0.1:9 of x: there was no room. Sent there: 1. "
		"Received: 0. Still in its buffer: 0. Dropped: 1.\n"
		"The kernel has dropped 9 datagrams at the socket 127.0.0.1:9 of x: there was no room. Sent there: 9. "
		"Received: 0. Still in its buffer: 0. Dropped: 9.\n");
}
END_TEST

START_TEST(tells_that_a_backlog_is_full)
{
	tells_at_last(A_SOCKET("SOCK_STREAM", "127.0.0.1:9") "300 0 0 look obj=socket:7 waiting=1 backlog=1\n"
							      "310 0 0 look obj=socket:7 waiting=2 backlog=1\n"
							      "320 0 0 look obj=socket:7 waiting=2 backlog=1\n"
							      "330 0 0 look obj=socket:7 waiting=1 backlog=1\n"
							      "340 0 0 look obj=socket:7 waiting=2 backlog=1\n",
		3,
		"1 connection waits at the socket 127.0.0.1:9 of x to be accepted; its backlog is 1.\n"
		"2 connections wait at the socket 127.0.0.1:9 of x to be accepted; its backlog is 1. It is full: "
		"nobody else comes in.\n"
		"1 connection waits at the socket 127.0.0.1:9 of x to be accepted; its backlog is 1.\n"
		"2 connections wait at the socket 127.0.0.1:9 of x to be accepted; its backlog is 1. It is full: "
		"nobody else comes in.\n");
}
END_TEST

START_TEST(tells_of_time_wait)
{
	tells_at_last(A_SOCKET("SOCK_STREAM", "127.0.0.1:9") "300 0 0 look obj=socket:7 tcp=FIN_WAIT2\n"
							      "310 0 0 look obj=socket:7 tcp=TIME_WAIT timeout=59992000000\n"
							      "320 0 0 look obj=socket:7 tcp=TIME_WAIT timeout=9992000000\n"
							      "330 0 0 look obj=socket:7 tcp=CLOSE\n"
							      "340 0 0 look obj=socket:7 tcp=CLOSE\n",
		3,
		"The kernel shows the socket 127.0.0.1:9 of x in the state FIN_WAIT2: it sends no more, and the other "
		"side still may.\n"
		"The kernel shows the socket 127.0.0.1:9 of x in the state TIME_WAIT: the connection is over, and the "
		"kernel of the side that closed first keeps its address in mind. It forgets it in 60 seconds.\n"
		"The TIME_WAIT of the socket 127.0.0.1:9 of x is over: the kernel has forgotten its connection.\n");
}
END_TEST

#define WRITER_AND_READER                                                                          \
	"100 4211 4211 born ppid=4200 name=\"writer\" prog=\"/x/writer\" slot=0\n"                 \
	"200 4211 4211 enter call=pipe\n"                                                          \
	"210 4211 4211 leave call=pipe ret=0 fds=3,4 obj=pipe:25138 cap=4096\n"                    \
	"300 4211 4211 enter call=fork\n"                                                          \
	"310 4212 4212 born ppid=4211 name=\"reader\" prog=\"/x/writer\" slot=1\n"                 \
	"311 4211 4211 leave call=fork ret=4212\n"
#define WRITER_AND_READER_TOLD                                                                     \
	"writer (4211) is born, running /x/writer.\n"                                              \
	"writer calls pipe(…).\n"                                                                \
	"writer made the pipe 25138: 3 is its read end, 4 its write end. There is room for 4096 "  \
	"bytes in it.\n"                                                                           \
	"writer calls fork().\n"                                                                   \
	"reader (4212) is born, a child of writer.\n"                                              \
	"writer has a child, reader (4212), with a copy of each of its descriptors.\n"

START_TEST(tells_a_pipe_and_a_fork)
{
	tells(WRITER_AND_READER, WRITER_AND_READER_TOLD);
}
END_TEST

START_TEST(tells_that_a_writer_falls_asleep_and_who_wakes_it)
{
	tells(WRITER_AND_READER
		"400 4211 4211 reach call=write fd=4 obj=pipe:25138 end=w n=4096\n"
		"410 4211 4211 enter call=write fd=4 obj=pipe:25138 end=w n=4096\n"
		"420 4211 4211 leave call=write fd=4 obj=pipe:25138 end=w n=4096 ret=4096 "
		"used=4096 "
		"cap=4096 data=\"aaaa\"\n"
		"430 4211 4211 enter call=write fd=4 obj=pipe:25138 end=w n=100\n"
		"500 4211 4211 look state=S wchan=anon_pipe_write\n"
		"510 4211 4211 look state=S wchan=anon_pipe_write\n"
		"600 4212 4212 enter call=read fd=3 obj=pipe:25138 end=r n=4096\n"
		"610 4212 4212 leave call=read fd=3 obj=pipe:25138 end=r n=4096 ret=4096 used=0 "
		"cap=4096 data=\"aaaa\"\n"
		"620 4211 4211 leave call=write fd=4 obj=pipe:25138 end=w n=100 ret=100 used=100 "
		"cap=4096 data=\"b\\n\\x01c\"\n",
		WRITER_AND_READER_TOLD
		"writer stands at its gate, about to call write(4, …, 4096) on the pipe 25138.\n"
		"writer calls write(4, …, 4096) on the pipe 25138.\n"
		"writer wrote 4096 bytes: \"aaaa…\". The pipe is full: 4096 of 4096 bytes lie in "
		"it.\n"
		"writer calls write(4, …, 100) on the pipe 25138.\n"
		"writer falls asleep: no room: 4096 of 4096 bytes are taken; it wakes when a whole "
		"page is read, or every read end is closed. (The kernel says: state S, in "
		"anon_pipe_write.)\n"
		"reader calls read(3, …, 4096) on the pipe 25138.\n"
		"reader read 4096 bytes: \"aaaa…\". The pipe is empty now.\n"
		"writer wrote 100 bytes: \"b\\n\\x01c…\". 100 of 4096 bytes lie in the pipe. It "
		"had "
		"slept in this call; reader woke it.\n");
}
END_TEST

START_TEST(tells_why_a_call_failed)
{
	tells(WRITER_AND_READER
		"430 4212 4212 leave call=read fd=3 obj=pipe:25138 end=r n=10 ret=-1 err=EAGAIN "
		"used=0 cap=4096\n"
		"440 4211 4211 leave call=write fd=4 obj=pipe:25138 end=w n=10 ret=-1 err=EPIPE\n"
		"450 4211 4211 leave call=write fd=3 obj=pipe:25138 end=r n=10 ret=-1 err=EBADF\n"
		"460 4211 4211 leave call=close fd=77 ret=-1 err=EBADF\n"
		"470 4211 4211 leave call=close fd=77 ret=-1 err=ENONSENSE\n",
		WRITER_AND_READER_TOLD
		"reader: read(3, …, 10) failed with EAGAIN: there is nothing to read, and "
		"O_NONBLOCK "
		"forbids it to sleep.\n"
		"writer: write(4, …, 10) failed with EPIPE: nobody holds a read end any more, and "
		"SIGPIPE does not kill it.\n"
		"writer: write(3, …, 10) failed with EBADF: this is a read end, it cannot be "
		"written "
		"to.\n"
		"writer: close(77) failed with EBADF: Bad file descriptor.\n"
		"writer: close(77) failed with ENONSENSE.\n");
}
END_TEST

START_TEST(tells_how_ends_of_a_pipe_close)
{
	tells(WRITER_AND_READER
		"400 4212 4212 enter call=close fd=4 obj=pipe:25138 end=w\n"
		"410 4212 4212 leave call=close fd=4 obj=pipe:25138 end=w ret=0\n"
		"420 4211 4211 enter call=close fd=4 obj=pipe:25138 end=w\n"
		"430 4211 4211 leave call=close fd=4 obj=pipe:25138 end=w ret=0\n"
		"440 4212 4212 enter call=read fd=3 obj=pipe:25138 end=r n=10\n"
		"450 4212 4212 leave call=read fd=3 obj=pipe:25138 end=r n=10 ret=0 used=0 "
		"cap=4096\n",
		WRITER_AND_READER_TOLD
		"reader calls close(4) on the pipe 25138.\n"
		"reader closed 4, a write end of the pipe 25138. 1 write end is still open.\n"
		"writer calls close(4) on the pipe 25138.\n"
		"writer closed 4, a write end of the pipe 25138. It was the last write end: who "
		"reads "
		"now finds what is left, then end of file.\n"
		"reader calls read(3, …, 10) on the pipe 25138.\n"
		"reader read 0 bytes: end of file, for the pipe 25138 is empty and nobody holds a "
		"write end any more.\n");
}
END_TEST

/* The story without the lines that only say which call is made; takes and returns `text`. */
static char *
without_calls(char *text)
{
	char *to = text;

	for (char *line = text, *next; *line != '\0'; line = next) {
		size_t length = strcspn(line, "\n");

		next = line + length + (line[length] == '\n');
		if (memmem(line, length, " calls ", 7) != NULL)
			continue;
		memmove(to, line, (size_t)(next - line));
		to += next - line;
	}
	*to = '\0';
	return text;
}

#define TWO_STRANGERS                                                                              \
	"100 4211 4211 born ppid=4200 name=\"sender\" prog=\"/x/send\" slot=0\n"                   \
	"110 4212 4212 born ppid=4200 name=\"taker\" prog=\"/x/take\" slot=1\n"
#define TWO_STRANGERS_TOLD                                                                         \
	"sender (4211) is born, running /x/send.\n"                                                \
	"taker (4212) is born, running /x/take.\n"

START_TEST(tells_what_becomes_of_messages)
{
	char *text = without_calls(story(TWO_STRANGERS
		"200 4211 4211 enter call=ftok path=\".\" arg=113\n"
		"201 4211 4211 leave call=ftok ret=1895902564 key=0x71012964\n"
		"210 4211 4211 enter call=msgget key=0x71012964 flags=IPC_CREAT|0600\n"
		"211 4211 4211 leave call=msgget ret=7 obj=msg:7 made=1 count=0 used=0 "
		"cap=16384\n"
		"220 4211 4211 enter call=msgsnd id=7 obj=msg:7 type=2 n=6 flags=0\n"
		"221 4211 4211 leave call=msgsnd ret=0 count=1 used=6 cap=16384 n=6 type=2 "
		"data=\"coffee\"\n"
		"222 0 0 look obj=msg:7 count=1 used=6 cap=16384\n" /* no news */
		"230 4212 4212 enter call=msgget key=0x71012964 flags=IPC_CREAT|0600\n"
		"231 4212 4212 leave call=msgget ret=7 obj=msg:7 made=0 count=1 used=6 "
		"cap=16384\n"
		"240 4212 4212 enter call=msgrcv id=7 obj=msg:7 n=4 want=2 flags=0\n"
		"241 4212 4212 leave call=msgrcv ret=-1 err=E2BIG obj=msg:7 count=1 used=6 "
		"cap=16384\n"
		"250 4212 4212 enter call=msgrcv id=7 obj=msg:7 n=80 want=0 flags=0\n"
		"251 4212 4212 leave call=msgrcv ret=6 obj=msg:7 count=0 used=0 cap=16384 "
		"type=2 data=\"coffee\"\n"
		"260 4211 4211 enter call=msgsnd id=7 obj=msg:7 type=0 n=2 flags=0\n"
		"261 4211 4211 leave call=msgsnd ret=-1 err=EINVAL obj=msg:7\n"
		"270 4211 4211 enter call=msgsnd id=7 obj=msg:7 type=1 n=80 "
		"flags=IPC_NOWAIT\n"
		"271 4211 4211 leave call=msgsnd ret=-1 err=EAGAIN obj=msg:7 count=0 "
		"used=0 cap=16384\n"
		"280 4212 4212 enter call=msgctl id=7 obj=msg:7 cmd=IPC_RMID\n"
		"281 4212 4212 leave call=msgctl ret=0 obj=msg:7 cmd=IPC_RMID removed=1\n"
		"290 0 0 look obj=msg:7 removed=1\n"
		"300 4211 4211 enter call=mq_open obj=mq:/q path=\"/q\" "
		"flags=O_WRONLY|O_CREAT mode=0600 limit=4 size=32\n"
		"301 4211 4211 leave call=mq_open ret=3 fds=3 obj=mq:/q end=w "
		"flags=O_WRONLY|O_CREAT made=1 count=0 limit=4 size=32\n"
		"310 4211 4211 enter call=mq_send fd=3 obj=mq:/q end=w n=4 prio=9\n"
		"311 4211 4211 leave call=mq_send fd=3 obj=mq:/q end=w ret=0 count=4 "
		"limit=4 size=32 n=4 prio=9 data=\"fire\"\n"
		"320 0 0 look obj=mq:/q count=3\n"
		"321 0 0 look obj=mq:/q count=3\n"
		"330 4212 4212 enter call=mq_open path=\"q\" flags=O_RDONLY\n"
		"331 4212 4212 leave call=mq_open ret=-1 err=EINVAL\n",
		0));

	ck_assert_str_eq(text, TWO_STRANGERS_TOLD
		"sender: ftok(\".\", 'q') made the key 0x71012964.\n"
		"sender made the message queue 7.\n"
		"sender sent a message of type 2, 6 bytes: \"coffee\". 1 message lies in the "
		"queue, with 6 of 16384 bytes.\n"
		"taker found the message queue 7, which was there. 1 message lies in the "
		"queue, with 6 of 16384 bytes.\n"
		"taker: msgrcv(7, …, 4, 2, 0) failed with E2BIG: the message is longer "
		"than the room for it; it stays in the queue.\n"
		"taker received a message of type 2, 6 bytes: \"coffee\". The queue is empty "
		"now.\n"
		"sender: msgsnd(7, …, 2, 0) failed with EINVAL: the type of a message must "
		"be greater than 0.\n"
		"sender: msgsnd(7, …, 80, IPC_NOWAIT) failed with EAGAIN: there is no room "
		"for it, and IPC_NOWAIT forbids it to sleep.\n"
		"taker removed the message queue 7, with all that lay in it. Who sleeps in "
		"a call on it is woken, with EIDRM.\n"
		"sender made the message queue /q. It is open as descriptor 3. It holds at "
		"most 4 messages, each of at most 32 bytes.\n"
		"sender sent a message of priority 9, 4 bytes: \"fire\". The queue is full: "
		"4 of 4 messages lie in it.\n"
		"3 messages lie in the message queue /q now.\n"
		"taker: mq_open(\"q\", O_RDONLY) failed with EINVAL: the name of a queue "
		"begins with a slash and has no other.\n");
	free(text);
}
END_TEST

START_TEST(tells_what_becomes_of_names)
{
	char *text = without_calls(story(TWO_STRANGERS
		"400 4211 4211 enter call=mkfifo path=\"/tmp/f\" mode=0600 obj=fifo:/tmp/f\n"
		"401 4211 4211 leave call=mkfifo ret=0 obj=fifo:/tmp/f path=\"/tmp/f\"\n"
		"410 4211 4211 enter call=open path=\"/tmp/f\" flags=O_WRONLY|O_NONBLOCK "
		"obj=fifo:/tmp/f end=w\n"
		"411 4211 4211 leave call=open ret=-1 err=ENXIO obj=fifo:/tmp/f end=w\n"
		"420 4212 4212 enter call=open path=\"/tmp/f\" flags=O_RDONLY|O_NONBLOCK "
		"obj=fifo:/tmp/f end=r\n"
		"421 4212 4212 leave call=open ret=4 fds=4 obj=fifo:/tmp/f end=r "
		"flags=O_RDONLY|O_NONBLOCK\n"
		"430 4212 4212 enter call=unlink path=\"/tmp/f\" obj=fifo:/tmp/f\n"
		"431 4212 4212 leave call=unlink ret=0 obj=fifo:/tmp/f\n",
		0));

	ck_assert_str_eq(text, TWO_STRANGERS_TOLD
		"sender made the FIFO f, a name in the directory /tmp. Nobody has it open "
		"yet.\n"
		"sender: open(\"/tmp/f\", O_WRONLY|O_NONBLOCK) failed with ENXIO: nobody has "
		"the FIFO open for reading, and O_NONBLOCK forbids it to wait.\n"
		"taker opened the FIFO f for reading, as descriptor 4.\n"
		"taker removed the name of the FIFO f. Who has the FIFO open keeps "
		"it; nobody new can open it.\n");
	free(text);
}
END_TEST

START_TEST(tells_what_memory_holds)
{
	char *text = without_calls(story(TWO_STRANGERS
		"500 4211 4211 enter call=shmget key=0x1 n=4096 flags=IPC_CREAT|0600\n"
		"501 4211 4211 leave call=shmget ret=5 obj=shm:5 size=4096 made=1\n"
		"510 4211 4211 enter call=shmat id=5 addr=0x0 flags=0 obj=shm:5\n"
		"511 4211 4211 leave call=shmat ret=140000000 obj=shm:5 "
		"addr=0x7f0000001000 size=4096 nattch=1\n"
		"520 0 0 look obj=shm:5 off=0 bytes=0000000000000000 nattch=1\n"
		"530 0 0 look obj=shm:5 off=0 bytes=0000686900000000 nattch=1\n"
		"531 0 0 look obj=shm:5 off=0 bytes=0000686900000000 nattch=1\n"
		"540 0 0 look obj=shm:5 off=0 bytes=0700686900000000 nattch=1\n"
		"545 0 0 look obj=shm:5 off=0 bytes=646174000000002a nattch=1\n"
		"546 0 0 look obj=shm:5 removed=1 nattch=1\n"
		"550 4211 4211 enter call=shmctl id=5 cmd=IPC_RMID obj=shm:5\n"
		"551 4211 4211 leave call=shmctl ret=0 obj=shm:5 cmd=IPC_RMID nattch=1 "
		"removed=1\n",
		0));

	ck_assert_str_eq(text, TWO_STRANGERS_TOLD
		"sender made the segment 5. It has 4096 bytes.\n"
		"sender attached the segment 5: in its memory it lies at 0x7f0000001000. "
		"It is attached 1 time now.\n"
		"In the segment 5 lies, from byte 2 on: \"hi\".\n"
		"In the segment 5 lies, from byte 0 on: 07.\n"
		"In the segment 5 lies, from byte 0 on: \"dat\" 00×4 2a.\n"
		"The kernel says that the segment 5 is marked for removal.\n"
		"sender marked the segment 5 for removal: it is gone when it is detached "
		"for the last time. It is attached 1 time now.\n");
	free(text);
}
END_TEST

START_TEST(tells_what_semaphores_do)
{
	char *text = without_calls(story(TWO_STRANGERS
		"600 4211 4211 enter call=semop id=9 obj=sem:9 ops=0-1u\n"
		"601 4211 4211 leave call=semop id=9 obj=sem:9 ret=0 values=0,5\n"
		"610 0 0 look obj=sem:9 values=0,5\n"
		"620 0 0 look obj=sem:9 values=1,5\n"
		"630 4211 4211 enter call=sem_post addr=0x7f0000001010 obj=sem:5+16\n"
		"631 4211 4211 leave call=sem_post addr=0x7f0000001010 obj=sem:5+16 ret=0 "
		"values=1 kernel=0\n"
		"640 4212 4212 enter call=sem_trywait addr=0x7f0000001010 "
		"obj=sem:4212@0x7f0000001010\n"
		"641 4212 4212 leave call=sem_trywait addr=0x7f0000001010 "
		"obj=sem:4212@0x7f0000001010 ret=-1 err=EAGAIN\n"
		"650 4212 4212 enter call=pthread_mutex_trylock addr=0x7f0000001020 "
		"obj=mutex:/seg+32\n"
		"651 4212 4212 leave call=pthread_mutex_trylock addr=0x7f0000001020 "
		"obj=mutex:/seg+32 ret=16 err=EBUSY\n",
		0));

	ck_assert_str_eq(text, TWO_STRANGERS_TOLD
		"sender: semop(9, [0-1u]) is done on the set of semaphores 9. Its values "
		"are 0,5 now.\n"
		"The values of the set of semaphores 9 are 1,5.\n"
		"sender gave one to the semaphore at byte 16 of the segment 5. Its value "
		"is 1 now. That was done in memory, without the kernel.\n"
		"taker: sem_trywait(0x7f0000001010) failed with EAGAIN: its value is 0.\n"
		"taker: pthread_mutex_trylock(/seg+32) failed with EBUSY: somebody holds "
		"it.\n");
	free(text);
}
END_TEST

START_TEST(tells_acts_and_what_came_of_them)
{
	tells(WRITER_AND_READER "400 4212 0 look fd=3 flags=O_RDONLY\n"
				"410 4212 0 act op=nonblock fd=3 value=1 by=stage\n"
				"420 4212 0 look fd=3 flags=O_RDONLY|O_NONBLOCK\n"
				"430 4212 0 look fd=3 flags=O_RDONLY|O_NONBLOCK\n"
				"440 4212 0 act op=permit by=stage\n"
				"450 4212 0 act op=close fd=3 by=pending\n"
				"460 4211 0 act op=stop by=stage\n"
				"470 4211 0 look state=T\n"
				"480 4211 0 look state=T\n"
				"490 4211 0 act op=kill sig=SIGKILL by=stage\n"
				"500 4211 0 died signal=SIGKILL\n"
				"510 4212 0 died status=0\n",
		WRITER_AND_READER_TOLD
		"You set O_NONBLOCK on descriptor 3 of reader.\n"
		"Descriptor 3 of reader has the flags O_RDONLY|O_NONBLOCK now.\n"
		"You have reader close its descriptor 3. It cannot be done from outside; reader "
		"will do it on its way to the next call.\n"
		"You send SIGSTOP to writer.\n"
		"writer is stopped; it goes on when it gets SIGCONT.\n"
		"You send SIGKILL to writer.\n"
		"writer is killed by SIGKILL.\n"
		"reader ends with exit status 0.\n");
}
END_TEST

START_TEST(tells_what_is_done_to_sockets)
{
	tells("1 7 7 born ppid=1 name=\"server\"\n"
	      "2 7 0 act op=rcvbuf fd=3 value=4096 by=stage\n"
	      "3 7 0 look fd=3 obj=socket:9 rcvbuf=8192 sndbuf=20000\n"
	      "4 7 0 act op=sndbuf fd=3 value=1 by=pending\n"
	      "4 7 7 act op=sndbuf fd=3 value=1 by=probe ret=-1 err=ENOTSOCK\n"
	      "5 7 0 act op=shutdown fd=3 how=SHUT_WR by=stage\n"
	      "6 7 0 look fd=3 obj=socket:9 rcvbuf=8192 sndbuf=20000 how=SHUT_WR\n"
	      "7 7 0 act op=delay call=recv value=2500000 by=stage\n"
	      "8 7 0 act op=delay call=recv value=0 by=stage\n"
	      "9 0 0 act op=delay call=load value=1000000000 by=stage\n",
		"server (7) is born.\n"
		"You ask for a receive buffer of 4096 bytes on socket 3 of server.\n"
		"Socket 3 of server has a receive buffer of 8192 bytes and a send buffer of 20000 bytes now, "
		"the kernel's overhead included.\n"
		"You ask for a send buffer of 1 byte on socket 3 of server. It cannot be done from outside; "
		"server will do it on its way to the next call.\n"
		"server has tried it itself, on its way to the next call: it failed with ENOTSOCK.\n"
		"You shut socket 3 of server down for writing.\n"
		"From now on every recv of server waits 2.5 ms before it is made.\n"
		"recv of server is not delayed any more.\n"
		"From now on every load of any process waits 1000 ms before it is made.\n");
}
END_TEST

START_TEST(tells_who_is_on_which_machine)
{
	tells("1 7 0 act op=host name=\"north\" text=\"192.0.2.1\" by=stage\n"
	      "2 7 7 born ppid=1 name=\"server\"\n"
	      "3 8 8 born ppid=7 name=\"worker\"\n"
	      "4 9 0 act op=host name=\"south\" text=\"127.0.0.1\" why=\"unshare: no\" by=stage\n"
	      "5 9 9 born ppid=1 name=\"client\"\n",
		"server (7) is born. server is on the machine north, 192.0.2.1.\n"
		"worker (8) is born, a child of server.\n"
		"client (9) is born. client is on the machine south: no network of its own is allowed "
		"here (unshare: no), so both machines are the loopback, 127.0.0.1.\n");
}
END_TEST

START_TEST(tells_what_is_printed_and_what_a_variable_holds)
{
	tells(WRITER_AND_READER
		"610 4211 0 out stream=tty text=\"counter is 6\\n\"\n"
		"620 4211 0 look var=counter addr=0x4010 value=6\n"
		"630 4211 0 look var=counter addr=0x4010 value=6\n"
		"640 4211 0 look var=counter addr=0x4010 value=7\n"
		"700 4211 4211 exec name=\"cat\" prog=\"/bin/cat\" argv=\"cat -n\"\n"
		"810 4211 0 dark why=\"its control descriptor was closed\"\n",
		WRITER_AND_READER_TOLD
		"The terminal of writer shows \"counter is 6\\n\".\n"
		"In writer, counter is 6, at address 0x4010.\n"
		"In writer, counter is 7, at address 0x4010.\n"
		"Process 4211 becomes another program: /bin/cat, started as \"cat -n\".\n"
		"cat can no longer be watched: its control descriptor was closed.\n");
}
END_TEST

START_TEST(tells_apart_processes_of_one_name)
{
	tells("1 7 7 born ppid=1 name=\"sh\"\n"
	      "2 8 8 born ppid=7 name=\"sh\"\n"
	      "3 7 7 enter call=pause\n"
	      "4 99 99 enter call=pause\n"
	      "5 8 0 act op=name value=0 by=stage text=\"child\"\n"
	      "6 8 8 enter call=pause\n",
		"sh (7) is born.\n"
		"sh (8) is born, a child of sh (7).\n"
		"sh (7) calls pause().\n"
		"process 99 calls pause().\n"
		"Process 8 is called child.\n"
		"child calls pause().\n");
}
END_TEST

/* What a lesson calls its processes. */
static const char *
lesson_name(const struct conductor *conductor, int32_t pid)
{
	(void)conductor;
	return pid == 8 ? "child" : NULL;
}

START_TEST(calls_processes_what_the_lesson_does)
{
	static const char lines[] =
		"1 7 7 born ppid=1 name=\"islands\"\n2 8 8 born ppid=7 name=\"islands\"\n";
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct plain *plain = plain_create(out, 0);
	struct model *model = model_create();
	struct event event;

	plain_names(plain, lesson_name, NULL);
	for (const char *line = lines; *line != '\0'; line = strchr(line, '\n') + 1) {
		ck_assert_int_eq(event_parse(&event, line, strcspn(line, "\n")), 0);
		model_apply(model, &event);
		plain_event(plain, model, &event);
	}
	model_free(model);
	plain_free(plain);
	fclose(out);
	ck_assert_str_eq(
		text, "islands (7) is born.\nchild (8) is born, a child of islands (7).\n");
	free(text);
}
END_TEST

START_TEST(tells_what_sockets_do)
{
	tells("100 10 10 born ppid=1 name=\"client\" prog=\"/x/c\" slot=0\n"
	      "200 10 10 enter call=socket family=AF_INET socktype=SOCK_STREAM proto=0\n"
	      "201 10 10 leave call=socket ret=3 fds=3 obj=socket:7 family=AF_INET "
	      "socktype=SOCK_STREAM\n"
	      "210 10 10 enter call=connect fd=3 obj=socket:7 peer=127.0.0.1:80\n"
	      "211 10 10 leave call=connect fd=3 obj=socket:7 ret=0 local=127.0.0.1:4000 "
	      "peer=127.0.0.1:80\n"
	      "220 10 10 enter call=recv fd=3 obj=socket:7 n=9 flags=0\n"
	      "221 10 10 look state=S wchan=wait_woken\n"
	      "222 10 10 leave call=recv fd=3 obj=socket:7 ret=0 used=0\n"
	      "230 10 10 enter call=socket family=AF_INET socktype=SOCK_DGRAM proto=0\n"
	      "231 10 10 leave call=socket ret=4 fds=4 obj=socket:8 family=AF_INET "
	      "socktype=SOCK_DGRAM\n"
	      "240 10 10 enter call=recvfrom fd=4 obj=socket:8 n=2 flags=0\n"
	      "241 10 10 leave call=recvfrom fd=4 obj=socket:8 ret=2 whole=5 peer=127.0.0.1:9 "
	      "data=\"he\"\n"
	      "250 10 10 enter call=bind fd=4 obj=socket:8 local=127.0.0.1:80\n"
	      "251 10 10 leave call=bind fd=4 obj=socket:8 ret=-1 err=EADDRINUSE\n",
		"client (10) is born, running /x/c.\n"
		"client calls socket(AF_INET, SOCK_STREAM, 0).\n"
		"client made a TCP socket, descriptor 3. It has no address yet and belongs to no "
		"connection.\n"
		"client calls connect(3, 127.0.0.1:80) on the socket 7.\n"
		"client is connected with 127.0.0.1:80; its own address is 127.0.0.1:4000.\n"
		"client calls recv(3, …, 9, 0) on the socket 7.\n"
		"client falls asleep: nothing to read: nothing has arrived yet; it wakes when the "
		"other end sends something, or closes the connection. (The kernel says: state S, in "
		"wait_woken.)\n"
		"client received 0 bytes: end of file, for the other end sends no more.\n"
		"client calls socket(AF_INET, SOCK_DGRAM, 0).\n"
		"client made a UDP socket, descriptor 4. It has no address yet and belongs to no "
		"connection.\n"
		"client calls recvfrom(4, …, 2, 0) on the socket 8.\n"
		"client received a datagram of 2 bytes from 127.0.0.1:9: \"he\". It was 5 bytes "
		"long: the room was too short, and the rest is lost.\n"
		"client calls bind(4, 127.0.0.1:80) on the socket 8.\n"
		"client: bind(4, 127.0.0.1:80) failed with EADDRINUSE: the address is taken: by "
		"another socket, or by a name left behind.\n");
}
END_TEST

START_TEST(tells_of_options_and_short_names)
{
	tells("100 10 10 born ppid=1 name=\"a\" prog=\"/x/a\" slot=0\n"
	      "200 10 10 leave call=socket ret=3 fds=3 obj=socket:7 family=AF_UNIX socktype=SOCK_DGRAM\n"
	      "210 10 10 leave call=setsockopt fd=3 obj=socket:7 ret=0 option=SO_RCVBUF value=4096 rcvbuf=8192\n"
	      "220 10 10 leave call=setsockopt fd=3 obj=socket:7 ret=0 option=SO_RCVTIMEO timeout=200000000\n"
	      "230 10 10 leave call=setsockopt fd=3 obj=socket:7 ret=0 option=SO_REUSEADDR value=1\n"
	      "240 10 10 leave call=getsockopt fd=3 obj=socket:7 ret=0 option=SO_PEERCRED cred=11,1000,100\n"
	      "250 10 10 leave call=getsockopt fd=3 obj=socket:7 ret=0 option=SO_ERROR value=0\n"
	      "260 10 10 leave call=getsockopt fd=3 obj=socket:7 ret=0 option=SO_ERROR value=111 arg=ECONNREFUSED\n"
	      "270 10 10 leave call=bind fd=3 obj=socket:7 ret=0 local=@ipcviz-k3v9-door\n"
	      "280 10 10 leave call=sendto fd=3 obj=socket:7 ret=0 peer=/box\n"
	      "290 10 10 leave call=recv fd=3 obj=socket:7 ret=0 used=0\n"
	      "300 10 10 enter call=read fd=5 obj=file:/tmp/ipcviz-10-effffffc-25eac6-ed9b43c34add138d/poem n=4\n"
	      "310 10 10 enter call=read fd=5 obj=file:/home/ipcviz-1-x/poem n=4\n",
		"a (10) is born, running /x/a.\n"
		"a made a UNIX datagram socket, descriptor 3. It has no address yet and belongs to no connection.\n"
		"a asked for a receive buffer of 4096 bytes on socket 3; the kernel made it 8192 bytes, its own overhead included.\n"
		"a set SO_RCVTIMEO of socket 3: a call that has to wait gives up after 200 ms.\n"
		"a set SO_REUSEADDR of socket 3 to 1.\n"
		"a learns who is at the other end of socket 3: process 11, of user 1000 and group 100.\n"
		"a asks socket 3 for a pending error: there is none, all went well.\n"
		"a asks socket 3 for a pending error: it is ECONNREFUSED.\n"
		"a gave its socket 3 the address @door.\n"
		"a sent an empty datagram.\n"
		"a received an empty datagram. It is no end of file.\n"
		"a calls read(5, …, 4) on the file poem.\n"
		"a calls read(5, …, 4) on the file /home/ipcviz-1-x/poem.\n");
}
END_TEST

/* What no call tells: states, the backlog, drops. Each once. */
START_TEST(tells_what_the_kernel_says_of_sockets)
{
	tells("100 10 10 born ppid=1 name=\"a\" prog=\"/x/a\" slot=0\n"
	      "200 10 10 leave call=socket ret=3 fds=3 obj=socket:7 family=AF_INET socktype=SOCK_STREAM\n"
	      "210 10 10 enter call=connect fd=3 obj=socket:7 peer=127.0.0.1:80\n"
	      "220 0 0 look obj=socket:7 tcp=SYN_SENT local=127.0.0.1:4000 peer=127.0.0.1:80\n"
	      "230 0 0 look obj=socket:7 tcp=SYN_SENT local=127.0.0.1:4000 peer=127.0.0.1:80\n"
	      "240 0 0 look obj=socket:7 tcp=TIME_WAIT local=127.0.0.1:4000 peer=127.0.0.1:80 timeout=59900000000\n"
	      "250 0 0 look obj=socket:8 tcp=CLOSE\n"
	      "260 0 0 look obj=socket:8 tcp=LISTEN waiting=0 backlog=4 local=0.0.0.0:80\n"
	      "270 0 0 look obj=socket:8 tcp=LISTEN waiting=1 backlog=4 local=0.0.0.0:80\n"
	      "280 0 0 look obj=socket:8 tcp=LISTEN waiting=0 backlog=4 local=0.0.0.0:80\n"
	      "290 10 10 leave call=socket ret=4 fds=4 obj=socket:9 family=AF_INET socktype=SOCK_DGRAM\n"
	      "300 10 10 leave call=bind fd=4 obj=socket:9 ret=0 local=0.0.0.0:53\n"
	      "310 0 0 look obj=socket:9 drops=0 local=0.0.0.0:53\n"
	      "320 0 0 look obj=socket:9 drops=2 local=0.0.0.0:53\n"
	      "330 10 10 leave call=bind fd=3 obj=socket:7 ret=-1 err=EADDRINUSE\n",
		"a (10) is born, running /x/a.\n"
		"a made a TCP socket, descriptor 3. It has no address yet and belongs to no connection.\n"
		"a calls connect(3, 127.0.0.1:80) on the socket 7.\n"
		"The kernel shows the socket 127.0.0.1:4000 of a in the state SYN_SENT: it asks for a connection "
		"and has no answer yet.\n"
		"The kernel shows the socket 127.0.0.1:4000 of a in the state TIME_WAIT: the connection is over, "
		"and the kernel of the side that closed first keeps its address in mind. It forgets it in 60 seconds.\n"
		"1 connection waits at the socket 8 (0.0.0.0:80) to be accepted; its backlog is 4.\n"
		"No connection waits at the socket 8 (0.0.0.0:80) any more.\n"
		"a made a UDP socket, descriptor 4. It has no address yet and belongs to no connection.\n"
		"a gave its socket 4 the address 0.0.0.0:53.\n"
		"The kernel has dropped 2 datagrams at the socket 0.0.0.0:53 of a: there was no room. Sent there: 2. "
		"Received: 0. Still in its buffer: 0. Dropped: 2.\n"
		"a: bind(3, …) failed with EADDRINUSE: the port is taken: by another socket, or by a connection that the "
		"kernel has not forgotten yet (TIME_WAIT).\n");
}
END_TEST

START_TEST(lets_nothing_through_that_upsets_a_terminal)
{
	char *text = story("1 7 7 born ppid=1 name=\"a\x1b]0;x\x07\xc2\x9b\xff"
			   "b\" prog=\"/p\"\n"
			   "2 7 0 out stream=tty text=\"\x1b[2J\"\n"
			   "3 7 0 wink a=\"\x1b[2J\"\n",
		0);

	for (const char *c = text; *c != '\0'; c++)
		ck_assert_msg((unsigned char)*c >= ' ' || *c == '\n', "control character %#x",
			(unsigned char)*c);
	ck_assert_ptr_nonnull(strstr(text, "a?]0;x???b (7) is born"));
	ck_assert_ptr_nonnull(strstr(text, "An event of a kind unknown here: 3 7 0 wink"));
	free(text);
}
END_TEST

START_TEST(breaks_lines_where_it_is_told)
{
	for (int columns = 30; columns <= 100; columns += 7) {
		char *text = story(WRITER_AND_READER, columns);

		for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
			ck_assert_int_le(
				(int)strlen(line), columns + 2); /* … is three bytes wide */
		free(text);
	}
}
END_TEST

START_TEST(tells_a_question_and_its_verdict)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct plain *plain = plain_create(out, 40);
	struct choice choices[] = {
		{.says = "It returns 0"}, {.says = "It fails with \001EAGAIN\002"}};
	struct move ask = {.kind = MOVE_ASK,
		.question = "The reader calls \001read(3, …, 1024)\002 on an \003empty\004 pipe. "
			    "What happens?",
		.choices = choices,
		.n_choices = 2,
		.explain = "So it is."};
	struct verdict verdict = {.ask = &ask, .answer = 0, .truth = 1};

	plain_question(plain, &ask);
	plain_verdict(plain, &verdict);
	verdict.answer = 1;
	plain_verdict(plain, &verdict);
	plain_free(plain);
	fclose(out);
	ck_assert_str_eq(text, "\n"
			       "? The reader calls `read(3, …, 1024)` on\n"
			       "  an empty pipe. What happens?\n"
			       "  1. It returns 0\n"
			       "  2. It fails with `EAGAIN`\n"
			       "\n"
			       "= Not so. You predicted: It returns 0.\n"
			       "  What happened: It fails with `EAGAIN`.\n"
			       "  So it is.\n"
			       "\n"
			       "= Right, as you predicted: It fails with\n"
			       "  `EAGAIN`.\n"
			       "  So it is.\n"
			       "\n");
	free(text);
}
END_TEST

START_TEST(tells_a_step_with_its_lists_and_code)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct plain *plain = plain_create(out, 40);
	struct block blocks[] = {
		{BLOCK_PARAGRAPH, 0, 0, "Every byte of the pipe is taken, so it cannot return."},
		{BLOCK_ITEM, 0, 1, "one thing that is long enough to need a second line"},
		{BLOCK_ITEM, 2, 1, "two"},
		{BLOCK_CODE, 0, 0, "if (x)\n\ty();\n"},
	};
	struct step step = {.title = "Full", .words = {blocks, 4}};
	struct lesson lesson = {.steps = &step, .n_steps = 1};

	plain_step(plain, &lesson, 0);
	plain_free(plain);
	fclose(out);
	ck_assert_str_eq(text, "\n"
			       "Step 1 of 1: Full\n"
			       "\n"
			       "Every byte of the pipe is taken, so it\n"
			       "cannot return.\n"
			       "\n"
			       "- one thing that is long enough to need\n"
			       "  a second line\n"
			       "2. two\n"
			       "\n"
			       "    if (x)\n"
			       "            y();\n"
			       "\n");
	free(text);
}
END_TEST

int
main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	unsetenv("LANGUAGE");
	Suite *suite = suite_create("plain");
	TCase *events = tcase_create("events"), *words = tcase_create("words");
	SRunner *runner = srunner_create(suite);

	tcase_add_test(events, tells_a_pipe_and_a_fork);
	tcase_add_test(events, tells_what_is_dropped);
	tcase_add_test(events, tells_that_a_backlog_is_full);
	tcase_add_test(events, tells_of_time_wait);
	tcase_add_test(events, tells_that_a_writer_falls_asleep_and_who_wakes_it);
	tcase_add_test(events, tells_why_a_call_failed);
	tcase_add_test(events, tells_how_ends_of_a_pipe_close);
	tcase_add_test(events, tells_what_becomes_of_messages);
	tcase_add_test(events, tells_what_becomes_of_names);
	tcase_add_test(events, tells_what_memory_holds);
	tcase_add_test(events, tells_what_semaphores_do);
	tcase_add_test(events, tells_what_sockets_do);
	tcase_add_test(events, tells_of_options_and_short_names);
	tcase_add_test(events, tells_what_the_kernel_says_of_sockets);
	tcase_add_test(events, tells_acts_and_what_came_of_them);
	tcase_add_test(events, tells_what_is_done_to_sockets);
	tcase_add_test(events, tells_who_is_on_which_machine);
	tcase_add_test(events, tells_what_is_printed_and_what_a_variable_holds);
	tcase_add_test(events, tells_apart_processes_of_one_name);
	tcase_add_test(events, calls_processes_what_the_lesson_does);
	tcase_add_test(events, lets_nothing_through_that_upsets_a_terminal);
	tcase_add_test(events, breaks_lines_where_it_is_told);
	tcase_add_test(words, tells_a_question_and_its_verdict);
	tcase_add_test(words, tells_a_step_with_its_lists_and_code);
	suite_add_tcase(suite, events);
	suite_add_tcase(suite, words);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
