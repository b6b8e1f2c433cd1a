/* pending_insert.h - a long list of objects on its way into a table, in steps.
 *
 * First the objects are copied, one after the other, and the table knows nothing of it. Then the whole is attached
 * to the table and goes in, step by step; whoever else looks for the table meanwhile (table_find) finishes it
 * first. So nobody sees a part of the list, and nothing is lost if the process that inserts ends in the middle. */
#ifndef LING_ETS_PENDING_INSERT_H
#define LING_ETS_PENDING_INSERT_H

#include "vm/ets/table.h"

typedef struct PendingInsert {
    EtsObject *objects;         /* owned; not in the table yet. The last of the list is the first */
    EtsObject *unchecked;       /* of these, from here on: is the key in the table? */
    Table *table;               /* null: not attached, or not any more */
    Term result;                /* true or false; NO_TERM: not finished, or the table was deleted before it was */
    size_t key_position;
    bool compressed;            /* as key_position: the table's */
    bool only_new;              /* ets:insert_new/2 */
    bool attached;              /* is or was */
} PendingInsert;

/* With one reference, held by the caller; `data` is the PendingInsert. */
Binary *pending_insert_new(const Table *table, bool only_new);
void pending_insert_destroy(Binary *binary);      /* identifies it: magic_ref_data */

/* Copies objects from the front of `list` for about `limit` units of work, and returns the rest; NO_TERM: what
 * comes next is no tuple with a key, or the list is improper. */
Term pending_insert_copy(PendingInsert *pending, Term list, size_t limit);
/* The table keeps a reference until all is done. It must have nothing pending. */
void pending_insert_attach(Binary *binary, Table *table);
/* Goes on for about `limit` objects. True when done: `result` is there and nobody is attached any more. */
bool pending_insert_step(PendingInsert *pending, size_t limit);
/* All steps at once; something must be pending. */
void pending_insert_complete(Table *table);
/* The table goes away: whatever is pending has no result. */
void pending_insert_abandon(Table *table);
/* Frees some of the objects that did not go in; false: there are none. */
bool pending_insert_drop_some(PendingInsert *pending, size_t limit);

#endif
