/* io_terminal.h - terminals. */
#ifndef LING_IO_TERMINAL_H
#define LING_IO_TERMINAL_H

#include "vm/base/base.h"

bool io_terminal_is(int handle);
/* Does the system know terminals of this type ($TERM, or null)? */
bool io_terminal_is_described(const char *type);
/* False if it has no size. */
bool io_terminal_size(int handle, uint32_t *columns, uint32_t *rows);
/* Keys come one by one and are not shown; the old state comes back with `false`, at the latest when the VM ends.
 * One terminal at a time. */
bool io_terminal_set_raw(int handle, bool raw);
/* ^C is a key like any other from now on, and no signal. */
void io_terminal_take_interrupt(int handle);
/* The old state for a while: no effect on a terminal that was never changed. */
void io_terminal_pause(void);
void io_terminal_resume(void);

#endif
