#include "vm/term/float_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/mem.h"

/* Any decimal of so many digits survives the way to double and back. */
#define SAFE_DIGITS 15
/* So many tell any two doubles apart. */
#define MAX_DIGITS 17
#define FIRST_UNSAFE_INTEGER ((uint64_t)1 << 53)

bool float_print_scientific(Text *out, double value, int decimals)
{
    char buffer[FLOAT_TEXT_LIMIT];
    int size = snprintf(buffer, sizeof buffer, "%.*e", decimals, value);

    if (size >= FLOAT_TEXT_LIMIT)
        return false;
    text_add(out, buffer, (size_t)size);
    return true;
}

/* --- a fixed count of decimals ---------------------------------------------------------------- */

#define EXACT_DECIMALS 18

static const double powers_of_10[EXACT_DECIMALS + 1] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
};

static size_t without_trailing_zeros(const char *text, size_t size)
{
    while (size > 0 && text[size - 1] == '0')
        size--;
    return size > 0 && text[size - 1] == '.' ? size + 1 : size;
}

/* Rounds the fraction apart from the whole part, half away from zero: what programs have always got. */
static int print_split(char *buffer, double value, int decimals)
{
    double magnitude = fabs(value);
    double whole = decimals > 0 ? floor(magnitude) : round(magnitude);
    double fraction = decimals > 0 ? round((magnitude - whole) * powers_of_10[decimals]) : 0;
    const char *sign = signbit(value) ? "-" : "";

    if (decimals == 0)
        return snprintf(buffer, FLOAT_TEXT_LIMIT, "%s%lu", sign, (unsigned long)whole);
    if (fraction >= powers_of_10[decimals]) {
        whole += 1;
        fraction = 0;
    }
    return snprintf(buffer, FLOAT_TEXT_LIMIT, "%s%lu.%0*lu", sign, (unsigned long)whole, decimals,
                    (unsigned long)fraction);
}

bool float_print_decimals(Text *out, double value, int decimals, bool compact)
{
    char buffer[FLOAT_TEXT_LIMIT];
    bool is_split = fabs(value) <= (double)FIRST_UNSAFE_INTEGER && decimals <= EXACT_DECIMALS;
    int size;

    if (decimals < 0)
        return false;
    if (is_split)
        size = print_split(buffer, value, decimals);
    else
        size = snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
    if (size >= FLOAT_TEXT_LIMIT)
        return false;
    /* Stock takes zeros off large whole numbers too. */
    if (compact && !(is_split && decimals == 0))
        size = (int)without_trailing_zeros(buffer, (size_t)size);
    text_add(out, buffer, (size_t)size);
    return true;
}

/* --- the shortest text -------------------------------------------------------------------------- */

/* value = digits * 10^exponent, `digits` without zeros at its end. */
typedef struct Decimal {
    char digits[MAX_DIGITS + 1];
    int count;
    int exponent;
} Decimal;

/* The nearest decimal of `count` digits. */
static void nearest_decimal(double value, int count, Decimal *d)
{
    char text[MAX_DIGITS + 16];

    snprintf(text, sizeof text, "%.*e", count - 1, value);
    d->digits[0] = text[0];
    memcpy(d->digits + 1, text + 2, (size_t)count - 1);
    d->count = count;
    d->exponent = atoi(strchr(text, 'e') + 1) - (count - 1);
}

static double decimal_value(const Decimal *d)
{
    char text[MAX_DIGITS + 16];

    snprintf(text, sizeof text, "%.*se%d", d->count, d->digits, d->exponent);
    return strtod(text, NULL);
}

static void strip_zeros(Decimal *d)
{
    while (d->count > 1 && d->digits[d->count - 1] == '0') {
        d->count--;
        d->exponent++;
    }
}

static bool next_decimal(Decimal *d)
{
    for (int i = d->count - 1; i >= 0; i--) {
        if (d->digits[i] != '9') {
            d->digits[i]++;
            return true;
        }
        d->digits[i] = '0';
    }
    return false;
}

