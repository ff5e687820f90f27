/* SPDX-License-Identifier: MIT
 *
 * A run under test, and what is left of it.
 *
 * All processes of a run are found by what they inherit: the variable CLEANUP_TEST, or the probe's
 * own.
 */
#ifndef TESTS_CLEANUP_RUN_H
#define TESTS_CLEANUP_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PATIENCE = 30000 }; /* ms for a state to come */

extern char run_directory[];   /* its TMPDIR */
extern char run_marker[64];    /* for putenv(3) */
extern pid_t run_pid;          /* the process that has the stage */
extern int run_out;            /* what it prints; does not block; -1: closed */
extern char run_text[1 << 20]; /* what it has printed so far */

void run_setup(void);
void run_teardown(void);
/* A process was started; it prints to `out`. */
void run_begin(pid_t pid, int out);

int64_t now_ms(void);
/* Lets a moment pass, in which the run must not wait for us to read what it prints. */
void breathe(void);
/* Waits until it has printed this. */
void run_prints(const char *words);

/* Fills pids with the run's processes, the stage's and the janitor's included. */
int processes_left(pid_t *pids, int room);
bool is_called(pid_t pid, const char *name);
/* Waits for a janitor of the run, another one than this; 0: the run has come to its end. */
pid_t janitor_wait(pid_t other_than);
/* Counts the objects that are left, and names one of them. NULL: there are none to be counted. */
extern int (*run_objects)(char *name, size_t size);
/* Waits until no process, no file and no object of the run is left. */
void nothing_left(void);

#endif
