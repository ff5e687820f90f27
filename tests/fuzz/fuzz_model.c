/* SPDX-License-Identifier: MIT
 *
 * Any lines as a trace: the model takes them, its counts agree with each other, and its copy goes on
 * as it does.
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "model/model.h"

const char *const fuzz_seeds[] = {"@tests/unit/data/*.events",
	"1 10 10 born ppid=1 name=\"p\" prog=\"/p\" slot=0\n2 10 10 enter call=pipe\n"
	"3 10 10 leave call=pipe ret=0 fds=3,4 obj=pipe:7 cap=65536\n4 10 10 enter call=fork\n"
	"5 11 11 born ppid=10 slot=1\n6 10 10 leave call=fork ret=11\n7 11 11 leave call=fork "
	"ret=0\n"
	"8 11 11 enter call=write fd=4 obj=pipe:7 end=w n=9000\n9 11 11 look state=S\n"
	"10 10 10 enter call=read fd=3 obj=pipe:7 end=r n=100\n"
	"11 10 10 leave call=read fd=3 obj=pipe:7 end=r ret=100 used=3996 cap=4096 data=\"a\"...\n"
	"12 11 11 leave call=write fd=4 obj=pipe:7 end=w ret=9000 used=8900 cap=4096\n"
	"13 10 10 enter call=dup2 fd=3 fd2=0\n14 10 10 leave call=dup2 fd=3 fd2=0 ret=0\n"
	"15 10 0 act op=kill by=stage\n16 10 0 died signal=SIGKILL\n",
	"1 10 10 born ppid=1 name=\"p\" prog=\"/p\" slot=0\n"
	"3 10 10 leave call=msgget ret=5 obj=msg:5 made=1\n"
	"4 11 11 enter call=msgrcv id=5 obj=msg:5 n=9 want=-3\n5 11 11 look state=S\n"
	"6 10 10 enter call=msgsnd id=5 obj=msg:5 n=4 type=2\n"
	"7 11 11 leave call=msgrcv obj=msg:5 ret=4 type=2 count=0 used=0\n"
	"8 10 10 leave call=msgsnd obj=msg:5 ret=0 type=2 count=0 used=0 cap=16384\n"
	"9 10 10 enter call=mq_open path=\"/q\" flags=O_RDWR\n"
	"10 10 10 leave call=mq_open ret=3 obj=mq:/q end=rw made=1 count=0 limit=2 size=8\n"
	"11 10 10 enter call=mq_send fd=3 obj=mq:/q n=4 prio=7\n"
	"12 10 10 leave call=mq_send fd=3 obj=mq:/q ret=0 prio=7 count=1\n"
	"13 0 0 look obj=mq:/q count=3 notify=11\n",
	"1 10 10 born ppid=1 slot=0\n2 11 11 born ppid=10 slot=1\n"
	"3 10 10 leave call=semget ret=9 obj=sem:9 n=2 made=1 values=1,1\n"
	"4 10 10 enter call=semop id=9 obj=sem:9 ops=0-1u\n"
	"5 10 10 leave call=semop obj=sem:9 ret=0 values=0,1\n"
	"6 11 11 enter call=semop id=9 obj=sem:9 ops=1-1,0-1\n7 11 11 look state=S\n"
	"8 10 10 leave call=mmap ret=0x7000 obj=shm:10@0x7000 n=8192 prot=PROT_WRITE\n"
	"9 10 10 enter call=pthread_cond_wait obj=cond:10@0x7000+40 other=mutex:10@0x7000+0\n"
	"10 10 10 look state=S\n11 0 0 look obj=shm:10@0x7000 off=0 bytes=00ff\n"
	"12 10 10 enter call=munmap addr=0x7000 n=4096\n13 10 10 leave call=munmap ret=0\n"
	"14 11 11 enter call=open path=\"f\" flags=O_RDONLY obj=fifo:/f end=r\n"
	"15 11 11 look state=S\n16 10 0 died signal=SIGKILL\n",
	NULL};

const char *const fuzz_tokens[] = {"born ", "exec ", "reach ", "enter ", "leave ", "look ", "act ",
	"out ", "died ", "dark ", "call=read ", "call=write ", "call=pipe ", "call=close ",
	"call=dup2 ", "call=fork ", "call=vfork ", "call=execve ", "call=waitpid ",
	"call=closefrom ", "call=fcntl cmd=F_SETPIPE_SZ ",
	"call=fcntl cmd=F_SETFL arg=O_NONBLOCK|O_DIRECT ", "call=open ", "call=poll ready=3r ",
	"op=restart ", "op=close by=probe ", "obj=pipe:7 ", "obj=pipe:8 ", "obj=fifo:/f ", "fd=3 ",
	"fd=4 ", "fd2=4 ", "fds=3,4 ", "ret=0 ", "ret=-1 err=EAGAIN ", "ret=11 ", "ret=4096 ",
	"used=0 ", "used=4096 ", "used=99999999999 ", "cap=4096 ", "cap=1 ", "n=100000 ", "list=3 ",
	"state=S ", "state=T ", "text=\"x\" ", "9 10 10 ", "9 11 11 ", "9 12 12 ", "call=msgsnd ",
	"call=msgrcv ", "call=mq_send fd=3 ", "call=mq_receive fd=3 ", "call=msgctl cmd=IPC_RMID ",
	"call=semop ", "call=semctl cmd=SETVAL value=3 ", "call=semctl cmd=SETALL ",
	"call=sem_wait ", "call=sem_post ", "call=pthread_mutex_lock ",
	"call=pthread_mutex_unlock ", "call=pthread_cond_wait other=mutex:1@0x1+0 ", "call=mmap ",
	"call=munmap ", "call=mprotect ", "call=shmat ", "call=shmdt ", "call=ftruncate ",
	"call=unlink ", "obj=msg:5 ", "obj=mq:/q ", "obj=sem:9 ", "obj=shm:10@0x7000 ",
	"obj=file:/f ", "obj=mutex:10@0x7000+0 ", "ops=0-1u,1+1 ", "ops=0+0 ", "ops=99+1 ",
	"type=1 ", "want=-9 ", "prio=3 ", "count=0 ", "count=9 ", "count=99999999999 ",
	"values=1,2 ", "values=99 ", "made=1 ", "addr=0x7000 ", "addr=0xfffffffffffff000 ",
	"off=4096 ", "size=-1 ", "err=EIDRM ", "err=EOWNERDEAD ", "end=rw ", "9 0 0 look ", NULL};

static void
check_object(const struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];
	int64_t bytes = 0;
	int mapped = 0;

	for (int j = 0; channel->queue != NULL && j < channel->queue->n_messages; j++)
		bytes += channel->queue->messages[j].bytes;
	if (channel->queue != NULL) {
		assert(channel->queue->count == -1 ||
			channel->queue->count >= channel->queue->n_messages);
		assert(bytes == channel->lies);
	}
	for (int j = 0; channel->semaphores != NULL && j < channel->semaphores->n; j++)
		assert(channel->semaphores->items[j].value >= -1);
	for (int i = 0; i < model->n_processes; i++)
		for (int j = 0; j < model->processes[i].n_mappings; j++)
			mapped += model->processes[i].mappings[j].channel == id;
	assert(channel->segment == NULL || channel->segment->n_mapped == mapped);
}

static void
check_waits(const struct model *model)
{
	struct wait_edge edges[4];
	int processes[4] = {NONE};
	char text[300];

	model_waits(model, edges, 4);
	model_cycle(model, processes, 4);
	cycle_text(model, text, sizeof text);
	for (int i = 0; i < model->n_channels; i++) {
		int n = channel_waiters(model, i, processes, 4);
		for (int j = 0; j < n && j < 4; j++) {
			waiter_text(model, processes[j], text, sizeof text);
			queue_next(model, i, processes[j]);
		}
	}
}

/* What must hold whatever the trace says. */
static void
check(const struct model *model)
{
	char text[120];

	for (int i = 0; i < model->n_channels; i++) {
		const struct channel *channel = &model->channels[i];
		int64_t runs = 0, slots = 0;
		for (int j = 0; j < channel->n_runs; j++) {
			assert(channel->runs[j].bytes > 0 &&
				channel->runs[j].writer < model->n_processes);
			runs += channel->runs[j].bytes;
		}
		for (int j = 0; j < channel->n_slots; j++) {
			assert(channel->slots[j].start < channel->slots[j].end);
			assert(channel->slots[j].end <= channel->page_size);
			slots += channel->slots[j].end - channel->slots[j].start;
		}
		assert(channel->used == -1 || channel->queue != NULL || channel->used == runs);
		check_object(model, i);
		assert(!channel->slots_known || slots == runs);
		assert(channel->n_readers >= 0 && channel->n_writers >= 0);
		assert(channel->n_waiting_read >= 0 && channel->n_waiting_write >= 0);
		channel_room(channel, 5000);
	}
	check_waits(model);
	for (int i = 0; i < model->n_processes; i++) {
		process_cause_text(model, i, text, sizeof text);
		process_wake_text(model, i, text, sizeof text);
		process_state_text(&model->processes[i], text, sizeof text);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model *model = model_create(), *clone = NULL;
	uint64_t lines = 0;

	assert(model != NULL);
	while (size > 0) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t length = end == NULL ? size : (size_t)(end - data) + 1;
		struct event event;
		if (event_parse(&event, (const char *)data, length) == 0) {
			model_apply(model, &event);
			if (clone != NULL)
				model_apply(clone, &event);
			if (++lines == 16)
				clone = model_clone(model);
		}
		data += length;
		size -= length;
	}
	check(model);
	if (clone != NULL) {
		check(clone);
		assert(clone->strange == model->strange &&
			clone->n_processes == model->n_processes);
	}
	model_free(model);
	model_free(clone);
	return 0;
}
