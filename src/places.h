/* SPDX-License-Identifier: MIT
 *
 * Where the program's own files are, installed or in the build tree alike.
 */
#ifndef IPCVIZ_PLACES_H
#define IPCVIZ_PLACES_H

#include "event/problem.h"

struct places {
	char probe[4096];    /* probe.so */
	char lessons[4096];  /* the lessons' folders */
	char programs[4096]; /* their built programs: PROGRAMS/NN-name/program */
	char partner[4096];  /* the program that plays the other side, started by hand */
};

/* Where gettext finds the translations of ipcviz's own words. */
void places_translations(char path[4096]);

/* 0, or -1 with *problem when the probe is nowhere. */
int places_find(struct places *places, struct problem *problem);

#endif
