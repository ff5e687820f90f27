/* SPDX-License-Identifier: MIT
 *
 * Hostile with System V message queues: see hostile.h. Every case makes its own, and removes it.
 */
#include "hostile_ipc.h"

#include <sys/ipc.h>
#include <sys/msg.h>

struct message {
	long type;
	char text[9000];
};

static struct message message;

static int
queue_make(void)
{
	int id = msgget(IPC_PRIVATE, 0600);

	if (id < 0)
		exit(1);
	return id;
}

static void
queue_remove(int id)
{
	say("IPC_RMID", msgctl(id, IPC_RMID, NULL));
}

static long
put(int id, long type, const char *text, int flags)
{
	message.type = type;
	strcpy(message.text, text);
	return msgsnd(id, &message, strlen(text), flags);
}

static long
take(int id, size_t n, long want, int flags)
{
	long ret;

	memset(&message, 0, sizeof message);
	ret = msgrcv(id, &message, n, want, flags);
	if (ret >= 0)
		printf("%ld %.*s\n", message.type, (int)ret, message.text);
	return ret;
}

static int
order(void)
{
	int id = queue_make();

	say("three", put(id, 3, "three", 0));
	say("one", put(id, 1, "one", 0));
	say("two", put(id, 2, "two\n\"quoted\"", 0));
	say("one again", put(id, 1, "", 0));
	say("any", take(id, 100, 0, 0));
	say("2", take(id, 100, 2, 0));
	say("up to 3", take(id, 100, -3, 0));
	say("except 2", take(id, 100, 2, MSG_EXCEPT));
	say("none left", take(id, 100, 0, IPC_NOWAIT));
	queue_remove(id);
	return 5;
}

/* What is there, what was there, what could not be made. */
static int
keys(void)
{
	char directory[] = "/tmp/hostile-XXXXXX";
	key_t key;
	int id;

	if (mkdtemp(directory) == NULL)
		return 1;
	key = ftok(directory, 'q');
	say("another project", ftok(directory, 'r') == key);
	say("not there", msgget(key, 0600));
	say("made", (id = msgget(key, IPC_CREAT | 0600)) >= 0);
	say("there", msgget(key, IPC_CREAT | 0600) == id);
	say("plainly", msgget(key, 0) == id);
	say("exclusive", msgget(key, IPC_CREAT | IPC_EXCL | 0600));
	queue_remove(id);
	say("made again", (id = msgget(key, IPC_CREAT | IPC_EXCL | 0600)) >= 0);
	queue_remove(id);
	rmdir(directory);
	say("ftok", ftok(directory, 'q'));
	say("ftok", ftok(nowhere, 'q'));
	return 0;
}

static int
efault(void)
{
	int id = queue_make();
	char *end = edge(sizeof(long) + 5), *half = edge(sizeof(long) - 3);

	say("msgsnd", msgsnd(id, nowhere, 5, 0));
	say("msgsnd half a type", msgsnd(id, half, 5, 0));
	memcpy(end, &(long){7}, sizeof(long));
	memcpy(end + sizeof(long), "12345", 5);
	say("msgsnd too long", msgsnd(id, end, 6, 0));
	say("msgsnd to the edge", msgsnd(id, end, 5, 0));
	memset(end, 0, sizeof(long) + 5);
	say("msgrcv to the edge", msgrcv(id, end, 5, 0, 0));
	printf("%.5s\n", end + sizeof(long));
	say("msgsnd", msgsnd(id, end, 5, 0));
	memcpy(end, &(long){7}, sizeof(long));
	say("msgsnd", msgsnd(id, end, 5, 0));
	say("msgrcv", msgrcv(id, nowhere, 5, 0, 0));
	say("msgrcv", msgrcv(id, end, 5, 0, IPC_NOWAIT));
	say("IPC_STAT", msgctl(id, IPC_STAT, nowhere));
	say("IPC_SET", msgctl(id, IPC_SET, nowhere));
	queue_remove(id);
	return 0;
}

/* A type at an odd address. */
static int
crooked(void)
{
	static char bytes[64];
	int id = queue_make();

	memcpy(bytes + 3, &(long){9}, sizeof(long));
	memcpy(bytes + 3 + sizeof(long), "odd", 3);
	say("msgsnd", msgsnd(id, bytes + 3, 3, 0));
	say("msgrcv", msgrcv(id, bytes + 17, 3, 9, 0));
	printf("%.3s\n", bytes + 17 + sizeof(long));
	queue_remove(id);
	return 0;
}

