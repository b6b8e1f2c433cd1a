/* vm_time.h - time as Erlang programs see it, in nanoseconds, and integers that never come again.
 *
 * Erlang's monotonic time starts far below zero, so that it stays a small integer for long; system time is
 * monotonic time plus an offset, which stays the same unless time warps were allowed. */
#ifndef LING_VM_TIME_H
#define LING_VM_TIME_H

#include "vm/base/base.h"

/* First value of monotonic time. */
#define VM_TIME_START ((int64_t)-576460752 * 1000000000)
/* Stock's counters of unique integers start here. */
#define UNIQUE_INTEGER_START (-((int64_t)1 << 59))

int64_t vm_time_monotonic(void);
int64_t vm_time_system(void);
int64_t vm_time_offset(void);
/* Of Erlang's monotonic time to the clock of io_time.h, for deadlines; saturates. */
int64_t vm_time_to_io(int64_t monotonic_ns);
static inline int64_t vm_time_since_start(void) { return vm_time_monotonic() - VM_TIME_START; }
/* Single time warp (+C single_time_warp): the offset may be set once more. False: it is final already. */
bool vm_time_finalize_offset(void);
bool vm_time_offset_is_final(void);

/* Strictly increasing. */
int64_t unique_integer_monotonic(void);
int64_t unique_integer_any(void);

/* erlang:now(): system time in microseconds, but every value once only. */
int64_t vm_time_now_us(void);

#endif
