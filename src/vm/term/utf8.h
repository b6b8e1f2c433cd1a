/* utf8.h - UTF-8, one character at a time and whole texts. */
#ifndef LING_UTF8_H
#define LING_UTF8_H

#include "vm/base/base.h"

#define UNICODE_MAX 0x10ffff
#define UTF8_MAX_BYTES 4

/* A code point that may stand in text: no surrogate, not above 10FFFF. */
static inline bool utf8_is_character(int64_t code)
{
    return code >= 0 && code <= UNICODE_MAX && (code < 0xd800 || code > 0xdfff);
}

/* Bytes that a character takes. */
static inline unsigned utf8_length(uint32_t character)
{
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
}
/* Writes up to 4 bytes; returns how many. */
unsigned utf8_encode(uint32_t character, uint8_t *to);

static inline bool utf8_continues(uint8_t byte) { return (byte & 0xc0) == 0x80; }

/* The character of two or three bytes at `at`, as most beyond ASCII are; 0: it is something else, or no character. */
static inline uint32_t utf8_decode_short(const uint8_t *at, size_t left, unsigned *length)
{
    uint32_t character;

    if (left >= 2 && at[0] >= 0xc2 && at[0] < 0xe0) {
        *length = 2;
        return utf8_continues(at[1]) ? (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu) : 0;
    }
    if (left < 3 || (at[0] & 0xf0) != 0xe0 || !utf8_continues(at[1]) || !utf8_continues(at[2]))
        return 0;
    *length = 3;
    character = (at[0] & 0xfu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
    return character >= 0x800 && utf8_is_character(character) ? character : 0;
}

typedef enum Utf8Result { UTF8_OK, UTF8_BAD, UTF8_INCOMPLETE } Utf8Result;
/* The character that starts at `at` (left > 0). INCOMPLETE: more bytes could make it good. */
Utf8Result utf8_decode(const uint8_t *at, size_t left, uint32_t *character, unsigned *length);

/* Bytes from the start that are whole good characters; `*characters` (may be null) counts them. */
size_t utf8_valid_prefix(const uint8_t *bytes, size_t size, size_t *characters);
static inline bool utf8_is_valid(const uint8_t *bytes, size_t size)
{
    return utf8_valid_prefix(bytes, size, NULL) == size;
}
/* Bytes from the start that are below 128. */
size_t utf8_ascii_prefix(const uint8_t *bytes, size_t size);

#endif