static int
einval(void)
{
	int id = queue_make();

	say("type 0", put(id, 0, "x", 0));
	say("type -1", put(id, -1, "x", 0));
	message.type = 1;
	say("too long", msgsnd(id, &message, sizeof message.text, 0));
	say("far too long", msgsnd(id, &message, (size_t)-1, 0));
	say("msgrcv far too long", msgrcv(id, &message, (size_t)-1, 0, IPC_NOWAIT));
	say("command", msgctl(id, 77, NULL));
	say("id", msgctl(-1, IPC_STAT, nowhere));
	say("id", msgsnd(-1, &message, 1, 0));
	say("id", msgrcv(-1, &message, 1, 0, 0));
	queue_remove(id);
	say("gone", put(id, 1, "x", 0));
	say("gone", take(id, 1, 0, 0));
	say("gone", msgctl(id, IPC_RMID, NULL));
	return 0;
}

static int
e2big(void)
{
	int id = queue_make();

	say("put", put(id, 1, "0123456789", 0));
	say("short", take(id, 4, 0, 0));
	say("cut", take(id, 4, 0, MSG_NOERROR));
	say("gone", take(id, 4, 0, IPC_NOWAIT));
	queue_remove(id);
	return 0;
}

/* Full by bytes, then again with a smaller limit. */
static int
full(void)
{
	struct msqid_ds queue;
	int id = queue_make(), sent = 0;

	message.type = 1;
	while (msgsnd(id, &message, 1000, IPC_NOWAIT) == 0)
		sent++;
	say("full", msgsnd(id, &message, 1000, IPC_NOWAIT));
	say("sent", sent);
	say("IPC_STAT", msgctl(id, IPC_STAT, &queue));
	printf("%lu of %lu\n", queue.msg_qnum, queue.msg_qbytes);
	say("one less", msgrcv(id, &message, 1000, 0, 0));
	queue.msg_qbytes = 1500;
	say("IPC_SET", msgctl(id, IPC_SET, &queue));
	say("full", msgsnd(id, &message, 1, IPC_NOWAIT));
	while (msgrcv(id, &message, 1000, 0, IPC_NOWAIT) == 1000)
		sent--;
	say("left", sent);
	say("fits", msgsnd(id, &message, 1500, IPC_NOWAIT));
	say("empty ones", msgsnd(id, &message, 0, IPC_NOWAIT));
	queue_remove(id);
	return 0;
}

/* More than anybody can follow; what is left in the end is told. */
static int
flood(void)
{
	int id = queue_make(), moved = 0;

	for (int i = 0; i < 300; i++)
		moved += put(id, 1, "flood", 0) == 0 && msgrcv(id, &message, 5, 0, 0) == 5;
	say("moved", moved);
	say("none left", take(id, 5, 0, IPC_NOWAIT));
	queue_remove(id);
	return 0;
}

static void
act_remove(struct meanwhile *meanwhile)
{
	msgctl(meanwhile->fd, IPC_RMID, NULL);
}

static void
act_send(struct meanwhile *meanwhile)
{
	static struct message other = {.type = 4, .text = "woke"};

	msgsnd(meanwhile->fd, &other, 4, 0);
}

/* One thread sleeps in msgrcv while another acts. */
static int
receive_while(void (*act)(struct meanwhile *meanwhile), bool removed)
{
	struct meanwhile meanwhile;
	int id = queue_make();

	meanwhile_start(&meanwhile, SYS_msgrcv, act, id);
	say("msgrcv", take(id, 100, 0, 0));
	meanwhile_join(&meanwhile);
	if (!removed)
		queue_remove(id);
	return 0;
}

static int
receive_removed(void)
{
	return receive_while(act_remove, true);
}

static int
receive_interrupted(void)
{
	return receive_while(meanwhile_interrupt, false);
}

static int
receive_woken(void)
{
	return receive_while(act_send, false);
}

static int
send_while(void (*act)(struct meanwhile *meanwhile), bool removed)
{
	struct meanwhile meanwhile;
	int id = queue_make();

	message.type = 1;
	while (msgsnd(id, &message, 4000, IPC_NOWAIT) == 0)
		;
	meanwhile_start(&meanwhile, SYS_msgsnd, act, id);
	say("msgsnd", msgsnd(id, &message, 4000, 0));
	meanwhile_join(&meanwhile);
	if (!removed)
		queue_remove(id);
	return 0;
}

static int
send_removed(void)
{
	return send_while(act_remove, true);
}

static int
send_interrupted(void)
{
	return send_while(meanwhile_interrupt, false);
}

static void *
receiver(void *context)
{
	static struct message other;

	msgrcv(*(int *)context, &other, 100, 0, 0);
	return NULL;
}

