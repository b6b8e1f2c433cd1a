#include "vm/proc/dictionary.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/compare.h"
#include "vm/term/hash.h"

/* Keys and values stand in one array in the order they came; a key that was erased leaves a hole
 * (NO_TERM). A small dictionary is searched from the start; a larger one has an index: open
 * addressing, numbers of entries plus one, with the hash of the key beside. */
#define SMALL_DICTIONARY 8

typedef struct Entry {
    Term key, value;
} Entry;

typedef struct Dictionary {
    Entry *entries;
    uint32_t used;             /* holes included */
    uint32_t capacity;
    uint32_t count;
    uint32_t index_mask;       /* 0: no index */
    struct IndexSlot *index;
} Dictionary;

typedef struct IndexSlot {
    uint32_t number;
    uint32_t hash;
} IndexSlot;

#define INDEX_EMPTY 0
#define INDEX_ERASED UINT32_MAX

#define MIX UINT64_C(0x9e3779b97f4a7c15)
/* Small tuples of immediates are frequent keys. */
#define SIMPLE_TUPLE_SIZE 4

static bool is_simple_tuple(Term t)
{
    if (!is_tuple(t) || tuple_size(t) > SIMPLE_TUPLE_SIZE)
        return false;
    for (size_t i = 1; i <= tuple_size(t); i++)
        if (!is_immediate(tuple_element(t, i)))
            return false;
    return true;
}

static uint32_t hash_key(Term key)
{
    uint64_t hash;

    if (is_immediate(key))
        return (uint32_t)(term_bits(key) * MIX >> 32);
    if (!is_simple_tuple(key))
        return term_internal_hash(key, 0);
    hash = boxed_header(key);
    for (size_t i = 1; i <= tuple_size(key); i++) {
        hash = (hash ^ term_bits(tuple_element(key, i))) * MIX;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static bool same_key(Term a, Term b)
{
    if (a == b)
        return true;
    if (!is_boxed(a) || !is_boxed(b))
        return is_cons(a) && is_cons(b) && term_exact_equal(a, b);
    if (boxed_header(a) != boxed_header(b))
        return !is_tuple(a) && term_exact_equal(a, b);
    if (is_simple_tuple(a))
        return memcmp(boxed(a), boxed(b), (1 + tuple_size(a)) * sizeof(Word)) == 0;
    return term_exact_equal(a, b);
}

static Entry *find_small(const Dictionary *d, Term key)
{
    for (uint32_t i = 0; i < d->used; i++)
        if (same_key(d->entries[i].key, key))
            return &d->entries[i];
    return NULL;
}

/* The index slot that holds `key`; null if none does. */
static IndexSlot *find_slot(const Dictionary *d, Term key)
{
    uint32_t hash = hash_key(key);

    for (uint32_t at = hash & d->index_mask;; at = (at + 1) & d->index_mask) {
        IndexSlot *slot = &d->index[at];
        if (slot->number == INDEX_EMPTY)
            return NULL;
        if (slot->hash == hash && slot->number != INDEX_ERASED && same_key(d->entries[slot->number - 1].key, key))
            return slot;
    }
}

static Entry *find(const Dictionary *d, Term key)
{
    IndexSlot *slot;

    if (!d->index)
        return find_small(d, key);
    slot = find_slot(d, key);
    return slot ? &d->entries[slot->number - 1] : NULL;
}

static void index_add(Dictionary *d, uint32_t number)
{
    uint32_t hash = hash_key(d->entries[number].key);
    uint32_t at = hash & d->index_mask;

    while (d->index[at].number != INDEX_EMPTY)
        at = (at + 1) & d->index_mask;
    d->index[at] = (IndexSlot){number + 1, hash};
}

/* Squeezes the holes out, makes room for twice as many, and a fresh index. */
static void rebuild(Dictionary *d)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < d->used; i++)
        if (d->entries[i].key != NO_TERM)
            d->entries[kept++] = d->entries[i];
    d->used = kept;
    d->capacity = kept < SMALL_DICTIONARY / 2 ? SMALL_DICTIONARY : 2 * kept;
    d->entries = mem_realloc(MEM_PROCESS, d->entries, d->capacity * sizeof(Entry));
    mem_free(MEM_PROCESS, d->index);
    d->index = NULL;
    if (d->capacity <= SMALL_DICTIONARY)
        return;
    /* At most half of the slots are ever taken: entries are only appended until the next rebuild. */
    d->index_mask = 1;
    while (d->index_mask + 1 < 2 * d->capacity)
        d->index_mask = 2 * d->index_mask + 1;
    d->index = mem_alloc_zero(MEM_PROCESS, (d->index_mask + 1) * sizeof(IndexSlot));
    for (uint32_t i = 0; i < kept; i++)
        index_add(d, i);
}

Term dictionary_get(const Process *p, Term key)
{
    Entry *entry = p->dictionary ? find(p->dictionary, key) : NULL;

    return entry ? entry->value : NO_TERM;
}

Term dictionary_put(Process *p, Term key, Term value)
{
    Dictionary *d = p->dictionary;
    Entry *entry;

    if (!d)
        d = p->dictionary = mem_alloc_zero(MEM_PROCESS, sizeof *d);
    entry = find(d, key);
    if (entry) {
        Term old = entry->value;
        entry->value = value;
        return old;
    }
    if (d->used == d->capacity)
        rebuild(d);
    d->entries[d->used] = (Entry){key, value};
    d->used++;
    d->count++;
    if (d->index)
        index_add(d, d->used - 1);
    return NO_TERM;
}

Term dictionary_erase(Process *p, Term key)
{
    Dictionary *d = p->dictionary;
    Entry *entry = d ? find(d, key) : NULL;
    Term old;

    if (!entry)
        return NO_TERM;
    old = entry->value;
    if (d->index)
        find_slot(d, key)->number = INDEX_ERASED;
    *entry = (Entry){NO_TERM, NO_TERM};
    d->count--;
    if (d->count == 0)
        dictionary_clear(p);
    return old;
}

void dictionary_clear(Process *p)
{
    Dictionary *d = p->dictionary;

    if (!d)
        return;
    mem_free(MEM_PROCESS, d->entries);
    mem_free(MEM_PROCESS, d->index);
    mem_free(MEM_PROCESS, d);
    p->dictionary = NULL;
}

size_t dictionary_count(const Process *p)
{
    return p->dictionary ? p->dictionary->count : 0;
}

Term dictionary_list(const Process *p, Heap *heap)
{
    const Dictionary *d = p->dictionary;
    Term list = TERM_NIL;

    for (uint32_t i = d ? d->used : 0; i > 0; i--) {
        const Entry *entry = &d->entries[i - 1];
        if (entry->key != NO_TERM)
            list = cons(heap, tuple_2(heap, entry->key, entry->value), list);
    }
    return list;
}

Term *dictionary_slots(const Process *p, size_t *count)
{
    *count = p->dictionary ? 2 * (size_t)p->dictionary->used : 0;
    return p->dictionary ? (Term *)p->dictionary->entries : NULL;
}

size_t dictionary_memory(const Process *p)
{
    const Dictionary *d = p->dictionary;

    if (!d)
        return 0;
    return sizeof *d + d->capacity * sizeof(Entry) + (d->index ? (d->index_mask + 1) * sizeof(IndexSlot) : 0);
}
