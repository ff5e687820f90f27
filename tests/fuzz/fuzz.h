/* SPDX-License-Identifier: MIT
 *
 * A fuzz target is one file with these three. `make check` links it with driver.c, which mutates
 * the seeds for a moment; for a long hunt compile it with `clang -fsanitize=fuzzer,address` instead
 * of the driver.
 */
#ifndef IPCVIZ_TESTS_FUZZ_H
#define IPCVIZ_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What to start from: texts, or "@" and a glob(3) pattern of files below the source tree. Ends with
 * NULL. */
extern const char *const fuzz_seeds[];
/* Pieces that are likely to lead somewhere. Ends with NULL. */
extern const char *const fuzz_tokens[];

#endif
