/* SPDX-License-Identifier: MIT
 *
 * What the files about pipes offer each other: the bytes that lie there, the account of them, the calls.
 */
#ifndef IPCVIZ_MODEL_PIPE_H
#define IPCVIZ_MODEL_PIPE_H

#include "model/fold.h"

/* More than any pipe holds, little enough to be added up: what a damaged trace claims beyond it is cut. */
#define PIPE_BYTES_MAX ((int64_t)1 << 40)

static inline int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* --- pipe_bytes.c: runs of bytes in page slots --- */

void slots_unknown(struct channel *channel);
/* Room for the slots that its capacity gives; false: that is not known, too much, or there is no memory. */
bool slot_store_fits(struct model *model, struct channel *channel);
/* Slots for what is known to lie there, packed, when what was known of them got lost. */
void slots_rebuild(struct model *model, struct channel *channel);

/* --- pipe_account.c: what is there by the calls, and by the kernel's word --- */

/* Credits up to `bytes` to writes in flight, in the order of their enters; how many none of them can explain. */
int64_t pipe_credit(struct model *model, struct channel *channel, int64_t bytes);
/* There are so many less than we think. */
void pipe_too_much(struct model *model, struct channel *channel, int64_t bytes);
void pipe_contradicted(struct model *model, struct channel *channel);
/* The kernel said, between `begun` and now, that `target` bytes lay there. */
void pipe_reconcile(struct model *model, struct channel *channel, int64_t target, uint64_t begun);
/* Is such a call under way? */
bool pipe_others_fly(const struct channel *channel, bool writes);

#endif
