/* SPDX-License-Identifier: MIT
 *
 * What is worth showing of the kinds beyond pipes: which objects get a card, what ties a process to
 * them, what the focus goes through, which semaphores share a card, what names become on little
 * room.
 */
#include "model_lines.h"

#include <locale.h>

#include "tui/cards.h"
#include "tui/keys.h"
#include "tui/links.h"

/* Two processes that use a System V queue and a set of two semaphores. */
#define TWO BORN(10) BORN(11)
#define QUEUE                                                                                      \
	"5 10 10 enter call=msgget key=0x1 flags=IPC_CREAT\n"                                      \
	"6 10 10 leave call=msgget ret=7 obj=msg:7 made=1 count=0 used=0 cap=64\n"                 \
	"7 10 10 enter call=msgsnd id=7 obj=msg:7 type=1 n=4\n"                                    \
	"8 10 10 leave call=msgsnd ret=0 obj=msg:7 count=1 used=4 cap=64 type=1 n=4 "              \
	"data=\"abcd\"\n"
#define SEMAPHORE(pid, name)                                                                       \
	"9 " #pid " " #pid " enter call=sem_open path=\"" name "\" flags=O_CREAT obj=sem:" name    \
	" value=1\n"                                                                               \
	"9 " #pid " " #pid " leave call=sem_open ret=4096 obj=sem:" name " made=1 values=1\n"      \
	"9 " #pid " " #pid " enter call=sem_wait addr=0x1000 obj=sem:" name "\n"                   \
	"9 " #pid " " #pid " leave call=sem_wait ret=0 addr=0x1000 obj=sem:" name " values=0\n"
#define SEGMENT(pid, name, address)                                                                \
	"9 " #pid " " #pid " enter call=mmap fd=-1 obj=shm:" name " addr=0x0 n=64"                 \
	" prot=PROT_READ|PROT_WRITE flags=MAP_SHARED off=0\n"                                      \
	"9 " #pid " " #pid " leave call=mmap ret=" #address " obj=shm:" name " addr=" #address     \
	" n=64 prot=PROT_READ|PROT_WRITE off=0 size=64\n"
#define LOCK(pid, name)                                                                            \
	"9 " #pid " " #pid " enter call=sem_wait addr=0x2000 obj=sem:" name "\n"                   \
	"9 " #pid " " #pid " leave call=sem_wait ret=0 addr=0x2000 obj=sem:" name " values=0\n"

static int
count_shown(const struct model *model, bool locks)
{
	int ids[64];
	return shown_channels(model, locks, ids, 64);
}

START_TEST(test_what_was_used_has_a_card_also_after_its_users)
{
	struct model *model = told(TWO QUEUE);
	ck_assert_int_eq(count_shown(model, false), 1);
	tell(model, "20 10 0 died status=0\n21 11 0 died status=0\n");
	ck_assert_int_eq(count_shown(model, false), 1);
	/* files and terminals have none */
	tell(model, BORN(12) "22 12 12 look fd=0 obj=tty:/dev/pts/1 end=rw flags=O_RDWR\n"
			     "23 12 12 look fd=1 obj=file:/dev/null end=w flags=O_WRONLY\n"
			     "24 12 12 look list=0,1\n");
	ck_assert_int_eq(count_shown(model, false), 1);
	/* removed, and another one made: only that is left */
	tell(model, "25 0 0 look obj=msg:7 removed=1\n"
		    "26 12 12 enter call=msgget key=0x2 flags=IPC_CREAT\n"
		    "27 12 12 leave call=msgget ret=8 obj=msg:8 made=1 count=0 used=0 cap=64\n"
		    "28 12 12 enter call=msgsnd id=8 obj=msg:8 type=1 n=1\n");
	int ids[8];
	ck_assert_int_eq(shown_channels(model, false, ids, 8), 1);
	ck_assert_str_eq(model->channels[ids[0]].name, "msg:8");
	model_free(model);
}
END_TEST

