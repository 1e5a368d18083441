/* A library to be loaded before a program (LD_PRELOAD): refuses the program's own n-th large allocation, or all from then on.
 *
 *   THUSO_FAULT_NTH    which one fails, from 1; 0 = none, for counting
 *   THUSO_FAULT_MODE   once (default) | forever
 *   THUSO_FAULT_BYTES  what is large (default 1)
 *   THUSO_FAULT_COUNT  a file that gets the number of such allocations when the program ends
 *
 * Only calls that the program itself makes are counted, which are those of its checked arrays: GLib ends a program that gets no memory, and
 * what libraries do then is theirs. */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

static uintptr_t text_begin, text_end;
static long nth;
static size_t least = 1;
static int forever;
static atomic_long n_calls;

/* The first object is the program. */
static int find_text(struct dl_phdr_info *info, size_t size, void *data)
{
	(void) size;
	(void) data;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X)) {
			text_begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
			text_end = text_begin + info->dlpi_phdr[i].p_memsz;
		}
	return 1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *number = getenv("THUSO_FAULT_NTH"), *how = getenv("THUSO_FAULT_MODE"), *bytes = getenv("THUSO_FAULT_BYTES");
	forever = how && strcmp(how, "forever") == 0;
	if (bytes)
		least = (size_t) atoll(bytes);
	dl_iterate_phdr(find_text, NULL);
	nth = number ? atol(number) : 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("THUSO_FAULT_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;
	if (file) {
		fprintf(file, "%ld\n", atomic_load(&n_calls));
		fclose(file);
	}
}

static int fails(void *caller, size_t bytes)
{
	if ((uintptr_t) caller < text_begin || (uintptr_t) caller >= text_end || bytes < least)
		return 0;
	long n = atomic_fetch_add(&n_calls, 1) + 1;
	if (nth == 0 || n < nth || (n > nth && !forever))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *calloc(size_t n, size_t size)
{
	return fails(__builtin_return_address(0), n * size) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return fails(__builtin_return_address(0), size) ? NULL : __libc_realloc(old, size);
}
