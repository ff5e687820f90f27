/* SPDX-License-Identifier: MIT
 *
 * Typographic characters for screens and papers that know ASCII alone.
 */
#ifndef IPCVIZ_TEXT_ASCII_H
#define IPCVIZ_TEXT_ASCII_H

#include <stddef.h>

/* What stands for this one UTF-8 character: "..." for an ellipsis; NULL: nothing does. */
const char *ascii_for(const char *character, size_t length);
/* A copy with all of them replaced; what has no stand-in stays. For free(); NULL without memory. */
char *ascii_copy(const char *text);

#endif