START_TEST(test_what_the_dead_left_can_be_pointed_at)
{
	struct model *model = told(TWO QUEUE SEMAPHORE(11, "/s") LOCK(11, "11@0x100"));
	struct focus focus;
	int shown[2] = {0, 1}, ids[8];
	focus_init(&focus);
	focus_settle(&focus, model);
	ck_assert_int_eq(left_channels(model, ids, 8), 0);
	ck_assert_str_eq(model->channels[focus.channel].name, "msg:7");
	/* its user dies: it keeps the focus, and is behind what the living have */
	tell(model, "20 10 0 died status=0\n");
	focus_settle(&focus, model);
	ck_assert_str_eq(model->channels[focus.channel].name, "msg:7");
	ck_assert_int_eq(left_channels(model, ids, 8), 1);
	focus_process(&focus, model, shown, 2, 1);
	ck_assert_int_eq(focus.process, 1);
	ck_assert_str_eq(model->channels[focus.channel].name, "sem:/s");
	focus_link(&focus, model, -1);
	ck_assert_str_eq(model->channels[focus.channel].name, "msg:7");
	focus_link(&focus, model, 1);
	ck_assert_str_eq(model->channels[focus.channel].name, "sem:/s");
	/* all are dead: what lay in their memory is gone with them */
	tell(model, "21 11 0 died status=0\n");
	ck_assert_int_eq(left_channels(model, ids, 8), 2);
	ck_assert_int_eq(count_shown(model, false), 2);
	focus_settle(&focus, model);
	ck_assert_str_eq(model->channels[focus.channel].name, "sem:/s");
	tell(model, "22 0 0 look obj=sem:/s removed=1\n");
	focus_settle(&focus, model);
	ck_assert_str_eq(model->channels[focus.channel].name, "msg:7");
	tell(model, "23 0 0 look obj=msg:7 removed=1\n");
	focus_settle(&focus, model);
	ck_assert_int_eq(focus.channel, NONE);
	focus_link(&focus, model, 1);
	ck_assert_int_eq(focus.channel, NONE);
	model_free(model);
}
END_TEST

START_TEST(test_private_semaphores_by_the_dozen_are_left_out)
{
	struct model *model = told(BORN(10) LOCK(10, "10@0x100") LOCK(10, "10@0x200"));
	ck_assert_int_eq(count_shown(model, false), 2);
	tell(model, LOCK(10, "10@0x300"));
	ck_assert_int_eq(model->n_channels, 3);
	ck_assert(!channel_shows(model, 0) && !channel_shows(model, 1) && !channel_shows(model, 2));
	/* another process's few are not counted with them */
	tell(model, BORN(11) LOCK(11, "11@0x100"));
	ck_assert_int_eq(count_shown(model, false), 1);
	/* where somebody waits, it matters */
	tell(model, "20 10 10 enter call=sem_wait addr=0x200 obj=sem:10@0x200\n"
		    "21 10 10 look state=S wchan=futex_do_wait\n");
	ck_assert(channel_shows(model, 1) && !channel_shows(model, 0));
	model_free(model);
}
END_TEST

START_TEST(test_links)
{
	struct model *model = told(TWO QUEUE SEGMENT(10, "/ring", 0x5000) LOCK(10, "/ring+0"));
	struct link links[LINKS_MAX];
	/* the lock lies in the segment, so one line stands for both */
	int n = process_links(model, 0, links, LINKS_MAX);
	ck_assert_int_eq(n, 2);
	ck_assert_int_eq(links[0].kind, LINK_MAPPING);
	ck_assert_int_eq(links[0].end, END_BOTH);
	ck_assert_int_eq(links[1].kind, LINK_USE);
	ck_assert_int_eq(links[1].end, END_WRITE); /* it sent, and received nothing */
	ck_assert_str_eq(model->channels[links[1].channel].name, "msg:7");
	/* cards: the segment and the queue; the list has a line for the lock, too */
	ck_assert_int_eq(count_shown(model, false), 2);
	ck_assert_int_eq(count_shown(model, true), 3);
	/* who has not used anything has no links; who waits for a message has the arrow in */
	ck_assert_int_eq(process_links(model, 1, links, LINKS_MAX), 0);
	tell(model, "30 11 11 enter call=msgrcv id=7 obj=msg:7 want=9 n=4\n"
		    "31 11 11 look state=S wchan=do_msgrcv\n");
	ck_assert_int_eq(process_links(model, 1, links, LINKS_MAX), 1);
	ck_assert_int_eq(links[0].end, END_READ);
	tell(model, "32 10 0 died status=0\n");
	ck_assert_int_eq(process_links(model, 0, links, LINKS_MAX), 0);
	model_free(model);
}
END_TEST

