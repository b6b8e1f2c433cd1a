/* io_fault.h - when the machine says that the VM itself has gone wrong: a bad address, instruction or division. */
#ifndef LING_IO_FAULT_H
#define LING_IO_FAULT_H

#include "vm/base/base.h"

/* From now on a fault calls `report` with its name and the address it is about, on a stack of its own, then shows
 * the C functions on stderr and ends the VM as abort() does. A fault in there ends it at once. */
void io_fault_init(void (*report)(const char *name, const void *address));
/* To stderr, from inside `report`: allocates nothing. */
void io_fault_write(const char *text);
void io_fault_write_number(uint64_t number, unsigned base);

#endif
