/* SPDX-License-Identifier: MIT
 *
 * Calls about processes, signals and readiness that returned, as sentences.
 */
#include <string.h>

#include "plain/leave.h"
#include "words.h"

static void
fork_returned(struct leave *leave)
{
	char child[64];

	if (leave->ret == 0)
		paragraph_add(leave->paragraph, _("In %s, %s returned 0: it is the child."),
			leave->who, call_name(leave->event->call));
	else
		paragraph_add(leave->paragraph,
			_("%s has a child, %s, with a copy of each of its descriptors."),
			leave->who,
			process_full_label(leave->plain, leave->model, (int32_t)leave->ret, child,
				sizeof child));
}

static void
wait_returned(struct leave *leave)
{
	char child[64], state[64];
	int id = model_process(leave->model, (int32_t)leave->ret);

	if (leave->ret == 0) {
		paragraph_add(leave->paragraph,
			_("%s looked for ended children; there is none yet."), leave->who);
		return;
	}
	process_label(leave->plain, leave->model, (int32_t)leave->ret, child, sizeof child);
	if (id != NONE && leave->model->processes[id].state == PROCESS_DEAD) {
		process_state_text(&leave->model->processes[id], state, sizeof state);
		paragraph_add(
			leave->paragraph, _("%s has waited for %s: %s."), leave->who, child, state);
	} else {
		paragraph_add(leave->paragraph, _("%s has waited for %s."), leave->who, child);
	}
}

static void
poll_returned(struct leave *leave)
{
	char ready[80];

	if (leave->ret == 0)
		paragraph_add(leave->paragraph, _("%s: %s ran out of time; nothing is ready."),
			leave->who, call_name(leave->event->call));
	else if (event_copy(leave->event, FIELD_ready, ready, sizeof ready) > 0)
		paragraph_add(leave->paragraph, _("%s: %s found ready: %s."), leave->who,
			call_name(leave->event->call), ready);
	else
		paragraph_add(leave->paragraph, _("%s: %s returned %lld."), leave->who,
			call_name(leave->event->call), (long long)leave->ret);
}

static void
signal_returned(struct leave *leave)
{
	char signal[32];
	const char *words =
		event_is(leave->event, FIELD_how, "ignored") ? N_("%s ignores %s from now on.")
		: event_is(leave->event, FIELD_how, "default")
			? N_("%s takes %s as it comes from now on.")
		: event_is(leave->event, FIELD_how, "caught") ? N_("%s catches %s from now on.")
							      : NULL;

	if (words == NULL || event_copy(leave->event, FIELD_sig, signal, sizeof signal) == 0)
		paragraph_add(leave->paragraph, _("%s: %s returned."), leave->who, leave->call);
	else
		paragraph_add(leave->paragraph, _(words), leave->who, signal);
}

static void
kill_returned(struct leave *leave)
{
	char signal[32], target[64];

	event_copy(leave->event, FIELD_sig, signal, sizeof signal);
	if (leave->event->call == CALL_raise || !event_has(leave->event, FIELD_target))
		paragraph_add(leave->paragraph, _("%s sent %s to itself."), leave->who, signal);
	else
		paragraph_add(leave->paragraph, _("%s sent %s to %s."), leave->who, signal,
			process_label(leave->plain, leave->model,
				(int32_t)event_number(leave->event, FIELD_target, 0), target,
				sizeof target));
}

static const teller tellers[CALL_COUNT] = {
	[CALL_fork] = fork_returned,
	[CALL_vfork] = fork_returned,
	[CALL__Fork] = fork_returned,
	[CALL_wait] = wait_returned,
	[CALL_waitpid] = wait_returned,
	[CALL_waitid] = wait_returned,
	[CALL_wait3] = wait_returned,
	[CALL_wait4] = wait_returned,
	[CALL_poll] = poll_returned,
	[CALL_ppoll] = poll_returned,
	[CALL_select] = poll_returned,
	[CALL_pselect] = poll_returned,
	[CALL_epoll_wait] = poll_returned,
	[CALL_epoll_pwait] = poll_returned,
	[CALL_epoll_pwait2] = poll_returned,
	[CALL_signal] = signal_returned,
	[CALL_sigaction] = signal_returned,
	[CALL_kill] = kill_returned,
	[CALL_raise] = kill_returned,
};

teller
life_teller(enum call_id call)
{
	return tellers[call];
}

const char *
life_failure(const struct leave *leave)
{
	if (strcmp(leave->err, "EINTR") == 0)
		return _("a signal interrupted it");
	if (strcmp(leave->err, "ECHILD") == 0)
		return _("it has no child to wait for");
	return NULL;
}
