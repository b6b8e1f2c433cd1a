/* terminal.c - terminals, by termios. */
#include "io/io_terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios before, while_raw;
static int raw_handle = -1;

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

void io_terminal_pause(void)
{
    if (raw_handle >= 0)
        tcsetattr(raw_handle, TCSANOW, &before);
}

void io_terminal_resume(void)
{
    if (raw_handle >= 0)
        tcsetattr(raw_handle, TCSANOW, &while_raw);
}

static void restore(void)
{
    io_terminal_pause();
    raw_handle = -1;
}

bool io_terminal_set_raw(int handle, bool raw)
{
    static bool registered;

    if (!raw) {
        restore();
        return true;
    }
    if (raw_handle >= 0 || tcgetattr(handle, &before) < 0)
        return false;
    if (!registered)
        atexit(restore);
    registered = true;
    while_raw = before;
    while_raw.c_iflag &= ~(tcflag_t)(ISTRIP | INLCR | ICRNL | IGNCR | IXON);
    while_raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHOE | ECHOK | ECHONL | IEXTEN);
    while_raw.c_cc[VMIN] = 1;
    while_raw.c_cc[VTIME] = 0;
    raw_handle = handle;
    io_terminal_resume();
    return true;
}
