/* SPDX-License-Identifier: MIT
 *
 * The stage's life, and its events in their order.
 */
#include "stage/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "stage/inside.h"
#include "words.h"

enum {
	OWN_DESCRIPTORS = 4096, /* wished for: one for each process that we know */
	FINDINGS_PAUSE = 50,    /* ms between two questions whether it is known what crashed runs had left */
};

/* --- the source --- */

/* Takes in what happened beside the control pipe: ends of processes, printed text, the end of a
 * nap. */
static void
collect(struct stage *stage)
{
	struct epoll_event events[32];
	int n = epoll_wait(stage->epoll, events, 32, 0);

	for (int i = 0; i < n; i++) {
		uint64_t key = events[i].data.u64, count;

		if (key == NAP_KEY) {
			if (read(stage->nap, &count, sizeof count) < 0)
				continue; /* somebody read it already */
		} else if (key == JANITOR_KEY)
			death_collect(stage, 0);
		else if ((key & 7) == 5)
			death_collect(stage, (pid_t)(key >> 3));
	}
	/* Terminals last and one at a time from the list: the end of a process may have freed one.
	 */
	for (int i = 0; i < n; i++) {
		uint64_t key = events[i].data.u64;
		struct pty *terminal;

		LIST_FOREACH(terminal, &stage->terminals, entry)
		if ((uintptr_t)terminal == key) {
			pty_read(stage, terminal, false);
			break;
		}
	}
}

/* Orphans that came to us and never said a word. True: there is one that lives. */
static bool
adopted(struct stage *stage)
{
	char path[64], text[4096], *at = text;
	bool any = false;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (char *end; *at != '\0'; at = end) {
		pid_t pid = (pid_t)strtol(at, &end, 10);
		struct process *process;

		if (end == at)
			break;
		if (pid == stage->janitor || process_find(stage, pid) != NULL)
			continue;
		if ((process = process_add(stage, pid)) != NULL) {
			death_watch(stage, process);
			any = true;
		}
	}
	return any;
}

static bool
is_over(struct stage *stage)
{
	if (stage->living > 0 || !stage->any_started)
		return false;
	return !adopted(stage);
}

static enum source_result
stage_next(struct source *source, struct event *event)
{
	struct stage *stage = (struct stage *)((char *)source - offsetof(struct stage, source));

	for (bool collected = false;;) {
		if (note_take(stage, event, stage->consumed))
			return SOURCE_EVENT;
		if (control_take(stage, event)) {
			if (decode_asked(stage, event))
				continue;
			glance(stage, event);
			return SOURCE_EVENT;
		}
		if (control_fill(stage) > 0) {
			collect(stage);
			continue;
		}
		/* Dry. What is left in the buffer is no line and holds nobody up. */
		if (note_take(stage, event, stage->consumed + (stage->end - stage->start)))
			return SOURCE_EVENT;
		if (collected)
			return is_over(stage) ? SOURCE_END : SOURCE_DRY;
		collect(stage);
		collected = true;
	}
}

static int
stage_poll_fds(struct source *source, struct pollfd *fds, int room)
{
	struct stage *stage = (struct stage *)((char *)source - offsetof(struct stage, source));
	int n = 0;

	if (room <= 0)
		return 0;
	fds[n++] = (struct pollfd){.fd = stage->epoll, .events = POLLIN};
	if (control_flows(stage) || room == 1) {
		struct itimerspec nap = {.it_value.tv_nsec = 1 * MS};

		timerfd_settime(stage->nap, 0, &nap, NULL);
	} else
		fds[n++] = (struct pollfd){.fd = stage->control_read, .events = POLLIN};
	return n;
}

static void
stage_source_free(struct source *source)
{
	(void)source; /* the stage's own */
}

struct source *
stage_source(struct stage *stage)
{
	return &stage->source;
}

int64_t
stage_tick(struct stage *stage)
{
	int64_t now = clock_now(), next = look_tick(stage, now), object = objects_tick(stage, now);
	int64_t round = sockets_tick(stage, now);

	next = object < next ? object : next;
	next = round < next ? round : next;
	/* The janitor says nothing when it is ready. */
	if (stage->findings != NULL && atomic_load(&stage->findings->done) == 0 &&
		next > now + FINDINGS_PAUSE * MS)
		next = now + FINDINGS_PAUSE * MS;
	if (!STAILQ_EMPTY(&stage->notes))
		return 0; /* what was noted meanwhile wakes nobody: it is to be taken now */
	if (next == INT64_MAX)
		return -1;
	return next > now ? next - now : 0;
}

/* --- questions --- */

int
stage_wait_status(const struct stage *stage, pid_t pid)
{
	struct process *process = process_find((struct stage *)stage, pid);

	return process != NULL && process->ended ? process->status : -1;
}

int
stage_living(const struct stage *stage)
{
	return stage->living;
}

const char *
stage_directory(const struct stage *stage)
{
	return stage->directory;
}

const char *
stage_word(const struct stage *stage)
{
	return stage->word;
}

void
stage_watch(struct stage *stage, pid_t pid, const char *variable)
{
	struct process *process = process_find(stage, pid);

	if (process == NULL || process->ended || strcmp(process->variable.name, variable) == 0)
		return;
	process->variable = (struct variable){0};
	snprintf(process->variable.name, sizeof process->variable.name, "%s", variable);
	look_variable(stage, process, false);
}

bool
stage_found(struct stage *stage, struct stage_found *found)
{
	struct findings *findings = stage->findings;

	if (findings == NULL || stage->findings_told || atomic_load(&findings->done) == 0)
		return false;
	stage->findings_told = true;
	*found = (struct stage_found){.processes = atomic_load(&findings->processes),
		.directories = atomic_load(&findings->directories),
		.objects = atomic_load(&findings->objects)};
	return found->processes + found->directories + found->objects > 0;
}

