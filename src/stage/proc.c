/* SPDX-License-Identifier: MIT
 *
 * Reading /proc: the state of a thread, what a descriptor is and which flags it has.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "stage/inside.h"

#define MQUEUE_MAGIC 0x19800202 /* of the file system of POSIX queues, which no header names */

static size_t
slurp(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	text[0] = '\0';
	if (fd < 0)
		return 0;
	n = read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static char
state_letter(const char *stat)
{
	const char *after = strrchr(stat, ')');

	return after != NULL && after[1] == ' ' ? after[2] : '\0';
}

static uint64_t
signal_set(const char *status, const char *key)
{
	const char *at = strstr(status, key);

	return at == NULL ? 0 : strtoull(at + strlen(key), NULL, 16);
}

static const char *
sigpipe_word(const char *status)
{
	uint64_t bit = UINT64_C(1) << (SIGPIPE - 1);

	if ((signal_set(status, "\nSigIgn:") & bit) != 0)
		return "ignored";
	return (signal_set(status, "\nSigCgt:") & bit) != 0 ? "caught" : "default";
}

static void
pending_words(const char *status, char *buf, size_t size)
{
	uint64_t set = signal_set(status, "\nSigPnd:") | signal_set(status, "\nShdPnd:");
	size_t length = 0;

	buf[0] = '\0';
	for (int sig = 1; sig <= 64 && length < size; sig++) {
		char name[24];

		if ((set & UINT64_C(1) << (sig - 1)) != 0)
			length += (size_t)snprintf(buf + length, size - length, "%s%s",
				length > 0 ? "|" : "", signal_name(sig, name, sizeof name));
	}
}

/* The control board is nothing that the program has. */
static bool
is_board(const char *link)
{
	size_t length = strlen(link);

	return strncmp(link, "/memfd:ipcviz-", 14) == 0 ||
	       (strncmp(link, "/dev/shm/ipcviz-", 16) == 0 && length > 6 &&
		       strcmp(link + length - 6, ".board") == 0);
}

/* Queues and segments are files too, with names of their own. */
static void
file_object(const char *path, const char *link, const struct stat *status, char *buf, size_t size)
{
	static const char segments[] = "/dev/shm/", memory[] = "/memfd:";
	const char *last = strrchr(link, '/');
	struct statfs fs;

	if (S_ISREG(status->st_mode) && last != NULL && statfs(path, &fs) == 0 &&
		fs.f_type == MQUEUE_MAGIC)
		snprintf(buf, size, "mq:%s", last);
	else if (S_ISREG(status->st_mode) && strncmp(link, segments, sizeof segments - 1) == 0 &&
		 strchr(link + sizeof segments - 1, '/') == NULL && !is_board(link))
		snprintf(buf, size, "shm:%s", last);
	else if (S_ISREG(status->st_mode) && strncmp(link, memory, sizeof memory - 1) == 0 &&
		 !is_board(link))
		snprintf(buf, size, "shm:memfd:%llu", (unsigned long long)status->st_ino);
	else
		snprintf(buf, size, "file:%s", link);
}

/* What the descriptor is, named as the probe names it; NULL when it is not open. */
char *
descriptor_object(pid_t pid, int fd, char *buf, size_t size)
{
	static const char gone[] = " (deleted)";
	char path[64], link[PATH_MAX];
	struct stat status;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
	if ((n = readlink(path, link, sizeof link - 1)) < 0)
		return NULL;
	link[n] = '\0';
	if (strncmp(link, "pipe:[", 6) == 0 || strncmp(link, "socket:[", 8) == 0) {
		char *bracket = strchr(link, '[');

		bracket[strcspn(bracket, "]")] = '\0';
		snprintf(buf, size, "%.*s%s", (int)(bracket - link), link, bracket + 1);
		return buf;
	}
	if (stat(path, &status) != 0)
		return NULL;
	n -= (ssize_t)sizeof gone - 1;
	if (status.st_nlink == 0 && n > 0 && strcmp(link + n, gone) == 0)
		link[n] = '\0'; /* the same object as before its name was removed */
	if ((status.st_mode & S_IFMT) == 0)
		snprintf(buf, size, "other:%s",
			strncmp(link, "anon_inode:", 11) == 0 ? link + 11 : link);
	else if (S_ISFIFO(status.st_mode))
		snprintf(buf, size, "fifo:%s", link);
	else if (S_ISCHR(status.st_mode) &&
		 ((major(status.st_rdev) >= 136 && major(status.st_rdev) <= 143) ||
			 major(status.st_rdev) == 4 || major(status.st_rdev) == 5))
		snprintf(buf, size, "tty:%s", link);
	else
		file_object(path, link, &status, buf, size);
	return buf;
}

/* File status flags and FD_CLOEXEC as O_CLOEXEC; -1 when it is not open. */
int
descriptor_flags(pid_t pid, int fd)
{
	const int kernel_only =
		0100000; /* O_LARGEFILE, which glibc defines as 0 where every file is large */
	char path[64], text[512], *at;

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)pid, fd);
	if (slurp(path, text, sizeof text) == 0 || (at = strstr(text, "flags:")) == NULL)
		return -1;
	return (int)strtoul(at + 6, NULL, 8) & ~kernel_only;
}

bool
thread_read(pid_t pid, pid_t tid, struct thread_facts *facts)
{
	char path[64], stat[512], status[4096];

	snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)pid, (int)tid);
	slurp(path, stat, sizeof stat);
	facts->state = state_letter(stat);
	if (facts->state == '\0' || facts->state == 'Z' || facts->state == 'X')
		return false;
	snprintf(path, sizeof path, "/proc/%d/task/%d/wchan", (int)pid, (int)tid);
	slurp(path, facts->wchan, sizeof facts->wchan);
	snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)pid, (int)tid);
	slurp(path, status, sizeof status);
	facts->sigpipe = sigpipe_word(status);
	pending_words(status, facts->pending, sizeof facts->pending);
	return true;
}