START_TEST(test_the_door_of_a_fifo)
{
	struct model *model = told(BORN(10) "5 10 10 enter call=open path=\"f\" flags=O_WRONLY "
					    "obj=fifo:/tmp/f end=w\n"
					    "6 10 10 look state=S wchan=wait_for_partner\n");
	struct link links[LINKS_MAX];
	ck_assert_int_eq(process_links(model, 0, links, LINKS_MAX), 1);
	ck_assert_int_eq(links[0].kind, LINK_DOOR);
	ck_assert_int_eq(links[0].end, END_WRITE);
	ck_assert_int_eq(count_shown(model, false), 1);
	tell(model, "7 10 10 leave call=open ret=3 fds=3 obj=fifo:/tmp/f end=w flags=O_WRONLY\n");
	ck_assert_int_eq(process_links(model, 0, links, LINKS_MAX), 0);
	model_free(model);
}
END_TEST

START_TEST(test_focus_goes_through_objects)
{
	struct model *model = told(TWO PIPE(10, 3, 4, 77) QUEUE SEMAPHORE(10, "/a"));
	struct focus focus;
	struct view view = {.kind = VIEW_RUN, .model = model};
	focus_init(&focus);
	focus_settle(&focus, model);
	ck_assert_int_eq(focus.fd, 3);
	ck_assert_str_eq(model->channels[focus.channel].name, "pipe:77");
	ck_assert(key_works(key_of(COMMAND_CLOSE), &view, &focus));
	ck_assert(!key_works(key_of(COMMAND_REMOVE), &view, &focus));
	focus_link(&focus, model, -1); /* around to the last */
	ck_assert_int_eq(focus.fd, NONE);
	ck_assert_str_eq(model->channels[focus.channel].name, "sem:/a");
	ck_assert(key_works(key_of(COMMAND_NONBLOCK), &view, &focus));
	ck_assert(key_works(key_of(COMMAND_REMOVE), &view, &focus));
	ck_assert(!key_works(key_of(COMMAND_PARTNER), &view, &focus));
	ck_assert(!key_works(key_of(COMMAND_CLOSE), &view, &focus));
	ck_assert(!key_works(key_of(COMMAND_CAPACITY), &view, &focus));
	focus_link(&focus, model, -1);
	ck_assert_str_eq(model->channels[focus.channel].name, "msg:7");
	ck_assert(key_works(key_of(COMMAND_PARTNER), &view, &focus));
	/* it stays there whatever happens to others */
	tell(model, "40 11 0 died status=0\n");
	focus_settle(&focus, model);
	ck_assert_str_eq(model->channels[focus.channel].name, "msg:7");
	/* and goes to what is left when that is gone */
	tell(model, "41 0 0 look obj=msg:7 removed=1\n42 10 0 died status=0\n");
	focus_settle(&focus, model);
	ck_assert(!key_works(key_of(COMMAND_NONBLOCK), &view, &focus));
	model_free(model);
}
END_TEST

