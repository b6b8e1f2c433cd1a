/* system_text.c - between terms and the bytes of the operating system. */
#include "bifs/system_text.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/utf8.h"

enum { FIRST_BYTES = 64, FIRST_DEPTH = 16 };

typedef struct TextBuffer {
    char *bytes;
    size_t size, capacity;
} TextBuffer;

static bool add_character(TextBuffer *text, Term t)
{
    int64_t character = is_small(t) ? small_value(t) : -1;

    if (character <= 0 || !utf8_is_character(character))
        return false;
    if (text->size + UTF8_MAX_BYTES + 1 > text->capacity) {
        text->capacity *= 2;
        text->bytes = mem_realloc(MEM_SYSTEM, text->bytes, text->capacity);
    }
    if (options.file_names == FILE_NAMES_LATIN1) {
        text->bytes[text->size++] = (char)character;
        return character <= 255;
    }
    text->size += utf8_encode((uint32_t)character, (uint8_t *)text->bytes + text->size);
    return true;
}

typedef struct TermStack {
    Term *terms;
    size_t depth, capacity;
} TermStack;

static void push(TermStack *stack, Term t)
{
    if (stack->depth == stack->capacity) {
        stack->capacity = stack->capacity ? stack->capacity * 2 : FIRST_DEPTH;
        stack->terms = mem_realloc(MEM_SYSTEM, stack->terms, stack->capacity * sizeof *stack->terms);
    }
    stack->terms[stack->depth++] = t;
}

static bool add_list(TextBuffer *text, Term list)
{
    TermStack rest = {0};
    bool good = true;

    push(&rest, list);
    while (good && rest.depth > 0) {
        Term t = rest.terms[--rest.depth];

        while (good && is_cons(t)) {
            if (is_list(list_head(t))) {
                push(&rest, list_tail(t));
                t = list_head(t);
            } else {
                good = add_character(text, list_head(t));
                t = list_tail(t);
            }
        }
        good = good && is_nil(t);
    }
    mem_free(MEM_SYSTEM, rest.terms);
    return good;
}

char *system_text_of_list(Term t)
{
    TextBuffer text = {.bytes = mem_alloc(MEM_SYSTEM, FIRST_BYTES), .capacity = FIRST_BYTES};

    if (is_list(t) && add_list(&text, t)) {
        text.bytes[text.size] = 0;
        return text.bytes;
    }
    mem_free(MEM_SYSTEM, text.bytes);
    return NULL;
}

static char *copy_bytes(const void *bytes, size_t size)
{
    char *copy;

    if (memchr(bytes, 0, size))
        return NULL;
    copy = mem_alloc(MEM_SYSTEM, size + 1);
    memcpy(copy, bytes, size);
    copy[size] = 0;
    return copy;
}

char *system_text(Term t)
{
    BitsBytes binary;
    char *copy;

    if (is_atom(t)) {
        size_t size;
        const char *text = atom_text(t, &size);

        return copy_bytes(text, size);
    }
    if (!bits_bytes_get(t, &binary))
        return system_text_of_list(t);
    copy = copy_bytes(binary.bytes, binary.size);
    bits_bytes_free(&binary);
    return copy;
}

Term system_text_list(Heap *heap, const char *bytes, size_t size)
{
    const uint8_t *text = (const uint8_t *)bytes;
    size_t count;
    Term *characters;
    Term list;

    if (options.file_names == FILE_NAMES_LATIN1 || utf8_valid_prefix(text, size, &count) < size)
        return list_from_bytes(heap, text, size, TERM_NIL);
    characters = mem_alloc(MEM_SYSTEM, (count + 1) * sizeof *characters);
    for (size_t i = 0, at = 0; i < count; i++) {
        uint32_t character = 0;
        unsigned length = 1;

        utf8_decode(text + at, size - at, &character, &length);
        characters[i] = small_int(character);
        at += length;
    }
    list = list_from(heap, count, characters, TERM_NIL);
    mem_free(MEM_SYSTEM, characters);
    return list;
}
