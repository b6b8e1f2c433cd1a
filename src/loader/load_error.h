/* load_error.h - why a file could not be loaded, in words that name the place. */
#ifndef LING_LOAD_ERROR_H
#define LING_LOAD_ERROR_H

#include "vm/base/base.h"
#include "vm/base/reader.h"

typedef struct LoadError {
    char text[256];            /* one line, no newline; "" while all is well */
} LoadError;

void load_error_set(LoadError *error, const char *format, ...) PRINTF_LIKE(2, 3);
/* "chunk Code: unexpected end of data at byte 77" */
void load_error_from_reader(LoadError *error, const char *chunk, const Reader *in);

#endif