START_TEST(test_semaphores_share_a_card_when_there_are_many)
{
	struct model *model = told(BORN(10) SEMAPHORE(10, "/a") SEMAPHORE(10, "/b"));
	struct lock_group group;
	int ids[16], n = shown_channels(model, false, ids, 16);
	lock_group_form(model, &group, ids, &n);
	ck_assert_int_eq(n, 2); /* few enough: a card each */
	ck_assert_int_eq(group.n, 0);
	tell(model, SEMAPHORE(10, "/c") QUEUE);
	n = shown_channels(model, false, ids, 16);
	ck_assert_int_eq(n, 4);
	lock_group_form(model, &group, ids, &n);
	ck_assert_int_eq(n, 2);
	ck_assert_int_eq(group.n, 3);
	ck_assert_int_eq(ids[0], group.ids[0]);
	ck_assert_str_eq(model->channels[ids[1]].name, "msg:7");
	ck_assert_int_eq(lock_group_find(&group, group.ids[2]), 2);
	ck_assert_int_eq(lock_group_find(&group, ids[1]), -1);
	model_free(model);
}
END_TEST

START_TEST(test_names)
{
	struct model *model = told(
		TWO QUEUE SEMAPHORE(10, "/ipcviz-k3v9-empty") SEGMENT(10, "10@0x5000", 0x5000));
	char name[96];
	const struct channel *semaphore = channel(model, "sem:/ipcviz-k3v9-empty");
	channel_title(semaphore, false, name, sizeof name);
	ck_assert_str_eq(name, "semaphore /empty");
	channel_title(semaphore, true, name, sizeof name);
	ck_assert_str_eq(name, "semaphore");
	channel_short_name(semaphore, name, sizeof name);
	ck_assert_str_eq(name, "empty");
	channel_title(channel(model, "shm:10@0x5000"), false, name, sizeof name);
	ck_assert_str_eq(name, "segment 10@0x5000");
	channel_short_name(channel(model, "msg:7"), name, sizeof name);
	ck_assert_str_eq(name, "7");
	ck_assert(channel_is_system_v(channel(model, "msg:7")));
	ck_assert(!channel_is_system_v(semaphore));
	ck_assert(!channel_is_system_v(channel(model, "shm:10@0x5000")));
	model_free(model);
}
END_TEST

#define SOCKET(pid, fd, object, type)                                                              \
	"9 " #pid " " #pid " enter call=socket family=AF_INET socktype=" type "\n"                 \
	"9 " #pid " " #pid " leave call=socket ret=" #fd " fds=" #fd " obj=" object                \
	" end=rw family=AF_INET socktype=" type "\n"

START_TEST(test_both_ends_of_a_connection_are_one_card)
{
	struct model *model = told(TWO SOCKET(10, 3, "socket:70", "SOCK_STREAM")
			"20 10 10 enter call=bind fd=3 obj=socket:70 end=rw local=127.0.0.1:0\n"
			"21 10 10 leave call=bind fd=3 obj=socket:70 ret=0 local=127.0.0.1:40000\n"
			"22 10 10 enter call=listen fd=3 obj=socket:70 end=rw n=2\n"
			"23 10 10 leave call=listen fd=3 obj=socket:70 ret=0 tcp=LISTEN backlog=2\n"
		SOCKET(11, 3, "socket:71", "SOCK_STREAM")
			"30 11 11 enter call=connect fd=3 obj=socket:71 peer=127.0.0.1:40000\n"
			"31 11 11 leave call=connect fd=3 obj=socket:71 ret=0 "
			"local=127.0.0.1:41234 peer=127.0.0.1:40000\n");
	int clients[2], listener = model_channel(model, "socket:70");
	int client = model_channel(model, "socket:71");
	char name[96];
	ck_assert_int_eq(count_shown(model, false), 2);
	ck_assert_int_eq(channel_backlog(model, listener, clients, 2), 1);
	ck_assert_int_eq(clients[0], client);
	tell(model, "40 10 10 enter call=accept fd=3 obj=socket:70 end=rw\n"
		    "41 10 10 leave call=accept ret=4 fds=4 obj=socket:72 end=rw family=AF_INET "
		    "socktype=SOCK_STREAM local=127.0.0.1:40000 peer=127.0.0.1:41234\n");
	int accepted = model_channel(model, "socket:72");
	ck_assert_int_eq(channel_backlog(model, listener, clients, 2), 0);
	ck_assert_int_eq(count_shown(model, false), 2);
	ck_assert_int_eq(card_of(model, accepted), client);
	ck_assert_int_eq(card_of(model, client), client);
	ck_assert_int_eq(card_of(model, listener), listener);
	ck_assert_int_eq(card_of(model, NONE), NONE);
	ck_assert(card_is_modest(model, listener) && !card_is_modest(model, client));
	/* both are called by who connected to whom */
	channel_title(channel(model, "socket:70"), false, name, sizeof name);
	ck_assert_str_eq(name, "tcp :40000");
	channel_title(channel(model, "socket:71"), false, name, sizeof name);
	ck_assert_str_eq(name, "tcp :41234↔:40000");
	channel_title(channel(model, "socket:72"), false, name, sizeof name);
	ck_assert_str_eq(name, "tcp :41234↔:40000");
	channel_short_name(channel(model, "socket:70"), name, sizeof name);
	ck_assert_str_eq(name, ":40000");
	/* as long as the kernel has something of it */
	tell(model, "50 10 10 enter call=close fd=4 obj=socket:72\n"
		    "51 10 10 leave call=close fd=4 obj=socket:72 ret=0\n"
		    "52 11 11 enter call=close fd=3 obj=socket:71\n"
		    "53 11 11 leave call=close fd=3 obj=socket:71 ret=0\n"
		    "54 0 0 look obj=socket:72 tcp=TIME_WAIT timeout=60000000000\n");
	ck_assert_int_eq(count_shown(model, false), 2);
	tell(model, "55 0 0 look obj=socket:72 tcp=CLOSE\n");
	ck_assert_int_eq(count_shown(model, false), 1);
	model_free(model);
}
END_TEST

