/* SPDX-License-Identifier: MIT
 *
 * The machines that a lesson's processes are on.
 */
#include "stage/inside.h"

const char *
stage_address(struct stage *stage, const char *host)
{
	(void)stage;
	(void)host;
	return "127.0.0.1";
}
