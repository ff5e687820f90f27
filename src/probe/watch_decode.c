/* SPDX-License-Identifier: MIT
 *
 * What does the instruction at an address do? The stage knows, which has a library for it; answers are kept. Without
 * one, or when it does not answer within a tenth of a second, the fault itself says whether memory is read or written.
 */
#include "probe/watch.h"

#if defined __x86_64__ && !defined __ILP32__

#include <linux/futex.h>
#include <time.h>

#include "probe/memory.h"
#include "probe/process.h"
#include "probe/report.h"
#include "probe/sys.h"

enum {
	KEPT = 2048,     /* answers */
	LONGEST = 15,    /* bytes of an instruction */
	WAIT = 10000000, /* ns of one sleep */
	WAITS = 10,
	CODE_BITS = 16,
	MISSES_MAX = 3,  /* questions without an answer; then no more */
};
static const uint32_t UNANSWERED = UINT32_MAX;

static const struct timespec while_asking = {.tv_nsec = WAIT};

/* address << 16 | code: an address has 48 bits. */
static _Atomic uint64_t kept[KEPT];
static _Atomic uint32_t asking; /* 1: a thread waits for its answer */
static _Atomic uint32_t questions, misses;

static _Atomic uint64_t *
kept_of(uintptr_t instruction)
{
	return &kept[(instruction ^ instruction >> 11) % KEPT];
}

static void
ask(uintptr_t instruction, uint32_t number, size_t n)
{
	struct line line;
	char text[2 * LONGEST + 1];
	const uint8_t *bytes = (const uint8_t *)instruction;
	uint64_t now = control_clock();

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	text[2 * n] = '\0';
	line_start_as(&line, now, me.who, me.who_length, WHAT_look);
	line_hex(&line, FIELD_at, instruction);
	line_word(&line, FIELD_bytes, text);
	line_number(&line, FIELD_value, number);
	line_finish(&line);
	control_send(&line, now, UINT64_MAX);
}

static uint32_t
answer_wait(uint32_t number)
{
	for (int i = 0; i < WAITS;) {
		uint32_t decoded = atomic_load(&me.slot->decoded);

		if (decoded >> CODE_BITS == number)
			return decoded & 0xffff;
		if (SYS6(SYS_futex, &me.slot->decoded, FUTEX_WAIT, decoded, &while_asking, 0, 0) ==
			-ETIMEDOUT)
			i++;
	}
	atomic_fetch_add(&misses, 1);
	return UNANSWERED;
}

static size_t
readable(uintptr_t instruction)
{
	size_t n = LONGEST;

	if (!memory_good((const void *)instruction, n))
		n = 4096 - instruction % 4096;
	return n < LONGEST && !memory_good((const void *)instruction, n) ? 0 : n;
}

uint32_t
decode(uintptr_t instruction)
{
	uint64_t known = atomic_load_explicit(kept_of(instruction), memory_order_relaxed);
	uint32_t number, code;
	size_t n;

	if (known >> CODE_BITS == (instruction & UINT64_C(0xffffffffffff)))
		return known & 0xffff;
	if (atomic_load(&control.board->decodes) == 0 || me.slot_index < 0 || me.vforked ||
		atomic_load(&misses) >= MISSES_MAX || (n = readable(instruction)) == 0)
		return INSTRUCTION_UNKNOWN;
	while (atomic_exchange(&asking, 1) != 0)
		SYS6(SYS_futex, &asking, FUTEX_WAIT_PRIVATE, 1, &while_asking, 0, 0);
	number = atomic_fetch_add(&questions, 1) % 0xffff + 1;
	ask(instruction, number, n);
	code = answer_wait(number);
	atomic_store(&asking, 0);
	SYS6(SYS_futex, &asking, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
	if (code == UNANSWERED)
		return INSTRUCTION_UNKNOWN;
	atomic_store(kept_of(instruction), (uint64_t)instruction << CODE_BITS | code);
	return code;
}

void
decode_forked(void)
{
	atomic_store(&asking, 0);
}

#endif
