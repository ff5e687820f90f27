/* SPDX-License-Identifier: MIT
 *
 * All open descriptors of this process.
 */
#ifndef IPCVIZ_PROBE_FD_EACH_H
#define IPCVIZ_PROBE_FD_EACH_H

/* Calls `each` for every open descriptor, in ascending order; it may close the one it is given. */
void fd_each(void (*each)(void *context, int fd), void *context);

#endif
