/* namespace.h - network namespaces: the calling thread enters one and comes back. */
#ifndef LING_POSIX_NAMESPACE_H
#define LING_POSIX_NAMESPACE_H

/* A handle to come back with, or IO_E*. */
int namespace_enter(const char *path);
int namespace_leave(int back);

#endif
