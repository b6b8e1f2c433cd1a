#include "vm/ets/table.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/compare.h"

void table_init_stores(Table *table)
{
    memset(&table->hash, 0, sizeof table->hash);
    memset(&table->tree, 0, sizeof table->tree);
    if (!table_is_tree(table))
        hash_store_init(&table->hash);
    table->count = 0;
    table->object_bytes = 0;
}

size_t table_memory_words(const Table *table)
{
    return (sizeof *table + table->object_bytes) / sizeof(Word) + table->hash.slots;
}

/* --- lookup --------------------------------------------------------------------------------- */

static EtsObject *first_live(const Table *table, EtsObject *object, Term key, uint32_t hash)
{
    while (object && object->deleted) {
        object = object->link[0];
        if (object && !hash_store_same_key(object, key, hash, table->key_position))
            return NULL;
    }
    return object;
}

EtsObject *table_lookup(const Table *table, Term key)
{
    uint32_t hash;
    EtsObject *object;

    if (table_is_tree(table))
        return tree_store_find(&table->tree, key, table->key_position);
    hash = hash_store_hash(key);
    object = *hash_store_find(&table->hash, key, hash, table->key_position);
    return object && object->deleted ? first_live(table, object, key, hash) : object;
}

EtsObject *table_lookup_next(const Table *table, const EtsObject *object)
{
    Term key = object_element(object, table->key_position);
    EtsObject *next = object->link[0];

    if (!next || !hash_store_same_key(next, key, object->hash, table->key_position))
        return NULL;
    return first_live(table, next, key, object->hash);
}

/* --- insertion ------------------------------------------------------------------------------ */

EtsObject *table_make_object(bool compressed, size_t key_position, Term tuple)
{
    if (compressed)
        return object_pack(tuple_size(tuple), tuple_elements(tuple), key_position);
    return object_new(tuple_size(tuple), tuple_elements(tuple));
}

static EtsObject *new_object(Table *table, Term tuple)
{
    EtsObject *object = table_make_object(table->compressed, table->key_position, tuple);

    table->object_bytes += object_bytes(object);
    return object;
}

static void free_object(Table *table, EtsObject *object)
{
    table->object_bytes -= object_bytes(object);
    object_free(object);
}

/* `old` with the new content, or a new object that is to take its place. */
static EtsObject *renew(Table *table, EtsObject *old, Term tuple)
{
    EtsObject *object;

    if (table->compressed)
        return new_object(table, tuple);
    object = object_renew(old, tuple_size(tuple), tuple_elements(tuple));
    if (object != old)
        table->object_bytes += object_bytes(object);
    return object;
}

static void put_in_tree(Table *table, EtsObject *object)
{
    EtsObject *old = tree_store_insert(&table->tree, object, table->key_position);

    if (old)
        free_object(table, old);
    else
        table->count++;
}

static void insert_in_tree(Table *table, Term tuple)
{
    EtsObject *old = tree_store_find(&table->tree, tuple_element(tuple, table->key_position), table->key_position);
    EtsObject *object = renew(table, old, tuple);

    if (object != old)
        put_in_tree(table, object);
}

static void put_in_chain(Table *table, EtsObject **link, EtsObject *object, uint32_t hash)
{
    object->hash = hash;
    object->link[0] = *link;
    *link = object;
    table->count++;
    if (table->count > table->hash.active && !table_is_fixed(table))
        hash_store_grow(&table->hash, table->count);
}

static void revive(Table *table, EtsObject *object)
{
    if (!object->deleted)
        return;
    object->deleted = false;
    table->hash.doomed--;
    table->count++;
}

static void replace_in_chain(Table *table, EtsObject **link, EtsObject *object)
{
    EtsObject *old = *link;

    object->hash = old->hash;
    object->link[0] = old->link[0];
    *link = object;
    free_object(table, old);
}

static void swap_in_chain(Table *table, EtsObject **link, Term tuple)
{
    EtsObject *object = renew(table, *link, tuple);

    if (object != *link)
        replace_in_chain(table, link, object);
}

