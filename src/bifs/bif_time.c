/* bif_time.c - clocks, dates and unique integers. */
#include "bifs.h"
#include "bifs/time_unit.h"
#include "io/io_time.h"
#include "vm/proc/vm_time.h"
#include "vm/term/arith.h"
#include "vm/term/integer.h"

enum { NS_PER_US = 1000, US_PER_S = 1000000, SECONDS_PER_DAY = 86400 };

/* --- units ------------------------------------------------------------------------------------------------ */

static const struct {
    Term name;
    int64_t per_second;
} units[] = {{A_SECOND, 1}, {A_MILLISECOND, 1000}, {A_MICROSECOND, 1000000}, {A_NANOSECOND, 1000000000},
             {A_NATIVE, 1000000000}, {A_PERF_COUNTER, 1000000000}, {A_SECONDS, 1}, {A_MILLI_SECONDS, 1000},
             {A_MICRO_SECONDS, 1000000}, {A_NANO_SECONDS, 1000000000}};

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* Any number of parts per second. */
static Term in_huge_unit(Heap *heap, int64_t ns, Term unit)
{
    Term product = arith_mul(heap, integer_from_i64(heap, ns), unit);

    if (ns < 0)
        product = arith_sub(heap, product, SMALL(999999999));
    return arith_int_div(heap, product, SMALL(1000000000));
}

Term time_in_unit(Heap *heap, int64_t ns, Term unit)
{
    const int64_t ns_per_second = 1000000000;
    int64_t per_second = 0, seconds = floor_div(ns, ns_per_second), rest = ns - seconds * ns_per_second;

    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (units[i].name == unit)
            per_second = units[i].per_second;
    if (per_second == 0) {
        if (is_big(unit) && !integer_is_negative(unit))
            return in_huge_unit(heap, ns, unit);
        if (!is_small(unit) || small_value(unit) <= 0)
            return NO_TERM;
        per_second = small_value(unit);
    }
    if (per_second > ns_per_second)
        return in_huge_unit(heap, ns, small_int(per_second));
    return integer_from_i64(heap, seconds * per_second + rest * per_second / ns_per_second);
}

static Term in_unit(Process *p, int64_t ns, Term unit)
{
    Term result = time_in_unit(&p->heap, ns, unit);

    return result == NO_TERM ? raise_badarg(p) : result;
}

Term bif_erts_internal_time_unit_0(Process *p, const Term *args) { return SMALL(1000000000); }
Term bif_erts_internal_perf_counter_unit_0(Process *p, const Term *args) { return SMALL(1000000000); }
Term bif_os_perf_counter_0(Process *p, const Term *args) { return integer_from_i64(&p->heap, io_monotonic_ns()); }

Term bif_erlang_monotonic_time_0(Process *p, const Term *args) { return integer_from_i64(&p->heap, vm_time_monotonic()); }
Term bif_erlang_monotonic_time_1(Process *p, const Term *args) { return in_unit(p, vm_time_monotonic(), args[0]); }
Term bif_erlang_system_time_0(Process *p, const Term *args) { return integer_from_i64(&p->heap, vm_time_system()); }
Term bif_erlang_system_time_1(Process *p, const Term *args) { return in_unit(p, vm_time_system(), args[0]); }
Term bif_erlang_time_offset_0(Process *p, const Term *args) { return integer_from_i64(&p->heap, vm_time_offset()); }
Term bif_erlang_time_offset_1(Process *p, const Term *args) { return in_unit(p, vm_time_offset(), args[0]); }
Term bif_os_system_time_0(Process *p, const Term *args) { return integer_from_i64(&p->heap, io_system_ns()); }
Term bif_os_system_time_1(Process *p, const Term *args) { return in_unit(p, io_system_ns(), args[0]); }

Term time_stamp(Heap *heap, int64_t us)
{
    int64_t seconds = us / US_PER_S;

    return tuple_3(heap, small_int(seconds / US_PER_S), small_int(seconds % US_PER_S), small_int(us % US_PER_S));
}

Term bif_erlang_timestamp_0(Process *p, const Term *args) { return time_stamp(&p->heap, vm_time_system() / NS_PER_US); }
Term bif_os_timestamp_0(Process *p, const Term *args) { return time_stamp(&p->heap, io_system_ns() / NS_PER_US); }
Term bif_erlang_now_0(Process *p, const Term *args) { return time_stamp(&p->heap, vm_time_now_us()); }

/* --- unique integers ------------------------------------------------------------------------------------------ */

Term bif_erlang_unique_integer_0(Process *p, const Term *args) { return integer_from_i64(&p->heap, unique_integer_any()); }

Term bif_erlang_unique_integer_1(Process *p, const Term *args)
{
    bool monotonic = false, positive = false;
    Term list = args[0];
    int64_t value;

    for (; is_cons(list); list = list_tail(list)) {
        if (list_head(list) == A_MONOTONIC)
            monotonic = true;
        else if (list_head(list) == A_POSITIVE)
            positive = true;
        else
            return raise_badarg(p);
    }
    if (!is_nil(list))
        return raise_badarg(p);
    value = monotonic ? unique_integer_monotonic() : unique_integer_any();
    return integer_from_i64(&p->heap, positive ? value - UNIQUE_INTEGER_START + 1 : value);
}

/* --- dates ---------------------------------------------------------------------------------------------------- */

/* Days since 1970-01-01 of a date of the Gregorian calendar, which goes on for ever in both
 * directions. March is the first month of a year here, so that the leap day comes last. */
