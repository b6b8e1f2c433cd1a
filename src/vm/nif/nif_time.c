/* nif_time.c - clocks, and facts about the VM and its surroundings. */
#include <string.h>

#include "io/io_env.h"
#include "io/io_error.h"
#include "io/io_time.h"
#include "vm/base/options.h"
#include "vm/nif/nif_env.h"
#include "vm/proc/vm_time.h"
#include "vm/term/atom.h"

/* Units in a second; 0: no such unit. */
static int64_t units_per_second(ErlNifTimeUnit unit)
{
    static const int64_t units[] = {1, 1000, 1000000, 1000000000};

    return (unsigned)unit < ARRAY_SIZE(units) ? units[unit] : 0;
}

static int64_t divide_down(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

ErlNifTime enif_convert_time_unit(ErlNifTime value, ErlNifTimeUnit from, ErlNifTimeUnit to)
{
    int64_t have = units_per_second(from), want = units_per_second(to);

    if (have == 0 || want == 0)
        return ERL_NIF_TIME_ERROR;
    return want >= have ? value * (want / have) : divide_down(value, have / want);
}

ErlNifTime enif_monotonic_time(ErlNifTimeUnit unit)
{
    return units_per_second(unit) ? enif_convert_time_unit(vm_time_monotonic(), ERL_NIF_NSEC, unit) : ERL_NIF_TIME_ERROR;
}

ErlNifTime enif_time_offset(ErlNifTimeUnit unit)
{
    int64_t offset;

    if (!units_per_second(unit))
        return ERL_NIF_TIME_ERROR;
    gate_enter();
    offset = vm_time_offset();
    gate_leave();
    return enif_convert_time_unit(offset, ERL_NIF_NSEC, unit);
}

static Term time_tuple(Heap *heap, int64_t microseconds)
{
    int64_t seconds = microseconds / 1000000;

    return tuple_3(heap, small_int(seconds / 1000000), small_int(seconds % 1000000), small_int(microseconds % 1000000));
}

ERL_NIF_TERM enif_now_time(ErlNifEnv *env)
{
    int64_t now;

    gate_enter();
    now = vm_time_now_us();
    gate_leave();
    return to_nif(time_tuple(env->heap, now));
}

ERL_NIF_TERM enif_cpu_time(ErlNifEnv *env) { return to_nif(time_tuple(env->heap, io_cpu_ns() / 1000)); }

/* --- facts ------------------------------------------------------------------------------------------ */

void enif_system_info(ErlNifSysInfo *info, size_t info_size)
{
    ErlNifSysInfo all = {
        .driver_major_version = 3,
        .driver_minor_version = 3,
        .erts_version = (char *)(uintptr_t)options.erts_version,
        .otp_release = (char *)(uintptr_t)options.otp_release,
        .thread_support = 1,
        .smp_support = 1,
        .async_threads = 1,
        .scheduler_threads = 1,
        .nif_major_version = ERL_NIF_MAJOR_VERSION,
        .nif_minor_version = ERL_NIF_MINOR_VERSION,
        .dirty_scheduler_support = 1,
    };

    memcpy(info, &all, MIN(info_size, sizeof all));
}

/* 0: done; 1: `*value_size` says how much room it takes; -1: there is no such variable. */
int enif_getenv(const char *key, char *value, size_t *value_size)
{
    const char *found;
    size_t size;
    int result = -1;

    gate_enter();
    found = io_env_get(key);
    if (found) {
        size = strlen(found);
        result = size < *value_size ? 0 : 1;
        if (result == 0)
            memcpy(value, found, size + 1);
        *value_size = result == 0 ? size : size + 1;
    }
    gate_leave();
    return result;
}

/* Of erl_driver.h; libraries use it for what system calls of their own gave. */
char *erl_errno_id(int error);
char *erl_errno_id(int error) { return (char *)(uintptr_t)io_error_name(io_error_from_system(error)); }
