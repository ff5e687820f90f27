/* SPDX-License-Identifier: MIT
 *
 * What a call asks of semaphores: to add, to take, or to wait for zero.
 */
#include "model/fold.h"

#include <stdint.h>

enum { NUMBER_MAX = 2 * INT16_MAX }; /* of a semaphore */

/* The digits at *text, which gets where they end. More than NUMBER_MAX is only more. This is read for every event of such
 * a call, and strtol() would be a sixth of all that is done with it. */
static int
read_digits(const char **text)
{
	int value = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++)
		if (value <= NUMBER_MAX)
			value = value * 10 + (**text - '0');
	return value;
}

/* An amount with its sign; what no semaphore can hold is cut. */
static int
read_delta(const char **text)
{
	bool minus = **text == '-';

	*text += minus || **text == '+';
	int delta = read_digits(text);
	if (delta > INT16_MAX)
		delta = INT16_MAX;
	return minus ? -delta : delta;
}

static int
operations_parse(const char *text, struct operation *operations)
{
	int n = 0;

	while (*text != '\0' && n < OPERATIONS_MAX) {
		const char *at = text;
		int number = read_digits(&at);
		if (at == text || number > NUMBER_MAX)
			break;
		operations[n] = (struct operation){.number = number, .delta = read_delta(&at)};
		for (; *at != '\0' && *at != ','; at++)
			operations[n].undo |= *at == 'u';
		n++;
		text = *at == ',' ? at + 1 : at;
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
