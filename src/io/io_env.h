/* io_env.h - environment variables: the VM's own, a copy taken at start, and those of programs that it starts.
 *
 * Names and values are bytes without NUL. */
#ifndef LING_IO_ENV_H
#define LING_IO_ENV_H

#include "vm/base/base.h"

void io_env_init(char *const *environment);          /* "NAME=value" ..., ends with null */
/* The value, or null. It ends in NUL and is valid until the next change. */
const char *io_env_get(const char *name);
void io_env_set(const char *name, const char *value);
void io_env_unset(const char *name);
/* "NAME=value" ..., ends with null; valid until the next change. */
char *const *io_env_all(void);
size_t io_env_count(void);

/* --- of a program that is to be started ------------------------------------------------------ */

typedef struct IoEnv IoEnv;

IoEnv *io_env_copy(void);                            /* of the VM's own */
void io_env_free(IoEnv *env);                        /* null: nothing to free */
void io_env_change(IoEnv *env, const char *name, const char *value);      /* no value: removes it */
char *const *io_env_entries(const IoEnv *env);       /* as io_env_all */

#endif
