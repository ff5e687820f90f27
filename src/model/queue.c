/* SPDX-License-Identifier: MIT
 *
 * What lies in a message queue: whole messages, in the order in which the kernel holds them.
 */
#include "model/fold.h"

int
queue_next(const struct model *model, int channel, int process)
{
	(void)model;
	(void)channel;
	(void)process;
	return NONE;
}
