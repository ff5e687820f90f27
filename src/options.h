/* SPDX-License-Identifier: MIT
 *
 * What the command line asks for. Filled once, read by all of main.c and the player.
 */
#ifndef IPCVIZ_OPTIONS_H
#define IPCVIZ_OPTIONS_H

#include <stdbool.h>

#include "event/problem.h"

struct options {
	bool help, version;
	bool plain;         /* --plain: sentences on stdout */
	bool by_itself;     /* --auto: answer and advance by itself */
	bool free_run;      /* run: gates open (the default there) */
	bool stepping;      /* run: gates shut */
	bool loopback;      /* lesson: members with `host` share the loopback */
	bool no_animation, no_mouse, ascii;
	const char *theme;   /* NULL: the screen chooses */
	const char *record;  /* file to record to, "-" is stdout; NULL: none */
	const char *output;  /* run --plain: where the story goes; NULL: stderr */
	const char *lessons; /* directory of lessons; NULL: the shipped ones */
	bool quick;          /* compare: ten seconds instead of a minute and a half */
	const char *kinds;   /* compare: what is measured, NULL: everything */
	const char *csv, *json; /* compare: files for the figures, "-" is stdout; NULL: none */
	int step;            /* lesson: first step, from 1 */
	double tempo;        /* calls per second when playing */
	const char *command; /* NULL: the menu */
	char **rest;         /* what follows the command; n_rest of them, NULL-terminated */
	int n_rest;
};

/* Parses argv (permuted in place; what is kept points into it). 0, or -1 with *problem. */
int options_parse(struct options *options, int argc, char **argv, struct problem *problem);

/* Writes the option part of --help to stdout, from the table that is parsed from. */
void options_print(void);

#endif
