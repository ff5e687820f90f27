/* SPDX-License-Identifier: MIT
 *
 * Korean particles, which follow the sound of the word before them.
 */
#ifndef IPCVIZ_TEXT_PARTICLES_H
#define IPCVIZ_TEXT_PARTICLES_H

/*
 * A translated sentence carries both forms where a name is put in, "%s이(가)", since only the name decides.
 * Here each pair becomes the one form that is said, in place; behind what has no known sound both stay, and
 * what stands in double quotes, a program's own words, is left alone. The text never grows.
 */
void particles_settle(char *text);

#endif
