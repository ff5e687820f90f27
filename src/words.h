/* SPDX-License-Identifier: MIT
 *
 * The program's own words go through gettext: _("now") translates, N_("later") only marks.
 */
#ifndef IPCVIZ_WORDS_H
#define IPCVIZ_WORDS_H

#include <libintl.h>

#define _(words) gettext(words)
#define N_(words) words

#endif
