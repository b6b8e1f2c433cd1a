/* table_registry.h - all tables: how they are named and who owns them.
 *
 * A table's identifier is a magic reference to a TableHandle, which forgets the table when it is
 * deleted. What a process owns and has fixed hangs on p->ets. */
#ifndef LING_ETS_TABLE_REGISTRY_H
#define LING_ETS_TABLE_REGISTRY_H

#include "vm/ets/table.h"

typedef struct TableHandle {
    Table *table;               /* null: deleted */
} TableHandle;

typedef struct Owner {          /* p->ets */
    Term pid;
    Table *tables;              /* newest first */
    struct Fixation *fixations; /* newest first */
    Remains *grave;             /* of a table that is being deleted because the process ends */
    bool super_user;            /* may read and write every table: ets_super_user/1 */
} Owner;

typedef struct TableOptions {
    TableType type;
    TableProtection protection;
    bool named, compressed, read_concurrency;
    size_t key_position;
    Term heir, heir_data;
} TableOptions;

typedef enum TableAccess { TABLE_INFO, TABLE_READ, TABLE_WRITE } TableAccess;

/* Null if the table is to be named and the name is taken. */
Table *table_new(Process *p, Term name, const TableOptions *options);
/* Deletes it: nobody finds it any more; its objects go to `remains`. */
void table_delete(Table *table, Remains *remains);

/* By name or identifier; null with *cause A_TYPE (no identifier at all) or A_ID (no such table). An insertion
 * that is still going on in the table is finished first. */
Table *table_find(Term id, Term *cause);
/* The same, if `p` may do that; else raises badarg and returns null. */
Table *table_get(Process *p, Term id, TableAccess access);
Table *table_by_name(Term name);
/* The identifier: a reference. */
Term table_ref(Heap *heap, const Table *table);
bool table_rename(Table *table, Term name);          /* false: a named table has that name */
Owner *table_owner(Process *p);                      /* p->ets, made if need be */
void table_give(Table *table, Process *to);
void table_set_heir(Table *table, Term pid, Term data);
Process *table_heir(const Table *table);             /* null: none, or it has ended */

/* ets:all/0: first table (newest), then ->next. */
extern Table *table_list;
extern size_t table_count;

#endif
