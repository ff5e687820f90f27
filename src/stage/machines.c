/* SPDX-License-Identifier: MIT
 *
 * The machines that a lesson's processes are on, and how a process gets there. See machines.h.
 */
#include "stage/machines.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stage/inside.h"
#include "words.h"

static const char loopback[] = "127.0.0.1";
/* Addresses that are nobody's: RFC 5737. */
static const char *const addresses[MACHINES] = {"192.0.2.1", "192.0.2.2"};

void
machines_init(struct machines *machines)
{
	*machines = (struct machines){.user = -1, .net = {-1, -1}};
}

void
machines_fini(struct machines *machines)
{
	if (machines->user >= 0)
		close(machines->user);
	for (int i = 0; i < MACHINES; i++)
		if (machines->net[i] >= 0)
			close(machines->net[i]);
	machines_init(machines);
}

int
machine_find(struct stage *stage, const char *host, struct problem *problem)
{
	struct machines *machines = &stage->machines;

	if (!machines->tried) {
		machines->tried = true;
		if (stage->options.loopback)
			snprintf(machines->why, sizeof machines->why, "%s", _("as --loopback asks"));
		else
			machines_make(machines);
	}
	for (int i = 0; i < MACHINES; i++) {
		if (machines->name[i][0] == '\0')
			snprintf(machines->name[i], sizeof machines->name[i], "%s", host);
		if (strcmp(machines->name[i], host) == 0)
			return i;
	}
	return problem_set(problem, NULL, 0, _("there is no third machine: %s and %s are all"),
		machines->name[0], machines->name[1]);
}

const char *
machine_address(const struct machines *machines, int machine)
{
	return machines->net[machine] >= 0 ? addresses[machine] : loopback;
}

const char *
stage_address(struct stage *stage, const char *host)
{
	struct problem problem;
	int machine = host != NULL ? machine_find(stage, host, &problem) : -1;

	return machine >= 0 ? machine_address(&stage->machines, machine) : loopback;
}

int
machine_of(const struct stage *stage, pid_t pid)
{
	struct stat there, here;
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
	if (stat(path, &there) != 0)
		return -1;
	for (int i = 0; i < MACHINES; i++)
		if (stage->machines.net[i] >= 0 && fstat(stage->machines.net[i], &here) == 0 &&
			here.st_ino == there.st_ino && here.st_dev == there.st_dev)
			return i;
	return stat("/proc/self/ns/net", &here) != 0 || here.st_ino == there.st_ino ? -1 : MACHINE_STRANGE;
}

int
machine_enter(const struct machines *machines, int machine)
{
	if (machines->net[machine] < 0)
		return 0;
	/* The user namespace gives the right to enter the other; execve(2) takes it away from an ordinary user. */
	if (machines->user >= 0 && setns(machines->user, CLONE_NEWUSER) != 0)
		return -1;
	return setns(machines->net[machine], CLONE_NEWNET);
}

void
machine_tell(struct stage *stage, pid_t pid, int machine)
{
	const struct machines *machines = &stage->machines;
	struct note *note = note_make(stage, pid, 0, WHAT_act);
	const char *name = machines->name[machine], *address = machine_address(machines, machine);

	if (note == NULL)
		return;
	line_word(&note->line, FIELD_op, "host");
	line_quoted(&note->line, FIELD_name, name, strlen(name));
	line_quoted(&note->line, FIELD_text, address, strlen(address));
	if (machines->why[0] != '\0')
		line_quoted(&note->line, FIELD_why, machines->why, strlen(machines->why));
	line_word(&note->line, FIELD_by, "stage");
	note_send(stage, note);
}
