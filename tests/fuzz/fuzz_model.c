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
	NULL};

const char *const fuzz_tokens[] = {"born ", "exec ", "reach ", "enter ", "leave ", "look ", "act ",
	"out ", "died ", "dark ", "call=read ", "call=write ", "call=pipe ", "call=close ",
	"call=dup2 ", "call=fork ", "call=vfork ", "call=execve ", "call=waitpid ",
	"call=closefrom ", "call=fcntl cmd=F_SETPIPE_SZ ",
	"call=fcntl cmd=F_SETFL arg=O_NONBLOCK|O_DIRECT ", "call=open ", "call=poll ready=3r ",
	"op=restart ", "op=close by=probe ", "obj=pipe:7 ", "obj=pipe:8 ", "obj=fifo:/f ", "fd=3 ",
	"fd=4 ", "fd2=4 ", "fds=3,4 ", "ret=0 ", "ret=-1 err=EAGAIN ", "ret=11 ", "ret=4096 ",
	"used=0 ", "used=4096 ", "used=99999999999 ", "cap=4096 ", "cap=1 ", "n=100000 ", "list=3 ",
	"state=S ", "state=T ", "text=\"x\" ", "9 10 10 ", "9 11 11 ", "9 12 12 ", "\n", NULL};

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
		assert(channel->used == -1 || channel->used == runs);
		assert(!channel->slots_known || slots == runs);
		assert(channel->n_readers >= 0 && channel->n_writers >= 0);
		assert(channel->n_waiting_read >= 0 && channel->n_waiting_write >= 0);
		channel_room(channel, 5000);
	}
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
