/* SPDX-License-Identifier: MIT
 *
 * The probe's beginning in a program: called by the dynamic loader before main.
 */
#include <stdlib.h>

#include "probe/control.h"
#include "probe/environment.h"
#include "probe/mapping.h"
#include "probe/memory.h"
#include "probe/next.h"
#include "probe/process.h"
#include "probe/report.h"
#include "probe/sys.h"

/* A return from main ends in libc's own exit(), past the wrapper; this handler tells it. It was
 * registered first, so it runs after the program's own. */
static void
exit_tell(int status, void *context)
{
	struct report report;

	(void)context;
	if (process == NULL || atomic_load(&process->exit_told) ||
		!report_begin(&report, CALL_exit))
		return;
	line_number(&report.line, FIELD_status, status & 0xff);
	report_enter(&report, 0);
}

static void __attribute__((constructor)) probe_start(int argc, char **argv, char **envp)
{
	int before = errno;
	const char *address = environment_open(envp);

	next_find();
	memory_open();
	if (address != NULL && control_open(address)) {
		if (process_open(argc, argv, environment_told((int)SYS0(SYS_getpid))) == 0) {
			look_all();
			on_exit(exit_tell, NULL);
		} else {
			atomic_store(&control.on, false);
		}
	}
	mapping_begin();
	errno = before;
}
