/* hash_store.h - objects of a set, bag or duplicate_bag: linear hashing, one bucket added or
 * taken away at a time.
 *
 * Bucket order and the order inside a bucket are those of stock OTP, so traversals of tables
 * visit objects in the same order there and here. While the table is fixed no bucket
 * is split or joined and deleted objects stay in their chains, marked. */
#ifndef LING_ETS_HASH_STORE_H
#define LING_ETS_HASH_STORE_H

#include "vm/ets/object.h"
#include "vm/term/atom.h"

typedef struct HashStore {
    EtsObject **buckets;
    size_t active;              /* buckets in use */
    size_t capacity;            /* room of `buckets` */
    size_t slots;               /* buckets that stock would have allocated: decides when to shrink */
    size_t mask;                /* smallest 2^n - 1 >= active - 1 */
    size_t doomed;              /* deleted objects that are still in chains ... */
    size_t *doomed_slots;       /* ... of these buckets (some may be named twice) */
    size_t doomed_slot_count, doomed_slot_capacity;
} HashStore;

uint32_t hash_store_hash_slow(Term key);
static inline uint32_t hash_store_hash(Term key)
{
    return is_atom(key) ? atom_hash(key) : hash_store_hash_slow(key);
}
void hash_store_init(HashStore *store);
void hash_store_free(HashStore *store);           /* the bucket array only */

static inline size_t hash_store_index(const HashStore *store, uint32_t hash)
{
    size_t index = hash & store->mask;

    return index < store->active ? index : index & (store->mask >> 1);
}
/* Has `object` exactly this key? It may be marked deleted. */
bool hash_store_same_key(const EtsObject *object, Term key, uint32_t hash, size_t key_position);
/* The link to the first object with `key`, deleted or not; at the chain's end if there is none. */
EtsObject **hash_store_find(const HashStore *store, Term key, uint32_t hash, size_t key_position);
/* Splits (joins) a few buckets if `count` objects ask for it; not to be called while fixed. */
void hash_store_grow(HashStore *store, size_t count);
void hash_store_shrink(HashStore *store, size_t count);
/* Marks an object that is in bucket `index`; it stays in its chain until the purge. */
void hash_store_doom(HashStore *store, EtsObject *object);
/* Takes all objects that are marked deleted out and frees them. Returns their bytes. */
size_t hash_store_purge(HashStore *store);

#endif
