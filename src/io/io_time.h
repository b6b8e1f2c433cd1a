/* io_time.h - clocks and the calendar of the place we run in. */
#ifndef LING_IO_TIME_H
#define LING_IO_TIME_H

#include "vm/base/base.h"

int64_t io_monotonic_ns(void);          /* never goes back; zero is arbitrary */
int64_t io_system_ns(void);             /* since 1970-01-01T00:00:00Z */
int64_t io_cpu_ns(void);                /* processor time used by this OS process */

/* A date and time of day; no time zone. */
typedef struct IoDate {
    int64_t year;
    int month, day;                     /* from 1 */
    int hour, minute, second;
} IoDate;

/* The local date of a time in seconds since 1970 (UTC). False if the platform cannot say. */
bool io_local_date(int64_t utc_seconds, IoDate *out);
typedef enum IoSummerTime { IO_SUMMER_NO, IO_SUMMER_YES, IO_SUMMER_UNKNOWN } IoSummerTime;
/* The time of a local date (whose fields are in range). False if it cannot be said. */
bool io_time_of_local_date(const IoDate *local, IoSummerTime summer, int64_t *utc_seconds);

#endif