/* Is an equal object there already? A deleted one comes back, as the newest of its key. Adds the objects looked
 * at to *compared. */
static bool is_in_bag(Table *table, EtsObject **first, Term tuple, Term key, uint32_t hash, size_t *compared)
{
    for (EtsObject **link = first; *link && hash_store_same_key(*link, key, hash, table->key_position); link = &(*link)->link[0]) {
        EtsObject *object = *link;

        ++*compared;
        if (!object_equals(object, tuple))
            continue;
        if (object->deleted && link != first) {
            *link = object->link[0];
            object->link[0] = *first;
            *first = object;
        }
        revive(table, object);
        return true;
    }
    return false;
}

void table_insert(Table *table, Term tuple)
{
    Term key = tuple_element(tuple, table->key_position);
    EtsObject **link;
    uint32_t hash;
    size_t compared = 0;

    if (table_is_tree(table)) {
        insert_in_tree(table, tuple);
        return;
    }
    hash = hash_store_hash(key);
    link = hash_store_find(&table->hash, key, hash, table->key_position);
    if (table->type == TABLE_SET && *link) {
        revive(table, *link);
        swap_in_chain(table, link, tuple);
        return;
    }
    if (table->type == TABLE_BAG && is_in_bag(table, link, tuple, key, hash, &compared))
        return;
    put_in_chain(table, link, new_object(table, tuple), hash);
}

static size_t insert_object_in_chain(Table *table, EtsObject *object)
{
    Term key = object_element(object, table->key_position);
    uint32_t hash = hash_store_hash(key);
    EtsObject **link = hash_store_find(&table->hash, key, hash, table->key_position);
    size_t compared = 0;
    Heap opened = {0};

    if (table->type == TABLE_SET && *link) {
        revive(table, *link);
        replace_in_chain(table, link, object);
    } else if (table->type == TABLE_BAG && is_in_bag(table, link, object_view(&opened, object), key, hash, &compared)) {
        free_object(table, object);
    } else {
        put_in_chain(table, link, object, hash);
    }
    heap_clear(&opened);
    return compared + 1;
}

size_t table_insert_object(Table *table, EtsObject *object)
{
    table->object_bytes += object_bytes(object);
    if (!table_is_tree(table))
        return insert_object_in_chain(table, object);
    put_in_tree(table, object);
    return 1;
}

/* --- change --------------------------------------------------------------------------------- */

static EtsObject **link_to(Table *table, EtsObject *object)
{
    EtsObject **link = &table->hash.buckets[hash_store_index(&table->hash, object->hash)];

    while (*link != object)
        link = &(*link)->link[0];
    return link;
}

void table_replace(Table *table, EtsObject *object, Term tuple)
{
    if (table_is_tree(table))
        insert_in_tree(table, tuple);
    else
        swap_in_chain(table, link_to(table, object), tuple);
}

/* Whatever else was in one of these places would stay in the object's block, and what that refers to would live on. */
static bool fit_in_place(const EtsObject *object, size_t count, const size_t *positions, const Term *values)
{
    for (size_t i = 0; i < count; i++)
        if (!is_immediate(values[i]) || !object_has_immediate(object, positions[i]))
            return false;
    return true;
}

void table_update(Table *table, EtsObject *object, size_t count, const size_t *positions, const Term *values)
{
    size_t arity = object_arity(object);
    Heap opened = {0};
    Word *copy;

    if (fit_in_place(object, count, positions, values)) {
        for (size_t i = 0; i < count; i++)
            object_set(object, positions[i], values[i]);
        return;
    }
    copy = mem_alloc(MEM_ETS, (arity + 1) * sizeof(Word));
    memcpy(copy, boxed(object_view(&opened, object)), (arity + 1) * sizeof(Word));
    for (size_t i = 0; i < count; i++)
        copy[positions[i]] = term_bits(values[i]);
    table_replace(table, object, make_boxed(copy));
    mem_free(MEM_ETS, copy);
    heap_clear(&opened);
}

/* --- deletion ------------------------------------------------------------------------------- */

