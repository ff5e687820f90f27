/* SPDX-License-Identifier: MIT
 *
 * Asking no more in a flood, see flood.h.
 */
#include "probe/flood.h"

static __thread struct {
	uint64_t since;
	int asked;
} flood __attribute__((tls_model("initial-exec")));

bool
flood_ask(uint64_t now)
{
	if (now - flood.since > FLOOD_TIME) {
		flood.since = now;
		flood.asked = 0;
	}
	if (flood.asked >= FLOOD_CALLS)
		return false;
	flood.asked++;
	return true;
}
