/* table.h - an ETS table: identity, rights, options and where its objects are; and the registry
 * of all tables, by identifier, name and owner. */
#ifndef LING_ETS_TABLE_H
#define LING_ETS_TABLE_H

#include "vm/ets/hash_store.h"
#include "vm/ets/tree_store.h"
#include "vm/proc/process.h"

typedef enum TableType { TABLE_SET, TABLE_ORDERED_SET, TABLE_BAG, TABLE_DUPLICATE_BAG } TableType;
typedef enum TableProtection { TABLE_PRIVATE, TABLE_PROTECTED, TABLE_PUBLIC } TableProtection;
typedef enum TableAccess { TABLE_INFO, TABLE_READ, TABLE_WRITE, TABLE_OWNER } TableAccess;

struct Owner;

typedef struct Fixation {       /* one process fixing one table */
    struct Fixation *next_of_table, *next_of_owner;
    struct Table *table;
    struct Owner *owner;
    Term pid;
    size_t count;
} Fixation;

typedef struct Table {
    TableType type;
    TableProtection protection;
    bool named;
    bool compressed;            /* asked for; reported as false: see doc */
    bool read_concurrency;
    bool decentralized_counters;
    Term write_concurrency;     /* true, false or auto */
    Term name;
    Term owner;                 /* pid */
    Term heir;                  /* pid or A_NONE */
    Term heir_data;             /* on heir_heap */
    Heap heir_heap;
    size_t key_position;        /* one-based */
    size_t count;               /* objects that are there (not the deleted ones) */
    size_t object_bytes;
    size_t fix_count;           /* fixations in all, running traversals too */
    Fixation *fixations;
    int64_t fixed_at_ns, fixed_at_offset_ns;  /* monotonic time of the first, and offset */
    Binary *handle;             /* magic: TableHandle */
    uint64_t ref_id;
    struct Owner *owner_entry;
    struct Table *next_owned, **link_owned;
    struct Table *next_by_id, *next_by_name;
    struct Table *next_all, **link_all;
    HashStore hash;
    TreeStore tree;
} Table;

static inline bool table_is_tree(const Table *t) { return t->type == TABLE_ORDERED_SET; }
static inline bool table_is_unique(const Table *t) { return t->type <= TABLE_ORDERED_SET; }
static inline bool table_is_fixed(const Table *t) { return t->fix_count > 0; }

typedef struct TableOptions {
    TableType type;
    TableProtection protection;
    bool named, compressed, read_concurrency, decentralized_counters;
    Term write_concurrency;
    size_t key_position;
    Term heir, heir_data;
} TableOptions;

/* Null if it is named and the name is taken. */
Table *table_new(Term name, const TableOptions *options, Term owner);
/* Takes it out of the registry: from now on nobody can name it. Its objects stay. */
void table_detach(Table *table);
/* Frees the objects of a detached table, at most about `limit`; true when all and the table are gone. */
bool table_destroy_some(Table *table, size_t limit);

/* By name or identifier, or null with `cause`: A_TYPE or A_ID. */
Table *table_find(Term id, Term *cause);
/* The same and with the right to do `access`; null after raising badarg. */
Table *table_get(Process *p, Term id, TableAccess access);
/* Name, or a reference on `heap`. */
Term table_id(Heap *heap, const Table *table);
Term table_ref(Heap *heap, const Table *table);
Table *table_by_name(Term name);
bool table_rename(Table *table, Term name);        /* false: name is taken */
void table_give(Table *table, Term pid);
void table_set_heir(Table *table, Term pid, Term data);
Table *table_all_first(void);                      /* then ->next_all */
size_t table_memory_words(const Table *table);

/* Fixing for a process: safe_fixtable and traversals with a continuation. */
void table_fix(Table *table, Term pid);
void table_unfix(Table *table, Term pid);          /* no effect if that process does not fix it */
/* Fixing for the time a traversal runs or waits for its next turn. */
void table_hold(Table *table);
void table_release(Table *table);

/* All that a process owns or fixes; what ets_process_exited does is in ets.c. */
Table *table_owned_first(Term pid);
void table_drop_fixations(Term pid);

/* --- objects; rights have been checked ---------------------------------------------------- */

/* The live object with `key` (the first of several), or null. */
EtsObject *table_lookup(const Table *table, Term key);
/* The next live object with the same key (bags). */
EtsObject *table_lookup_next(const Table *table, const EtsObject *object, Term key);
void table_insert(Table *table, Term tuple);
/* Puts `fresh` where `old`, a live object of a set or ordered_set with the same key, was. */
void table_swap(Table *table, EtsObject *old, EtsObject *fresh);
size_t table_delete_key(Table *table, Term key);       /* number of objects */
size_t table_delete_object(Table *table, Term tuple);
void table_delete_one(Table *table, EtsObject *object);
/* Empties it; takes at most about `limit` objects; true when it is empty. */
bool table_clear_some(Table *table, size_t limit);

#endif
