/* SPDX-License-Identifier: MIT
 *
 * Is it a program that can be watched? The dynamic loader puts the probe into a program; who has no
 * loader, or gets privileges by being executed (ld.so(8): secure-execution mode), cannot be
 * watched, and that is said before it starts.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "stage/inside.h"
#include "words.h"

#if __ELF_NATIVE_CLASS == 64
#define ELF_CLASS ELFCLASS64
#else
#define ELF_CLASS ELFCLASS32
#endif

/* Our own file's header, which the linker names: the probe is of the same kind. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

enum { SCRIPT_DEPTH = 4 }; /* interpreters that are scripts themselves; as binfmt_script */

static bool
is_program(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* Looks for `name` in PATH as execvp(3) does. */
static bool
path_search(const char *name, char *path)
{
	const char *at = getenv("PATH");

	for (at = at != NULL ? at : "/usr/local/bin:/usr/bin:/bin"; at != NULL;) {
		int length = (int)strcspn(at, ":");
		int n = snprintf(
			path, PATH_MAX, "%.*s%s%s", length, at, length > 0 ? "/" : "./", name);

		if (n < PATH_MAX && is_program(path))
			return true;
		at = at[length] == ':' ? at + length + 1 : NULL;
	}
	return false;
}

int
program_find(const char *name, char *path, struct problem *problem)
{
	char relative[PATH_MAX], *here;
	int n;

	if (name[0] == '\0')
		return problem_set(problem, NULL, 0, _("the program has no name"));
	if (strchr(name, '/') == NULL) {
		if (!path_search(name, path))
			return problem_set(problem, name, 0, _("there is no such program in PATH"));
	} else if ((size_t)snprintf(path, PATH_MAX, "%s", name) >= PATH_MAX)
		return problem_set(problem, name, 0, "%s", strerror(ENAMETOOLONG));
	if (path[0] == '/')
		return 0;
	/* It may start in another directory: name it from the root, but keep the name of a link. */
	if ((here = getcwd(NULL, 0)) == NULL)
		return problem_set(
			problem, NULL, 0, _("the working directory is gone: %s"), strerror(errno));
	snprintf(relative, sizeof relative, "%s", path);
	n = snprintf(path, PATH_MAX, "%s/%s", here, relative);
	free(here);
	if (n >= PATH_MAX)
		return problem_set(problem, name, 0, "%s", strerror(ENAMETOOLONG));
	return 0;
}

/* Will execve(2) give it privileges that we do not have? */
static const char *
privilege(const char *path, const struct stat *status)
{
	struct statvfs system;

	if (statvfs(path, &system) == 0 && (system.f_flag & ST_NOSUID) != 0)
		return NULL;
	if ((status->st_mode & S_ISUID) != 0 && status->st_uid != geteuid())
		return _("it is set-user-ID, so the system does not let a probe into it");
	if ((status->st_mode & S_ISGID) != 0 && (status->st_mode & S_IXGRP) != 0 &&
		status->st_gid != getegid())
		return _("it is set-group-ID, so the system does not let a probe into it");
	if (geteuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0)
		return _("it has file capabilities, so the system does not let a probe into it");
	return NULL;
}

/* Where in the file a virtual address lies; 0: nowhere. */
static size_t
file_offset(const ElfW(Ehdr) * header, const ElfW(Phdr) * program, ElfW(Addr) address)
{
	for (int i = 0; i < header->e_phnum; i++)
		if (program[i].p_type == PT_LOAD && address >= program[i].p_vaddr &&
			address - program[i].p_vaddr < program[i].p_filesz)
			return program[i].p_offset + (address - program[i].p_vaddr);
	return 0;
}

/* A sanitizer's runtime insists on being the first library: find its name among the needed ones. */
static void
find_first(const char *image, size_t size, const ElfW(Phdr) * dynamic, char *first, size_t room)
{
	const ElfW(Ehdr) *header = (const void *)image;
	const ElfW(Phdr) *program = (const void *)(image + header->e_phoff);
	size_t count = dynamic->p_filesz / sizeof(ElfW(Dyn)), strings = 0;
	const ElfW(Dyn) *entry = (const void *)(image + dynamic->p_offset);

	if (dynamic->p_offset + dynamic->p_filesz > size)
		return;
	for (size_t i = 0; i < count && entry[i].d_tag != DT_NULL; i++)
		if (entry[i].d_tag == DT_STRTAB)
			strings = file_offset(header, program, entry[i].d_un.d_ptr);
	for (size_t i = 0; i < count && entry[i].d_tag != DT_NULL && strings != 0; i++) {
		size_t at = strings + entry[i].d_un.d_val;
		const char *name = image + at;

		if (entry[i].d_tag != DT_NEEDED || at >= size ||
			memchr(name, '\0', size - at) == NULL)
			continue;
		if (strncmp(name, "libasan.so", 10) == 0 || strncmp(name, "libtsan.so", 10) == 0 ||
			strncmp(name, "libclang_rt.asan", 16) == 0) {
			snprintf(first, room, "%s", name);
			return;
		}
	}
}

static int
elf_check(const char *path, const char *image, size_t size, char *first, size_t room,
	struct problem *problem)
{
	const ElfW(Ehdr) *header = (const void *)image;
	const ElfW(Phdr) * program;
	bool loader = false;

	if (size < sizeof *header || image[EI_CLASS] != ELF_CLASS ||
		header->e_machine != __ehdr_start.e_machine)
		return problem_set(problem, path, 0,
			_("it is a program for another kind of processor (or 32 bits) than the "
			  "probe"));
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return problem_set(problem, path, 0, _("it is no executable program"));
	if (header->e_phentsize != sizeof *program ||
		header->e_phoff + (size_t)header->e_phnum * sizeof *program > size)
		return problem_set(problem, path, 0, _("it is a damaged program file"));
	program = (const void *)(image + header->e_phoff);
	for (int i = 0; i < header->e_phnum; i++) {
		if (program[i].p_type == PT_INTERP)
			loader = true;
		if (program[i].p_type == PT_DYNAMIC)
			find_first(image, size, &program[i], first, room);
	}
	if (!loader)
		return problem_set(problem, path, 0,
			_("it is statically linked, so no probe can be loaded into it; "
			  "link it dynamically (without -static)"));
	return 0;
}

static int program_check_depth(
	const char *path, int depth, char *first, size_t room, struct problem *problem);

/* A script: its interpreter is what is started. `image` begins with "#!". */
static int
script_check(const char *path, const char *image, size_t size, int depth, char *first, size_t room,
	struct problem *problem)
{
	char line[256], *at, *end;

	snprintf(line, sizeof line, "%.*s", (int)(size < sizeof line ? size : sizeof line - 1),
		image);
	line[strcspn(line, "\n")] = '\0';
	at = line + 2 + strspn(line + 2, " \t");
	end = at + strcspn(at, " \t");
	*end = '\0';
	if (*at == '\0' || depth >= SCRIPT_DEPTH)
		return problem_set(problem, path, 0, _("its first line names no interpreter"));
	if (access(at, X_OK) != 0)
		return problem_set(problem, path, 0, _("its interpreter %s cannot be executed: %s"),
			at, strerror(errno));
	return program_check_depth(at, depth + 1, first, room, problem);
}

static int
image_check(const char *path, const char *image, size_t size, int depth, char *first, size_t room,
	struct problem *problem)
{
	if (size >= 2 && memcmp(image, "#!", 2) == 0)
		return script_check(path, image, size, depth, first, room, problem);
	if (size >= SELFMAG && memcmp(image, ELFMAG, SELFMAG) == 0)
		return elf_check(path, image, size, first, room, problem);
	return problem_set(problem, path, 0,
		_("it is neither a program nor a script (a script begins with #! and its "
		  "interpreter)"));
}

static int
program_check_depth(const char *path, int depth, char *first, size_t room, struct problem *problem)
{
	struct stat status;
	const char *why;
	char *image;
	int fd, answer;

	if (stat(path, &status) != 0)
		return problem_set(problem, path, 0, "%s", strerror(errno));
	if (S_ISDIR(status.st_mode))
		return problem_set(problem, path, 0, _("it is a directory"));
	if (!S_ISREG(status.st_mode))
		return problem_set(problem, path, 0, _("it is no regular file"));
	if (access(path, X_OK) != 0)
		return problem_set(problem, path, 0,
			_("it is not executable; chmod +x makes it so, if it is a program"));
	if ((why = privilege(path, &status)) != NULL)
		return problem_set(problem, path, 0, "%s", why);
	if (status.st_size == 0)
		return problem_set(problem, path, 0, _("it is empty"));
	/* What may be executed but not read can be started, and then it shows whether the probe
	 * speaks. */
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	image = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (image == MAP_FAILED)
		return 0;
	answer = image_check(path, image, (size_t)status.st_size, depth, first, room, problem);
	munmap(image, (size_t)status.st_size);
	return answer;
}

int
program_check(const char *path, char *first, size_t size, struct problem *problem)
{
	first[0] = '\0';
	return program_check_depth(path, 0, first, size, problem);
}
