/* SPDX-License-Identifier: MIT
 *
 * Hostile with FIFOs and their names: see hostile.h. Every case works in a directory of its own.
 */
#include "hostile_ipc.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char directory[] = "/tmp/hostile-XXXXXX";

static void
directory_enter(void)
{
	if (mkdtemp(directory) == NULL || chdir(directory) != 0)
		exit(1);
}

static void
directory_leave(void)
{
	say("rmdir", rmdir(directory));
}

static int
names(void)
{
	char path[5000];
	int here;

	directory_enter();
	say("mkfifo", mkfifo("f", 0600));
	say("again", mkfifo("f", 0600));
	say("mknod", mknod("g", S_IFIFO | 0640, 0));
	say("a file", mknod("h", S_IFREG | 0600, 0));
	say("in its way", mkfifo("h", 0600));
	say("no directory", mkfifo("f/x", 0600));
	say("nowhere", mkfifo("no/x", 0600));
	say("empty", mkfifo("", 0600));
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	say("long", mkfifo(path, 0600));
	path[300] = '\0';
	say("long", mkfifo(path, 0600));
	say("bad", mkfifo(nowhere, 0600));
	say("bad", mknod(nowhere, S_IFIFO, 0));
	say("open", here = open(".", O_RDONLY | O_DIRECTORY));
	say("mkfifoat", mkfifoat(here, "i", 0600));
	say("mknodat", mknodat(here, "j", S_IFIFO | 0600, 0));
	say("bad directory", mkfifoat(77, "k", 0600));
	say("bad directory", unlinkat(77, "k", 0));
	say("unlink", unlink("f"));
	say("unlink", unlink("f"));
	say("unlink", unlink(nowhere));
	say("remove", remove("g"));
	say("remove", remove(nowhere));
	say("unlinkat", unlinkat(here, "h", AT_REMOVEDIR));
	say("unlinkat", unlinkat(here, "h", 0));
	say("unlinkat", unlinkat(here, "i", 0));
	say("unlinkat", unlinkat(AT_FDCWD, "j", 0));
	say("mkdir", mkdir("d", 0700));
	say("unlink", unlink("d"));
	say("remove", remove("d"));
	directory_leave();
	return 0;
}

/* The ways to one FIFO; each comes out under the same name, before it is open and after. */
static int
ways(void)
{
	char path[160], byte;
	int door, here;

	directory_enter();
	mkdir("d", 0700);
	mkdir("d/e", 0700);
	say("symlink", symlink("d/e", "link"));
	say("symlink", symlink("../.././link/./f", "d/e/round"));
	say("symlink", symlink("loop", "loop"));
	say("mkfifo", mkfifo("link/f", 0600));
	say("open", door = open("d//e/../e/f", O_RDWR | O_NONBLOCK));
	say("open", here = open("d", O_RDONLY));
	say("openat", openat(here, "e/round", O_RDONLY | O_NONBLOCK));
	snprintf(path, sizeof path, "%s/link/../e/f", directory);
	say("open", open(path, O_WRONLY | O_NONBLOCK));
	say("open", open("loop", O_RDONLY));
	say("open", open("d/e/round", O_RDONLY | O_NOFOLLOW));
	say("open", open("d/e/f/", O_RDONLY));
	say("unlink", unlink("d/e/f"));
	snprintf(path, sizeof path, "/proc/self/fd/%d", door);
	say("open", open(path, O_RDONLY | O_NONBLOCK));
	say("read", read(door, &byte, 1));
	unlink("d/e/round");
	unlink("link");
	unlink("loop");
	rmdir("d/e");
	rmdir("d");
	directory_leave();
	return 0;
}

/* Names that grow with their escapes, and that no line has room for. */
static int
long_names(void)
{
	char path[256];

	directory_enter();
	memset(path, ' ', sizeof path);
	for (int length = 20; length <= 250; length += 5) {
		path[length] = '\0';
		say("mkfifo", mkfifo(path, 0600));
		say("open", open(path, O_RDONLY | O_NONBLOCK) >= 0);
		say("unlink", unlink(path));
		path[length] = ' ';
	}
	directory_leave();
	return 0;
}

static void
act_open(struct meanwhile *meanwhile)
{
	int door = open("f", meanwhile->fd);

	if (meanwhile->fd == O_WRONLY)
		write(door, "hello", 5);
}