START_TEST(test_who_only_sends_datagrams_is_drawn_where_they_arrive)
{
	struct model *model = told(TWO SOCKET(10, 3, "socket:80", "SOCK_DGRAM")
			"20 10 10 enter call=bind fd=3 obj=socket:80 end=rw local=127.0.0.1:7000\n"
			"21 10 10 leave call=bind fd=3 obj=socket:80 ret=0 local=127.0.0.1:7000\n"
		SOCKET(11, 3, "socket:81", "SOCK_DGRAM"));
	int receiver = model_channel(model, "socket:80"), sender = model_channel(model, "socket:81");
	ck_assert_int_eq(count_shown(model, false), 2);
	tell(model, "30 11 11 enter call=sendto fd=3 obj=socket:81 n=3 peer=127.0.0.1:7000\n"
		    "31 11 11 leave call=sendto fd=3 obj=socket:81 ret=3 local=0.0.0.0:50001 "
		    "peer=127.0.0.1:7000 data=\"one\"\n");
	ck_assert_int_eq(count_shown(model, false), 1);
	ck_assert_int_eq(card_of(model, sender), receiver);
	/* with an answer on its way back there are two places */
	tell(model, "40 10 10 enter call=sendto fd=3 obj=socket:80 n=3 peer=127.0.0.1:50001\n"
		    "41 10 10 leave call=sendto fd=3 obj=socket:80 ret=3 local=127.0.0.1:7000 "
		    "peer=127.0.0.1:50001 data=\"two\"\n");
	ck_assert_int_eq(count_shown(model, false), 2);
	ck_assert_int_eq(card_of(model, sender), sender);
	model_free(model);
}
END_TEST

int
main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	Suite *suite = suite_create("shown");
	TCase *tests = tcase_create("shown");
	tcase_add_test(tests, test_what_was_used_has_a_card_also_after_its_users);
	tcase_add_test(tests, test_what_the_dead_left_can_be_pointed_at);
	tcase_add_test(tests, test_private_semaphores_by_the_dozen_are_left_out);
	tcase_add_test(tests, test_links);
	tcase_add_test(tests, test_the_door_of_a_fifo);
	tcase_add_test(tests, test_focus_goes_through_objects);
	tcase_add_test(tests, test_semaphores_share_a_card_when_there_are_many);
	tcase_add_test(tests, test_names);
	tcase_add_test(tests, test_both_ends_of_a_connection_are_one_card);
	tcase_add_test(tests, test_who_only_sends_datagrams_is_drawn_where_they_arrive);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
