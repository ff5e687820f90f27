/* SPDX-License-Identifier: MIT
 *
 * Calls on semaphores, and on mutexes and conditions in shared memory, that returned, as sentences.
 */
#include <string.h>

#include "plain/leave.h"
#include "words.h"

/* "Its values are 1, 0 now.", or "Its value is 1 now." */
static void
add_values(struct leave *leave)
{
	char values[160];

	if (event_copy(leave->event, FIELD_values, values, sizeof values) == 0)
		return;
	if (strchr(values, ',') != NULL)
		paragraph_add(leave->paragraph, _("Its values are %s now."), values);
	else
		paragraph_add(leave->paragraph, _("Its value is %s now."), values);
}

static void
add_kernel(struct leave *leave)
{
	if (event_number(leave->event, FIELD_kernel, -1) == 0)
		paragraph_add(
			leave->paragraph, "%s", _("That was done in memory, without the kernel."));
}

static const char *
semaphore(const struct leave *leave)
{
	return leave_object(leave, _("a semaphore"));
}

static void
semaphore_made(struct leave *leave)
{
	if (event_number(leave->event, FIELD_made, 1) == 1)
		paragraph_add(leave->paragraph, _("%s made %s."), leave->who, semaphore(leave));
	else
		paragraph_add(leave->paragraph, _("%s found %s, which was there."), leave->who,
			semaphore(leave));
	add_values(leave);
	if (leave->event->call == CALL_sem_init && event_number(leave->event, FIELD_shared, 1) == 0)
		paragraph_add(leave->paragraph, "%s", _("It is for the threads of one process."));
}

static void
semaphore_taken(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s took one from %s."), leave->who, semaphore(leave));
	add_values(leave);
	add_kernel(leave);
}

static void
semaphore_given(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s gave one to %s."), leave->who, semaphore(leave));
	add_values(leave);
	add_kernel(leave);
}

static void
semaphore_asked(struct leave *leave)
{
	paragraph_add(
		leave->paragraph, _("%s asked for the value of %s."), leave->who, semaphore(leave));
	add_values(leave);
}

static void
semaphore_left(struct leave *leave)
{
	paragraph_add(
		leave->paragraph, _("%s has no more use for %s."), leave->who, semaphore(leave));
}

static void
name_removed(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s removed the name of %s. Who has it open keeps it."),
		leave->who, semaphore(leave));
}

/* All operations of one semop are done at once, or none. */
static void
set_operated(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s: %s is done on %s."), leave->who, leave->call,
		semaphore(leave));
	add_values(leave);
}

static void
set_controlled(struct leave *leave)
{
	if (event_is(leave->event, FIELD_cmd, "IPC_RMID")) {
		paragraph_add(leave->paragraph,
			_("%s removed %s. Who sleeps in a call on it is woken, with EIDRM."),
			leave->who, semaphore(leave));
		return;
	}
	if (event_is(leave->event, FIELD_cmd, "SETVAL") ||
		event_is(leave->event, FIELD_cmd, "SETALL")) {
		paragraph_add(leave->paragraph, _("%s set %s."), leave->who, semaphore(leave));
	} else {
		paragraph_add(leave->paragraph, _("%s: %s returned %lld."), leave->who, leave->call,
			(long long)leave->ret);
	}
	add_values(leave);
}

static const char *
lock(const struct leave *leave)
{
	return leave_object(leave, _("a mutex"));
}

static void
lock_made(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s made %s."), leave->who, lock(leave));
	if (event_number(leave->event, FIELD_shared, 1) == 0)
		paragraph_add(leave->paragraph, "%s", _("It is for the threads of one process."));
}

static void
lock_taken(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s holds %s now."), leave->who, lock(leave));
	add_kernel(leave);
}

static void
lock_given(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s has let go of %s."), leave->who, lock(leave));
	add_kernel(leave);
}

static void
lock_repaired(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s says that what %s protects is in order again."),
		leave->who, lock(leave));
}

