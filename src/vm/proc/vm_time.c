/* vm_time.c - the clocks of Erlang. */
#include "vm/proc/vm_time.h"

#include "io/io_time.h"
#include "vm/base/options.h"

enum { NS_PER_US = 1000 };

static struct {
    bool started, final;
    int64_t io_start;
    int64_t offset;
    int64_t last_now_us;
    int64_t unique_any, unique_monotonic;
} state = {.unique_any = UNIQUE_INTEGER_START, .unique_monotonic = UNIQUE_INTEGER_START};

static void start(void)
{
    state.started = true;
    state.io_start = io_monotonic_ns();
    state.offset = io_system_ns() - VM_TIME_START;
    state.final = options.time_warp_mode != 's';
}

int64_t vm_time_monotonic(void)
{
    if (UNLIKELY(!state.started))
        start();
    return io_monotonic_ns() - state.io_start + VM_TIME_START;
}

/* With multi_time_warp the offset follows the system's clock. */
int64_t vm_time_offset(void)
{
    int64_t monotonic = vm_time_monotonic();

    if (options.time_warp_mode == 'm')
        state.offset = io_system_ns() - monotonic;
    return state.offset;
}

int64_t vm_time_system(void)
{
    int64_t offset = vm_time_offset();

    return vm_time_monotonic() + offset;
}

int64_t vm_time_to_io(int64_t monotonic_ns)
{
    int64_t result;

    vm_time_monotonic();
    if (__builtin_add_overflow(monotonic_ns, state.io_start - VM_TIME_START, &result))
        return INT64_MAX;
    return result;
}

bool vm_time_offset_is_final(void)
{
    vm_time_monotonic();
    return state.final;
}

bool vm_time_finalize_offset(void)
{
    if (vm_time_offset_is_final())
        return false;
    state.final = true;
    state.offset = io_system_ns() - vm_time_monotonic();
    return true;
}

int64_t unique_integer_monotonic(void) { return state.unique_monotonic++; }
int64_t unique_integer_any(void) { return state.unique_any++; }

int64_t vm_time_now_us(void)
{
    int64_t now = vm_time_system() / NS_PER_US;

    if (now <= state.last_now_us)
        now = state.last_now_us + 1;
    state.last_now_us = now;
    return now;
}
