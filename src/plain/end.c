/* SPDX-License-Identifier: MIT
 *
 * The last words of a lesson: what was predicted right, or what was not seen.
 */
#include "plain/plain_own.h"

#include "words.h"

void
plain_end(struct plain *plain, const struct conductor *conductor)
{
	struct paragraph paragraph = {.length = 0};
	unsigned right, asked;

	plain_gap(plain);
	if (conductor_phase(conductor) == PHASE_FAILED) {
		plain_print(plain, "! ", conductor_failure(conductor));
		return;
	}
	if (conductor_phase(conductor) != PHASE_DONE)
		return;
	conductor_score(conductor, &right, &asked);
	paragraph_add(&paragraph, "%s", _("This lesson is done."));
	if (asked > 0)
		paragraph_add(&paragraph,
			ngettext("%u of %u prediction came true.",
				"%u of %u predictions came true.", asked),
			right, asked);
	plain_print(plain, "", paragraph.text);
}
