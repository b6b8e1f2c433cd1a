/* fixation.h - which process has fixed which table, and how often (ets:safe_fixtable/2, selecting in steps).
 *
 * A fixation hangs on the lists of its table and of its process, and in one hash of all: many processes may fix a
 * table, and a process many tables, with no list to be walked. */
#ifndef LING_ETS_FIXATION_H
#define LING_ETS_FIXATION_H

#include "vm/ets/table_registry.h"

typedef struct Fixation {
    Table *table;
    Owner *owner;
    size_t count;
    struct Fixation *next_of_table, **link_of_table;
    struct Fixation *next_of_owner, **link_of_owner;
    struct Fixation *next_of_bucket;
} Fixation;

void fixation_add(Process *p, Table *table);
void fixation_remove(Process *p, Table *table);      /* nothing happens if p has not fixed it */
void fixation_remove_owner(Owner *owner);            /* all of a process */
/* All of a table that is being deleted: what it kept for them is not freed here. */
void fixation_drop_table(Table *table);

#endif