/* A thread that is cancelled in its sleep unwinds through the wrapper. */
static int
cancelled(void)
{
	int id = queue_make();
	pthread_t thread;
	void *result = NULL;

	if (pthread_create(&thread, NULL, receiver, &id) != 0)
		return 1;
	say("pthread_cancel", pthread_cancel(thread));
	say("pthread_join", pthread_join(thread, &result));
	say("cancelled", result == PTHREAD_CANCELED);
	say("IPC_NOWAIT", take(id, 1, 0, IPC_NOWAIT));
	queue_remove(id);
	return 0;
}

static int
eacces(void)
{
	struct msqid_ds queue;
	int id, blind;

	become_nobody();
	id = msgget(IPC_PRIVATE, 0);
	blind = msgget(IPC_PRIVATE, 0200);
	say("IPC_STAT", msgctl(id, IPC_STAT, &queue));
	say("msgsnd", put(id, 1, "x", 0));
	say("msgrcv", take(id, 1, 0, IPC_NOWAIT));
	say("blindly", put(blind, 1, "x", 0));
	say("MSG_STAT", msgctl(-1, MSG_STAT, &queue));
	queue_remove(id);
	queue_remove(blind);
	return 0;
}

/* A copy is taken and the message stays, where the kernel can do it. */
static int
copy(void)
{
	int id = queue_make();

	say("put", put(id, 3, "stays", 0));
	say("MSG_COPY", take(id, 100, 0, MSG_COPY | IPC_NOWAIT));
	say("not alone", take(id, 100, 0, MSG_COPY));
	say("taken", take(id, 100, 3, 0));
	queue_remove(id);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"msg_order", order,
			"leave call=msgrcv .*ret=12 id=-?[0-9]+ obj=msg:[0-9]+ count=2 used=3 "
			"cap=[0-9]+ type=2 "
			"data=\"two.n..quoted..\"$"},
		{"msg_keys", keys, "leave call=msgget ret=[0-9]+ obj=msg:[0-9]+ made=1 count=0"},
		{"msg_keys_there", keys, "leave call=msgget ret=[0-9]+ obj=msg:[0-9]+ made=0"},
		{"msg_efault", efault, "leave call=msgsnd .*ret=-1 err=EFAULT id=-?[0-9]+ obj=msg:[0-9]+$"},
		{"msg_crooked", crooked, "enter call=msgsnd id=[0-9]+ obj=msg:[0-9]+ type=9 n=3 "},
		{"msg_einval", einval, "enter call=msgsnd id=[0-9]+ obj=msg:[0-9]+ type=-1 n=1 "},
		{"msg_e2big", e2big,
			"leave call=msgrcv .*ret=-1 err=E2BIG id=-?[0-9]+ obj=msg:[0-9]+ count=1 "
			"used=10 "},
		{"msg_full", full,
			"leave call=msgsnd .*ret=-1 err=EAGAIN id=-?[0-9]+ obj=msg:[0-9]+ "
			"count=[1-9][0-9]* "
			"used=[1-9][0-9]*000 "},
		{"msg_flood", flood, "leave call=msgrcv .*err=ENOMSG.* count=0 used=0 cap="},
		{"msg_receive_removed", receive_removed,
			"leave call=msgrcv .*ret=-1 err=EIDRM id=-?[0-9]+ obj=msg:[0-9]+ removed=1"},
		{"msg_receive_interrupted", receive_interrupted,
			"leave call=msgrcv .*ret=-1 err=EINTR id=-?[0-9]+ obj=msg:[0-9]+ count=0"},
		{"msg_receive_woken", receive_woken,
			"leave call=msgrcv .*ret=4 .*type=4 data=\"woke\""},
		{"msg_send_removed", send_removed,
			"leave call=msgsnd .*ret=-1 err=EIDRM id=-?[0-9]+ obj=msg:[0-9]+"},
		{"msg_send_interrupted", send_interrupted,
			"leave call=msgsnd .*ret=-1 err=EINTR id=-?[0-9]+ obj=msg:[0-9]+ "
			"count=[1-9][0-9]* "
			"used=[1-9][0-9]*000 "},
		{"msg_cancelled", cancelled,
			"leave call=msgrcv .*ret=-1 err=ENOMSG id=-?[0-9]+ obj=msg:[0-9]+"},
		{"msg_eacces", eacces,
			"leave call=msgsnd .*ret=0 id=-?[0-9]+ obj=msg:[0-9]+ n=1 type=1 data=\"x\""},
		{"msg_copy", copy, "leave call=msgrcv .*ret=5 id=-?[0-9]+ obj=msg:[0-9]+ count=0"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