/* --- its life --- */

/* More descriptors for us, one for each process; what we start gets the limit that we found. */
static void
limit_raise(struct stage *stage)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &stage->limit);
	limit = stage->limit;
	if (limit.rlim_cur < OWN_DESCRIPTORS)
		limit.rlim_cur = OWN_DESCRIPTORS;
	/* The control descriptors lie from the soft limit on: that must be below ours. */
	if (limit.rlim_cur < stage->limit.rlim_cur + 64)
		limit.rlim_cur = stage->limit.rlim_cur + 64;
	if (limit.rlim_cur > limit.rlim_max)
		limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* The control board and the control pipe. */
static int
stage_open_channels(struct stage *stage, struct problem *problem)
{
	if (board_open(stage, problem) != 0 || control_open(stage, problem) != 0)
		return -1;
	if (stage->findings != NULL) {
		atomic_store(&stage->findings->control_fd, stage->control_write);
		atomic_store(&stage->findings->control_inode, stage->control_inode);
	}
	return 0;
}

/* For a lesson's run, which has files: from the first moment there is somebody who removes them. */
static int
stage_open_files(struct stage *stage, struct problem *problem)
{
	if (janitor_start(stage, problem) != 0)
		return -1;
	/* The record before all else: by it the next start of ipcviz finds whatever follows. */
	record_open(&stage->record, &stage->estate);
	if (stage_open_channels(stage, problem) != 0)
		return -1;
	if (mkdir(stage->directory, 0700) != 0)
		return problem_set(problem, stage->directory, 0,
			_("cannot make a temporary directory: %s"), strerror(errno));
	return 0;
}

static int
stage_open_all(struct stage *stage, struct problem *problem)
{
	if (access(stage->probe, R_OK) != 0)
		return problem_set(
			problem, stage->probe, 0, _("the probe is missing: %s"), strerror(errno));
	stage->epoll = epoll_create1(EPOLL_CLOEXEC);
	stage->nap = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (stage->epoll < 0 || stage->nap < 0)
		return problem_set(problem, NULL, 0, "%s", strerror(errno));
	epoll_ctl(stage->epoll, EPOLL_CTL_ADD, stage->nap,
		&(struct epoll_event){.events = EPOLLIN, .data.u64 = NAP_KEY});
	if (stage->options.run_directory)
		stage->directory = leftover_directory(stage->run_id);
	estate_init(&stage->estate, stage->run_id, stage->directory);
	if (stage->directory != NULL)
		return stage_open_files(stage, problem);
	return stage_open_channels(stage, problem) != 0 ? -1 : janitor_start(stage, problem);
}

struct stage *
stage_create(const struct stage_options *options, struct problem *problem)
{
	struct stage *stage = calloc(1, sizeof *stage);

	if (stage == NULL) {
		problem_set(problem, NULL, 0, "%s", strerror(ENOMEM));
		return NULL;
	}
	stage->owner = getpid();
	stage->options = *options;
	stage->control_read = stage->control_write = stage->board_fd = -1;
	stage->record.fd = -1;
	stage->epoll = stage->nap = stage->lifeline = stage->janitor_pidfd = -1;
	stage->source = (struct source){
		.next = stage_next, .poll_fds = stage_poll_fds, .free = stage_source_free};
	STAILQ_INIT(&stage->notes);
	LIST_INIT(&stage->terminals);
	RB_INIT(&stage->processes);
	TAILQ_INIT(&stage->objects.list);
	SLIST_INIT(&stage->networks);
	machines_init(&stage->machines);
	sockets_init(&stage->sockets);
	if (realpath(options->probe, stage->probe) == NULL)
		snprintf(stage->probe, sizeof stage->probe, "%s", options->probe);
	if (options->partner != NULL && realpath(options->partner, stage->partner) == NULL)
		stage->partner[0] = '\0';
	run_id_make(stage->run_id);
	run_word(stage->run_id, stage->word);
	stage->findings = mmap(NULL, sizeof *stage->findings, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage->findings == MAP_FAILED)
		stage->findings = NULL; /* it is not told, then */
	limit_raise(stage);
	signal(SIGCHLD, SIG_DFL); /* ignored, as some callers leave it, the kernel would reap in our
				     place */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (stage_open_all(stage, problem) != 0) {
		stage_free(stage);
		return NULL;
	}
	return stage;
}

struct run_marks
stage_marks(const struct stage *stage)
{
	return (struct run_marks){.id = stage->run_id,
		.control_fd = stage->control_write,
		.control_inode = stage->control_inode};
}

void
stage_free(struct stage *stage)
{
	struct process *process;
	struct pty *terminal;

	if (stage == NULL || getpid() != stage->owner)
		return;
	stage_end(stage);
	estate_settle(stage); /* what the janitor left, if it was killed */
	record_close(&stage->record);
	free(stage->directory);
	if (stage->findings != NULL)
		munmap(stage->findings, sizeof *stage->findings);
	while ((process = process_first(stage)) != NULL)
		process_forget(stage, process);
	while ((terminal = LIST_FIRST(&stage->terminals)) != NULL)
		pty_free(stage, terminal);
	notes_free(stage);
	objects_free(stage);
	sockets_free(stage);
	networks_free(stage);
	machines_fini(&stage->machines);
	places_free(stage->places);
	control_close(stage);
	board_close(stage);
	if (stage->epoll >= 0)
		close(stage->epoll);
	if (stage->nap >= 0)
		close(stage->nap);
	setrlimit(RLIMIT_NOFILE, &stage->limit);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	free(stage);
}
