/* text.h - a growing buffer of bytes.
 *
 * A zeroed Text is a valid empty one. */
#ifndef LING_TEXT_H
#define LING_TEXT_H

#include "vm/base/base.h"

typedef struct Text {
    char *bytes;          /* null while nothing was added; does not end in NUL: see text_terminated */
    size_t size;
    size_t capacity;
    bool is_lent;         /* `bytes` are the owner's of the text, not on the heap */
} Text;

/* An empty text that begins in an array of its owner's, which must live as long, and leaves it when that is full. */
#define TEXT_IN(array) ((Text){.bytes = (array), .capacity = sizeof(array), .is_lent = true})

/* Room for `size` more bytes, which become part of the text: the caller fills them in. */
char *text_room(Text *text, size_t size);
void text_add(Text *text, const void *bytes, size_t size);
void text_add_string(Text *text, const char *string);
void text_printf(Text *text, const char *format, ...) PRINTF_LIKE(2, 3);
/* The character in UTF-8. */
void text_add_character(Text *text, uint32_t character);
/* The bytes with a NUL after them, which does not count. */
const char *text_terminated(Text *text);
void text_free(Text *text);     /* leaves an empty text */

static inline void text_add_byte(Text *text, char byte)
{
    if (LIKELY(text->size < text->capacity))
        text->bytes[text->size++] = byte;
    else
        *text_room(text, 1) = byte;
}

#endif
