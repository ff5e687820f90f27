/* SPDX-License-Identifier: MIT
 *
 * A run's estate: the objects that its processes made and that outlive them. The probe enters them in the ledger on the
 * control board (event/board.h). The stage copies that to a file beside the run's directory, the record, for the case
 * that everybody who knows the board is killed. When a lesson's run is over its estate is removed, by the janitor or, if
 * that was killed too, by the next start of ipcviz; that of a program which the user watches is the user's.
 */
#ifndef IPCVIZ_STAGE_ESTATE_H
#define IPCVIZ_STAGE_ESTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/board.h"
#include "stage/leftover.h"

enum { ESTATE_ARGUMENTS = 64 };

/* An object that was made. */
struct holding {
	uint32_t kind;  /* enum ledger_kind; LEDGER_FREE: none */
	int id;
	uint64_t inode; /* of the name when it was seen first, 0 unknown; of an intent the kind of object */
	char name[sizeof((struct ledger_entry *)0)->name];
};

struct estate {
	struct holding holding[BOARD_LEDGER]; /* by place in the ledger */
	/* what could name an object: arguments with the run's word in them */
	char argument[ESTATE_ARGUMENTS][128];
	int n_arguments;
	int64_t since;            /* when the run began, s of CLOCK_REALTIME */
	char word[RUN_WORD_SIZE];
	const char *directory;    /* the run's, beside which the record lies; NULL: none */
};

void estate_init(struct estate *estate, const char *run_id, const char *directory);
/* Takes over what the ledger says by now. True: something is new, changed holdings are those for which `changed` is set
 * (BOARD_LEDGER of them; may be NULL). */
bool estate_update(struct estate *estate, const struct board *board, bool *changed);
/* Removes what is there and was made by this run; answers how many objects. */
int estate_remove(const struct estate *estate);

/* Has the name the run's word in it? */
bool estate_names(const struct estate *estate, const char *name);

/* The holding as events name it: "mq:/x", "msg:5". Returns buf. */
char *holding_object(const struct holding *holding, char *buf, size_t size);
/* Is the very object there still? */
bool holding_is_there(const struct holding *holding, const struct estate *estate);

/* temporary.c: half-made semaphores; part of estate_remove(). */
int temporaries_remove(const struct estate *estate);

/* sysv.c: System V objects as /proc/sysvipc lists them, which needs no permission of the object's own. */
struct sysv {
	enum ledger_kind kind; /* LEDGER_MSG, LEDGER_SHM, LEDGER_SEM */
	int key, id;
	uid_t creator;
	int64_t changed; /* s of CLOCK_REALTIME: made or set */
	pid_t users[2];  /* last sender and receiver; creator and last user of a segment; 0 none */
	int64_t attached;
};
/* Calls `found` for each until it answers true; answers whether it did. */
bool sysv_each(enum ledger_kind kind, bool (*found)(const struct sysv *sysv, void *context), void *context);

/* record.c: the estate in a file beside the run's directory. */
struct record {
	int fd;      /* -1: none */
	char *path;
};
int record_open(struct record *record, const struct estate *estate);
/* The changed holdings, the newest argument. */
void record_holdings(struct record *record, const struct estate *estate, const bool *changed);
void record_argument(struct record *record, const char *argument);
void record_close(struct record *record); /* the file stays */
void record_remove(const struct estate *estate);
/* The control board's file, which goes with the record. Returns buf. */
char *estate_board(const struct estate *estate, char *buf, size_t size);
/* Puts what the record and the board's file say into the estate, by whose directory they are found: 1, or 0 when there is none or none that
 * concerns this boot of the machine, or -1 when it is of another IPC namespace. */
int record_read(struct estate *estate);

#endif
