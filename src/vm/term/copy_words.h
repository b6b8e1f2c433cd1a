/* copy_words.h - copies a few words: mostly so few that calling memcpy would cost more than the copying. */
#ifndef LING_COPY_WORDS_H
#define LING_COPY_WORDS_H

#include "vm/term/term.h"

/* Two at a time, which the compiler does not turn into a call. */
static inline void copy_words(Term *to, const Term *from, size_t count)
{
    for (; count >= 2; count -= 2, to += 2, from += 2) {
        Term first = from[0], second = from[1];
        to[0] = first;
        to[1] = second;
    }
    if (count > 0)
        to[0] = from[0];
}

#endif
