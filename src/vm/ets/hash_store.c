#include "vm/ets/hash_store.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/compare.h"
#include "vm/term/hash.h"

/* Stock's sizes: a first segment, then segments of a fixed size. They decide when a table grows
 * and shrinks, and so the order of its objects. */
#define FIRST_SLOTS ((size_t)256)
#define SEGMENT_SLOTS ((size_t)2048)
#define RESIZE_STEPS 5

uint32_t hash_store_hash_slow(Term key)
{
    return term_internal_hash(key, 0) & 0x7fffffff;
}

void hash_store_init(HashStore *store)
{
    memset(store, 0, sizeof *store);
    store->active = store->capacity = store->slots = FIRST_SLOTS;
    store->mask = FIRST_SLOTS - 1;
    store->buckets = mem_alloc_zero(MEM_ETS, FIRST_SLOTS * sizeof(EtsObject *));
}

void hash_store_free(HashStore *store)
{
    mem_free(MEM_ETS, store->buckets);
    mem_free(MEM_ETS, store->doomed_slots);
    memset(store, 0, sizeof *store);
}

bool hash_store_same_key(const EtsObject *object, Term key, uint32_t hash, size_t key_position)
{
    Term own;

    if (object->hash != hash)
        return false;
    own = object_element(object, key_position);
    return own == key || (!is_immediate(own) && !is_immediate(key) && term_exact_equal(own, key));
}

EtsObject **hash_store_find(const HashStore *store, Term key, uint32_t hash, size_t key_position)
{
    EtsObject **link = &store->buckets[hash_store_index(store, hash)];

    while (*link && !hash_store_same_key(*link, key, hash, key_position))
        link = &(*link)->link[0];
    return link;
}

static size_t slots_for(size_t active)
{
    if (active <= FIRST_SLOTS)
        return FIRST_SLOTS;
    return FIRST_SLOTS + (active - FIRST_SLOTS + SEGMENT_SLOTS - 1) / SEGMENT_SLOTS * SEGMENT_SLOTS;
}

static void set_capacity(HashStore *store, size_t capacity)
{
    store->buckets = mem_realloc(MEM_ETS, store->buckets, capacity * sizeof(EtsObject *));
    store->capacity = capacity;
}

/* Moves what belongs to the new bucket over, keeping the order in both chains. */
static void split_bucket(HashStore *store, size_t from, size_t to)
{
    EtsObject **stay = &store->buckets[from];
    EtsObject **move = &store->buckets[to];
    EtsObject *object = *stay;

    for (; object; object = object->link[0]) {
        if ((object->hash & store->mask) == from) {
            *stay = object;
            stay = &object->link[0];
        } else {
            *move = object;
            move = &object->link[0];
        }
    }
    *stay = *move = NULL;
}

static void add_bucket(HashStore *store)
{
    size_t to = store->active;
    size_t from;

    if (to == store->capacity)
        set_capacity(store, 2 * store->capacity);
    if (to > store->mask)
        store->mask = store->mask << 1 | 1;
    from = to & (store->mask >> 1);
    store->active++;
    if (store->active > store->slots)
        store->slots = slots_for(store->active);
    split_bucket(store, from, to);
}

void hash_store_grow(HashStore *store, size_t count)
{
    for (int i = 0; i < RESIZE_STEPS && count > store->active; i++)
        add_bucket(store);
}

static size_t shrink_limit(const HashStore *store)
{
    if (store->slots < FIRST_SLOTS + 2 * SEGMENT_SLOTS)
        return 0;
    return (store->slots - SEGMENT_SLOTS) / 2;
}

static void drop_bucket(HashStore *store)
{
    size_t from = store->active - 1;
    size_t to = from & (store->mask >> 1);
    EtsObject **end = &store->buckets[from];

    while (*end)
        end = &(*end)->link[0];
    *end = store->buckets[to];
    store->buckets[to] = store->buckets[from];
    store->active--;
    if (to == 0)
        store->mask >>= 1;
    if (store->slots - from >= SEGMENT_SLOTS)
        store->slots -= SEGMENT_SLOTS;
}

void hash_store_shrink(HashStore *store, size_t count)
{
    for (int i = 0; i < RESIZE_STEPS && count < shrink_limit(store); i++)
        drop_bucket(store);
    if (store->active < store->capacity / 4)
        set_capacity(store, store->capacity / 2);
}

void hash_store_doom(HashStore *store, EtsObject *object)
{
    size_t index = hash_store_index(store, object->hash);

    object->deleted = true;
    store->doomed++;
    if (store->doomed_slot_count > 0 && store->doomed_slots[store->doomed_slot_count - 1] == index)
        return;
    if (store->doomed_slot_count == store->doomed_slot_capacity) {
        store->doomed_slot_capacity = MAX((size_t)16, 2 * store->doomed_slot_capacity);
        store->doomed_slots = mem_realloc(MEM_ETS, store->doomed_slots, store->doomed_slot_capacity * sizeof(size_t));
    }
    store->doomed_slots[store->doomed_slot_count++] = index;
}

/* Frees the deleted objects of one chain; returns their bytes. */
static size_t purge_chain(HashStore *store, EtsObject **link)
{
    size_t bytes = 0;

    while (*link) {
        EtsObject *object = *link;
        if (object->deleted) {
            *link = object->link[0];
            bytes += object_bytes(object);
            object_free(object);
            store->doomed--;
        } else {
            link = &object->link[0];
        }
    }
    return bytes;
}

size_t hash_store_purge(HashStore *store)
{
    size_t bytes = 0;

    for (size_t i = 0; i < store->doomed_slot_count; i++)
        bytes += purge_chain(store, &store->buckets[store->doomed_slots[i]]);
    assert(store->doomed == 0);
    mem_free(MEM_ETS, store->doomed_slots);
    store->doomed_slots = NULL;
    store->doomed_slot_count = store->doomed_slot_capacity = 0;
    return bytes;
}
