/* io_library.h - shared libraries. */
#ifndef LING_IO_LIBRARY_H
#define LING_IO_LIBRARY_H

#include "vm/base/base.h"

/* Null: `*error` is the system's text, valid until the next call here by this thread. */
void *io_library_open(const char *path, const char **error);
void *io_library_symbol(void *library, const char *name, const char **error);
void io_library_close(void *library);

#endif
