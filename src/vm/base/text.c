#include "vm/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vm/base/mem.h"

#define FIRST_CAPACITY 64

static void make_room(Text *text, size_t size)
{
    size_t wanted = text->size + size;
    size_t capacity = MAX(text->capacity, FIRST_CAPACITY);

    if (wanted <= text->capacity)
        return;
    while (capacity < wanted)
        capacity *= 2;
    if (text->is_lent) {
        char *own = mem_alloc(MEM_SYSTEM, capacity);

        memcpy(own, text->bytes, text->size);
        text->bytes = own;
        text->is_lent = false;
    } else {
        text->bytes = mem_realloc(MEM_SYSTEM, text->bytes, capacity);
    }
    text->capacity = capacity;
}

char *text_room(Text *text, size_t size)
{
    char *at;

    make_room(text, size);
    at = text->bytes + text->size;
    text->size += size;
    return at;
}

void text_add(Text *text, const void *bytes, size_t size)
{
    if (size > 0)
        memcpy(text_room(text, size), bytes, size);
}

void text_add_string(Text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_printf(Text *text, const char *format, ...)
{
    va_list arguments;
    char buffer[512];
    int size;

    va_start(arguments, format);
    size = vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    assert(size >= 0);
    if ((size_t)size < sizeof buffer) {
        text_add(text, buffer, (size_t)size);
        return;
    }
    make_room(text, (size_t)size + 1);
    va_start(arguments, format);
    vsnprintf(text->bytes + text->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    text->size += (size_t)size;
}

void text_add_character(Text *text, uint32_t c)
{
    if (c < 0x80) {
        text_add_byte(text, (char)c);
    } else if (c < 0x800) {
        text_add_byte(text, (char)(0xc0 | c >> 6));
        text_add_byte(text, (char)(0x80 | (c & 63)));
    } else if (c < 0x10000) {
        text_add_byte(text, (char)(0xe0 | c >> 12));
        text_add_byte(text, (char)(0x80 | (c >> 6 & 63)));
        text_add_byte(text, (char)(0x80 | (c & 63)));
    } else {
        text_add_byte(text, (char)(0xf0 | c >> 18));
        text_add_byte(text, (char)(0x80 | (c >> 12 & 63)));
        text_add_byte(text, (char)(0x80 | (c >> 6 & 63)));
        text_add_byte(text, (char)(0x80 | (c & 63)));
    }
}

const char *text_terminated(Text *text)
{
    make_room(text, 1);
    text->bytes[text->size] = 0;
    return text->bytes;
}

void text_free(Text *text)
{
    if (!text->is_lent)
        mem_free(MEM_SYSTEM, text->bytes);
    *text = (Text){0};
}