static int64_t days_of_date(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = floor_div(y, 400), year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

static void date_of_days(int64_t days, IoDate *out)
{
    int64_t shifted = days + 719468, era = floor_div(shifted, 146097), day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;

    out->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    out->month = (int)(month < 10 ? month + 3 : month - 9);
    out->year = year_of_era + era * 400 + (out->month <= 2);
}

static void date_of_seconds(int64_t seconds, IoDate *out)
{
    int64_t days = floor_div(seconds, SECONDS_PER_DAY), rest = seconds - days * SECONDS_PER_DAY;

    date_of_days(days, out);
    out->hour = (int)(rest / 3600);
    out->minute = (int)(rest / 60 % 60);
    out->second = (int)(rest % 60);
}

static int64_t seconds_of_date(const IoDate *date)
{
    return days_of_date(date->year, date->month, date->day) * SECONDS_PER_DAY + date->hour * 3600 + date->minute * 60
        + date->second;
}

static Term day_term(Heap *heap, const IoDate *date)
{
    return tuple_3(heap, integer_from_i64(heap, date->year), small_int(date->month), small_int(date->day));
}

static Term time_term(Heap *heap, const IoDate *date)
{
    return tuple_3(heap, small_int(date->hour), small_int(date->minute), small_int(date->second));
}

static Term date_term(Heap *heap, const IoDate *date)
{
    return tuple_2(heap, day_term(heap, date), time_term(heap, date));
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

static bool get_in_range(Term t, int64_t low, int64_t high, int64_t *out)
{
    if (!is_small(t) || small_value(t) < low || small_value(t) > high)
        return false;
    *out = small_value(t);
    return true;
}

/* {{Year, Month, Day}, {Hour, Minute, Second}} in the range that stock takes. */
static bool get_date(Term t, int64_t first_year, IoDate *out)
{
    Term day, time;
    int64_t month, day_number, hour, minute, second;

    if (!is_tuple_of(t, 2))
        return false;
    day = tuple_element(t, 1);
    time = tuple_element(t, 2);
    if (!is_tuple_of(day, 3) || !is_tuple_of(time, 3)
        || !get_in_range(tuple_element(day, 1), first_year, INT32_MAX - 1, &out->year)
        || !get_in_range(tuple_element(day, 2), 1, 12, &month)
        || !get_in_range(tuple_element(day, 3), 1, days_in_month(out->year, (int)month), &day_number)
        || !get_in_range(tuple_element(time, 1), 0, 23, &hour)
        || !get_in_range(tuple_element(time, 2), 0, 59, &minute)
        || !get_in_range(tuple_element(time, 3), 0, 59, &second))
        return false;
    out->month = (int)month;
    out->day = (int)day_number;
    out->hour = (int)hour;
    out->minute = (int)minute;
    out->second = (int)second;
    return true;
}

enum { FIRST_UTC_YEAR = 1600, FIRST_LOCAL_YEAR = 1902 };

static IoDate local_now(void)
{
    IoDate date;
    int64_t seconds = vm_time_system() / 1000000000;

    if (!io_local_date(seconds, &date))
        date_of_seconds(seconds, &date);
    return date;
}

Term bif_erlang_date_0(Process *p, const Term *args)
{
    IoDate now = local_now();

    return day_term(&p->heap, &now);
}

Term bif_erlang_time_0(Process *p, const Term *args)
{
    IoDate now = local_now();

    return time_term(&p->heap, &now);
}

Term bif_erlang_localtime_0(Process *p, const Term *args)
{
    IoDate now = local_now();

    return date_term(&p->heap, &now);
}

Term bif_erlang_universaltime_0(Process *p, const Term *args)
{
    IoDate now;

    date_of_seconds(vm_time_system() / 1000000000, &now);
    return date_term(&p->heap, &now);
}

Term bif_erlang_universaltime_to_localtime_1(Process *p, const Term *args)
{
    IoDate utc, local;

    if (!get_date(args[0], FIRST_LOCAL_YEAR, &utc) || !io_local_date(seconds_of_date(&utc), &local))
        return raise_badarg(p);
    return date_term(&p->heap, &local);
}

Term bif_erlang_localtime_to_universaltime_2(Process *p, const Term *args)
{
    IoSummerTime summer = args[1] == A_TRUE ? IO_SUMMER_YES : args[1] == A_FALSE ? IO_SUMMER_NO : IO_SUMMER_UNKNOWN;
    IoDate local, utc;
    int64_t seconds;

    if ((summer == IO_SUMMER_UNKNOWN && args[1] != A_UNDEFINED) || !get_date(args[0], FIRST_LOCAL_YEAR, &local)
        || !io_time_of_local_date(&local, summer, &seconds))
        return raise_badarg(p);
    date_of_seconds(seconds, &utc);
    return date_term(&p->heap, &utc);
}

Term bif_erlang_universaltime_to_posixtime_1(Process *p, const Term *args)
{
    IoDate utc;

    return get_date(args[0], FIRST_UTC_YEAR, &utc) ? integer_from_i64(&p->heap, seconds_of_date(&utc)) : raise_badarg(p);
}

Term bif_erlang_posixtime_to_universaltime_1(Process *p, const Term *args)
{
    IoDate utc;
    int64_t seconds;

    if (!integer_to_i64(args[0], &seconds))
        return raise_badarg(p);
    date_of_seconds(seconds, &utc);
    return date_term(&p->heap, &utc);
}
