/* SPDX-License-Identifier: MIT
 *
 * Finding and removing what a run leaves behind. No allocation in what the janitor uses beyond
 * opendir(3).
 */
#include "stage/leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "event/board.h"
#include "stage/estate.h"

static const char directory_prefix[] = "ipcviz-";

enum { KILL_ROUNDS = 5000 }; /* of 1 ms and more */

/* The pid namespace's inode: "pid:[4026531836]". */
static unsigned long long
namespace_number(void)
{
	static unsigned long long number;
	char link[64] = "";

	if (number == 0 && readlink("/proc/self/ns/pid", link, sizeof link - 1) > 0)
		sscanf(link, "pid:[%llu]", &number);
	return number;
}

/* When the process started, in the kernel's ticks since boot; 0: it is dead or a zombie, or hidden
 * from us. */
static unsigned long long
start_of(pid_t pid)
{
	char path[32], text[512], *after;
	unsigned long long started = 0;
	char state = 'Z';
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	/* The program's name stands in parentheses and may hold any character: count from the last
	 * one. proc(5) */
	if ((after = strrchr(text, ')')) == NULL ||
		sscanf(after + 1,
			" %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d "
			"%*d %llu",
			&state, &started) != 2)
		return 0;
	return state == 'Z' || state == 'X' ? 0 : started;
}

bool
pid_is_dead(pid_t pid)
{
	return pid <= 0 || start_of(pid) == 0;
}

void
run_id_make(char id[RUN_ID_SIZE])
{
	uint64_t random;

	if (getrandom(&random, sizeof random, 0) != sizeof random) {
		struct timespec now;

		clock_gettime(CLOCK_REALTIME, &now);
		random = (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec ^ (uint64_t)getpid();
	}
	snprintf(id, RUN_ID_SIZE, "%llx-%llx-%016llx", namespace_number(), start_of(getpid()),
		(unsigned long long)random);
}

void
run_word(const char *id, char word[RUN_WORD_SIZE])
{
	/* Nothing that can be taken for another, and no vowel that would make words of it. */
	static const char signs[] = "bcdfghkmnpqrstvwxz23456789";
	enum { LETTERS = 18 };
	unsigned long long random = 0;
	int length;

	sscanf(id, "%*x-%*x-%llx", &random);
	length = snprintf(word, RUN_WORD_SIZE, "%s", directory_prefix);
	for (int i = 0; i < 4; i++) {
		unsigned long long count = i == 0 ? LETTERS : sizeof signs - 1;

		word[length++] = signs[random % count];
		random /= count;
	}
	word[length] = '\0';
}

bool
run_is_dead(const char *id, pid_t owner)
{
	unsigned long long number, started;

	if (owner <= 0 || sscanf(id, "%llx-%llx-", &number, &started) != 2)
		return false;
	if (number != namespace_number() || number == 0)
		return false;
	if (kill(owner, 0) != 0 && errno == ESRCH)
		return true;
	return start_of(owner) != started;
}

/* The process's value of IPCVIZ_PROBE; "" when it has none or may not be asked. */
static void
probe_of(pid_t pid, char *value, size_t size)
{
	static const char key[] = BOARD_ENVIRONMENT "=";
	char path[32], text[16384];
	size_t have = 0;
	bool skip = false; /* within a variable of which the beginning was dealt with */
	ssize_t n;
	int fd;

	value[0] = '\0';
	snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return;
	while ((n = read(fd, text + have, sizeof text - 1 - have)) > 0) {
		char *at = text, *zero;

		have += (size_t)n;
		while ((zero = memchr(at, '\0', have - (size_t)(at - text))) != NULL) {
			if (!skip && strncmp(at, key, sizeof key - 1) == 0) {
				snprintf(value, size, "%s", at + sizeof key - 1);
				close(fd);
				return;
			}
			skip = false;
			at = zero + 1;
		}
		have -= (size_t)(at - text);
		memmove(text, at, have);
		if (have > sizeof text / 2) {
			skip = true;
			have = 0;
		}
	}
	close(fd);
}

/* Has the process the run's control pipe where all of the run have it? */
static bool
has_control(pid_t pid, const struct run_marks *marks)
{
	char path[64], link[64] = "", wanted[64];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, marks->control_fd);
	if (readlink(path, link, sizeof link - 1) <= 0)
		return false;
	snprintf(wanted, sizeof wanted, "pipe:[%llu]", (unsigned long long)marks->control_inode);
	return strcmp(link, wanted) == 0;
}

