/* io_env.h - environment variables: a copy of our own, taken at start. */
#ifndef LING_IO_ENV_H
#define LING_IO_ENV_H

#include "vm/base/base.h"

void io_env_init(char *const *environment);          /* "NAME=value" ..., ends with null */
/* The value, or null. Names and values are bytes without NUL; the result ends in NUL and is valid until
 * the next change. */
const char *io_env_get(const char *name);
void io_env_set(const char *name, const char *value);
void io_env_unset(const char *name);
/* "NAME=value" ..., ends with null; valid until the next change. */
char *const *io_env_all(void);
size_t io_env_count(void);

#endif
