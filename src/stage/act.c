/* SPDX-License-Identifier: MIT
 *
 * What the learner does to a live process: signals, O_NONBLOCK, capacity, close. Each is recorded
 * as an `act` before it is done. A descriptor is borrowed with pidfd_getfd(2) for one fcntl and
 * closed at once: an end of a pipe that ipcviz kept would change what the learner sees.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stage/act.h"
#include "words.h"

struct process *
act_living(struct stage *stage, pid_t pid, struct problem *problem)
{
	struct process *process = process_find(stage, pid);

	if (process != NULL && !process->ended)
		return process;
	problem_set(problem, NULL, 0, _("process %d has ended"), (int)pid);
	return NULL;
}

void
act_note(struct stage *stage, const struct process *process, const char *op, int fd, int64_t value,
	const char *by)
{
	struct note *note = note_make(stage, process->pid, 0, WHAT_act);
	char name[24];

	if (note == NULL)
		return;
	line_word(&note->line, FIELD_op, op);
	line_number(&note->line, FIELD_fd, fd);
	if (strcmp(op, "shutdown") == 0)
		line_word(&note->line, FIELD_how, shutdown_name((int)value, name, sizeof name));
	else if (value >= 0)
		line_number(&note->line, FIELD_value, value);
	line_word(&note->line, FIELD_by, by);
	note_send(stage, note);
}

/* --- signals --- */

static const char *
signal_op(int signal)
{
	switch (signal) {
	case SIGSTOP:
		return "stop";
	case SIGCONT:
		return "cont";
	case SIGTERM:
		return "term";
	default:
		return "kill";
	}
}

int
stage_signal(struct stage *stage, pid_t pid, int signal, struct problem *problem)
{
	struct process *process = act_living(stage, pid, problem);
	struct note *note;
	char name[24];
	int failed;

	if (process == NULL)
		return -1;
	if ((note = note_make(stage, pid, 0, WHAT_act)) != NULL) {
		line_word(&note->line, FIELD_op, signal_op(signal));
		line_word(&note->line, FIELD_sig, signal_name(signal, name, sizeof name));
		line_word(&note->line, FIELD_by, "stage");
		note_send(stage, note);
	}
	/* By descriptor: the number may be another process's by now. */
	failed = process->pidfd >= 0
			 ? (int)syscall(SYS_pidfd_send_signal, process->pidfd, signal, NULL, 0)
			 : kill(pid, signal);
	if (failed != 0)
		return problem_set(problem, NULL, 0, _("process %d cannot be sent a signal: %s"),
			(int)pid, strerror(errno));
	look_soon(process);
	return 0;
}

/* --- descriptors --- */

int
act_borrow(const struct process *process, int fd)
{
	if (process->pidfd < 0) {
		errno = ENOSYS;
		return -1;
	}
	return (int)syscall(SYS_pidfd_getfd, process->pidfd, fd, 0);
}

int
act_leave(struct stage *stage, struct process *process, enum board_request request,
	const char *op, int fd, int value, struct problem *problem)
{
	/* Recorded first, so that nothing the probe does can come before it; taken back is nothing:
	 * it was wanted. */
	if (board_slot_of(stage, process) == NULL)
		return problem_set(problem, NULL, 0,
			_("process %d runs free of the control board and cannot be asked"),
			(int)process->pid);
	act_note(stage, process, op, fd, request == REQUEST_CLOSE ? -1 : value, "pending");
	if (board_ask(stage, process, request, fd, value) == 0)
		return 0;
	return problem_set(problem, NULL, 0,
		_("process %d has not carried out the last change yet; it does at its next call"),
		(int)process->pid);
}

bool
act_refused(int error)
{
	return error == EPERM || error == ENOSYS || error == EACCES;
}

