/* SPDX-License-Identifier: MIT
 *
 * Segments and who has them mapped where, and FIFOs on their way to be pipes, told as event lines.
 */
#include "model_lines.h"

#include <malloc.h>

#define SHM(pid, fd)                                                                               \
	"2 " #pid " " #pid " enter call=shm_open path=\"/s\" flags=O_RDWR|O_CREAT\n"               \
	"3 " #pid " " #pid " leave call=shm_open ret=" #fd " obj=shm:/s end=rw made=1 "            \
	"flags=O_RDWR size=0\n"                                                                    \
	"4 " #pid " " #pid " enter call=ftruncate fd=" #fd " obj=shm:/s n=12288\n"                 \
	"5 " #pid " " #pid " leave call=ftruncate fd=" #fd " obj=shm:/s ret=0\n"
#define MAP(pid, address, bytes, offset, flags)                                                    \
	"6 " #pid " " #pid " enter call=mmap addr=0 n=" #bytes                                     \
	" prot=PROT_READ|PROT_WRITE flags=" flags " fd=3 off=" #offset " obj=shm:/s\n"             \
	"7 " #pid " " #pid " leave call=mmap fd=3 obj=shm:/s addr=" #address " ret=" #address "\n"

static const struct segment *
segment(const struct model *model, const char *name)
{
	ck_assert_ptr_nonnull(channel(model, name)->segment);
	return channel(model, name)->segment;
}

START_TEST(a_posix_segment)
{
	struct model *model = told(BORN(10) SHM(10, 3) MAP(10, 0x10000, 12288, 0, "MAP_SHARED"));
	const struct process *process = the(model, 10);

	ck_assert_int_eq(channel(model, "shm:/s")->kind, CHANNEL_SHM);
	ck_assert_int_eq(segment(model, "shm:/s")->size, 12288);
	ck_assert_int_eq(segment(model, "shm:/s")->n_mapped, 1);
	ck_assert_int_eq(process->n_mappings, 1);
	ck_assert_uint_eq(process->mappings[0].address, 0x10000);
	ck_assert_int_eq(process->mappings[0].size, 12288);
	ck_assert(process->mappings[0].writable);
	ck_assert(!process->mappings[0].inherited);
	ck_assert(!channel(model, "shm:/s")->partial);
	ck_assert_int_eq(channel(model, "shm:/s")->n_writers, 1);
	ck_assert(channel_user(channel(model, "shm:/s"), 0)->writes);
	tell(model, "8 10 10 enter call=shm_unlink path=\"/s\" obj=shm:/s\n"
		    "9 10 10 leave call=shm_unlink obj=shm:/s ret=0\n");
	ck_assert(channel(model, "shm:/s")->removed);
	ck_assert_int_eq(segment(model, "shm:/s")->n_mapped, 1);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_private_mapping_shares_nothing)
{
	struct model *model = told(BORN(10) SHM(10, 3) MAP(10, 0x10000, 4096, 0, "MAP_PRIVATE"));

	ck_assert_int_eq(the(model, 10)->n_mappings, 0);
	model_free(model);
}
END_TEST

