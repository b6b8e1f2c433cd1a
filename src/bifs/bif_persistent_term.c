/* persistent_term: a table of terms that processes read without copying.
 *
 * Each key and value lie in a literal area of their own. What is replaced or erased may still be in
 * use: its area goes to literals_retire, which frees it when nobody refers to it any more. */
#include "bifs/persistent_term.h"

#include "bifs.h"
#include "vm/base/mem.h"
#include "vm/gc/literal.h"
#include "vm/proc/literal_release.h"
#include "vm/term/compare.h"
#include "vm/term/hash.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

#define LEAST_BUCKETS ((size_t)8)
#define TERMS_PER_REDUCTION 20

typedef struct Entry {
    struct Entry *next;
    uint32_t hash;
    Term pair;                 /* {Key, Value} */
    LiteralArea *area;
} Entry;

static Entry **buckets;
static size_t bucket_count;        /* a power of two, or 0 */
static size_t entry_count;
static size_t area_words;

static Entry **find(Term key, uint32_t hash)
{
    Entry **link = &buckets[hash & (bucket_count - 1)];

    while (*link && ((*link)->hash != hash || !term_exact_equal(tuple_element((*link)->pair, 1), key)))
        link = &(*link)->next;
    return link;
}

static void resize(size_t new_count)
{
    Entry **old = buckets;
    size_t old_count = bucket_count;

    bucket_count = new_count;
    buckets = mem_alloc_zero(MEM_SYSTEM, bucket_count * sizeof(Entry *));
    for (size_t i = 0; i < old_count; i++) {
        Entry *entry = old[i];

        while (entry) {
            Entry *next = entry->next;
            Entry **bucket = &buckets[entry->hash & (bucket_count - 1)];

            entry->next = *bucket;
            *bucket = entry;
            entry = next;
        }
    }
    mem_free(MEM_SYSTEM, old);
}

size_t persistent_term_buckets(void)
{
    return bucket_count;
}

static Entry *lookup(Term key)
{
    return bucket_count ? *find(key, term_internal_hash(key, 0)) : NULL;
}

static void retire(Entry *entry)
{
    area_words -= entry->area->size_words;
    literals_retire(entry->area);
}

static void remove_entry(Entry **link)
{
    Entry *entry = *link;

    *link = entry->next;
    entry_count--;
    retire(entry);
    mem_free(MEM_SYSTEM, entry);
}

/* --- BIFs ------------------------------------------------------------------------------------------------ */

Term bif_persistent_term_get_1(Process *p, const Term *args)
{
    Entry *entry = lookup(args[0]);

    return entry ? tuple_element(entry->pair, 2) : raise_badarg(p);
}

Term persistent_term_value(Term key)
{
    Entry *entry = lookup(key);

    return entry ? tuple_element(entry->pair, 2) : NO_TERM;
}

Term bif_persistent_term_get_2(Process *p, const Term *args)
{
    Term value = persistent_term_value(args[0]);

    return value == NO_TERM ? args[1] : value;
}

Term bif_persistent_term_get_0(Process *p, const Term *args)
{
    Term list = TERM_NIL;

    for (size_t i = 0; i < bucket_count; i++)
        for (Entry *entry = buckets[i]; entry; entry = entry->next)
            list = cons(&p->heap, entry->pair, list);
    bif_consume(p, (int64_t)entry_count / TERMS_PER_REDUCTION);
    return list;
}

Term bif_persistent_term_put_2(Process *p, const Term *args)
{
    uint32_t hash = term_internal_hash(args[0], 0);
    Term pair = tuple_2(&p->heap, args[0], args[1]);
    LiteralArea *area;
    Entry **link;

    if (2 * (entry_count + 1) > bucket_count)
        resize(MAX(LEAST_BUCKETS, 2 * bucket_count));
    link = find(args[0], hash);
    if (*link && term_exact_equal(tuple_element((*link)->pair, 2), args[1]))
        return A_OK;
    area = literal_area_of_shared(&pair);
    if (!area)
        return raise_system_limit(p);
    area_words += area->size_words;
    if (*link) {
        retire(*link);
    } else {
        *link = mem_alloc_zero(MEM_SYSTEM, sizeof(Entry));
        (*link)->hash = hash;
        entry_count++;
    }
    (*link)->pair = pair;
    (*link)->area = area;
    return A_OK;
}

Term bif_persistent_term_erase_1(Process *p, const Term *args)
{
    Entry **link;

    if (bucket_count == 0)
        return A_FALSE;
    link = find(args[0], term_internal_hash(args[0], 0));
    if (!*link)
        return A_FALSE;
    remove_entry(link);
    if (entry_count < bucket_count / 4 && bucket_count > LEAST_BUCKETS)
        resize(bucket_count / 2);
    return A_TRUE;
}

Term bif_erts_internal_erase_persistent_terms_0(Process *p, const Term *args)
{
    for (size_t i = 0; i < bucket_count; i++)
        while (buckets[i])
            remove_entry(&buckets[i]);
    return A_TRUE;
}

Term bif_persistent_term_info_0(Process *p, const Term *args)
{
    size_t bytes = (area_words + bucket_count) * sizeof(Word) + entry_count * sizeof(Entry);

    return map_from_pairs(&p->heap, (Term[]){
        A_COUNT, integer_from_u64(&p->heap, entry_count),
        A_MEMORY, integer_from_u64(&p->heap, bytes),
    }, 2);
}
