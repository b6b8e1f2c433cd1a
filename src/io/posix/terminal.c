/* terminal.c - terminals, by termios. */
#include "io/io_terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
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

static void restore(void)
{
    if (raw_handle >= 0)
        tcsetattr(raw_handle, TCSANOW, &before);
    raw_handle = -1;
}

bool io_terminal_set_raw(int handle, bool raw)
{
    static bool registered;
    struct termios mode;

    if (!raw) {
        restore();
        return true;
    }
    if (raw_handle >= 0 || tcgetattr(handle, &before) < 0)
        return false;
    if (!registered)
        atexit(restore);
    registered = true;
    mode = before;
    mode.c_iflag &= ~(tcflag_t)(ISTRIP | INLCR | ICRNL | IGNCR | IXON);
    mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHOE | ECHOK | ECHONL | IEXTEN);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    raw_handle = handle;
    return tcsetattr(handle, TCSANOW, &mode) == 0;
}
