/* SPDX-License-Identifier: MIT
 *
 * The record: a run's estate in a file beside its directory, for the day on which ipcviz and its janitor die at one
 * blow. Lines are only appended; of those about one place in the ledger the last counts.
 *
 *	ipcviz-objects 1 BOOT IPC-NAMESPACE SINCE
 *	argument /ipcviz-k3v9-counter
 *	PLACE KIND ID INODE NAME
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stage/estate.h"

static const char header[] = "ipcviz-objects 1";
static const char suffix[] = ".objects";

/* This boot of the machine, and the IPC namespace: in another one the same ids are other objects. */
static void
here(char boot[48], unsigned long long *space)
{
	char link[64] = "";
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	strcpy(boot, "unknown");
	if (file != NULL) {
		if (fscanf(file, "%47s", boot) != 1)
			strcpy(boot, "unknown");
		fclose(file);
	}
	*space = 0;
	if (readlink("/proc/self/ns/ipc", link, sizeof link - 1) > 0)
		sscanf(link, "ipc:[%llu]", space);
}

static void
record_write(struct record *record, const char *text)
{
	ssize_t n = write(record->fd, text, strlen(text));

	/* A full disk: the record is for a double crash only, and the ledger is there. */
	(void)n;
}

int
record_open(struct record *record, const struct estate *estate)
{
	char line[256], boot[48];
	unsigned long long space;

	if (asprintf(&record->path, "%s%s", estate->directory, suffix) < 0) {
		record->path = NULL;
		return -1;
	}
	record->fd = open(record->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (record->fd < 0)
		return -1;
	here(boot, &space);
	snprintf(line, sizeof line, "%s %s %llu %lld\n", header, boot, space,
		(long long)estate->since);
	record_write(record, line);
	return 0;
}

void
record_holdings(struct record *record, const struct estate *estate, const bool *changed)
{
	char line[256];

	if (record->fd < 0)
		return;
	for (int i = 0; i < BOARD_LEDGER; i++) {
		const struct holding *holding = &estate->holding[i];

		if (!changed[i] || strchr(holding->name, '\n') != NULL)
			continue;
		snprintf(line, sizeof line, "%d %u %d %llu %s\n", i, holding->kind, holding->id,
			(unsigned long long)holding->inode, holding->name);
		record_write(record, line);
	}
}

void
record_argument(struct record *record, const char *argument)
{
	char line[256];

	if (record->fd < 0 || strchr(argument, '\n') != NULL ||
		strlen(argument) >= sizeof((struct estate *)0)->argument[0])
		return;
	snprintf(line, sizeof line, "argument %s\n", argument);
	record_write(record, line);
}

void
record_close(struct record *record)
{
	if (record->fd >= 0)
		close(record->fd);
	record->fd = -1;
	free(record->path);
	record->path = NULL;
}

char *
estate_board(const struct estate *estate, char *buf, size_t size)
{
	const char *slash = strrchr(estate->directory, '/');

	snprintf(buf, size, "/dev/shm/%s.board", slash != NULL ? slash + 1 : estate->directory);
	return buf;
}

void
record_remove(const struct estate *estate)
{
	char path[PATH_MAX];

	unlink(estate_board(estate, path, sizeof path));
	snprintf(path, sizeof path, "%s%s", estate->directory, suffix);
	unlink(path);
}

static void
line_take(struct estate *estate, char *line)
{
	struct holding holding = {0};
	unsigned long long inode;
	int place, at = 0;

	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "argument ", 9) == 0) {
		if (estate->n_arguments < ESTATE_ARGUMENTS)
			strlcpy(estate->argument[estate->n_arguments++], line + 9,
				sizeof estate->argument[0]);
		return;
	}
	if (sscanf(line, "%d %u %d %llu %n", &place, &holding.kind, &holding.id, &inode, &at) != 4 ||
		at == 0 || place < 0 || place >= BOARD_LEDGER || holding.kind > LEDGER_INTENT ||
		strlen(line + at) >= sizeof holding.name ||
		(holding.kind >= LEDGER_MQ_NAME && holding.kind <= LEDGER_SEM_NAME &&
			line[at] != '/'))
		return;
	holding.inode = inode;
	strcpy(holding.name, line + at);
	estate->holding[place] = holding;
}

/* Is this a record of ours that concerns us? As record_read() answers. */
static int
header_check(const char *line, struct estate *estate)
{
	char boot[48], there[48];
	unsigned long long space, other;
	long long since;

	here(boot, &space);
	if (strncmp(line, header, sizeof header - 1) != 0 ||
		sscanf(line + sizeof header - 1, " %47s %llu %lld", there, &other, &since) != 3 ||
		strcmp(boot, there) != 0)
		return 0;
	estate->since = since;
	return other == space ? 1 : -1;
}

/* Opens a file of ours; -1: there is none. */
static int
own_file(const char *path, off_t size)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
			      status.st_uid == geteuid() && status.st_size >= size))
		return fd;
	close(fd);
	return -1;
}

/* What was entered in the ledger after the record's last line. */
static void
board_read(struct estate *estate)
{
	char path[PATH_MAX];
	int fd = own_file(estate_board(estate, path, sizeof path), sizeof(struct board));
	struct board *board;

	if (fd < 0)
		return;
	board = mmap(NULL, sizeof *board, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (board == MAP_FAILED)
		return;
	if (board->magic == BOARD_MAGIC && board->version == BOARD_VERSION)
		estate_update(estate, board, NULL);
	munmap(board, sizeof *board);
}

int
record_read(struct estate *estate)
{
	char path[PATH_MAX], line[512];
	FILE *file;
	int answer = 0, fd;

	snprintf(path, sizeof path, "%s%s", estate->directory, suffix);
	if ((fd = own_file(path, 0)) < 0)
		return 0;
	if ((file = fdopen(fd, "r")) == NULL) {
		close(fd);
		return 0;
	}
	if (fgets(line, sizeof line, file) != NULL)
		answer = header_check(line, estate);
	while (answer == 1 && fgets(line, sizeof line, file) != NULL)
		line_take(estate, line);
	fclose(file);
	if (answer == 1)
		board_read(estate);
	return answer;
}
