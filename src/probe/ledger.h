/* SPDX-License-Identifier: MIT
 *
 * The ledger on the control board (event/board.h): System V and POSIX objects that observed
 * processes made and that outlive them, so that they can be removed however a run ends. A wrapper
 * enters an object right after the call that made it, and strikes it out after one that removed it,
 * whoever made it. Lock-free; errno is left alone.
 */
#ifndef IPCVIZ_PROBE_LEDGER_H
#define IPCVIZ_PROBE_LEDGER_H

#include <stdbool.h>

#include "event/board.h"

/* System V: LEDGER_MSG, LEDGER_SHM, LEDGER_SEM. */
void ledger_enter_id(enum ledger_kind kind, int id);
void ledger_strike_id(enum ledger_kind kind, int id);
/* Was it entered, and not struck out? Of two that opened it with IPC_CREAT alone one made it. */
bool ledger_has_id(enum ledger_kind kind, int id);

/* Before a call that may make such an object under a key, and after it was entered; NULL is fine. For IPC_PRIVATE, which
 * names nothing, nothing is done. */
struct ledger_entry *ledger_intend(enum ledger_kind kind, int key, int flags);
void ledger_intended(struct ledger_entry *intent);

/* POSIX: LEDGER_MQ_NAME, LEDGER_SHM_NAME, LEDGER_SEM_NAME. The name as the program wrote it, in
 * memory that is good: a call with it has just succeeded. It is kept with one slash in front. */
void ledger_enter_name(enum ledger_kind kind, const char *name);
void ledger_strike_name(enum ledger_kind kind, const char *name);
bool ledger_has_name(enum ledger_kind kind, const char *name);

#endif
