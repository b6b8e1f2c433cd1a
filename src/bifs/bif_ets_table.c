/* ets: tables as a whole. */
#include "bifs.h"
#include "vm/code/export.h"
#include "vm/ets/ets.h"
#include "vm/ets/fixation.h"
#include "vm/ets/table_registry.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/term/integer.h"
#include "vm/term/ref.h"

/* --- new ----------------------------------------------------------------------------------------- */

static bool read_boolean(Term t, bool *value)
{
    *value = t == A_TRUE;
    return t == A_TRUE || t == A_FALSE;
}

/* Means nothing with one scheduler, as on stock: there are no locks, and tables report false. */
static bool is_write_concurrency(Term t)
{
    if (is_tuple_of(t, 2))
        return tuple_element(t, 1) == A_DEBUG_HASH_FIXED_NUMBER_OF_LOCKS && is_small(tuple_element(t, 2));
    return t == A_TRUE || t == A_FALSE || t == A_AUTO;
}

static bool read_pair(Term name, Term value, TableOptions *o)
{
    if (name == A_KEYPOS && is_small(value) && small_value(value) > 0) {
        o->key_position = (size_t)small_value(value);
        return true;
    }
    if (name == A_WRITE_CONCURRENCY)
        return is_write_concurrency(value);
    if (name == A_READ_CONCURRENCY)
        return read_boolean(value, &o->read_concurrency);
    if (name == A_DECENTRALIZED_COUNTERS)
        return value == A_TRUE || value == A_FALSE;
    if (name == A_HEIR && value == A_NONE) {
        o->heir = A_NONE;
        return true;
    }
    return false;
}

static bool read_atom(Term t, TableOptions *o)
{
    if (t == A_BAG)
        o->type = TABLE_BAG;
    else if (t == A_DUPLICATE_BAG)
        o->type = TABLE_DUPLICATE_BAG;
    else if (t == A_ORDERED_SET)
        o->type = TABLE_ORDERED_SET;
    else if (t == A_PUBLIC)
        o->protection = TABLE_PUBLIC;
    else if (t == A_PRIVATE)
        o->protection = TABLE_PRIVATE;
    else if (t == A_NAMED_TABLE)
        o->named = true;
    else if (t == A_COMPRESSED)
        o->compressed = true;
    else
        return t == A_SET || t == A_PROTECTED;    /* as on stock, these undo nothing */
    return true;
}

static bool read_option(Term t, TableOptions *o)
{
    if (is_tuple_of(t, 2))
        return read_pair(tuple_element(t, 1), tuple_element(t, 2), o);
    if (is_tuple_of(t, 3) && tuple_element(t, 1) == A_HEIR && is_local_pid(tuple_element(t, 2))) {
        o->heir = tuple_element(t, 2);
        o->heir_data = tuple_element(t, 3);
        return true;
    }
    return is_atom(t) && read_atom(t, o);
}


Term bif_ets_new_2(Process *p, const Term *args)
{
    TableOptions options = {
        .type = TABLE_SET, .protection = TABLE_PROTECTED, .key_position = 1, .heir = A_NONE,
        .heir_data = A_UNDEFINED, .compressed = ets_always_compressed,
    };
    Term list = args[1];
    Table *table;

    if (!is_atom(args[0]))
        return raise_badarg(p);
    for (; is_cons(list); list = list_tail(list))
        if (!read_option(list_head(list), &options))
            return raise_badarg(p);
    if (!is_nil(list))
        return raise_badarg(p);
    if (options.protection == TABLE_PRIVATE)
        options.read_concurrency = false;
    table = table_new(p, args[0], &options);
    if (!table)
        return raise_error_cause(p, A_BADARG, A_ALREADY_EXISTS);
    return table->named ? args[0] : table_ref(&p->heap, table);
}

/* --- end ----------------------------------------------------------------------------------------- */

#define OBJECTS_PER_REDUCTION 2

/* What is left of a table while its objects are freed, turn by turn; as a magic reference, so that nothing is
 * lost if the process ends. */
static void remains_destroy(Binary *binary)
{
    remains_free((Remains *)binary->data);
}

static Term free_more(Process *p, const Term *args);
static TrapBif free_more_trap = TRAP_BIF(free_more, A_ETS, A_DELETE, 2, 2);

/* args: reference to the Remains, result */
static Term free_more(Process *p, const Term *args)
{
    Remains *remains = magic_ref_data(args[0], remains_destroy);
    size_t budget = REMAINS_PER_TURN;

    bif_consume(p, REMAINS_PER_TURN / OBJECTS_PER_REDUCTION);
    if (remains_free_some(remains, &budget))
        return yield_to_bif(p, &free_more_trap, args);
    return args[1];
}

/* Frees the objects, in later turns if they are many, and then returns `result`. */
static Term free_remains(Process *p, Remains *remains, size_t count, Term result)
{
    Binary *binary;

    if (count <= REMAINS_PER_TURN) {
        bif_consume(p, (int64_t)count / OBJECTS_PER_REDUCTION);
        remains_free(remains);
        return result;
    }
    binary = binary_new_magic(sizeof(Remains), remains_destroy);
    *(Remains *)binary->data = *remains;
    return free_more(p, (Term[]){magic_ref_new(&p->heap, binary), result});
}

