#include "vm/term/utf8_list.h"

#include "vm/term/utf8.h"

Term utf8_list(Heap *heap, const void *text, size_t size, Term tail)
{
    const uint8_t *bytes = text;
    Term list = tail;

    if (!utf8_is_valid(bytes, size))
        return NO_TERM;
    while (size > 0) {
        size_t start = size - 1;
        uint32_t character;
        unsigned length;

        while ((bytes[start] & 0xc0) == 0x80)
            start--;
        utf8_decode(bytes + start, size - start, &character, &length);
        list = cons(heap, small_int(character), list);
        size = start;
    }
    return list;
}
