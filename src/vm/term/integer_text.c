/* integer_text.c - integers as digits and back. */
#include "vm/term/integer.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/bignum.h"

/* Digits of a 64-bit magnitude in base 2. */
#define LIMB_DIGITS 64

static const char digit_characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* Digits are put before `end`; where they begin. */
static char *put_digits(char *end, Limb limb, unsigned base)
{
    do {
        *--end = digit_characters[limb % base];
        limb /= base;
    } while (limb > 0);
    return end;
}

#define TEN_PAIRS(tens) tens "0" tens "1" tens "2" tens "3" tens "4" tens "5" tens "6" tens "7" tens "8" tens "9"
static const char decimal_pairs[] = TEN_PAIRS("0") TEN_PAIRS("1") TEN_PAIRS("2") TEN_PAIRS("3") TEN_PAIRS("4")
                                    TEN_PAIRS("5") TEN_PAIRS("6") TEN_PAIRS("7") TEN_PAIRS("8") TEN_PAIRS("9");

/* One division waits for the one before it: two digits each. */
static char *put_decimal(char *end, Limb limb)
{
    for (; limb >= 100; limb /= 100) {
        end -= 2;
        memcpy(end, decimal_pairs + limb % 100 * 2, 2);
    }
    if (limb < 10) {
        *--end = (char)('0' + limb);
        return end;
    }
    end -= 2;
    memcpy(end, decimal_pairs + limb * 2, 2);
    return end;
}

char *integer_small_text(int64_t value, char *end)
{
    char *at = put_decimal(end, value < 0 ? -(uint64_t)value : (uint64_t)value);

    if (value < 0)
        *--at = '-';
    return at;
}

static void print_limb(Text *out, Limb limb, unsigned base)
{
    char digits[LIMB_DIGITS];
    char *end = digits + LIMB_DIGITS;
    char *at = base == 10 ? put_decimal(end, limb) : put_digits(end, limb, base);

    text_add(out, at, (size_t)(end - at));
}

void integer_print(Text *out, Term t, unsigned base)
{
    IntegerView v = {0};
    Limb *scratch;
    char *digits;
    size_t room, count;

    integer_view(t, &v);
    if (v.negative)
        text_add_byte(out, '-');
    if (v.count <= 1) {
        print_limb(out, v.count ? v.limbs[0] : 0, base);
        return;
    }
    room = bignum_digits_room(v.count, base);
    scratch = mem_alloc(MEM_SYSTEM, (v.count + 1) * sizeof(Limb));
    memcpy(scratch, v.limbs, v.count * sizeof(Limb));
    digits = text_room(out, room);
    count = bignum_to_digits((uint8_t *)digits, base, scratch, v.count);
    assert(count <= room);
    for (size_t i = 0; i < count; i++)
        digits[i] = digit_characters[(uint8_t)digits[i]];
    out->size -= room - count;
    mem_free(MEM_SYSTEM, scratch);
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A') + 10;
    return 255;
}

/* Up to as many digits as a limb holds in any base below 37. */
#define SAFE_LIMB_DIGITS 12

static bool parse_limb(const char *digits, size_t count, unsigned base, Limb *value)
{
    *value = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = digit_value(digits[i]);
        if (digit >= base)
            return false;
        *value = *value * base + digit;
    }
    return true;
}

static ParseResult parse_big(Heap *heap, const char *digits, size_t count, unsigned base, bool negative, Term *value)
{
    size_t room = bignum_limbs_room(count, base);
    uint8_t *values;
    Limb *limbs;
    ParseResult result = PARSE_BAD;

    values = mem_alloc(MEM_SYSTEM, count);
    for (size_t i = 0; i < count; i++) {
        values[i] = (uint8_t)digit_value(digits[i]);
        if (values[i] >= base)
            goto free_values;
    }
    result = PARSE_LIMIT;
    if (room / 2 > INTEGER_MAX_LIMBS)
        goto free_values;
    limbs = mem_alloc(MEM_SYSTEM, room * sizeof(Limb));
    count = bignum_from_digits(limbs, values, count, base);
    if (bignum_normal(limbs, count) <= INTEGER_MAX_LIMBS) {
        *value = integer_from_limbs(heap, limbs, count, negative);
        result = PARSE_OK;
    }
    mem_free(MEM_SYSTEM, limbs);
free_values:
    mem_free(MEM_SYSTEM, values);
    return result;
}

ParseResult integer_parse(Heap *heap, const char *text, size_t size, unsigned base, Term *value)
{
    bool negative = false;
    Limb limb;

    if (size > 0 && (text[0] == '-' || text[0] == '+')) {
        negative = text[0] == '-';
        text++;
        size--;
    }
    if (size == 0)
        return PARSE_BAD;
    while (size > 1 && text[0] == '0') {
        text++;
        size--;
    }
    if (size > SAFE_LIMB_DIGITS)
        return parse_big(heap, text, size, base, negative, value);
    if (!parse_limb(text, size, base, &limb))
        return PARSE_BAD;
    *value = integer_from_limbs(heap, &limb, 1, negative);
    return PARSE_OK;
}
