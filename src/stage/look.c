/* SPDX-License-Identifier: MIT
 *
 * Asking the kernel about processes that do not run: what state they are in, where they sleep, what
 * their descriptors' flags are. The first look comes a few milliseconds after a call was entered
 * and not left, so that `blocked` shows at once; later ones ever more seldom, and no process is
 * looked at more than ten times a second in the long run.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include "stage/inside.h"

enum {
	FIRST_LOOK = 3,    /* ms after it entered a call */
	SECOND_LOOK = 100, /* ms after the first; then twice as long each time */
	SELDOM = 1000,     /* ms, the longest pause */
	LOOK_PRICE = 100,  /* ms: ten looks a second … */
	LOOK_CREDIT = 400, /* … of which five may come at once */
	SILENT = 1000,     /* ms after which it is asked whether it can still be watched */
	SILENT_MAX = 10000,
};

/* --- reading /proc --- */

static size_t
slurp(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	text[0] = '\0';
	if (fd < 0)
		return 0;
	n = read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static char
state_letter(const char *stat)
{
	const char *after = strrchr(stat, ')');

	return after != NULL && after[1] == ' ' ? after[2] : '\0';
}

static uint64_t
signal_set(const char *status, const char *key)
{
	const char *at = strstr(status, key);

	return at == NULL ? 0 : strtoull(at + strlen(key), NULL, 16);
}

static const char *
sigpipe_word(const char *status)
{
	uint64_t bit = UINT64_C(1) << (SIGPIPE - 1);

	if ((signal_set(status, "\nSigIgn:") & bit) != 0)
		return "ignored";
	return (signal_set(status, "\nSigCgt:") & bit) != 0 ? "caught" : "default";
}

static void
pending_words(const char *status, char *buf, size_t size)
{
	uint64_t set = signal_set(status, "\nSigPnd:") | signal_set(status, "\nShdPnd:");
	size_t length = 0;

	buf[0] = '\0';
	for (int sig = 1; sig <= 64 && length < size; sig++) {
		char name[24];

		if ((set & UINT64_C(1) << (sig - 1)) != 0)
			length += (size_t)snprintf(buf + length, size - length, "%s%s",
				length > 0 ? "|" : "", signal_name(sig, name, sizeof name));
	}
}

/* What the descriptor is, named as the probe names it; NULL when it is not open. */
char *
descriptor_object(pid_t pid, int fd, char *buf, size_t size)
{
	static const char gone[] = " (deleted)";
	char path[64], link[PATH_MAX];
	struct stat status;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
	if ((n = readlink(path, link, sizeof link - 1)) < 0)
		return NULL;
	link[n] = '\0';
	if (strncmp(link, "pipe:[", 6) == 0 || strncmp(link, "socket:[", 8) == 0) {
		char *bracket = strchr(link, '[');

		bracket[strcspn(bracket, "]")] = '\0';
		snprintf(buf, size, "%.*s%s", (int)(bracket - link), link, bracket + 1);
		return buf;
	}
	if (stat(path, &status) != 0)
		return NULL;
	n -= (ssize_t)sizeof gone - 1;
	if (status.st_nlink == 0 && n > 0 && strcmp(link + n, gone) == 0)
		link[n] = '\0'; /* the same object as before its name was removed */
	if ((status.st_mode & S_IFMT) == 0)
		snprintf(buf, size, "other:%s",
			strncmp(link, "anon_inode:", 11) == 0 ? link + 11 : link);
	else if (S_ISFIFO(status.st_mode))
		snprintf(buf, size, "fifo:%s", link);
	else if (S_ISCHR(status.st_mode) &&
		 ((major(status.st_rdev) >= 136 && major(status.st_rdev) <= 143) ||
			 major(status.st_rdev) == 4 || major(status.st_rdev) == 5))
		snprintf(buf, size, "tty:%s", link);
	else
		snprintf(buf, size, "file:%s", link);
	return buf;
}

/* File status flags and FD_CLOEXEC as O_CLOEXEC; -1 when it is not open. */
static int
descriptor_flags(pid_t pid, int fd)
{
	const int kernel_only =
		0100000; /* O_LARGEFILE, which glibc defines as 0 where every file is large */
	char path[64], text[512], *at;

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)pid, fd);
	if (slurp(path, text, sizeof text) == 0 || (at = strstr(text, "flags:")) == NULL)
		return -1;
	return (int)strtoul(at + 6, NULL, 8) & ~kernel_only;
}

/* --- the looks --- */

