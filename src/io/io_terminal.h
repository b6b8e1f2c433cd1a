/* io_terminal.h - terminals. */
#ifndef LING_IO_TERMINAL_H
#define LING_IO_TERMINAL_H

#include "vm/base/base.h"

bool io_terminal_is(int handle);
/* False if it has no size. */
bool io_terminal_size(int handle, uint32_t *columns, uint32_t *rows);
/* Keys come one by one and are not shown; the old state comes back with `false`, at the latest when the VM ends.
 * One terminal at a time. */
bool io_terminal_set_raw(int handle, bool raw);
/* The old state for a while: no effect on a terminal that was never set raw. */
void io_terminal_pause(void);
void io_terminal_resume(void);

#endif
