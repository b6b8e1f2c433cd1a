/* ets:info/1,2. */
#include <math.h>

#include "bifs.h"
#include "vm/ets/fixation.h"
#include "vm/ets/table_registry.h"
#include "vm/proc/process_table.h"
#include "vm/term/integer.h"
#include "vm/term/pid.h"

static Term type_name(const Table *table)
{
    static const Term names[] = {
        [TABLE_SET] = A_SET, [TABLE_ORDERED_SET] = A_ORDERED_SET, [TABLE_BAG] = A_BAG, [TABLE_DUPLICATE_BAG] = A_DUPLICATE_BAG,
    };

    return names[table->type];
}

static Term protection_name(const Table *table)
{
    static const Term names[] = {[TABLE_PRIVATE] = A_PRIVATE, [TABLE_PROTECTED] = A_PROTECTED, [TABLE_PUBLIC] = A_PUBLIC};

    return names[table->protection];
}

/* {Time, [{Pid, Count}]}, or false. */
static Term fixed_by(Heap *heap, const Table *table, bool monotonic)
{
    Term list = TERM_NIL;
    Term time;

    if (!table_is_fixed(table))
        return A_FALSE;
    for (const Fixation *f = table->fixations; f; f = f->next_of_table)
        list = cons(heap, tuple_2(heap, f->owner->pid, small_int((int64_t)f->count)), list);
    if (monotonic) {
        time = integer_from_i64(heap, table->fixed_at_ns);
    } else {
        int64_t us = (table->fixed_at_ns + table->fixed_offset_ns) / 1000;
        time = tuple_3(heap, small_int(us / 1000000000000), small_int(us / 1000000 % 1000000), small_int(us % 1000000));
    }
    return tuple_2(heap, time, list);
}

/* {Buckets, Average, Deviation, Expected deviation, Shortest, Longest chain, Kept objects, Locks} */
static Term statistics_of(Heap *heap, const Table *table)
{
    const HashStore *store = &table->hash;
    size_t longest = 0, shortest = SIZE_MAX, kept = 0;
    double sum = 0, squares = 0, buckets = (double)store->active;
    double average;
    Term values[8];

    if (table_is_tree(table))
        return A_FALSE;
    for (size_t i = 0; i < store->active; i++) {
        size_t length = 0;

        for (const EtsObject *object = store->buckets[i]; object; object = object->link[0], length++)
            kept += object->deleted;
        sum += (double)length;
        squares += (double)length * (double)length;
        longest = MAX(longest, length);
        shortest = MIN(shortest, length);
    }
    average = sum / buckets;
    values[0] = small_int((int64_t)store->active);
    values[1] = float_new(heap, average);
    values[2] = float_new(heap, buckets > 1 ? sqrt((squares - average * sum) / (buckets - 1)) : 0.0);
    values[3] = float_new(heap, sqrt(average * (1 - 1.0 / buckets)));
    values[4] = small_int((int64_t)shortest);
    values[5] = small_int((int64_t)longest);
    values[6] = small_int((int64_t)kept);
    values[7] = small_int(1);
    return tuple_from(heap, 8, values);
}

/* The value of one item, or NO_TERM if there is no such item. */
static Term table_info(Heap *heap, const Table *table, Term item)
{
    switch (is_atom(item) ? atom_index(item) : UINT32_MAX) {
    case ATOM_SIZE: return integer_from_u64(heap, table->count);
    case ATOM_TYPE: return type_name(table);
    case ATOM_MEMORY: return integer_from_u64(heap, table_memory_words(table));
    case ATOM_OWNER: return table->owner;
    case ATOM_HEIR: return process_find(table->heir) ? table->heir : A_NONE;     /* one that has ended is none */
    case ATOM_PROTECTION: return protection_name(table);
    case ATOM_WRITE_CONCURRENCY: return A_FALSE;
    case ATOM_READ_CONCURRENCY: return atom_bool(table->read_concurrency);
    case ATOM_NAME: return table->name;
    case ATOM_KEYPOS: return small_int((int64_t)table->key_position);
    case ATOM_NODE: return node_name;
    case ATOM_NAMED_TABLE: return atom_bool(table->named);
    case ATOM_COMPRESSED: return atom_bool(table->compressed);
    case ATOM_ID: return table_ref(heap, table);
    case ATOM_DECENTRALIZED_COUNTERS: return A_FALSE;
    case ATOM_FIXED: return atom_bool(table_is_fixed(table));
    case ATOM_SAFE_FIXED_MONOTONIC_TIME: return fixed_by(heap, table, true);
    case ATOM_SAFE_FIXED: return fixed_by(heap, table, false);
    case ATOM_STATS: return statistics_of(heap, table);
    default: return NO_TERM;
    }
}

/* True if info/1,2 is to answer: a table, or one that is gone (then *table is null). */
static bool find_for_info(Process *p, Term id, Table **table)
{
    Term cause;

    *table = table_find(id, &cause);
    if (*table || cause == A_ID)
        return true;
    raise_error_cause(p, A_BADARG, cause);
    return false;
}

Term bif_ets_info_1(Process *p, const Term *args)
{
    static const Term items[] = {
        A_PROTECTION, A_KEYPOS, A_TYPE, A_NAMED_TABLE, A_NODE, A_SIZE, A_NAME, A_HEIR, A_OWNER, A_MEMORY, A_COMPRESSED,
        A_WRITE_CONCURRENCY, A_READ_CONCURRENCY, A_DECENTRALIZED_COUNTERS, A_ID,
    };
    Table *table;
    Term list = TERM_NIL;

    if (!find_for_info(p, args[0], &table))
        return NO_TERM;
    if (!table)
        return A_UNDEFINED;
    for (size_t i = 0; i < ARRAY_SIZE(items); i++)
        list = cons(&p->heap, tuple_2(&p->heap, items[i], table_info(&p->heap, table, items[i])), list);
    return list;
}

Term bif_ets_info_2(Process *p, const Term *args)
{
    Table *table;
    Term value;

    if (args[1] == A_BINARY)
        return trap_to(p, export_get(A_ERTS_INTERNAL, A_ETS_INFO_BINARY, 1), args);
    if (!find_for_info(p, args[0], &table))
        return NO_TERM;
    if (!table)
        return A_UNDEFINED;
    value = table_info(&p->heap, table, args[1]);
    return value == NO_TERM ? raise_badarg(p) : value;
}