static void
condition_waited(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s was woken at %s, and holds the mutex again."),
		leave->who, leave_object(leave, _("a condition")));
}

static void
condition_signalled(struct leave *leave)
{
	paragraph_add(leave->paragraph,
		leave->event->call == CALL_pthread_cond_signal
			? _("%s told one that waits at %s, if there is any.")
			: _("%s told all that wait at %s, if there are any."),
		leave->who, leave_object(leave, _("a condition")));
	add_kernel(leave);
}

static const teller tellers[CALL_COUNT] = {
	[CALL_semget] = semaphore_made,
	[CALL_semop] = set_operated,
	[CALL_semtimedop] = set_operated,
	[CALL_semctl] = set_controlled,
	[CALL_sem_init] = semaphore_made,
	[CALL_sem_open] = semaphore_made,
	[CALL_sem_destroy] = semaphore_left,
	[CALL_sem_close] = semaphore_left,
	[CALL_sem_unlink] = name_removed,
	[CALL_sem_wait] = semaphore_taken,
	[CALL_sem_trywait] = semaphore_taken,
	[CALL_sem_timedwait] = semaphore_taken,
	[CALL_sem_clockwait] = semaphore_taken,
	[CALL_sem_post] = semaphore_given,
	[CALL_sem_getvalue] = semaphore_asked,
	[CALL_pthread_mutex_init] = lock_made,
	[CALL_pthread_mutex_destroy] = semaphore_left,
	[CALL_pthread_mutex_lock] = lock_taken,
	[CALL_pthread_mutex_trylock] = lock_taken,
	[CALL_pthread_mutex_timedlock] = lock_taken,
	[CALL_pthread_mutex_clocklock] = lock_taken,
	[CALL_pthread_mutex_unlock] = lock_given,
	[CALL_pthread_mutex_consistent] = lock_repaired,
	[CALL_pthread_cond_init] = lock_made,
	[CALL_pthread_cond_destroy] = semaphore_left,
	[CALL_pthread_cond_wait] = condition_waited,
	[CALL_pthread_cond_timedwait] = condition_waited,
	[CALL_pthread_cond_clockwait] = condition_waited,
	[CALL_pthread_cond_signal] = condition_signalled,
	[CALL_pthread_cond_broadcast] = condition_signalled,
};

teller
semaphore_teller(enum call_id call)
{
	return tellers[call];
}

static const char *
lock_failure(const struct leave *leave)
{
	if (strcmp(leave->err, "EBUSY") == 0)
		return _("somebody holds it");
	if (strcmp(leave->err, "EDEADLK") == 0)
		return _("it holds the mutex already, and would wait for itself");
	if (strcmp(leave->err, "EPERM") == 0)
		return _("it does not hold the mutex");
	if (strcmp(leave->err, "EOWNERDEAD") == 0)
		return _("the holder has died; it holds the mutex now, and what that protects may "
			 "be half done");
	if (strcmp(leave->err, "ENOTRECOVERABLE") == 0)
		return _("a holder has died, and nobody put in order what the mutex protects");
	return NULL;
}

const char *
semaphore_failure(const struct leave *leave)
{
	enum call_id call = leave->event->call;
	bool set = call == CALL_semop || call == CALL_semtimedop;

	if (strcmp(leave->err, "ETIMEDOUT") == 0 ||
		(set && call == CALL_semtimedop && strcmp(leave->err, "EAGAIN") == 0))
		return _("its time is up");
	if (strncmp(call_name(call), "pthread_", 8) == 0)
		return lock_failure(leave);
	if (strcmp(leave->err, "EAGAIN") == 0)
		return set ? _("the values do not allow it now, and IPC_NOWAIT forbids it to sleep")
			   : _("its value is 0");
	if (strcmp(leave->err, "EIDRM") == 0)
		return _("the semaphores were removed meanwhile");
	if (strcmp(leave->err, "ENOENT") == 0)
		return _("there is no such semaphore");
	if (strcmp(leave->err, "EEXIST") == 0)
		return _("there is such a semaphore already");
	return NULL;
}
