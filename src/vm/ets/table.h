/* table.h - an ETS table: its options, its rights and its objects.
 *
 * How a table is found and owned is the business of table_registry.h, how it is fixed of fixation.h. */
#ifndef LING_ETS_TABLE_H
#define LING_ETS_TABLE_H

#include "vm/ets/hash_store.h"
#include "vm/ets/tree_store.h"
#include "vm/proc/process.h"

typedef enum TableType { TABLE_SET, TABLE_ORDERED_SET, TABLE_BAG, TABLE_DUPLICATE_BAG } TableType;
typedef enum TableProtection { TABLE_PRIVATE, TABLE_PROTECTED, TABLE_PUBLIC } TableProtection;

struct Owner;
struct Fixation;

typedef struct Table {
    TableType type;
    TableProtection protection;
    bool named;
    bool read_concurrency;
    bool compressed;            /* objects are packed */
    Term name;
    Term owner;                 /* pid */
    Term heir;                  /* pid, or none; see table_heir() */
    uint64_t heir_birth;        /* 0: it had ended already */
    TermBlock heir_data;
    size_t key_position;        /* one-based */
    size_t count;               /* objects that are there, not the deleted ones */
    size_t object_bytes;        /* of all in the stores */
    size_t fix_count;
    struct Fixation *fixations; /* newest first: see fixation.h */
    int64_t fixed_at_ns;        /* Erlang's monotonic time of the first one */
    int64_t fixed_offset_ns;    /* what makes it system time */
    HashStore hash;             /* all types but ordered_set */
    TreeStore tree;             /* ordered_set */
    Binary *pending;            /* a PendingInsert that is on its way in, else null */
    Binary *handle;             /* null when detached: see table_registry.h */
    uint64_t ref_id;
    struct Owner *owner_entry;
    struct Table *next_owned, **link_owned;
    struct Table *next_by_id;
    struct Table *next, **link; /* of all tables */
} Table;

static inline bool table_is_tree(const Table *table) { return table->type == TABLE_ORDERED_SET; }
static inline bool table_is_unique(const Table *table) { return table->type <= TABLE_ORDERED_SET; }
static inline bool table_is_fixed(const Table *table) { return table->fix_count > 0; }

void table_init_stores(Table *table);
size_t table_memory_words(const Table *table);

/* --- objects. Whoever calls has checked the rights, and that tuples have a key ---------------- */

/* The live object with `key` (the first of several), or null. */
EtsObject *table_lookup(const Table *table, Term key);
/* The next live object with the same key, for bags; null if there is none. */
EtsObject *table_lookup_next(const Table *table, const EtsObject *object);
void table_insert(Table *table, Term tuple);
/* An object as tables with these options have them, in no table yet. */
EtsObject *table_make_object(bool compressed, size_t key_position, Term tuple);
/* The same with an object made before, which the table takes over. Returns how many objects it was compared with
 * in a bag, and one more. */
size_t table_insert_object(Table *table, EtsObject *object);
/* Replaces elements of an object of a set or ordered_set; positions are not the key's. */
void table_update(Table *table, EtsObject *object, size_t count, const size_t *positions, const Term *values);
/* Puts a tuple with the same key in the place of an object of a set or ordered_set. */
void table_replace(Table *table, EtsObject *object, Term tuple);
void table_delete_key(Table *table, Term key);
void table_delete_object(Table *table, Term tuple);
/* One object that was found while walking. In a hash table, `link` leads to it; *link is then the next
 * one, unless the table is fixed. */
void table_delete_at(Table *table, EtsObject **link);
/* To be called after a number of table_delete_at. */
void table_shrink(Table *table);
/* Frees deleted objects that were kept because the table was fixed. */
void table_purge(Table *table);

/* --- the objects of a table that was deleted or emptied, to be freed bit by bit ------------- */

typedef struct Remains {
    HashStore hash;
    TreeStore tree;
    size_t next_bucket;
} Remains;
/* All objects move to `remains` (not in use yet); the table is empty, as new. It must not be fixed. */
void table_take_all(Table *table, Remains *remains);
/* In a fixed table: all objects are marked deleted. */
void table_doom_all(Table *table);
/* Objects to be freed in a turn: one that is not in the cache takes 200 ns and more. */
#define REMAINS_PER_TURN 4000
/* Frees about `*budget` objects and takes them off it; false when there is nothing left. */
bool remains_free_some(Remains *remains, size_t *budget);
void remains_free(Remains *remains);       /* all of them */

#endif
