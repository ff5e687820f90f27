/* SPDX-License-Identifier: MIT
 *
 * The ladder: the calls on the way to a connection, in the order of time. socket, bind, listen, accept on the one side,
 * socket and connect on the other.
 */
#include "model/endpoint.h"

#include <string.h>

bool
call_is_rung(enum call_id id)
{
	return (id >= CALL_socket && id <= CALL_connect) || id == CALL_shutdown;
}

void
rung_add(struct endpoint *endpoint, struct rung rung)
{
	if (endpoint->n_rungs == RUNGS_MAX)
		endpoint->n_rungs--; /* of many the newest takes the last place */
	endpoint->rungs[endpoint->n_rungs++] = rung;
}

void
rung_finish(struct endpoint *endpoint, int process, const struct call *call)
{
	bool fails = call_failed(call) && strcmp(call->err, "EINPROGRESS") != 0;

	for (int i = endpoint->n_rungs - 1; i >= 0; i--) {
		struct rung *rung = &endpoint->rungs[i];
		if (rung->event != call->begun || rung->process != process)
			continue;
		rung->done = call->left;
		if (fails) {
			endpoint->n_rungs--;
			memmove(rung, rung + 1, (size_t)(endpoint->n_rungs - i) * sizeof *rung);
		}
		return;
	}
	if (!fails)
		rung_add(endpoint, (struct rung){.call = (uint8_t)call->id,
					   .process = process,
					   .event = call->begun,
					   .time = call->entered,
					   .done = call->left});
}
