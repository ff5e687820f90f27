/* SPDX-License-Identifier: MIT
 *
 * From an address in a process to file and line, and from a variable's name to its address, with
 * elfutils libdw. Needs neither ptrace nor the network. To read a program's line information costs
 * milliseconds, so what was read is kept for some images (processes that share one memory layout),
 * and answers are kept as well.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdlib.h>
#include <string.h>

#include "stage/inside.h"

#ifdef HAVE_LIBDW
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <gelf.h>

enum { IMAGES_MAX = 4, PLACES_MAX = 256 };

struct place {
	int image; /* 0: not in use */
	uint64_t address;
	int line; /* 0: it is known that nothing is known */
	char file[192];
};

struct places {
	struct {
		int image;
		Dwfl *dwfl;
		unsigned used;
	} open[IMAGES_MAX];
	unsigned clock;
	struct place place[PLACES_MAX]; /* by hash; a newer one takes an older one's place */
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_linux_proc_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
};

void
places_free(struct places *places)
{
	if (places == NULL)
		return;
	for (int i = 0; i < IMAGES_MAX; i++)
		if (places->open[i].dwfl != NULL)
			dwfl_end(places->open[i].dwfl);
	free(places);
}

static struct places *
places_of(struct stage *stage)
{
	if (stage->places == NULL) {
		unsetenv("DEBUGINFOD_URLS"); /* libdw would wait for the network */
		stage->places = calloc(1, sizeof *stage->places);
	}
	return stage->places;
}

/* Has libdw read which files the process maps now. */
static Dwfl *
image_read(pid_t pid)
{
	Dwfl *dwfl = dwfl_begin(&callbacks);

	if (dwfl == NULL)
		return NULL;
	if (dwfl_linux_proc_report(dwfl, pid) == 0 && dwfl_report_end(dwfl, NULL, NULL) == 0)
		return dwfl;
	dwfl_end(dwfl);
	return NULL;
}

/* `anew`: the image may have loaded something since it was read. */
static Dwfl *
image_open(struct stage *stage, const struct process *process, bool anew)
{
	struct places *places = places_of(stage);
	int at = 0;

	if (places == NULL)
		return NULL;
	for (int i = 0; i < IMAGES_MAX; i++) {
		if (places->open[i].image == process->image && places->open[i].dwfl != NULL) {
			at = i;
			if (anew)
				break;
			places->open[i].used = ++places->clock;
			return places->open[i].dwfl;
		}
		if (places->open[i].used < places->open[at].used)
			at = i;
	}
	if (places->open[at].dwfl != NULL)
		dwfl_end(places->open[at].dwfl);
	places->open[at].image = process->image;
	places->open[at].dwfl = process->ended ? NULL : image_read(process->pid);
	places->open[at].used = ++places->clock;
	return places->open[at].dwfl;
}

static void
place_set(struct place *place, const char *directory, const char *file, int number)
{
	if (file[0] != '/' && directory != NULL)
		snprintf(place->file, sizeof place->file, "%s/%s", directory, file);
	else
		snprintf(place->file, sizeof place->file, "%s", file);
	place->line = number;
}

/* Unit by unit: clang leaves out the table (.debug_aranges) by which libdw finds the unit of an address. */
static void
place_search(Dwfl_Module *module, Dwarf_Addr address, struct place *place)
{
	Dwarf_Addr bias;

	for (Dwarf_Die *unit = NULL; (unit = dwfl_module_nextcu(module, unit, &bias)) != NULL;) {
		Dwarf_Attribute directory;
		int number;

		if (dwarf_haspc(unit, address - bias) != 1)
			continue;
		Dwarf_Line *line = dwarf_getsrc_die(unit, address - bias);
		const char *file = line == NULL ? NULL : dwarf_linesrc(line, NULL, NULL);
		if (file != NULL && dwarf_lineno(line, &number) == 0)
			place_set(place,
				dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &directory)),
				file, number);
		return;
	}
}

static void
place_find(struct stage *stage, const struct process *process, struct place *place)
{
	Dwarf_Addr address = place->address;
	Dwfl *dwfl = image_open(stage, process, false);
	Dwfl_Module *module = dwfl == NULL ? NULL : dwfl_addrmodule(dwfl, address);
	const char *file;
	Dwfl_Line *line;
	int number = 0;

	if (module == NULL && (dwfl = image_open(stage, process, true)) != NULL)
		module = dwfl_addrmodule(dwfl, address);
	if (module == NULL)
		return;
	if ((line = dwfl_module_getsrc(module, address)) == NULL) {
		place_search(module, address, place);
		return;
	}
	if ((file = dwfl_lineinfo(line, &address, &number, NULL, NULL, NULL)) != NULL)
		place_set(place, dwfl_line_comp_dir(line), file, number);
}

bool
stage_where(struct stage *stage, pid_t pid, uint64_t address, char *file, size_t size, int *line)
{
	struct process *process = process_find(stage, pid);
	struct places *places = places_of(stage);
	struct place *place;

	if (process == NULL || places == NULL || address == 0)
		return false;
	address--; /* a return address is that of the instruction after the call */
	place = &places->place[(address ^ address >> 8 ^ (unsigned)process->image * 31) %
			       PLACES_MAX];
	if (place->image != process->image || place->address != address) {
		*place = (struct place){.image = process->image, .address = address};
		place_find(stage, process, place);
		if (process->ended && place->line == 0)
			place->image = 0;
	}
	if (place->line == 0)
		return false;
	snprintf(file, size, "%s", place->file);
	*line = place->line;
	return true;
}

struct sought {
	const char *name;
	uint64_t address;
};

static int
module_symbol(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr start, void *context)
{
	struct sought *sought = context;
	int n = dwfl_module_getsymtab(module);

	(void)user;
	(void)name;
	(void)start;
	for (int i = 1; i < n; i++) {
		GElf_Sym symbol;
		GElf_Addr address;
		const char *found =
			dwfl_module_getsym_info(module, i, &symbol, &address, NULL, NULL, NULL);

		if (found != NULL && GELF_ST_TYPE(symbol.st_info) == STT_OBJECT &&
			symbol.st_value != 0 && strcmp(found, sought->name) == 0) {
			sought->address = address;
			return DWARF_CB_ABORT;
		}
	}
	return DWARF_CB_ABORT; /* the first module is the program itself */
}

uint64_t
places_symbol(struct stage *stage, struct process *process, const char *name)
{
	struct sought sought = {.name = name};
	Dwfl *dwfl = image_open(stage, process, false);

	if (dwfl != NULL)
		dwfl_getmodules(dwfl, module_symbol, &sought, 0);
	return sought.address;
}

#else

void
places_free(struct places *places)
{
	(void)places;
}

bool
stage_where(struct stage *stage, pid_t pid, uint64_t address, char *file, size_t size, int *line)
{
	(void)stage, (void)pid, (void)address, (void)file, (void)size, (void)line;
	return false;
}

uint64_t
places_symbol(struct stage *stage, struct process *process, const char *name)
{
	(void)stage, (void)process, (void)name;
	return 0;
}
#endif
