/* SPDX-License-Identifier: MIT
 *
 * What calls are, by name, and the arguments that only some have.
 */
#include "model/fold.h"

#include <string.h>

bool
call_opens(enum call_id id)
{
	switch (id) {
	case CALL_open:
	case CALL_openat:
	case CALL_creat:
	case CALL_popen:
	case CALL_mkfifoat:
	case CALL_mknodat:
	case CALL_unlinkat:
		return true;
	default:
		return false;
	}
}

/* Reads and writes, and what changes or waits for a semaphore or a lock. */
bool
call_lists(const struct model *model, const struct call *call)
{
	struct operation operations[OPERATIONS_MAX];

	if (call->channel == NONE)
		return false;
	if (call_moves(call->id))
		return true;
	return model->channels[call->channel].kind >= CHANNEL_SEM &&
	       (call_traits(call->id) & CALL_SLEEPS || call_operations(call, operations) > 0);
}

/* Calls on locks return the error's number, the others -1. */
bool
call_failed(const struct call *call)
{
	return call->err[0] != '\0' || call->ret < 0;
}

/* The operations, or the command; what does not fit is cut before an operation. */
static void
take_operations(struct call *call, const struct event *event)
{
	size_t length;
	enum event_field field = event_has(event, FIELD_ops) ? FIELD_ops : FIELD_cmd;
	const char *text = event_raw(event, field, &length);

	if (text == NULL)
		return;
	if (length > sizeof call->ops - 1) {
		length = sizeof call->ops - 1;
		while (length > 0 && text[length] != ',')
			length--;
	}
	memcpy(call->ops, text, length);
	call->ops[length] = '\0';
}

void
call_arguments(struct call *call, const struct event *event)
{
	struct operation operations[OPERATIONS_MAX];

	call->type = number_of(
		event, FIELD_type, number_of(event, FIELD_prio, number_of(event, FIELD_want, 0)));
	call->timed = number_of(event, FIELD_timeout, -1) >= 0;
	call->addr = (uint64_t)number_of(event, FIELD_addr, 0);
	call->offset = number_of(event, FIELD_off, 0);
	call->valued = call_accesses(call->id) && event_has(event, FIELD_value);
	call->value = call->valued ? (uint64_t)number_of(event, FIELD_value, 0) : 0;
	call->sem = (int)number_of(event, FIELD_sem, 0);
	take_operations(call, event);
	switch (call->id) {
	case CALL_msgsnd:
	case CALL_msgrcv:
		call->nonblock = event_word(event, FIELD_flags, "IPC_NOWAIT");
		call->except = event_word(event, FIELD_flags, "MSG_EXCEPT");
		call->copies = event_word(event, FIELD_flags, "MSG_COPY");
		break;
	case CALL_semop:
	case CALL_semtimedop:
		call->nonblock = strchr(call->ops, 'n') != NULL;
		if (call_operations(call, operations) > 0)
			call->sem = operations[0].number;
		break;
	case CALL_shmat:
		call->type = !event_word(event, FIELD_flags, "SHM_RDONLY");
		break;
	case CALL_mmap:
	case CALL_mprotect:
		call->type = event_word(event, FIELD_prot, "PROT_WRITE");
		call->except = event_word(event, FIELD_flags, "MAP_PRIVATE");
		break;
	case CALL_send:
	case CALL_sendto:
	case CALL_sendmsg:
	case CALL_sendmmsg:
	case CALL_recv:
	case CALL_recvfrom:
	case CALL_recvmsg:
	case CALL_recvmmsg:
		call->nonblock = event_word(event, FIELD_flags, "MSG_DONTWAIT");
		call->copies = event_word(event, FIELD_flags, "MSG_PEEK");
		call->except = event_word(event, FIELD_flags, "MSG_CMSG_CLOEXEC");
		break;
	case CALL_socket:
	case CALL_socketpair:
		call->nonblock = event_word(event, FIELD_socktype, "SOCK_NONBLOCK");
		call->type = event_word(event, FIELD_socktype, "SOCK_CLOEXEC");
		break;
	case CALL_accept4:
		call->except = event_word(event, FIELD_flags, "SOCK_NONBLOCK");
		call->type = event_word(event, FIELD_flags, "SOCK_CLOEXEC");
		break;
	case CALL_ioctl:
		call->n = number_of(event, FIELD_value, -1);
		break;
	case CALL_semctl:
	case CALL_sem_init:
	case CALL_sem_open:
		call->n = number_of(event, FIELD_value, -1);
		break;
	default:
		break;
	}
}
