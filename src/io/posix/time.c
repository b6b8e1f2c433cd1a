/* time.c - clocks and libc's knowledge of time zones. */
#include "io/io_time.h"

#include <stdlib.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t io_monotonic_ns(void) { return read_clock(CLOCK_MONOTONIC); }
int64_t io_system_ns(void) { return read_clock(CLOCK_REALTIME); }
int64_t io_cpu_ns(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

/* With TZ unset libc would look at /etc/localtime's age before every conversion. Its own
 * environment is not what programs see: that is io_env.h. */
static void load_zone_once(void)
{
    static bool loaded;

    if (loaded)
        return;
    loaded = true;
    if (!getenv("TZ"))
        setenv("TZ", ":/etc/localtime", 1);
    tzset();
}

bool io_local_date(int64_t utc_seconds, IoDate *out)
{
    time_t when = (time_t)utc_seconds;
    struct tm local;

    load_zone_once();
    if (!localtime_r(&when, &local))
        return false;
    *out = (IoDate){.year = (int64_t)local.tm_year + 1900, .month = local.tm_mon + 1, .day = local.tm_mday,
                    .hour = local.tm_hour, .minute = local.tm_min, .second = local.tm_sec};
    return true;
}

bool io_time_of_local_date(const IoDate *date, IoSummerTime summer, int64_t *utc_seconds)
{
    struct tm local = {.tm_year = (int)(date->year - 1900), .tm_mon = date->month - 1, .tm_mday = date->day,
                       .tm_hour = date->hour, .tm_min = date->minute, .tm_sec = date->second,
                       .tm_isdst = summer == IO_SUMMER_UNKNOWN ? -1 : summer == IO_SUMMER_YES};
    time_t when;

    load_zone_once();
    local.tm_wday = -1;                 /* tells failure from the last second of 1969 */
    when = mktime(&local);
    if (when == (time_t)-1 && local.tm_wday == -1 && summer == IO_SUMMER_YES) {
        /* A place without summer time may refuse the question. */
        local.tm_isdst = 0;
        when = mktime(&local);
    }
    if (when == (time_t)-1 && local.tm_wday == -1)
        return false;
    *utc_seconds = (int64_t)when;
    return true;
}