START_TEST(a_hole_in_a_mapping)
{
	struct model *model = told(BORN(10) SHM(10, 3) MAP(10, 0x10000, 12288, 0,
		"MAP_SHARED") "10 10 10 enter call=munmap addr=0x11000 n=100\n"
			      "11 10 10 leave call=munmap ret=0\n");
	const struct process *process = the(model, 10);

	ck_assert_int_eq(process->n_mappings, 2);
	ck_assert_uint_eq(process->mappings[0].address, 0x10000);
	ck_assert_int_eq(process->mappings[0].size, 4096);
	ck_assert_uint_eq(process->mappings[1].address, 0x12000);
	ck_assert_int_eq(process->mappings[1].size, 4096);
	ck_assert_int_eq(process->mappings[1].offset, 8192);
	ck_assert_int_eq(segment(model, "shm:/s")->n_mapped, 2);
	tell(model, "12 10 10 enter call=mprotect addr=0x12000 n=4096 prot=PROT_READ\n"
		    "13 10 10 leave call=mprotect ret=0\n");
	ck_assert(process->mappings[0].writable);
	ck_assert(!process->mappings[1].writable);
	tell(model, "14 10 10 enter call=munmap addr=0x10000 n=0x4000\n"
		    "15 10 10 leave call=munmap ret=0\n");
	ck_assert_int_eq(process->n_mappings, 0);
	ck_assert_int_eq(segment(model, "shm:/s")->n_mapped, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* MAP_FIXED: what was there is gone, shared or not. */
START_TEST(mapped_over)
{
	struct model *model = told(BORN(10) SHM(10, 3) MAP(10, 0x10000, 12288, 0,
		"MAP_SHARED") "10 10 10 enter call=mmap addr=0x10000 n=4096 prot=PROT_READ "
			      "flags=MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS fd=-1 off=0\n"
			      "11 10 10 leave call=mmap ret=0x10000 addr=0x10000\n");

	ck_assert_int_eq(the(model, 10)->n_mappings, 1);
	ck_assert_uint_eq(the(model, 10)->mappings[0].address, 0x11000);
	tell(model, MAP(10, 0x11000, 8192, 4096, "MAP_SHARED|MAP_FIXED"));
	ck_assert_int_eq(the(model, 10)->n_mappings, 1);
	ck_assert_int_eq(the(model, 10)->mappings[0].offset, 4096);
	model_free(model);
}
END_TEST

#define FORK                                                                                       \
	"20 10 10 enter call=fork\n21 10 10 leave call=fork ret=11\n"                              \
	"22 11 11 born ppid=10 slot=1\n23 11 11 leave call=fork ret=0\n"

START_TEST(fork_inherits_and_exec_drops)
{
	struct model *model =
		told(BORN(10) SHM(10, 3) MAP(10, 0x10000, 4096, 0, "MAP_SHARED") FORK);

	ck_assert_int_eq(the(model, 11)->n_mappings, 1);
	ck_assert(the(model, 11)->mappings[0].inherited);
	ck_assert_uint_eq(the(model, 11)->mappings[0].address, 0x10000);
	ck_assert_int_eq(segment(model, "shm:/s")->n_mapped, 2);
	ck_assert_ptr_nonnull(channel_user(channel(model, "shm:/s"), model_process(model, 11)));
	tell(model, "24 11 11 enter call=execve path=\"/x\"\n25 11 11 exec prog=\"/x\"\n");
	ck_assert_int_eq(the(model, 11)->n_mappings, 0);
	ck_assert_int_eq(segment(model, "shm:/s")->n_mapped, 1);
	tell(model, "26 10 0 died status=0\n");
	ck_assert_int_eq(segment(model, "shm:/s")->n_mapped, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_system_v_segment)
{
	struct model *model = told(
		BORN(10) "2 10 10 enter call=shmget key=IPC_PRIVATE n=100 flags=IPC_CREAT\n"
			 "3 10 10 leave call=shmget ret=7 obj=shm:7 made=1\n"
			 "4 10 10 enter call=shmat id=7 obj=shm:7 addr=0 flags=SHM_RDONLY\n"
			 "5 10 10 leave call=shmat obj=shm:7 ret=0x20000 addr=0x20000 size=100 "
			 "nattch=1\n" FORK);

	ck_assert_int_eq(segment(model, "shm:7")->size, 100);
	ck_assert_int_eq(segment(model, "shm:7")->nattch, 1);
	ck_assert_int_eq(the(model, 10)->mappings[0].size, 100);
	ck_assert(!the(model, 10)->mappings[0].writable);
	ck_assert_int_eq(the(model, 11)->n_mappings, 1);
	tell(model, "30 11 11 enter call=shmdt addr=0x20000 obj=shm:7\n"
		    "31 11 11 leave call=shmdt obj=shm:7 ret=0 nattch=1\n"
		    "32 10 10 enter call=shmctl id=7 cmd=IPC_RMID obj=shm:7\n"
		    "33 10 10 leave call=shmctl obj=shm:7 ret=0 nattch=1\n");
	ck_assert_int_eq(the(model, 11)->n_mappings, 0);
	ck_assert_int_eq(the(model, 10)->n_mappings, 1);
	ck_assert(channel(model, "shm:7")->removed);
	ck_assert_int_eq(segment(model, "shm:7")->n_mapped, 1);
	model_free(model);
}
END_TEST

START_TEST(bytes_that_change_are_known)
{
	struct model *model = told(
		BORN(10) SHM(10, 3) "40 0 0 look obj=shm:/s off=0 bytes=48656c6c6f size=12288\n");
	const struct segment *s = segment(model, "shm:/s");

	ck_assert_int_eq(s->n_bytes, 5);
	ck_assert_int_eq(memcmp(s->bytes, "Hello", 5), 0);
	ck_assert_uint_eq(s->changed[0], 0);
	tell(model, "41 0 0 look obj=shm:/s off=1 bytes=616c6c\n");
	ck_assert_int_eq(memcmp(s->bytes, "Hallo", 5), 0);
	ck_assert_uint_eq(s->changed[1], model->events);
	ck_assert_uint_eq(s->changed[2], 0);
	tell(model, "42 0 0 look obj=shm:/s off=9 bytes=00\n" /* beyond a gap */
		    "43 0 0 look obj=shm:/s off=5 bytes=0102zz03\n");
	ck_assert_int_eq(s->n_bytes, 7);
	ck_assert_int_eq(model->touched_channel, model_channel(model, "shm:/s"));
	model_free(model);
}
END_TEST

/* The same address, mapped anew: another memory. */
START_TEST(anonymous_memory_is_new_each_time)
{
#define ANONYMOUS                                                                                  \
	"2 10 10 enter call=mmap addr=0 n=4096 prot=PROT_READ|PROT_WRITE "                         \
	"flags=MAP_SHARED|MAP_ANONYMOUS fd=-1 off=0\n"                                             \
	"3 10 10 leave call=mmap ret=0x7f000 obj=shm:10@0x7f000 addr=0x7f000\n"
	struct model *model =
		told(BORN(10) ANONYMOUS "40 0 0 look obj=shm:10@0x7f000 off=0 bytes=01\n"
					"41 10 10 enter call=munmap addr=0x7f000 n=4096\n"
					"42 10 10 leave call=munmap ret=0\n");

	ck_assert_int_eq(segment(model, "shm:10@0x7f000")->n_bytes, 1);
	ck_assert_int_eq(segment(model, "shm:10@0x7f000")->size, 4096);
	tell(model, ANONYMOUS);
	ck_assert_int_eq(segment(model, "shm:10@0x7f000")->n_bytes, 0);
	ck_assert_int_eq(segment(model, "shm:10@0x7f000")->n_mapped, 1);
	model_free(model);
}
END_TEST

START_TEST(a_mapped_file_has_a_segment)
{
	struct model *model = told(BORN(
		10) "2 10 10 enter call=mmap addr=0 n=4096 prot=PROT_READ flags=MAP_SHARED fd=3 "
		    "obj=file:/f off=0\n"
		    "3 10 10 leave call=mmap fd=3 obj=file:/f addr=0x7f000 ret=0x7f000\n"
		    "4 10 10 enter call=sem_wait addr=0x7f010 obj=sem:file:/f+16\n");

	ck_assert_int_eq(channel(model, "file:/f")->kind, CHANNEL_FILE);
	ck_assert_int_eq(segment(model, "file:/f")->n_mapped, 1);
	ck_assert_int_eq(channel(model, "sem:file:/f+16")->inside, model_channel(model, "file:/f"));
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(mappings_end)
{
	struct model *model = told(BORN(10) SHM(10, 3));
	char line[300];

	for (int i = 1; i < 500; i++) {
		snprintf(line, sizeof line,
			"6 10 10 enter call=mmap addr=0 n=4096 prot=PROT_READ flags=MAP_SHARED "
			"fd=3 "
			"obj=shm:/s off=0\n7 10 10 leave call=mmap obj=shm:/s ret=0x%d0000\n",
			i);
		tell(model, line);
	}
	ck_assert_int_eq(the(model, 10)->n_mappings, MAPPINGS_MAX);
	ck_assert_uint_gt(model->lost, 0);
	tell(model, "10 10 10 enter call=munmap addr=0 n=0x7fffffffffffffff\n"
		    "11 10 10 leave call=munmap ret=0\n");
	consistent(model);
	struct model *clone = model_clone(model);
	ck_assert_ptr_nonnull(clone);
	tell(clone, "20 10 0 died status=0\n");
	ck_assert_int_eq(the(model, 10)->n_mappings, MAPPINGS_MAX);
	ck_assert_int_eq(segment(model, "shm:/s")->n_mapped, MAPPINGS_MAX);
	ck_assert_int_eq(segment(clone, "shm:/s")->n_mapped, 0);
	consistent(clone);
	model_free(clone);
	model_free(model);
}
END_TEST

/* --- FIFOs --- */

#define MKFIFO                                                                                     \
	"2 10 10 enter call=mkfifo path=\"f\" mode=0600\n"                                         \
	"3 10 10 leave call=mkfifo path=\"f\" ret=0 obj=fifo:/d/f\n"
#define OPEN_ENTER(pid, e, flags)                                                                  \
	"10 " #pid " " #pid " enter call=open path=\"f\" flags=" flags " obj=fifo:/d/f end=" #e "\n"
#define OPEN_LEAVE(pid, fd, e, flags)                                                              \
	"11 " #pid " " #pid " leave call=open path=\"f\" ret=" #fd " fds=" #fd                     \
	" obj=fifo:/d/f end=" #e " flags=" flags " cap=65536\n"
#define ASLEEP(pid) "30 " #pid " " #pid " look state=S wchan=wait_for_partner\n"

START_TEST(an_open_waits_for_its_partner)
{
	struct model *model = told(BORN(10) BORN(11) MKFIFO OPEN_ENTER(10, r, "O_RDONLY"));
	int fifo = model_channel(model, "fifo:/d/f");

	ck_assert(channel(model, "fifo:/d/f")->named);
	ck_assert_int_eq(channel(model, "fifo:/d/f")->used, 0);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_PARTNER);
	ck_assert_int_eq(the(model, 10)->waits_for, fifo);
	ck_assert_int_eq(the(model, 10)->waits_end, END_READ);
	ck_assert_int_eq(the(model, 10)->n_fds, 0);
	ck_assert_int_eq(channel(model, "fifo:/d/f")->n_waiting_read, 1);
	ck_assert_str_eq(cause_text(model, 10), "nobody has the FIFO open for writing yet");
	tell(model, ASLEEP(10));
	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	tell(model, OPEN_ENTER(11, w, "O_WRONLY"));
	ck_assert_int_eq(the(model, 11)->cause, WAIT_NONE);
	tell(model, OPEN_LEAVE(10, 3, r, "O_RDONLY"));
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_int_eq(model->wakes[0].channel, fifo);
	tell(model, OPEN_LEAVE(11, 4, w, "O_WRONLY"));
	ck_assert_int_eq(channel(model, "fifo:/d/f")->n_readers, 1);
	ck_assert_int_eq(channel(model, "fifo:/d/f")->n_writers, 1);
	ck_assert_int_eq(channel(model, "fifo:/d/f")->capacity, 65536);
	ck_assert(!channel(model, "fifo:/d/f")->partial);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(the_partners_open_returns_first)
{
	struct model *model = told(BORN(10) BORN(11) MKFIFO OPEN_ENTER(10, w, "O_WRONLY") ASLEEP(10)
			OPEN_ENTER(11, r, "O_RDONLY") OPEN_LEAVE(11, 3, r, "O_RDONLY")
				OPEN_LEAVE(10, 3, w, "O_WRONLY"));

	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	model_free(model);
}
END_TEST

START_TEST(no_partner_is_needed)
{
	static const char *const opens[] = {
		OPEN_ENTER(10, r, "O_RDONLY|O_NONBLOCK"), OPEN_ENTER(10, rw, "O_RDWR")};

	for (size_t i = 0; i < sizeof opens / sizeof *opens; i++) {
		struct model *model = told(BORN(10) MKFIFO);
		tell(model, opens[i]);
		ck_assert_int_eq(the(model, 10)->cause, WAIT_NONE);
		model_free(model);
	}
}
END_TEST

/* The name goes, the pipe behind it stays. */
START_TEST(a_name_goes_while_it_is_open)
{
	struct model *model = told(BORN(10) MKFIFO OPEN_ENTER(10, rw, "O_RDWR") OPEN_LEAVE(10, 3,
		rw, "O_RDWR") "20 10 10 enter call=write fd=3 obj=fifo:/d/f end=rw n=5\n"
			      "21 10 10 leave call=write fd=3 obj=fifo:/d/f end=rw ret=5 used=5 "
			      "cap=65536 data=\"hello\"\n"
			      "22 10 10 enter call=unlink path=\"f\"\n"
			      "23 10 10 leave call=unlink path=\"f\" ret=0\n");

	ck_assert(channel(model, "fifo:/d/f")->removed);
	ck_assert(!channel(model, "fifo:/d/f")->named);
	ck_assert_int_eq(channel(model, "fifo:/d/f")->used, 5);
	ck_assert_int_eq(channel(model, "fifo:/d/f")->last_remover, model_process(model, 10));
	tell(model, "24 10 10 enter call=close fd=3 obj=fifo:/d/f\n"
		    "25 10 10 leave call=close fd=3 ret=0\n");
	ck_assert_int_eq(channel(model, "fifo:/d/f")->used, 0);
	tell(model, MKFIFO);
	ck_assert(channel(model, "fifo:/d/f")->named);
	ck_assert(!channel(model, "fifo:/d/f")->removed);
	consistent(model);
	model_free(model);
}
END_TEST

/* --- everything at once --- */

/* Each process uses a few objects of every kind, all of them different, and fills what it can. */
static void
flood(struct model *model, int pid, int rounds)
{
	char lines[2000];

	snprintf(lines, sizeof lines, "1 %d %d born ppid=1 name=\"p%d\" slot=-1\n", pid, pid, pid);
	tell(model, lines);
	for (int i = 0; i < rounds; i++) {
		int id = pid * 10 + i % 6;
		snprintf(lines, sizeof lines,
			"2 %d %d leave call=msgsnd obj=msg:%d ret=0 n=9 type=%d data=\"x\"\n"
			"3 %d %d leave call=mq_send obj=mq:/%d ret=0 n=9 prio=%d\n"
			"4 %d %d leave call=semop obj=sem:%d ret=0 ops=%d+1u,%d-1u\n"
			"5 %d %d leave call=mmap obj=shm:/%d ret=0x%d00000 n=4096 "
			"flags=MAP_SHARED\n"
			"6 %d %d leave call=semop obj=sem:7 ret=0 ops=%d+1u\n"
			"7 0 0 look obj=shm:/%d off=%d bytes=%064d\n",
			pid, pid, id, i, pid, pid, id, i, pid, pid, id, i % 70, i % 64, pid, pid,
			id, i + 1, pid, pid, i % 64, id, i * 32 % 256, i);
		tell(model, lines);
	}
}

START_TEST(all_bounds_hold)
{
	struct model *model = model_create();
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;

	for (int pid = 1000; pid < 2100; pid++) /* the last find no place: all others live */
		flood(model, pid, 70);
	size_t used = mallinfo2().uordblks + mallinfo2().hblkhd - before;
	ck_assert_int_eq(model->n_processes, MODEL_PROCESSES_MAX);
	ck_assert_int_eq(model->n_channels, MODEL_CHANNELS_MAX);
	ck_assert_uint_gt(model->lost, 0);
	ck_assert_msg(used < (size_t)80 << 20, "%zu bytes", used); /* what model.h says */
	consistent(model);
	struct model *clone = model_clone(model);
	ck_assert_ptr_nonnull(clone);
	consistent(clone);
	for (int pid = 1000; pid < 2100; pid += 2) {
		char line[60];
		snprintf(line, sizeof line, "9 %d 0 died status=0\n", pid);
		tell(clone, line);
	}
	for (int pid = 5000; pid < 5400; pid++) /* in the places of the dead */
		flood(clone, pid, 20);
	consistent(clone);
	model_free(model);
	model_free(clone);
}
END_TEST

int
main(void)
{
	TCase *segments = tcase_create("segments"), *fifos = tcase_create("FIFOs"),
	      *bounds = tcase_create("bounds");

	tcase_add_test(segments, a_posix_segment);
	tcase_add_test(segments, a_private_mapping_shares_nothing);
	tcase_add_test(segments, a_hole_in_a_mapping);
	tcase_add_test(segments, mapped_over);
	tcase_add_test(segments, fork_inherits_and_exec_drops);
	tcase_add_test(segments, a_system_v_segment);
	tcase_add_test(segments, bytes_that_change_are_known);
	tcase_add_test(segments, anonymous_memory_is_new_each_time);
	tcase_add_test(segments, a_mapped_file_has_a_segment);
	tcase_add_test(segments, mappings_end);
	tcase_add_test(fifos, an_open_waits_for_its_partner);
	tcase_add_test(fifos, the_partners_open_returns_first);
	tcase_add_test(fifos, no_partner_is_needed);
	tcase_add_test(fifos, a_name_goes_while_it_is_open);
	tcase_add_test(bounds, all_bounds_hold);
	tcase_set_timeout(bounds, 60);
	return run_cases("model_segment", (TCase *[]){segments, fifos, bounds, NULL});
}