int
stage_nonblock(struct stage *stage, pid_t pid, int fd, bool on, struct problem *problem)
{
	struct process *process = act_living(stage, pid, problem);
	int flags, borrowed, failed;

	if (process == NULL)
		return -1;
	if ((borrowed = act_borrow(process, fd)) < 0) {
		if (act_refused(errno))
			return act_leave(
				stage, process, REQUEST_NONBLOCK, "nonblock", fd, on, problem);
		return problem_set(problem, NULL, 0, _("descriptor %d of process %d: %s"), fd,
			(int)pid, strerror(errno));
	}
	act_note(stage, process, "nonblock", fd, on, "stage");
	flags = fcntl(borrowed, F_GETFL);
	failed = fcntl(borrowed, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
	close(borrowed);
	if (failed != 0)
		return problem_set(
			problem, NULL, 0, _("the flag cannot be changed: %s"), strerror(errno));
	look_descriptors(stage, process, fd, true);
	for (process = process_first(stage); process != NULL; process = process_next(process))
		if (!process->ended) /* those that share the open file description show it as well
				      */
			look_descriptors(stage, process, -1, false);
	return 0;
}

/* What the pipe says after its capacity was changed. */
static void
capacity_note(struct stage *stage, struct process *process, int fd, int capacity, int used)
{
	char object[PATH_MAX + 16];
	struct note *note;

	if (descriptor_object(process->pid, fd, object, sizeof object) == NULL ||
		(note = note_make(stage, process->pid, 0, WHAT_look)) == NULL)
		return;
	line_number(&note->line, FIELD_fd, fd);
	line_word(&note->line, FIELD_obj, object);
	line_number(&note->line, FIELD_used, used);
	line_number(&note->line, FIELD_cap, capacity);
	note_send(stage, note);
}

int
stage_capacity(struct stage *stage, pid_t pid, int fd, int bytes, struct problem *problem)
{
	struct process *process = act_living(stage, pid, problem);
	int borrowed, answer, error, used = 0;

	if (process == NULL)
		return -1;
	if ((borrowed = act_borrow(process, fd)) < 0) {
		if (act_refused(errno))
			return act_leave(
				stage, process, REQUEST_CAPACITY, "capacity", fd, bytes, problem);
		return problem_set(problem, NULL, 0, _("descriptor %d of process %d: %s"), fd,
			(int)pid, strerror(errno));
	}
	act_note(stage, process, "capacity", fd, bytes, "stage");
	answer = fcntl(borrowed, F_SETPIPE_SZ, bytes);
	error = errno;
	if (answer < 0)
		answer = fcntl(borrowed, F_GETPIPE_SZ);
	else
		error = 0;
	ioctl(borrowed, FIONREAD, &used);
	close(borrowed);
	if (answer < 0)
		return problem_set(problem, NULL, 0, _("descriptor %d of process %d is no pipe"),
			fd, (int)pid);
	atomic_fetch_add(&stage->board->epoch, 1);
	capacity_note(stage, process, fd, answer, used);
	if (error == EBUSY)
		return problem_set(
			problem, NULL, 0, _("more bytes than that lie in the pipe already"));
	if (error != 0)
		return problem_set(
			problem, NULL, 0, _("the capacity cannot be changed: %s"), strerror(error));
	return 0;
}

int
stage_close(struct stage *stage, pid_t pid, int fd, struct problem *problem)
{
	struct process *process = act_living(stage, pid, problem);
	char object[PATH_MAX + 16];

	if (process == NULL)
		return -1;
	if (descriptor_object(pid, fd, object, sizeof object) == NULL)
		return problem_set(problem, NULL, 0, _("descriptor %d of process %d is not open"),
			fd, (int)pid);
	return act_leave(stage, process, REQUEST_CLOSE, "close", fd, 0, problem);
}

void
stage_note(struct stage *stage, pid_t pid, const char *op, int64_t value, const char *text)
{
	struct note *note = note_make(stage, pid, 0, WHAT_act);

	if (note == NULL)
		return;
	line_word(&note->line, FIELD_op, op);
	line_number(&note->line, FIELD_value, value);
	line_word(&note->line, FIELD_by, "stage");
	if (text != NULL)
		line_quoted(&note->line, FIELD_text, text, strlen(text));
	note_send(stage, note);
}