/* Asleep in open until the other side comes. */
static int
open_while(int flags, void (*act)(struct meanwhile *meanwhile), int other)
{
	struct meanwhile meanwhile;
	char bytes[8] = "";
	int door;

	directory_enter();
	mkfifo("f", 0600);
	meanwhile_start(&meanwhile, SYS_openat, act, other);
	say("open", (door = open("f", flags)) >= 0);
	meanwhile_join(&meanwhile);
	if (flags == O_RDONLY && door >= 0)
		say("read", read(door, bytes, 5));
	puts(bytes);
	unlink("f");
	directory_leave();
	return 0;
}

static int
reader_waits(void)
{
	return open_while(O_RDONLY, act_open, O_WRONLY);
}

static int
writer_waits(void)
{
	return open_while(O_WRONLY, act_open, O_RDONLY);
}

static int
open_interrupted(void)
{
	return open_while(O_RDONLY, meanwhile_interrupt, 0);
}

static int
nonblock(void)
{
	int door;

	directory_enter();
	mkfifo("f", 0600);
	say("nobody reads", open("f", O_WRONLY | O_NONBLOCK));
	say("read", door = open("f", O_RDONLY | O_NONBLOCK));
	say("write", open("f", O_WRONLY | O_NONBLOCK));
	say("write", write(4, "abc", 3));
	say("there", open("f", O_CREAT | O_EXCL | O_RDONLY, 0600));
	say("no directory", open("f", O_RDONLY | O_DIRECTORY));
	say("close", close(door));
	say("both", open("f", O_RDWR));
	say("path", open("f", O_PATH));
	say("creat", creat("f", 0600) >= 0);
	unlink("f");
	directory_leave();
	return 0;
}

static int
eacces(void)
{
	become_nobody();
	directory_enter();
	say("mkfifo", mkfifo("f", 0));
	say("open", open("f", O_RDONLY | O_NONBLOCK));
	say("open", open("f", O_WRONLY | O_NONBLOCK));
	say("unlink", unlink("f"));
	say("mkfifo", mkfifo("/hostile", 0600));
	say("unlink", unlink("/proc/version"));
	directory_leave();
	return 0;
}

static _Atomic bool enough;

static void *
number_watcher(void *context)
{
	static int others;
	int first = dup(0);

	close(first);
	*(int **)context = &others;
	while (!atomic_load(&enough)) {
		int fd = dup(0);

		others += fd != first;
		close(fd);
	}
	return NULL;
}

/* Not a descriptor number is used up, not even for a moment, to find out what a FIFO is called. */
static int
numbers(void)
{
	pthread_t thread;
	int *others = NULL;

	directory_enter();
	if (pthread_create(&thread, NULL, number_watcher, &others) != 0)
		return 1;
	for (int i = 0; i < 500; i++)
		if (mkfifo("f", 0600) != 0 || unlink("f") != 0)
			return 1;
	atomic_store(&enough, true);
	pthread_join(thread, NULL);
	say("other numbers", *others);
	directory_leave();
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"fifo_names", names,
			"leave call=mkfifo ret=0 obj=fifo:/tmp/hostile-[^/]*/f made=1 path=\"f\""},
		{"fifo_names_there", names, "leave call=mkfifo ret=-1 err=EEXIST obj=.* made=0"},
		{"fifo_names_removed", names,
			"leave call=unlinkat ret=0 obj=fifo:/tmp/hostile-[^/]*/j removed=1"},
		{"fifo_ways", ways,
			"enter call=openat fd=[0-9]+ obj=fifo:/tmp/hostile-[^/]*/d/e/f end=r "},
		{"fifo_ways_deleted", ways,
			"enter call=open obj=fifo:/tmp/hostile-[^/]*/d/e/f end=r "
			"path=\"/proc/self/fd"},
		{"fifo_long_names", long_names, "enter call=open obj=fifo:/tmp/.*(%20){20} end=r"},
		{"fifo_reader_waits", reader_waits,
			"enter call=open obj=fifo:/tmp/hostile-[^/]*/f end=r path=\"f\""},
		{"fifo_writer_waits", writer_waits,
			"enter call=open obj=fifo:/tmp/hostile-[^/]*/f end=w path=\"f\""},
		{"fifo_open_interrupted", open_interrupted,
			"leave call=open ret=-1 err=EINTR obj=fifo:/tmp/hostile-[^/]*/f end=r"},
		{"fifo_nonblock", nonblock,
			"leave call=open ret=-1 err=ENXIO obj=fifo:/tmp/hostile-[^/]*/f end=w"},
		{"fifo_eacces", eacces, "leave call=open ret=-1 err=EACCES obj=fifo:"},
		{"fifo_numbers", numbers, "leave call=unlink ret=0 obj=fifo:"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
