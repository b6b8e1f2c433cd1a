/* namespace.c - network namespaces by setns. */
#include "io/posix/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "io/io_error.h"

int namespace_enter(const char *path)
{
    int back = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int entered, code = 0;

    if (back < 0)
        return io_error_from_system(errno);
    entered = open(path, O_RDONLY | O_CLOEXEC);
    if (entered < 0 || setns(entered, CLONE_NEWNET) != 0)
        code = io_error_from_system(errno);
    if (entered >= 0)
        close(entered);
    if (code == 0)
        return back;
    close(back);
    return code;
}

int namespace_leave(int back)
{
    int code = setns(back, CLONE_NEWNET) != 0 ? io_error_from_system(errno) : 0;

    close(back);
    return code;
}