void
look_state(struct stage *stage, struct process *process, struct actor *actor, bool forced)
{
	char path[64], stat[512], status[4096], wchan[64], pending[64], seen[sizeof actor->seen];
	char letter[2] = {0};
	uint64_t before = control_mark(stage);
	int64_t began =
		clock_now(); /* a lesson takes it for newer than what had returned by then */
	const char *sigpipe;
	struct note *note;

	snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)process->pid, (int)actor->tid);
	slurp(path, stat, sizeof stat);
	if ((letter[0] = state_letter(stat)) == '\0' || letter[0] == 'Z' || letter[0] == 'X')
		return;
	snprintf(path, sizeof path, "/proc/%d/task/%d/wchan", (int)process->pid, (int)actor->tid);
	slurp(path, wchan, sizeof wchan);
	snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)process->pid, (int)actor->tid);
	slurp(path, status, sizeof status);
	sigpipe = sigpipe_word(status);
	pending_words(status, pending, sizeof pending);
	snprintf(seen, sizeof seen, "%s %.40s %s %.60s", letter, wchan, sigpipe, pending);
	if (!forced) {
		/* That it runs within its call, or sleeps at the gate that we hold shut, is no
		 * news. */
		bool expected = letter[0] == 'R' || (actor->gate && letter[0] == 'S');

		if (strcmp(seen, actor->seen) == 0 || (actor->seen[0] == '\0' && expected))
			return;
	}
	snprintf(actor->seen, sizeof actor->seen, "%s", seen);
	if ((note = note_make_at(stage, began, process->pid, actor->tid, WHAT_look)) == NULL)
		return;
	line_word(&note->line, FIELD_state, letter);
	if (isalpha((unsigned char)wchan[0]) || wchan[0] == '_')
		line_word(&note->line, FIELD_wchan, wchan);
	line_word(&note->line, FIELD_sigpipe, sigpipe);
	if (pending[0] != '\0')
		line_word(&note->line, FIELD_pending, pending);
	/* What was seen holds after every line that was sent before; a line sent meanwhile may say
	 * that it is over. */
	note->kind = note->at == before ? NOTE_PLAIN : NOTE_LOOK;
	note->lines = actor->lines;
	note->forced = forced;
	note_send(stage, note);
}

/* Remembers the descriptor and answers whether its flags are others than when it was seen last. */
static bool
fd_changed(struct process *process, int fd, const char *object, int flags)
{
	struct seen_fd *seen = NULL;
	bool changed;

	for (int i = 0; i < process->n_fds; i++)
		if (process->fds[i].fd == fd)
			seen = &process->fds[i];
	if (seen == NULL) {
		if (process->n_fds == SEEN_FDS_MAX)
			return false;
		seen = &process->fds[process->n_fds++];
		seen->fd = fd;
		seen->object[0] = '\0';
	}
	/* A descriptor that was not known as this one yet is no change: its events have told of it.
	 */
	changed =
		strncmp(seen->object, object, sizeof seen->object - 1) == 0 && seen->flags != flags;
	strlcpy(seen->object, object, sizeof seen->object);
	seen->flags = flags;
	return changed;
}

static void
look_descriptor(struct stage *stage, struct process *process, int fd, bool forced)
{
	static const char *const ends[] = {"r", "w", "rw", "rw"};
	char object[PATH_MAX + 16], names[128], own[32];
	int flags = descriptor_flags(process->pid, fd);
	struct note *note;

	if (flags < 0 || descriptor_object(process->pid, fd, object, sizeof object) == NULL)
		return;
	snprintf(own, sizeof own, "pipe:%llu", (unsigned long long)stage->control_inode);
	if (strcmp(object, own) == 0 || strncmp(object, "file:/memfd:ipcviz-", 19) == 0)
		return; /* ours */
	if (!fd_changed(process, fd, object, flags) && !forced)
		return;
	if ((note = note_make(stage, process->pid, 0, WHAT_look)) == NULL)
		return;
	line_number(&note->line, FIELD_fd, fd);
	line_word(&note->line, FIELD_obj, object);
	line_word(&note->line, FIELD_flags, open_flags_name(flags, names, sizeof names));
	line_word(&note->line, FIELD_end, ends[flags & O_ACCMODE]);
	note_send(stage, note);
}

