/* io_error.h - what can go wrong outside the VM: negative codes and their Erlang names.
 *
 * Functions of src/io return 0 or more, or one of these. The names are the POSIX ones in lower
 * case, as file:format_error/1 and inet:format_error/1 know them. */
#ifndef LING_IO_ERROR_H
#define LING_IO_ERROR_H

#include "vm/base/base.h"

#define IO_ERROR_LIST(X)                                                                          \
    X(E2BIG) X(EACCES) X(EADDRINUSE) X(EADDRNOTAVAIL) X(EAFNOSUPPORT) X(EAGAIN) X(EALREADY)       \
    X(EBADF) X(EBADMSG) X(EBUSY) X(ECANCELED) X(ECHILD) X(ECONNABORTED) X(ECONNREFUSED)           \
    X(ECONNRESET) X(EDEADLK) X(EDESTADDRREQ) X(EDOM) X(EDQUOT) X(EEXIST) X(EFAULT) X(EFBIG)       \
    X(EHOSTDOWN) X(EHOSTUNREACH) X(EIDRM) X(EILSEQ) X(EINPROGRESS) X(EINTR) X(EINVAL) X(EIO)      \
    X(EISCONN) X(EISDIR) X(ELOOP) X(EMFILE) X(EMLINK) X(EMSGSIZE) X(ENAMETOOLONG) X(ENETDOWN)     \
    X(ENETRESET) X(ENETUNREACH) X(ENFILE) X(ENOBUFS) X(ENODATA) X(ENODEV) X(ENOENT) X(ENOEXEC)    \
    X(ENOLCK) X(ENOMEM) X(ENOPROTOOPT) X(ENOSPC) X(ENOSYS) X(ENOTBLK) X(ENOTCONN) X(ENOTDIR)      \
    X(ENOTEMPTY) X(ENOTSOCK) X(ENOTSUP) X(ENOTTY) X(ENXIO) X(EOPNOTSUPP) X(EOVERFLOW) X(EPERM)    \
    X(EPFNOSUPPORT) X(EPIPE) X(EPROTO) X(EPROTONOSUPPORT) X(EPROTOTYPE) X(ERANGE) X(EROFS)        \
    X(ESHUTDOWN) X(ESOCKTNOSUPPORT) X(ESPIPE) X(ESRCH) X(ESTALE) X(ETIME) X(ETIMEDOUT)            \
    X(ETXTBSY) X(EUSERS) X(EXDEV) X(UNKNOWN)

enum {
    IO_ERROR_BEFORE_FIRST = -100,
#define X(name) IO_##name,
    IO_ERROR_LIST(X)
#undef X
    IO_ERROR_END
};

/* "enoent" for IO_ENOENT. */
const char *io_error_name(int code);
/* The code for the platform's own number (errno). For src/io and drivers with foreign libraries. */
int io_error_from_system(int number);
int io_error_to_system(int code);

#endif
