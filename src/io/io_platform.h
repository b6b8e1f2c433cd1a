/* io_platform.h - facts about the machine and the system below. */
#ifndef LING_IO_PLATFORM_H
#define LING_IO_PLATFORM_H

#include "vm/base/base.h"

const char *io_platform_family(void);                    /* "unix" */
const char *io_platform_name(void);                      /* "linux" */
/* "x86_64-pc-linux-gnu": what system_info(system_architecture) shows. */
const char *io_platform_architecture(void);
void io_platform_version(int64_t version[3]);            /* of the kernel */
/* Processors: configured, online, available to this process; -1: unknown. */
void io_platform_processors(int *configured, int *online, int *available);
size_t io_platform_page_size(void);
/* The host's name; false if it has none. Ends in NUL. */
bool io_platform_host_name(char *into, size_t size);
/* Bytes of unpredictable randomness. */
void io_platform_entropy(void *into, size_t size);

#endif
