/* SPDX-License-Identifier: MIT
 *
 * The gate before each reported call: open in free run, which costs one load; shut, the process
 * says `reach` and sleeps until the stage grants a permit. Requests are carried out here too.
 */
#ifndef IPCVIZ_PROBE_GATE_H
#define IPCVIZ_PROBE_GATE_H

#include "event/line.h"
#include "probe/process.h"

static inline bool
gate_is_open(void)
{
	return atomic_load_explicit(&me.slot->gate, memory_order_relaxed) == GATE_OPEN;
}

/* Carries out a request if one waits, and sleeps while the gate is shut and no permit is there.
 * `reach` is the finished line to send when the gate is shut. Returns true when that line was sent:
 * time has passed. */
bool gate_wait(const struct line *reach, uint64_t now, uint64_t away);
/* After that: waits as long as calls of this name are to be delayed, in its own time: signals are handled meanwhile.
 * `reach` is sent first, unless it is NULL: sent already. True: time has passed. */
bool gate_delay(enum call_id call, const struct line *reach, uint64_t now, uint64_t away);

#endif
