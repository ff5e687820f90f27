/* SPDX-License-Identifier: MIT
 *
 * Asking the kernel about processes that do not run: what state they are in, where they sleep, what
 * their descriptors' flags are. What is new becomes an event. When it is time to look, due.c says.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "stage/inside.h"

void
look_state(struct stage *stage, struct process *process, struct actor *actor, bool forced)
{
	struct thread_facts facts;
	char seen[sizeof actor->seen], letter[2] = {0};
	uint64_t before = control_mark(stage);
	int64_t began =
		clock_now(); /* a lesson takes it for newer than what had returned by then */
	struct note *note;

	if (!thread_read(process->pid, actor->tid, &facts))
		return;
	letter[0] = facts.state;
	snprintf(seen, sizeof seen, "%s %.40s %s %.60s", letter, facts.wchan, facts.sigpipe,
		facts.pending);
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
	if (isalpha((unsigned char)facts.wchan[0]) || facts.wchan[0] == '_')
		line_word(&note->line, FIELD_wchan, facts.wchan);
	line_word(&note->line, FIELD_sigpipe, facts.sigpipe);
	if (facts.pending[0] != '\0')
		line_word(&note->line, FIELD_pending, facts.pending);
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
	if (strcmp(object, own) == 0 || strncmp(object, "file:/memfd:ipcviz-", 19) == 0 ||
		strncmp(object, "file:/dev/shm/ipcviz-", 21) == 0)
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
					strncmp(object, "mq:", 3) == 0 ||
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

void
look_process(struct stage *stage, struct process *process, bool forced)
{
	struct actor *main = process_actor(process, process->pid, true);
	bool any = false;

	if (control_crowded(stage)) {
		look_soon(process);
		return;
	}
	for (int i = 0; i < ACTORS_MAX; i++)
		if (actor_busy(&process->actor[i])) {
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
	objects_look(stage, pid);
	sockets_look(stage, pid);
}

/* Look at it shortly, whatever it does then. */
void
look_soon(struct process *process)
{
	process->once = clock_now() + LOOK_FIRST * MS;
}
