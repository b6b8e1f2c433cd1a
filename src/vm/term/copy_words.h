/* copy_words.h - copies a few words: mostly so few that calling memcpy would cost more than the copying. */
#ifndef LING_COPY_WORDS_H
#define LING_COPY_WORDS_H

#include "vm/term/term.h"

/* Four at a time, which the compiler does not turn into a call. */
static inline void copy_words(Term *to, const Term *from, size_t count)
{
    for (; count >= 4; count -= 4, to += 4, from += 4) {
        Term first = from[0], second = from[1], third = from[2], fourth = from[3];
        to[0] = first;
        to[1] = second;
        to[2] = third;
        to[3] = fourth;
    }
    for (; count > 0; count--)
        *to++ = *from++;
}

#endif
