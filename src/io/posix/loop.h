/* loop.h - the libuv loop that the files of this folder share. */
#ifndef LING_POSIX_LOOP_H
#define LING_POSIX_LOOP_H

#include <uv.h>

uv_loop_t *posix_loop(void);            /* made at the first call */

#endif
