/* SPDX-License-Identifier: MIT
 *
 * What machine this is.
 */
#include "measure/machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* The processor as Linux calls it: "model name" on x86; elsewhere the architecture has to do. */
static void
read_processor(char *name, size_t size, const char *otherwise)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[512], *colon;

	strlcpy(name, otherwise, size);
	if (file == NULL)
		return;
	while (fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, "model name", 10) == 0 && (colon = strchr(line, ':')) != NULL) {
			line[strcspn(line, "\n")] = '\0';
			strlcpy(name, colon + 1 + strspn(colon + 1, " "), size);
			break;
		}
	fclose(file);
}

/* Are the two hardware threads of one core? They would share its caches and its units. */
static bool
are_siblings(int one, int other)
{
	char path[128], text[256] = "";

	snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
		one);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fgets(text, sizeof text, file) == NULL)
		text[0] = '\0';
	fclose(file);
	for (char *at = text; *at != '\0' && *at != '\n';) { /* as "0,4" or "0-1" */
		char *end;
		long from = strtol(at, &end, 10), to = from;

		if (end == at)
			break;
		if (*end == '-')
			to = strtol(end + 1, &end, 10);
		if (other >= from && other <= to)
			return true;
		at = *end == ',' ? end + 1 : end;
	}
	return false;
}

/* The last core for the one: interrupts like the first. The other is one that shares as little as possible with it. */
static void
choose_cpus(struct machine *machine)
{
	cpu_set_t allowed;
	int one = -1, other = -1, sibling = -1;

	machine->cpu[CORES_ONE] = machine->cpu[CORES_TWO] = -1;
	if (sched_getaffinity(0, sizeof allowed, &allowed) == -1)
		return;
	machine->cpus = CPU_COUNT(&allowed);
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
		if (!CPU_ISSET((size_t)cpu, &allowed))
			continue;
		if (one == -1)
			one = cpu;
		else if (!are_siblings(one, cpu))
			other = other == -1 ? cpu : other;
		else if (sibling == -1)
			sibling = cpu;
	}
	machine->cpu[CORES_ONE] = one;
	machine->cpu[CORES_TWO] = other != -1 ? other : sibling;
}

void
machine_look(struct machine *machine)
{
	struct utsname system;

	if (uname(&system) == 0) {
		snprintf(machine->kernel, sizeof machine->kernel, "%.20s %.70s", system.sysname,
			system.release);
		read_processor(machine->processor, sizeof machine->processor, system.machine);
	}
	if (getloadavg(&machine->load, 1) != 1)
		machine->load = 0;
	choose_cpus(machine);
}