/* Looks at one descriptor, or (only -1) at all; forced then means those of channels. */
void
look_descriptors(struct stage *stage, struct process *process, int only, bool forced)
{
	struct dirent *entry;
	char path[64];
	DIR *all;

	if (only >= 0) {
		look_descriptor(stage, process, only, forced);
		return;
	}
	snprintf(path, sizeof path, "/proc/%d/fd", (int)process->pid);
	if ((all = opendir(path)) == NULL)
		return;
	for (int n = 0; (entry = readdir(all)) != NULL && n < 2 * SEEN_FDS_MAX; n++) {
		int fd = (int)strtol(entry->d_name, NULL, 10);
		char object[PATH_MAX + 16];

		if (!isdigit((unsigned char)entry->d_name[0]) || fd == stage->control_write ||
			fd == stage->board_fd)
			continue;
		look_descriptor(stage, process, fd,
			forced &&
				descriptor_object(process->pid, fd, object, sizeof object) !=
					NULL &&
				(strncmp(object, "pipe:", 5) == 0 ||
					strncmp(object, "fifo:", 5) == 0 ||
					strncmp(object, "socket:", 7) == 0));
	}
	closedir(all);
}

void
look_variable(struct stage *stage, struct process *process, bool forced)
{
	struct variable *variable = &process->variable;
	struct iovec here, there;
	struct note *note;
	int64_t began = clock_now();
	int value = 0;

	if (variable->name[0] == '\0')
		return;
	if (variable->address == 0)
		variable->address = places_symbol(stage, process, variable->name);
	if (variable->address == 0)
		return;
	here = (struct iovec){.iov_base = &value, .iov_len = sizeof value};
	there = (struct iovec){
		.iov_base = (void *)(uintptr_t)variable->address, .iov_len = sizeof value};
	if (process_vm_readv(process->pid, &here, 1, &there, 1, 0) != sizeof value)
		return;
	if (variable->known && variable->value == value && !forced)
		return;
	variable->known = true;
	variable->value = value;
	if ((note = note_make_at(stage, began, process->pid, 0, WHAT_look)) == NULL)
		return;
	line_word(&note->line, FIELD_var, variable->name);
	line_hex(&note->line, FIELD_addr, variable->address);
	line_number(&note->line, FIELD_value, value);
	note_send(stage, note);
}

/* --- when --- */

static bool
is_busy(const struct actor *actor)
{
	return actor->tid != 0 && (actor->depth > 0 || actor->gate);
}

/* Look at it shortly, whatever it does then. */
void
look_soon(struct process *process)
{
	process->once = clock_now() + FIRST_LOOK * MS;
}

static void
look_process(struct stage *stage, struct process *process, bool forced)
{
	struct actor *main = process_actor(process, process->pid, true);
	bool any = false;

	if (control_crowded(stage)) {
		look_soon(process);
		return;
	}
	for (int i = 0; i < ACTORS_MAX; i++)
		if (is_busy(&process->actor[i])) {
			look_state(stage, process, &process->actor[i], forced);
			any = true;
		}
	if (!any && main != NULL)
		look_state(stage, process, main, forced);
	look_descriptors(stage, process, -1, forced);
	look_variable(stage, process, forced);
}

void
stage_look(struct stage *stage, pid_t pid)
{
	struct process *process, *next;

	for (process = process_first(stage); process != NULL; process = next) {
		next = process_next(process);
		if (!process->ended && (pid == 0 || process->pid == pid))
			look_process(stage, process, true);
	}
}

/* A line of the process passes: who may be asleep from now on? */
void
look_glance(struct stage *stage, struct process *process, const struct event *event)
{
	struct actor *actor;

	(void)stage;
	process->lines++;
	process->spoken = (int64_t)event->time;
	process->spoke = true;
	process->dark = false;
	if (event->what == WHAT_born || event->what == WHAT_exec) {
		memset(process->actor, 0, sizeof process->actor);
		return;
	}
	actor = process_actor(
		process, event->tid, event->what == WHAT_enter || event->what == WHAT_reach);
	if (actor == NULL)
		return;
	actor->lines++;
	if (event->what == WHAT_enter)
		actor->depth++;
	else if (event->what == WHAT_leave && actor->depth > 0)
		actor->depth--;
	else if (event->what != WHAT_reach && event->what != WHAT_leave)
		return;
	actor->gate = event->what == WHAT_reach;
	actor->seen[0] = '\0';
	actor->due = is_busy(actor) ? (int64_t)event->time + FIRST_LOOK * MS : INT64_MAX;
	actor->pause = SECOND_LOOK * MS;
}