/* The doubles below a power of two are closer than those above, so where the nearest decimal fails, which is
 * below, the next one above may still do. */
static bool try_decimal(double value, int count, Decimal *d)
{
    int exponent;

    nearest_decimal(value, count, d);
    if (decimal_value(d) == value)
        return true;
    return frexp(value, &exponent) == 0.5 && next_decimal(d) && decimal_value(d) == value;
}

static void shortest_decimal(double value, Decimal *d)
{
    int count = value < 2.2250738585072014e-308 ? 1 : SAFE_DIGITS;   /* few bits: no digits are safe */

    while (count < MAX_DIGITS && !try_decimal(value, count, d))
        count++;
    if (count == MAX_DIGITS)
        nearest_decimal(value, count, d);
    strip_zeros(d);
}

/* Whatever is shorter; and scientific from 2^53 on, where not every integer is a float. */
static bool is_fixed_better(const Decimal *d)
{
    int lower = d->count == 1 ? -4 : -(d->count + 2);
    int upper = d->count == 1 || d->exponent + d->count - 1 >= 10 ? 2 : 1;
    uint64_t digits;

    if (d->exponent < lower || d->exponent > upper)
        return false;
    if (d->exponent < 0)
        return true;
    digits = strtoull(d->digits, NULL, 10);
    for (int i = 0; i < d->exponent; i++)
        digits *= 10;
    return digits < FIRST_UNSAFE_INTEGER;
}

static void print_fixed(Text *out, const Decimal *d)
{
    int whole = d->count + d->exponent;     /* digits before the point */

    if (whole <= 0) {
        text_add_string(out, "0.");
        for (int i = whole; i < 0; i++)
            text_add_byte(out, '0');
        text_add(out, d->digits, (size_t)d->count);
        return;
    }
    text_add(out, d->digits, (size_t)MIN(whole, d->count));
    for (int i = d->count; i < whole; i++)
        text_add_byte(out, '0');
    text_add_byte(out, '.');
    if (whole < d->count)
        text_add(out, d->digits + whole, (size_t)(d->count - whole));
    else
        text_add_byte(out, '0');
}

void float_print_short(Text *out, double value)
{
    Decimal d;

    if (signbit(value))
        text_add_byte(out, '-');
    if (value == 0) {
        text_add_string(out, "0.0");
        return;
    }
    shortest_decimal(fabs(value), &d);
    d.digits[d.count] = 0;
    if (is_fixed_better(&d)) {
        print_fixed(out, &d);
        return;
    }
    text_add_byte(out, d.digits[0]);
    text_add_byte(out, '.');
    text_add_string(out, d.count > 1 ? d.digits + 1 : "0");
    text_printf(out, "e%d", d.exponent + d.count - 1);
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* At least one digit; returns what follows, or null. */
static const char *skip_digits(const char *at, const char *end)
{
    const char *start = at;

    while (at < end && is_digit(*at))
        at++;
    return at > start ? at : NULL;
}

static const char *skip_sign(const char *at, const char *end)
{
    return at < end && (*at == '+' || *at == '-') ? at + 1 : at;
}

static bool is_float_text(const char *at, const char *end)
{
    at = skip_digits(skip_sign(at, end), end);
    if (!at || at == end || (*at != '.' && *at != ','))
        return false;
    at = skip_digits(at + 1, end);
    if (!at)
        return false;
    if (at < end && (*at == 'e' || *at == 'E'))
        at = skip_digits(skip_sign(at + 1, end), end);
    return at == end;
}

bool float_parse(const char *text, size_t size, double *value)
{
    char buffer[128];
    char *copy = buffer;
    char *comma;

    if (!is_float_text(text, text + size))
        return false;
    if (size >= sizeof buffer)
        copy = mem_alloc(MEM_SYSTEM, size + 1);
    memcpy(copy, text, size);
    copy[size] = 0;
    comma = strchr(copy, ',');
    if (comma)
        *comma = '.';
    *value = strtod(copy, NULL);
    if (copy != buffer)
        mem_free(MEM_SYSTEM, copy);
    return isfinite(*value);
}