/* Does a process with this value of IPCVIZ_PROBE belong to the run `id`, or to a dead one? */
static bool
is_left(const char *value, const char *id)
{
	unsigned version;
	int owner, at = 0;

	if (sscanf(value, "%u:%d:%*d:%*d:%*u:%n", &version, &owner, &at) != 2 || at == 0)
		return false;
	return (id != NULL && strcmp(value + at, id) == 0) || run_is_dead(value + at, owner);
}

int
leftover_kill(const struct run_marks *marks, pid_t spare)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int found = 0;

	if (proc == NULL)
		return 0;
	while ((entry = readdir(proc)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		char value[192];

		if (pid <= 1 || pid == getpid() || pid == spare)
			continue;
		probe_of(pid, value, sizeof value);
		if (!(value[0] != '\0' && is_left(value, marks != NULL ? marks->id : NULL)) &&
			!(marks != NULL && has_control(pid, marks)))
			continue;
		if (kill(pid, SIGKILL) == 0)
			found++;
	}
	closedir(proc);
	return found;
}

int
leftover_kill_all(const struct run_marks *marks, pid_t spare)
{
	int killed = 0, found = 1;

	/* A process that forks while we look is caught by the next round: its child carries the id
	 * as well. */
	for (int round = 0; round < KILL_ROUNDS && found > 0; round++) {
		if (round > 0)
			nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		found = leftover_kill(marks, spare);
		killed = found > killed ? found : killed; /* most die only after some rounds */
	}
	return killed;
}

static const char *
directory_base(void)
{
	const char *base = getenv("TMPDIR");

	return base != NULL && base[0] == '/' ? base : "/tmp";
}

char *
leftover_directory(const char *id)
{
	char *path;

	if (asprintf(&path, "%s/%s%d-%s", directory_base(), directory_prefix, (int)getpid(), id) <
		0)
		return NULL;
	return path;
}

/* Empties the directory open as fd, which is closed. */
static void
directory_empty(int fd, int depth)
{
	DIR *directory = fdopendir(fd);
	struct dirent *entry;

	if (directory == NULL) {
		close(fd);
		return;
	}
	while ((entry = readdir(directory)) != NULL) {
		int below;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) == 0 || depth >= 64)
			continue;
		below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			continue;
		fchmod(below, 0700);
		directory_empty(below, depth + 1);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	closedir(directory);
}

void
leftover_remove_directory(const char *path)
{
	const char *name = strrchr(path, '/');
	struct stat status;
	int fd;

	if (name == NULL || strncmp(name + 1, directory_prefix, sizeof directory_prefix - 1) != 0)
		return;
	if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
		return;
	if (fstat(fd, &status) != 0 || status.st_uid != geteuid()) {
		close(fd);
		return;
	}
	directory_empty(fd, 0);
	rmdir(path);
}

/* Is it the name of a dead run's directory or record? Cuts what comes after the directory's name. */
static bool
is_dead_run(char *name, const char **id)
{
	int owner, at = 0;

	if (strncmp(name, directory_prefix, sizeof directory_prefix - 1) != 0 ||
		sscanf(name + sizeof directory_prefix - 1, "%d-%n", &owner, &at) != 1 || at == 0)
		return false;
	*id = name + sizeof directory_prefix - 1 + at;
	name[strcspn(name, ".")] = '\0';
	return run_is_dead(*id, owner);
}

/* The record last: with it the next start could go on. */
static void
remove_run(char *path, const char *id, int *directories, int *objects)
{
	struct estate estate;

	estate_init(&estate, id, path);
	switch (record_read(&estate)) {
	case -1:
		return; /* for an ipcviz in that namespace to find */
	case 1:
		*objects += estate_remove(&estate);
		break;
	default:
		break;
	}
	*directories += access(path, F_OK) == 0;
	leftover_remove_directory(path);
	record_remove(&estate);
}

void
leftover_remove_runs(int *directories, int *objects)
{
	DIR *base = opendir(directory_base());
	struct dirent *entry;

	*directories = *objects = 0;
	if (base == NULL)
		return;
	while ((entry = readdir(base)) != NULL) {
		char path[4096];
		const char *id;

		if (!is_dead_run(entry->d_name, &id))
			continue;
		snprintf(path, sizeof path, "%s/%s", directory_base(), entry->d_name);
		remove_run(path, id, directories, objects);
	}
	closedir(base);
}