void table_delete_at(Table *table, EtsObject **link)
{
    EtsObject *object = *link;

    table->count--;
    if (table_is_tree(table)) {
        tree_store_remove(&table->tree, object_element(object, table->key_position), table->key_position);
        free_object(table, object);
    } else if (table_is_fixed(table)) {
        hash_store_doom(&table->hash, object);
    } else {
        *link = object->link[0];
        free_object(table, object);
    }
}

void table_shrink(Table *table)
{
    if (!table_is_tree(table) && !table_is_fixed(table))
        hash_store_shrink(&table->hash, table->count);
}

/* Goes over all objects with `key`; `tuple`: only those that are equal to it. */
static void delete_in_chain(Table *table, Term key, Term tuple)
{
    uint32_t hash = hash_store_hash(key);
    EtsObject **link = hash_store_find(&table->hash, key, hash, table->key_position);
    size_t before = table->count;

    while (*link && hash_store_same_key(*link, key, hash, table->key_position)) {
        EtsObject *object = *link;

        if (!object->deleted && (tuple == NO_TERM || object_equals(object, tuple)))
            table_delete_at(table, link);
        if (*link == object)
            link = &object->link[0];
    }
    if (table->count != before)
        table_shrink(table);
}

void table_delete_key(Table *table, Term key)
{
    if (table_is_tree(table)) {
        EtsObject *object = tree_store_remove(&table->tree, key, table->key_position);
        if (!object)
            return;
        table->count--;
        free_object(table, object);
    } else {
        delete_in_chain(table, key, NO_TERM);
    }
}

void table_delete_object(Table *table, Term tuple)
{
    Term key = tuple_element(tuple, table->key_position);

    if (table_is_tree(table)) {
        EtsObject *object = tree_store_find(&table->tree, key, table->key_position);
        if (object && object_equals(object, tuple))
            table_delete_at(table, &object);
    } else {
        delete_in_chain(table, key, tuple);
    }
}

void table_purge(Table *table)
{
    if (!table_is_tree(table) && table->hash.doomed_slot_count > 0)
        table->object_bytes -= hash_store_purge(&table->hash);
}

/* --- all at once ------------------------------------------------------------------------------ */

void table_take_all(Table *table, Remains *remains)
{
    tree_store_changed(&table->tree);
    remains->hash = table->hash;
    remains->tree = table->tree;
    remains->next_bucket = 0;
    table_init_stores(table);
}

void table_doom_all(Table *table)
{
    HashStore *store = &table->hash;

    for (size_t i = 0; i < store->active; i++)
        for (EtsObject *object = store->buckets[i]; object; object = object->link[0])
            if (!object->deleted)
                hash_store_doom(store, object);
    table->count = 0;
}

/* Takes a leaf's parent chain apart without a stack: the smaller sub-tree moves up by rotation. */
static size_t free_tree_some(TreeStore *tree, size_t limit)
{
    while (tree->root && limit > 0) {
        EtsObject *node = tree->root;
        EtsObject *smaller = node->link[0];

        if (smaller) {
            node->link[0] = smaller->link[1];
            smaller->link[1] = node;
            tree->root = smaller;
        } else {
            tree->root = node->link[1];
            object_free(node);
            limit--;
        }
    }
    return limit;
}

/* Empty ones, in time. */
#define BUCKETS_PER_OBJECT 16

bool remains_free_some(Remains *remains, size_t *budget)
{
    HashStore *store = &remains->hash;
    size_t limit = free_tree_some(&remains->tree, *budget);

    for (; limit > 0 && remains->next_bucket < store->active; remains->next_bucket++) {
        EtsObject *object = store->buckets[remains->next_bucket];

        limit -= remains->next_bucket % BUCKETS_PER_OBJECT == 0;
        while (object) {
            EtsObject *next = object->link[0];
            object_free(object);
            object = next;
            limit -= limit > 0;
        }
    }
    *budget = limit;
    if (remains->tree.root || remains->next_bucket < store->active)
        return true;
    hash_store_free(store);
    memset(remains, 0, sizeof *remains);
    return false;
}

void remains_free(Remains *remains)
{
    size_t all = SIZE_MAX;

    remains_free_some(remains, &all);
}
