/* SPDX-License-Identifier: MIT
 *
 * What an instruction does that touches watched memory: asked by a probe, answered on the board (event/board.h). With the
 * library Zydis; without it nobody asks.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stage/inside.h"

#ifdef HAVE_ZYDIS
#include <Zydis/Zydis.h>

enum { INSTRUCTION_MAX = 15, OPERAND_MAX = 64 /* bytes */ };

bool
decode_works(void)
{
	return true;
}

static size_t
instruction_bytes(const struct event *event, uint8_t bytes[INSTRUCTION_MAX])
{
	char text[2 * INSTRUCTION_MAX + 1];
	size_t length = event_copy(event, FIELD_bytes, text, sizeof text);
	size_t n = 0;

	for (; n < INSTRUCTION_MAX && 2 * n + 1 < length; n++) {
		unsigned byte;

		if (sscanf(text + 2 * n, "%2x", &byte) != 1)
			break;
		bytes[n] = (uint8_t)byte;
	}
	return n;
}

static bool
is_memory(const ZydisDecodedOperand *operand)
{
	return operand->type == ZYDIS_OPERAND_TYPE_MEMORY &&
	       (operand->mem.type == ZYDIS_MEMOP_TYPE_MEM || operand->mem.type == ZYDIS_MEMOP_TYPE_VSIB);
}

/* The one that the program wrote down; a stack's only when there is no other. */
static const ZydisDecodedOperand *
memory_of(const ZydisDecodedOperand *operands, int n)
{
	const ZydisDecodedOperand *found = NULL;

	for (int i = 0; i < n; i++)
		if (is_memory(&operands[i]) &&
			(found == NULL || (found->visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN &&
						  operands[i].visibility !=
							  ZYDIS_OPERAND_VISIBILITY_HIDDEN)))
			found = &operands[i];
	return found;
}

static enum instruction_class
class_of(const ZydisDecodedInstruction *instruction, const ZydisDecodedOperand *operand)
{
	bool reads = (operand->actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
	bool writes = (operand->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;

	if (instruction->meta.category == ZYDIS_CATEGORY_STRINGOP)
		switch (instruction->mnemonic) {
		case ZYDIS_MNEMONIC_MOVSB:
		case ZYDIS_MNEMONIC_MOVSW:
		case ZYDIS_MNEMONIC_MOVSD:
		case ZYDIS_MNEMONIC_MOVSQ:
			return INSTRUCTION_COPY;
		case ZYDIS_MNEMONIC_CMPSB:
		case ZYDIS_MNEMONIC_CMPSW:
		case ZYDIS_MNEMONIC_CMPSD:
		case ZYDIS_MNEMONIC_CMPSQ:
			return INSTRUCTION_COMPARE;
		default:
			break;
		}
	return reads && writes ? INSTRUCTION_UPDATE : writes ? INSTRUCTION_STORE : INSTRUCTION_LOAD;
}

/* The register that a plain store takes its value from, counted from 1; 0: none, or half of one. */
static uint32_t
source_of(const ZydisDecodedInstruction *instruction, const ZydisDecodedOperand *operands)
{
	ZydisRegister source = operands[1].reg.value;
	ZydisRegister whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, source);

	if (instruction->mnemonic != ZYDIS_MNEMONIC_MOV || operands[1].type != ZYDIS_OPERAND_TYPE_REGISTER ||
		ZydisRegisterGetClass(whole) != ZYDIS_REGCLASS_GPR64 ||
		(source >= ZYDIS_REGISTER_AH && source <= ZYDIS_REGISTER_BH))
		return 0;
	return (uint32_t)ZydisRegisterGetId(whole) + 1;
}

static uint32_t
code_of(const uint8_t *bytes, size_t n)
{
	ZydisDecoder decoder;
	ZydisDecodedInstruction instruction;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	const ZydisDecodedOperand *operand;
	uint32_t code, size;

	if (!ZYAN_SUCCESS(ZydisDecoderInit(
		    &decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)) ||
		!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, bytes, n, &instruction, operands)) ||
		(operand = memory_of(operands, instruction.operand_count)) == NULL)
		return INSTRUCTION_UNKNOWN;
	code = class_of(&instruction, operand);
	if (instruction.attributes & ZYDIS_ATTRIB_HAS_LOCK ||
		instruction.mnemonic == ZYDIS_MNEMONIC_XCHG)
		code |= INSTRUCTION_ATOMIC;
	if ((code & INSTRUCTION_CLASS) == INSTRUCTION_STORE)
		code |= source_of(&instruction, operands) << INSTRUCTION_SOURCE;
	size = operand->size / CHAR_BIT;
	return code | (size < OPERAND_MAX ? size : OPERAND_MAX) << INSTRUCTION_BYTES;
}

static void
answer(struct stage *stage, const struct event *event)
{
	const struct process *process = process_find(stage, event->pid);
	struct board_slot *slot = process == NULL ? NULL : board_slot_of(stage, process);
	uint8_t bytes[INSTRUCTION_MAX];
	size_t n = instruction_bytes(event, bytes);
	uint32_t number = (uint32_t)event_number(event, FIELD_value, 0);

	if (slot == NULL)
		return;
	atomic_store(&slot->decoded, number << 16 | code_of(bytes, n));
	syscall(SYS_futex, &slot->decoded, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
#else

bool
decode_works(void)
{
	return false;
}

static void
answer(struct stage *stage, const struct event *event)
{
	(void)stage, (void)event;
}
#endif

bool
decode_asked(struct stage *stage, const struct event *event)
{
	if (event->what != WHAT_look || !event_has(event, FIELD_at) || !event_has(event, FIELD_bytes))
		return false;
	answer(stage, event);
	return true;
}
