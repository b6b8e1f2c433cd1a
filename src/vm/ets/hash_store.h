/* hash_store.h - objects of a set, bag or duplicate_bag: linear hashing, one bucket added or
 * taken away at a time.
 *
 * Bucket order and the order inside a bucket are those of stock OTP, so traversals of tables with simple
 * keys visit objects in the same order there and here. While the table is fixed no bucket
 * moves and deleted objects stay in their chains, marked. */
#ifndef LING_ETS_HASH_STORE_H
#define LING_ETS_HASH_STORE_H

#include "vm/ets/object.h"

#define HASH_SEGMENT_BITS 8
#define HASH_SEGMENT_SIZE ((size_t)1 << HASH_SEGMENT_BITS)

typedef struct HashStore {
    EtsObject ***segments;
    size_t segment_count, segment_capacity;
    size_t active;              /* buckets in use */
    size_t mask;                /* smallest 2^n - 1 >= active - 1 */
    size_t stored;              /* objects in chains, deleted ones too */
    size_t doomed;              /* deleted ones among them */
} HashStore;

uint32_t hash_store_hash(Term key);
void hash_store_init(HashStore *store);
void hash_store_free(HashStore *store);           /* the (empty) bucket array */

static inline size_t hash_store_index(const HashStore *store, uint32_t hash)
{
    size_t index = hash & store->mask;

    return index < store->active ? index : index & (store->mask >> 1);
}
static inline EtsObject **hash_store_bucket(const HashStore *store, size_t index)
{
    return &store->segments[index >> HASH_SEGMENT_BITS][index & (HASH_SEGMENT_SIZE - 1)];
}
/* Link to the first object of the chain whose key is exactly `key` (deleted ones too). */
EtsObject **hash_store_find(const HashStore *store, Term key, uint32_t hash, size_t key_position);
/* Does `object`, or the chain's rest, still belong to `key`? */
bool object_has_key(const EtsObject *object, Term key, uint32_t hash, size_t key_position);
void hash_store_grow(HashStore *store);           /* adds a bucket if the load asks for it */
void hash_store_shrink(HashStore *store);
/* Takes all that are marked deleted out and frees them; returns their bytes. */
size_t hash_store_purge(HashStore *store);

#endif
