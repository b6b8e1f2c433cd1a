/* terminal.c - terminals, by termios. */
#include "io/io_terminal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* Of the one terminal that was changed: as it was found, and as it is to be. */
static struct termios before, wanted;
static int changed_handle = -1;

bool io_terminal_is(int handle) { return isatty(handle) == 1; }

bool io_terminal_size(int handle, uint32_t *columns, uint32_t *rows)
{
    struct winsize size;

    if (ioctl(handle, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return false;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return true;
}

static bool is_described_in(const char *folder, const char *below, const char *type)
{
    char path[PATH_MAX];

    if (!folder)
        return false;
    snprintf(path, sizeof path, "%s%s/%c/%s", folder, below, type[0], type);
    if (access(path, R_OK) == 0)
        return true;
    snprintf(path, sizeof path, "%s%s/%x/%s", folder, below, (unsigned char)type[0], type);
    return access(path, R_OK) == 0;
}

bool io_terminal_is_described(const char *type)
{
    if (!type || !*type || strchr(type, '/'))
        return false;
    return is_described_in(getenv("TERMINFO"), "", type) || is_described_in(getenv("HOME"), "/.terminfo", type)
        || is_described_in("/etc", "/terminfo", type) || is_described_in("/lib", "/terminfo", type)
        || is_described_in("/usr/share", "/terminfo", type) || is_described_in("/usr/lib", "/terminfo", type);
}

void io_terminal_pause(void)
{
    if (changed_handle >= 0)
        tcsetattr(changed_handle, TCSANOW, &before);
}

void io_terminal_resume(void)
{
    if (changed_handle >= 0)
        tcsetattr(changed_handle, TCSANOW, &wanted);
}

static void restore(void)
{
    io_terminal_pause();
    changed_handle = -1;
}

static bool start_change(int handle)
{
    static bool registered;

    if (changed_handle >= 0)
        return changed_handle == handle;
    if (tcgetattr(handle, &before) < 0)
        return false;
    if (!registered)
        atexit(restore);
    registered = true;
    wanted = before;
    changed_handle = handle;
    return true;
}

bool io_terminal_set_raw(int handle, bool raw)
{
    if (!raw) {
        restore();
        return true;
    }
    if (!start_change(handle))
        return false;
    wanted.c_iflag &= ~(tcflag_t)(ISTRIP | INLCR | ICRNL | IGNCR | IXON);
    wanted.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHOE | ECHOK | ECHONL | IEXTEN);
    wanted.c_cc[VMIN] = 1;
    wanted.c_cc[VTIME] = 0;
    io_terminal_resume();
    return true;
}

void io_terminal_take_interrupt(int handle)
{
    if (!start_change(handle))
        return;
    wanted.c_cc[VINTR] = _POSIX_VDISABLE;
    io_terminal_resume();
}
