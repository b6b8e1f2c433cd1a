#include "vm/term/utf8.h"

#include <string.h>

unsigned utf8_encode(uint32_t character, uint8_t *to)
{
    if (character < 0x80) {
        to[0] = (uint8_t)character;
        return 1;
    }
    if (character < 0x800) {
        to[0] = (uint8_t)(0xc0 | character >> 6);
        to[1] = (uint8_t)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character < 0x10000) {
        to[0] = (uint8_t)(0xe0 | character >> 12);
        to[1] = (uint8_t)(0x80 | (character >> 6 & 0x3f));
        to[2] = (uint8_t)(0x80 | (character & 0x3f));
        return 3;
    }
    to[0] = (uint8_t)(0xf0 | character >> 18);
    to[1] = (uint8_t)(0x80 | (character >> 12 & 0x3f));
    to[2] = (uint8_t)(0x80 | (character >> 6 & 0x3f));
    to[3] = (uint8_t)(0x80 | (character & 0x3f));
    return 4;
}

/* Is `second` possible after the first byte `lead` of three or four? Keeps out overlong forms,
 * surrogates and what lies above 10FFFF. */
static bool second_is_good(uint8_t lead, uint8_t second)
{
    switch (lead) {
    case 0xe0: return second >= 0xa0 && second <= 0xbf;
    case 0xed: return second >= 0x80 && second <= 0x9f;
    case 0xf0: return second >= 0x90 && second <= 0xbf;
    case 0xf4: return second >= 0x80 && second <= 0x8f;
    default: return (second & 0xc0) == 0x80;
    }
}

Utf8Result utf8_decode(const uint8_t *at, size_t left, uint32_t *character, unsigned *length)
{
    uint8_t lead = at[0];
    unsigned wanted;
    uint32_t value;

    if (lead < 0x80) {
        *character = lead;
        *length = 1;
        return UTF8_OK;
    }
    if (lead < 0xc2 || lead > 0xf4)
        return UTF8_BAD;
    wanted = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    value = lead & (0xffu >> (wanted + 1));
    for (unsigned i = 1; i < wanted; i++) {
        if (i == left)
            return UTF8_INCOMPLETE;
        if (i == 1 ? !second_is_good(lead, at[1]) : (at[i] & 0xc0) != 0x80)
            return UTF8_BAD;
        value = value << 6 | (at[i] & 0x3f);
    }
    *character = value;
    *length = wanted;
    return UTF8_OK;
}

size_t utf8_ascii_prefix(const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    uint64_t word;

    while (size - at >= sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        if (word & 0x8080808080808080u)
            break;
        at += sizeof word;
    }
    while (at < size && bytes[at] < 0x80)
        at++;
    return at;
}

size_t utf8_valid_prefix(const uint8_t *bytes, size_t size, size_t *characters)
{
    size_t at = 0;
    size_t count = 0;

    while (at < size) {
        uint32_t character;
        unsigned length;
        if (bytes[at] < 0x80) {
            size_t run = utf8_ascii_prefix(bytes + at, size - at);
            at += run;
            count += run;
        } else if (utf8_decode(bytes + at, size - at, &character, &length) == UTF8_OK) {
            at += length;
            count++;
        } else {
            break;
        }
    }
    if (characters)
        *characters = count;
    return at;
}
