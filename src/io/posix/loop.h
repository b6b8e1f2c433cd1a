/* loop.h - the libuv loop that the files of this folder share. */
#ifndef LING_POSIX_LOOP_H
#define LING_POSIX_LOOP_H

#include <uv.h>

uv_loop_t *posix_loop(void);            /* made at the first call */
/* To be called when handles that wait for descriptors (signals, uv_async) were started: epoll gets to know of them. */
void posix_loop_changed(void);

#endif
