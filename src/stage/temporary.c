/* SPDX-License-Identifier: MIT
 *
 * What glibc's sem_open(3) leaves when its process is killed in it: it makes a semaphore under a name by chance,
 * /dev/shm/sem.XXXXXX, and links it to its own name when it is complete.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "stage/estate.h"

enum {
	ROUNDS = 20, /* of 5 ms: those who were killed close their files a moment later */
	LARGEST = 64, /* bytes of a semaphore, and more */
};

static bool
is_temporary(const char *name)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	return strncmp(name, "sem.", 4) == 0 && strlen(name) == 10 &&
	       strspn(name + 4, letters) == 6;
}

/* Nobody has it open but us: a lease for writing is granted on no other terms. fcntl(2) */
static bool
is_abandoned(int fd)
{
	return fcntl(fd, F_SETLEASE, F_WRLCK) == 0;
}

/* 1: removed; 0: it is none of ours; -1: somebody has it open. */
static int
temporary_remove(int directory, const char *name, int64_t since)
{
	int fd = openat(directory, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), answer = 0;
	struct stat status;

	if (fd < 0)
		return 0;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
		status.st_size <= LARGEST && status.st_ctim.tv_sec >= since - 1) {
		if (!is_abandoned(fd))
			answer = -1;
		else
			answer = unlinkat(directory, name, 0) == 0;
	}
	close(fd);
	return answer;
}

int
temporaries_remove(const struct estate *estate)
{
	int removed = 0, busy = 1;

	for (int round = 0; round < ROUNDS && busy > 0; round++) {
		DIR *directory = opendir("/dev/shm");
		struct dirent *entry;

		if (round > 0)
			nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
		busy = 0;
		while (directory != NULL && (entry = readdir(directory)) != NULL) {
			int answer;

			if (!is_temporary(entry->d_name))
				continue;
			answer = temporary_remove(dirfd(directory), entry->d_name, estate->since);
			removed += answer > 0;
			busy += answer < 0;
		}
		if (directory != NULL)
			closedir(directory);
	}
	return removed;
}
