/* ets: from key to key. */
#include "bifs.h"
#include "vm/ets/table_registry.h"
#include "vm/term/bits.h"
#include "vm/term/integer.h"

static Term key_of(Process *p, const Table *table, const EtsObject *object)
{
    return object ? object_copy_term(&p->heap, object_element(object, table->key_position)) : A_END_OF_TABLE;
}

/* The first object of the buckets from `index` on; deleted ones only if `raw`. */
static EtsObject *first_from(const Table *table, size_t index, bool raw)
{
    for (; index < table->hash.active; index++)
        for (EtsObject *object = table->hash.buckets[index]; object; object = object->link[0])
            if (raw || !object->deleted)
                return object;
    return NULL;
}

static EtsObject *first_object(const Table *table, bool ascending, bool raw)
{
    if (!table_is_tree(table))
        return first_from(table, 0, raw);
    return ascending ? tree_store_first(&table->tree) : tree_store_last(&table->tree);
}

/* The first object behind those with `key`. False: there is no such key. */
static bool next_in_hash(const Table *table, Term key, bool raw, EtsObject **next)
{
    uint32_t hash = hash_store_hash(key);
    EtsObject *object = *hash_store_find(&table->hash, key, hash, table->key_position);

    if (!object)
        return false;
    do
        object = object->link[0];
    while (object && ((!raw && object->deleted) || hash_store_same_key(object, key, hash, table->key_position)));
    *next = object ? object : first_from(table, hash_store_index(&table->hash, hash) + 1, raw);
    return true;
}

static Term next_key(Process *p, const Table *table, Term key, bool ascending, bool raw)
{
    EtsObject *object;

    if (table_is_tree(table) && key == A_END_OF_TABLE)      /* behind the last one there is nothing to go on from */
        return raise_badarg(p);
    if (table_is_tree(table))
        object = ascending ? tree_store_next(&table->tree, key, table->key_position) : tree_store_previous(&table->tree, key, table->key_position);
    else if (!next_in_hash(table, key, raw, &object))
        return raise_badarg(p);
    return key_of(p, table, object);
}

static Term first_key(Process *p, Term id, bool ascending, bool raw)
{
    Table *table = table_get(p, id, TABLE_READ);

    return table ? key_of(p, table, first_object(table, ascending, raw)) : NO_TERM;
}

static Term neighbour(Process *p, const Term *args, bool ascending, bool raw)
{
    Table *table = table_get(p, args[0], TABLE_READ);

    return table ? next_key(p, table, args[1], ascending, raw) : NO_TERM;
}

Term bif_ets_first_1(Process *p, const Term *args)
{
    return first_key(p, args[0], true, false);
}

Term bif_ets_last_1(Process *p, const Term *args)
{
    return first_key(p, args[0], false, false);
}

Term bif_ets_next_2(Process *p, const Term *args)
{
    return neighbour(p, args, true, false);
}

Term bif_ets_prev_2(Process *p, const Term *args)
{
    return neighbour(p, args, false, false);
}

/* The raw ones see deleted objects that are still kept: for ets:info(Table, binary). */
Term bif_erts_internal_ets_raw_first_1(Process *p, const Term *args)
{
    return first_key(p, args[0], true, true);
}

Term bif_erts_internal_ets_raw_next_2(Process *p, const Term *args)
{
    return neighbour(p, args, true, true);
}

/* --- slot ---------------------------------------------------------------------------------------- */

static Term hash_slot(Process *p, const Table *table, size_t slot)
{
    Term list = TERM_NIL;

    if (slot > table->hash.active)
        return raise_badarg(p);
    if (slot == table->hash.active)
        return A_END_OF_TABLE;
    for (EtsObject *object = table->hash.buckets[slot]; object; object = object->link[0])
        if (!object->deleted)
            list = cons(&p->heap, object_copy(&p->heap, object), list);
    return list;
}

static Term tree_slot(Process *p, const Table *table, size_t slot)
{
    EtsObject *object;

    if (slot > table->count)
        return raise_badarg(p);
    object = tree_store_at(&table->tree, slot);
    return object ? cons(&p->heap, object_copy(&p->heap, object), TERM_NIL) : A_END_OF_TABLE;
}

Term bif_ets_slot_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_READ);

    if (!table)
        return NO_TERM;
    if (!is_small(args[1]) || small_value(args[1]) < 0)
        return raise_badarg(p);
    if (table_is_tree(table))
        return tree_slot(p, table, (size_t)small_value(args[1]));
    return hash_slot(p, table, (size_t)small_value(args[1]));
}

/* --- binaries -------------------------------------------------------------------------------------- */

/* {Address, Size, References} of the off-heap binaries of one object, before `list`. */
static Term add_binaries(Heap *heap, const EtsObject *object, Term list)
{
    for (Word *at = object->off_heap; at; at = *off_heap_next(at)) {
        Binary *binary = off_heap_binary(at);

        if (header_kind(*at) != BOX_REFC_BITS)
            continue;
        list = cons(heap, tuple_3(heap, integer_from_u64(heap, (uint64_t)(uintptr_t)binary), integer_from_u64(heap, binary->capacity),
                                  small_int(binary->references)), list);
    }
    return list;
}

/* All objects with `key`, deleted ones that are still kept, too. */
static Term key_binaries(Heap *heap, const Table *table, Term key)
{
    uint32_t hash = hash_store_hash(key);
    Term list = TERM_NIL;

    for (EtsObject *object = *hash_store_find(&table->hash, key, hash, table->key_position);
         object && hash_store_same_key(object, key, hash, table->key_position); object = object->link[0])
        list = add_binaries(heap, object, list);
    return list;
}

Term bif_erts_internal_ets_lookup_binary_info_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_READ);
    EtsObject *object;

    if (!table)
        return NO_TERM;
    if (!table_is_tree(table))
        return key_binaries(&p->heap, table, args[1]);
    object = tree_store_find(&table->tree, args[1], table->key_position);
    return object ? add_binaries(&p->heap, object, TERM_NIL) : TERM_NIL;
}
