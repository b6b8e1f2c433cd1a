/* dictionary.h - the process dictionary. */
#ifndef LING_DICTIONARY_H
#define LING_DICTIONARY_H

#include "vm/proc/process.h"

/* NO_TERM if the key is not there. */
Term dictionary_get(const Process *p, Term key);
/* The old value, or NO_TERM. */
Term dictionary_put(Process *p, Term key, Term value);
Term dictionary_erase(Process *p, Term key);
void dictionary_clear(Process *p);
size_t dictionary_count(const Process *p);
/* [{Key, Value}] on `heap`, made of the terms themselves (no copy). */
Term dictionary_list(const Process *p, Heap *heap);
/* All slots as one range of terms (unused ones hold NO_TERM): roots. */
Term *dictionary_slots(const Process *p, size_t *count);
size_t dictionary_memory(const Process *p);     /* bytes */

#endif
