/* SPDX-License-Identifier: MIT
 *
 * What the learner does to a live socket: the sizes of its buffers, shutdown.
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stage/act.h"
#include "words.h"

/* What the kernel says of it now; `how`: what was shut down, -1 nothing. */
static void
socket_note(struct stage *stage, const struct process *process, int fd, int borrowed, int how)
{
	static const struct {
		int option;
		enum event_field field;
	} sizes[] = {{SO_RCVBUF, FIELD_rcvbuf}, {SO_SNDBUF, FIELD_sndbuf}};
	char object[PATH_MAX + 16], name[24];
	struct note *note;

	if (descriptor_object(process->pid, fd, object, sizeof object) == NULL ||
		(note = note_make(stage, process->pid, 0, WHAT_look)) == NULL)
		return;
	line_number(&note->line, FIELD_fd, fd);
	line_word(&note->line, FIELD_obj, object);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		socklen_t size = sizeof(int);
		int value;

		if (getsockopt(borrowed, SOL_SOCKET, sizes[i].option, &value, &size) == 0)
			line_number(&note->line, sizes[i].field, value);
	}
	if (how >= 0)
		line_word(&note->line, FIELD_how, shutdown_name(how, name, sizeof name));
	note_send(stage, note);
}

static int
no_socket(const struct process *process, int fd, int error, struct problem *problem)
{
	if (error == ENOTSOCK)
		return problem_set(problem, NULL, 0, _("descriptor %d of process %d is no socket"), fd,
			(int)process->pid);
	return problem_set(problem, NULL, 0, _("descriptor %d of process %d: %s"), fd, (int)process->pid,
		strerror(error));
}

int
stage_buffer(struct stage *stage, pid_t pid, int fd, bool sends, int bytes, struct problem *problem)
{
	struct process *process = act_living(stage, pid, problem);
	const char *op = sends ? "sndbuf" : "rcvbuf";
	const int option = sends ? SO_SNDBUF : SO_RCVBUF;
	socklen_t size = sizeof(int);
	int borrowed, before, failed, error;

	if (process == NULL)
		return -1;
	if ((borrowed = act_borrow(process, fd)) < 0) {
		if (act_refused(errno))
			return act_leave(stage, process, sends ? REQUEST_SEND_BUFFER : REQUEST_RECEIVE_BUFFER,
				op, fd, bytes, problem);
		return no_socket(process, fd, errno, problem);
	}
	if (getsockopt(borrowed, SOL_SOCKET, option, &before, &size) != 0) {
		error = errno;
		close(borrowed);
		return no_socket(process, fd, error, problem);
	}
	act_note(stage, process, op, fd, bytes, "stage");
	failed = setsockopt(borrowed, SOL_SOCKET, option, &bytes, sizeof bytes);
	error = errno;
	socket_note(stage, process, fd, borrowed, -1);
	close(borrowed);
	return failed == 0 ? 0 : no_socket(process, fd, error, problem);
}

/* Has it two directions that could be shut? Asked before anything is recorded. */
static bool
is_connected(int borrowed)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;

	return getpeername(borrowed, (struct sockaddr *)&address, &size) == 0;
}

int
stage_shutdown(struct stage *stage, pid_t pid, int fd, int how, struct problem *problem)
{
	struct process *process = act_living(stage, pid, problem);
	int borrowed, failed, error;

	if (process == NULL)
		return -1;
	if ((borrowed = act_borrow(process, fd)) < 0) {
		if (act_refused(errno))
			return act_leave(
				stage, process, REQUEST_SHUTDOWN, "shutdown", fd, how, problem);
		return no_socket(process, fd, errno, problem);
	}
	if (!is_connected(borrowed)) {
		error = errno;
		close(borrowed);
		return error == ENOTCONN ? problem_set(problem, NULL, 0,
						   _("descriptor %d of process %d is not connected: there is "
						     "nothing to shut down"),
						   fd, (int)pid)
					 : no_socket(process, fd, error, problem);
	}
	act_note(stage, process, "shutdown", fd, how, "stage");
	failed = shutdown(borrowed, how);
	error = errno;
	if (failed == 0)
		socket_note(stage, process, fd, borrowed, how);
	close(borrowed);
	return failed == 0 ? 0 : no_socket(process, fd, error, problem);
}