/* May the process be looked at now? If not, when. */
static bool
look_pay(struct process *process, int64_t now, int64_t *when)
{
	if (process->budget > now + LOOK_CREDIT * MS) {
		*when = process->budget - LOOK_CREDIT * MS;
		return false;
	}
	process->budget = (process->budget > now ? process->budget : now) + LOOK_PRICE * MS;
	return true;
}

static void
actor_look(struct stage *stage, struct process *process, struct actor *actor, int64_t now)
{
	if (control_crowded(stage)) {
		/* It may sleep because the control pipe is full: that would show us to the learner.
		 */
		actor->due = now + 10 * MS;
		return;
	}
	if (!look_pay(process, now, &actor->due))
		return;
	look_state(stage, process, actor, false);
	look_descriptors(stage, process, -1, false);
	look_variable(stage, process, false);
	actor->due = now + actor->pause;
	actor->pause = actor->pause * 2 < SELDOM * MS ? actor->pause * 2 : SELDOM * MS;
}

/* --- can it still be watched? --- */

void
look_dark(struct stage *stage, struct process *process, const char *why)
{
	struct note *note = note_make(stage, process->pid, 0, WHAT_dark);

	process->dark = true;
	if (note == NULL)
		return;
	line_quoted(&note->line, FIELD_why, why, strlen(why));
	note->kind = NOTE_LOOK;
	note->lines = process->lines;
	note_send(stage, note);
}

static bool
has_board(const struct stage *stage, pid_t pid)
{
	char path[64], line[PATH_MAX + 128];
	bool found = false;
	FILE *maps;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	if ((maps = fopen(path, "re")) == NULL)
		return true; /* cannot be asked: say nothing */
	while (!found && fgets(line, sizeof line, maps) != NULL)
		found = strstr(line, stage->run_id) != NULL;
	found = found || ferror(maps) != 0;
	fclose(maps);
	return found;
}

static void
check_dark(struct stage *stage, struct process *process)
{
	char object[PATH_MAX + 16], own[32];

	snprintf(own, sizeof own, "pipe:%llu", (unsigned long long)stage->control_inode);
	if (!has_board(stage, process->pid))
		look_dark(stage, process,
			process->spoke ? "it became a program that the probe cannot be loaded into"
				       : "the probe could not be loaded into it");
	else if (descriptor_object(process->pid, stage->control_write, object, sizeof object) ==
			 NULL ||
		 strcmp(object, own) != 0)
		look_dark(stage, process, "its control descriptor was closed");
}

/* When it will have been silent for long enough to be asked; INT64_MAX: it is known why it is
 * silent. */
static int64_t
dark_due(const struct process *process, int64_t now)
{
	int64_t since = process->checked > process->spoken ? process->checked : process->spoken;
	int64_t pause = now - process->spoken;

	if (process->dark)
		return INT64_MAX;
	for (int i = 0; i < ACTORS_MAX; i++)
		if (process->actor[i].tid != 0 && process->actor[i].gate)
			return INT64_MAX;
	if (pause < SILENT * MS)
		pause = SILENT * MS;
	return since + (pause < SILENT_MAX * MS ? pause : SILENT_MAX * MS);
}

/* Does all looks that are due and answers when the next one is; INT64_MAX: none. */
static int64_t
process_tick(struct stage *stage, struct process *process, int64_t now)
{
	int64_t next = INT64_MAX, dark = dark_due(process, now);

	if (process->pidfd < 0) {
		death_ask(stage, process);
		next = now + SECOND_LOOK * MS;
	}
	if (process->ended)
		return INT64_MAX;
	if (process->once <= now) {
		process->once = INT64_MAX;
		look_process(stage, process, true);
	}
	for (int i = 0; i < ACTORS_MAX; i++) {
		struct actor *actor = &process->actor[i];

		if (!is_busy(actor))
			continue;
		if (actor->due <= now)
			actor_look(stage, process, actor, now);
		next = actor->due < next ? actor->due : next;
	}
	if (dark <= now) {
		process->checked = now;
		check_dark(stage, process);
		dark = dark_due(process, now);
	}
	next = dark < next ? dark : next;
	return process->once < next ? process->once : next;
}

int64_t
look_tick(struct stage *stage, int64_t now)
{
	struct process *process, *following;
	int64_t next = INT64_MAX;

	for (process = process_first(stage); process != NULL; process = following) {
		int64_t due;

		following = process_next(process);
		if (process->ended)
			continue;
		due = process_tick(stage, process, now);
		next = due < next ? due : next;
	}
	return next;
}
