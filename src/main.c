/* SPDX-License-Identifier: MIT
 *
 * The command table.
 */
#include <stdio.h>

int
main(void)
{
	fputs("ipcviz: under construction\n", stderr);
	return 2;
}
