/* SPDX-License-Identifier: MIT
 *
 * What a call asks of semaphores: to add, to take, or to wait for zero.
 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

static int
operations_parse(const char *text, struct operation *operations)
{
	int n = 0;

	while (*text != '\0' && n < OPERATIONS_MAX) {
		char *end;
		long number = strtol(text, &end, 10);
		if (end == text || number < 0 || number > INT16_MAX * 2)
			break;
		long long delta = strtoll(end, &end, 10);
		operations[n] = (struct operation){.number = (int)number};
		operations[n].delta = delta > INT16_MAX    ? INT16_MAX
				      : delta < -INT16_MAX ? -INT16_MAX
							   : delta;
		for (; *end != '\0' && *end != ','; end++)
			operations[n].undo |= *end == 'u';
		n++;
		text = *end == ',' ? end + 1 : end;
	}
	return n;
}

int
call_operations(const struct call *call, struct operation *operations)
{
	switch (call->id) {
	case CALL_semop:
	case CALL_semtimedop:
		return operations_parse(call->ops, operations);
	case CALL_sem_wait:
	case CALL_sem_trywait:
	case CALL_sem_timedwait:
	case CALL_sem_clockwait:
	case CALL_pthread_mutex_lock:
	case CALL_pthread_mutex_trylock:
	case CALL_pthread_mutex_timedlock:
	case CALL_pthread_mutex_clocklock:
		operations[0] = (struct operation){.delta = -1};
		return 1;
	case CALL_sem_post:
	case CALL_pthread_mutex_unlock:
		operations[0] = (struct operation){.delta = 1};
		return 1;
	default:
		return 0;
	}
}

/* All or none, and each sees what those before it did (semop(2)). */
int
operations_stuck(const struct semaphores *semaphores, const struct operation *operations, int n)
{
	for (int i = 0; i < n; i++) {
		int number = operations[i].number;
		if (number >= semaphores->n || semaphores->items[number].value == -1)
			continue;
		int64_t value = semaphores->items[number].value;
		for (int j = 0; j < i; j++)
			value += operations[j].number == number ? operations[j].delta : 0;
		if (operations[i].delta == 0 ? value != 0 : value + operations[i].delta < 0)
			return i;
	}
	return NONE;
}