Term bif_ets_delete_1(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);
    Remains remains;
    size_t count;

    if (!table)
        return NO_TERM;
    count = table->count + table->hash.doomed;
    table_delete(table, &remains);
    return free_remains(p, &remains, count, A_TRUE);
}

/* ets:delete_all_objects/1 and select_delete with a pattern that matches all: the number of objects. */
Term bif_ets_internal_delete_all_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);
    Remains remains;
    size_t count;

    if (!table)
        return NO_TERM;
    if (args[1] != A_UNDEFINED)
        return raise_badarg(p);
    count = table->count;
    if (table_is_fixed(table) && !table_is_tree(table)) {
        table_doom_all(table);
        bif_consume(p, (int64_t)count / OBJECTS_PER_REDUCTION);
        return small_int((int64_t)count);
    }
    table_take_all(table, &remains);
    return free_remains(p, &remains, count, small_int((int64_t)count));
}

/* --- identity and rights --------------------------------------------------------------------------- */

Term bif_ets_whereis_1(Process *p, const Term *args)
{
    Table *table;

    if (!is_atom(args[0]))
        return raise_badarg(p);
    table = table_by_name(args[0]);
    return table ? table_ref(&p->heap, table) : A_UNDEFINED;
}

Term bif_ets_rename_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);

    if (!table)
        return NO_TERM;
    if (!is_atom(args[1]) || !table_rename(table, args[1]))
        return raise_badarg(p);
    return table->named ? args[1] : args[0];
}

Term bif_ets_give_away_3(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);
    Process *to = process_find(args[1]);

    if (!table)
        return NO_TERM;
    if (!to)
        return raise_badarg(p);
    if (table->owner != p->pid)
        return raise_error_cause(p, A_BADARG, A_NOT_OWNER);
    if (to == p)
        return raise_error_cause(p, A_BADARG, A_OWNER);
    table_give(table, to);
    ets_send_transfer(p, to, table, p->pid, args[2]);
    return A_TRUE;
}

typedef struct NewOptions {
    Term heir, heir_data;          /* NO_TERM: unchanged */
    Term protection;
} NewOptions;

static bool read_new_option(Term t, NewOptions *o)
{
    if (is_tuple_of(t, 2) && tuple_element(t, 1) == A_PROTECTION && o->protection == NO_TERM) {
        o->protection = tuple_element(t, 2);
        return o->protection == A_PRIVATE || o->protection == A_PROTECTED || o->protection == A_PUBLIC;
    }
    if (!is_tuple(t) || tuple_size(t) < 2 || tuple_element(t, 1) != A_HEIR || o->heir != NO_TERM)
        return false;
    o->heir = tuple_element(t, 2);
    o->heir_data = tuple_size(t) == 3 ? tuple_element(t, 3) : A_UNDEFINED;
    return tuple_size(t) == 2 ? o->heir == A_NONE : tuple_size(t) == 3 && is_local_pid(o->heir);
}

Term bif_ets_setopts_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);
    NewOptions options = {NO_TERM, NO_TERM, NO_TERM};
    Term list = args[1];

    if (!table)
        return NO_TERM;
    if (is_tuple(list))
        list = cons(&p->heap, list, TERM_NIL);
    for (; is_cons(list); list = list_tail(list))
        if (!read_new_option(list_head(list), &options))
            return raise_badarg(p);
    if (!is_nil(list) || table->owner != p->pid)
        return raise_badarg(p);
    if (options.heir != NO_TERM)
        table_set_heir(table, options.heir, options.heir_data);
    if (options.protection != NO_TERM)
        table->protection = options.protection == A_PUBLIC ? TABLE_PUBLIC : options.protection == A_PRIVATE ? TABLE_PRIVATE : TABLE_PROTECTED;
    return A_TRUE;
}

Term bif_ets_safe_fixtable_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_READ);

    if (!table)
        return NO_TERM;
    if (args[1] == A_TRUE)
        fixation_add(p, table);
    else if (args[1] == A_FALSE)
        fixation_remove(p, table);
    else
        return raise_badarg(p);
    return A_TRUE;
}

/* ets:all/0 waits for one message from each scheduler; there is one. */
Term bif_ets_internal_request_all_0(Process *p, const Term *args)
{
    Term ref = ref_new(&p->heap);
    Term list = TERM_NIL;

    for (Table *table = table_list; table; table = table->next)
        list = cons(&p->heap, table->named ? table->name : table_ref(&p->heap, table), list);
    message_send(NULL, p, tuple_2(&p->heap, ref, list));
    return ref;
}

Term bif_erts_internal_ets_super_user_1(Process *p, const Term *args)
{
    if (args[0] != A_TRUE && args[0] != A_FALSE)
        return raise_badarg(p);
    table_owner(p)->super_user = args[0] == A_TRUE;
    return A_OK;
}
