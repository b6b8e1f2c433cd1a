/* ets: looking at objects and changing single ones. */
#include "bifs.h"
#include "vm/base/mem.h"
#include "vm/ets/pending_insert.h"
#include "vm/ets/table_registry.h"
#include "vm/term/arith.h"
#include "vm/term/compare.h"
#include "vm/term/ref.h"

/* --- reading ----------------------------------------------------------------------------------- */

/* All objects with the key of `object`, in the order they were inserted. */
static Term copy_bag(Heap *heap, const Table *table, const EtsObject *object)
{
    Term list = TERM_NIL;

    for (; object; object = table_lookup_next(table, object))
        list = cons(heap, object_copy(heap, object), list);
    return list;
}

static Term copy_found(Heap *heap, const Table *table, const EtsObject *object)
{
    if (!object)
        return TERM_NIL;
    if (table_is_unique(table))
        return cons(heap, object_copy(heap, object), TERM_NIL);
    return copy_bag(heap, table, object);
}

Term bif_ets_lookup_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_READ);

    return table ? copy_found(&p->heap, table, table_lookup(table, args[1])) : NO_TERM;
}

Term bif_ets_member_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_READ);

    return table ? atom_bool(table_lookup(table, args[1]) != NULL) : NO_TERM;
}

static Term copy_elements(Process *p, const Table *table, const EtsObject *object, size_t position)
{
    Term list = TERM_NIL;

    if (object_arity(object) < position)
        return raise_badarg(p);
    if (table_is_unique(table))
        return object_copy_element(&p->heap, object, position);
    for (const EtsObject *o = object; o; o = table_lookup_next(table, o))
        if (object_arity(o) < position)
            return raise_badarg(p);
    for (; object; object = table_lookup_next(table, object))
        list = cons(&p->heap, object_copy_element(&p->heap, object, position), list);
    return list;
}

Term bif_ets_lookup_element_3(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_READ);
    EtsObject *object;

    if (!table)
        return NO_TERM;
    if (!is_small(args[2]) || small_value(args[2]) < 1)
        return raise_badarg(p);
    object = table_lookup(table, args[1]);
    if (!object)
        return raise_error_cause(p, A_BADARG, A_BADKEY);
    return copy_elements(p, table, object, (size_t)small_value(args[2]));
}

Term bif_ets_take_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);
    EtsObject *object;
    Term result;

    if (!table)
        return NO_TERM;
    object = table_lookup(table, args[1]);
    result = copy_found(&p->heap, table, object);
    if (object)
        table_delete_key(table, args[1]);
    return result;
}

/* --- inserting and deleting ------------------------------------------------------------------------ */

static bool is_object(const Table *table, Term t)
{
    return is_tuple(t) && tuple_size(t) >= table->key_position;
}

/* A tuple, or a proper list of tuples, each with a key. */
static bool are_objects(const Table *table, Term t)
{
    if (is_tuple(t))
        return is_object(table, t);
    for (; is_cons(t); t = list_tail(t))
        if (!is_object(table, list_head(t)))
            return false;
    return is_nil(t);
}

/* A list for a bag goes in from its end, as on stock. */
static Term reversed(Heap *heap, Term list)
{
    Term result = TERM_NIL;

    for (; is_cons(list); list = list_tail(list))
        result = cons(heap, list_head(list), result);
    return result;
}

#define OBJECTS_PER_REDUCTION 4
#define OBJECTS_PER_TURN 16000
/* Objects of a list that go in without a turn of their own. It does not depend on the reductions that are left, so
 * that it is always the same object of several with one key that a set keeps. */
#define AT_ONCE 8000

static Term insert_more(Process *p, const Term *args);
static TrapBif insert_trap = TRAP_BIF(insert_more, A_ETS, A_INSERT, 5, 2);
static TrapBif insert_new_trap = TRAP_BIF(insert_more, A_ETS, A_INSERT_NEW, 5, 2);

/* args: reference to the PendingInsert, what is still to be copied, the table's reference, and what the BIF was
 * called with: a name in there may be another table's by now. A table that was renamed while the list was copied is
 * not found, as on stock. */
static Term insert_more(Process *p, const Term *args)
{
    PendingInsert *pending = magic_ref_data(args[0], pending_insert_destroy);
    Term rest = args[1];

    bif_consume(p, OBJECTS_PER_TURN / OBJECTS_PER_REDUCTION);
    if (pending->table) {
        pending_insert_step(pending, OBJECTS_PER_TURN);
    } else if (!pending->attached) {
        rest = pending_insert_copy(pending, rest, OBJECTS_PER_TURN);
        if (rest == NO_TERM)
            return raise_badarg(p);
        if (is_nil(rest)) {
            Table *table = table_get(p, args[2], TABLE_WRITE);
            if (!table)
                return NO_TERM;
            if (is_atom(args[3]) && table->name != args[3])
                return raise_error_cause(p, A_BADARG, A_ID);
            pending_insert_attach(magic_ref_binary(args[0]), table);
        }
    }
    if (pending->attached && !pending->table) {
        if (pending->result == NO_TERM)
            return raise_error_cause(p, A_BADARG, A_ID);
        if (!pending_insert_drop_some(pending, OBJECTS_PER_TURN))
            return pending->result;
    }
    return yield_to_bif(p, pending->only_new ? &insert_new_trap : &insert_trap, (Term[]){args[0], rest, args[2], args[3], args[4]});
}

static bool is_long(Term list)
{
    size_t count = 0;

    for (; is_cons(list); list = list_tail(list))
        if (++count > AT_ONCE)
            return true;
    return false;
}

/* As on stock, a long list goes in from its end, whatever the table's type. */
static Term insert_slowly(Process *p, const Table *table, const Term *args, bool only_new)
{
    Term reference = magic_ref_new(&p->heap, pending_insert_new(table, only_new));

    return insert_more(p, (Term[]){reference, args[1], table_ref(&p->heap, table), args[0], args[1]});
}

static void insert_all(Process *p, Table *table, Term t)
{
    int64_t count = 0;

    if (is_tuple(t)) {
        table_insert(table, t);
        return;
    }
    if (table->type == TABLE_BAG)
        t = reversed(&p->heap, t);
    for (; is_cons(t); t = list_tail(t), count++)
        table_insert(table, list_head(t));
    bif_consume(p, count / OBJECTS_PER_REDUCTION);
}

Term bif_ets_insert_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);

    if (!table)
        return NO_TERM;
    if (is_long(args[1]))
        return insert_slowly(p, table, args, false);
    if (!are_objects(table, args[1]))
        return raise_badarg(p);
    insert_all(p, table, args[1]);
    return A_TRUE;
}

static bool has_key_of(const Table *table, Term tuple)
{
    return table_lookup(table, tuple_element(tuple, table->key_position)) != NULL;
}

Term bif_ets_insert_new_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);

    if (!table)
        return NO_TERM;
    if (is_long(args[1]))
        return insert_slowly(p, table, args, true);
    if (!are_objects(table, args[1]))
        return raise_badarg(p);
    if (is_tuple(args[1]) && has_key_of(table, args[1]))
        return A_FALSE;
    for (Term l = args[1]; is_cons(l); l = list_tail(l))
        if (has_key_of(table, list_head(l)))
            return A_FALSE;
    insert_all(p, table, args[1]);
    return A_TRUE;
}

Term bif_ets_delete_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);

    if (!table)
        return NO_TERM;
    table_delete_key(table, args[1]);
    return A_TRUE;
}

Term bif_ets_delete_object_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);

    if (!table)
        return NO_TERM;
    if (!is_object(table, args[1]))
        return raise_badarg(p);
    table_delete_object(table, args[1]);
    return A_TRUE;
}

/* --- update_element, update_counter ------------------------------------------------------------------- */

/* Changes collected before any of them is made. */
typedef struct Changes {
    size_t count, capacity;
    size_t *positions;
    Term *values;
    size_t inline_positions[4];
    Term inline_values[4];
} Changes;

static void changes_init(Changes *changes, size_t count)
{
    changes->count = 0;
    changes->capacity = count;
    changes->positions = changes->inline_positions;
    changes->values = changes->inline_values;
    if (count > ARRAY_SIZE(changes->inline_values)) {
        changes->positions = mem_alloc(MEM_ETS, count * sizeof(size_t));
        changes->values = mem_alloc(MEM_ETS, count * sizeof(Term));
    }
}

static void changes_add(Changes *changes, size_t position, Term value)
{
    changes->positions[changes->count] = position;
    changes->values[changes->count++] = value;
}

static void changes_free(Changes *changes)
{
    if (changes->values == changes->inline_values)
        return;
    mem_free(MEM_ETS, changes->positions);
    mem_free(MEM_ETS, changes->values);
}

/* The operations: a tuple stands for a list of one. -1 if it is no list. */
static ptrdiff_t operation_count(Term t)
{
    return is_tuple(t) ? 1 : list_length(t);
}

static Term operation(Term *rest)
{
    Term first = *rest;

    if (is_tuple(first))
        return first;
    *rest = list_tail(first);
    return list_head(first);
}

/* Is {Position, Value} good for the object? */
static bool check_element(Process *p, const Table *table, const EtsObject *object, Term spec)
{
    int64_t position;

    if (!is_tuple_of(spec, 2) || !is_small(tuple_element(spec, 1))) {
        raise_badarg(p);
        return false;
    }
    position = small_value(tuple_element(spec, 1));
    if (position == (int64_t)table->key_position) {
        raise_error_cause(p, A_BADARG, A_KEYPOS);
        return false;
    }
    if (position < 1 || position > (int64_t)object_arity(object)) {
        raise_badarg(p);
        return false;
    }
    return true;
}

static Term update_elements(Process *p, Table *table, EtsObject *object, Term specs)
{
    ptrdiff_t count = 0;
    Changes changes;
    Term rest = specs;

    if (is_tuple(specs)) {
        count = 1;
        if (!check_element(p, table, object, specs))
            return NO_TERM;
    } else {
        for (; is_cons(rest); rest = list_tail(rest), count++)
            if (!check_element(p, table, object, list_head(rest)))
                return NO_TERM;
        if (!is_nil(rest))
            return raise_badarg(p);
        rest = specs;
    }
    changes_init(&changes, (size_t)count);
    while (count-- > 0) {
        Term spec = operation(&rest);
        changes_add(&changes, (size_t)small_value(tuple_element(spec, 1)), tuple_element(spec, 2));
    }
    table_update(table, object, changes.count, changes.positions, changes.values);
    changes_free(&changes);
    return A_TRUE;
}

Term bif_ets_update_element_3(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);
    EtsObject *object;

    if (!table)
        return NO_TERM;
    if (!table_is_unique(table))
        return raise_badarg(p);
    object = table_lookup(table, args[1]);
    return object ? update_elements(p, table, object, args[2]) : A_FALSE;
}

/* Checks {Position, Increment} or {Position, Increment, Threshold, SetValue}. */
static bool check_counter(Process *p, const Table *table, Term object, Term spec)
{
    int64_t position;

    if (!(is_tuple_of(spec, 2) || (is_tuple_of(spec, 4) && is_integer(tuple_element(spec, 3)) && is_integer(tuple_element(spec, 4))))
        || !is_small(tuple_element(spec, 1)) || !is_integer(tuple_element(spec, 2))) {
        raise_badarg(p);
        return false;
    }
    position = small_value(tuple_element(spec, 1));
    if (position == (int64_t)table->key_position) {
        raise_error_cause(p, A_BADARG, A_KEYPOS);
        return false;
    }
    if (position < 1 || position > (int64_t)tuple_size(object)) {
        raise_error_cause(p, A_BADARG, A_POSITION);
        return false;
    }
    if (!is_integer(tuple_element(object, (size_t)position))) {
        raise_badarg(p);
        return false;
    }
    return true;
}

static bool check_counters(Process *p, const Table *table, Term object, Term specs)
{
    if (is_tuple(specs))
        return check_counter(p, table, object, specs);
    for (; is_cons(specs); specs = list_tail(specs))
        if (!check_counter(p, table, object, list_head(specs)))
            return false;
    if (!is_nil(specs))
        raise_badarg(p);
    return is_nil(specs);
}

static Term new_counter(Heap *heap, Term old, Term spec)
{
    Term increment = tuple_element(spec, 2);
    Term value;

    if (are_small(old, increment) && fits_small(small_value(old) + small_value(increment)))
        value = small_int(small_value(old) + small_value(increment));
    else
        value = arith_add(heap, old, increment);
    if (value == old)
        value = object_copy_term(heap, value);     /* the table's own */
    if (!arith_failed(value) && tuple_size(spec) == 4) {
        int order = term_compare(value, tuple_element(spec, 3));
        if (term_compare(increment, SMALL(0)) < 0 ? order < 0 : order > 0)
            value = tuple_element(spec, 4);
    }
    return value;
}

/* The value that an element has after the changes so far. */
static Term current_value(const Changes *changes, Term object, size_t position)
{
    for (size_t i = changes->count; i > 0; i--)
        if (changes->positions[i - 1] == position)
            return changes->values[i - 1];
    return tuple_element(object, position);
}

/* Fills in the changes; false: a number became too big. */
static bool count_all(Heap *heap, Changes *changes, Term object, Term specs, size_t count)
{
    while (count-- > 0) {
        Term spec = operation(&specs);
        size_t position = (size_t)small_value(tuple_element(spec, 1));
        Term value = new_counter(heap, current_value(changes, object, position), spec);

        if (arith_failed(value))
            return false;
        changes_add(changes, position, value);
    }
    return true;
}

/* `object` is the stored one, or null: then `tuple` is a new one that is to be inserted. */
static Term update_counters(Process *p, Table *table, EtsObject *object, Term tuple, Term specs)
{
    Changes changes;
    Term result;

    if (!check_counters(p, table, tuple, specs))
        return NO_TERM;
    changes_init(&changes, (size_t)operation_count(specs));
    if (!count_all(&p->heap, &changes, tuple, specs, changes.capacity)) {
        result = raise_system_limit(p);
    } else {
        if (!object) {
            for (size_t i = 0; i < changes.count; i++)
                tuple_elements(tuple)[changes.positions[i] - 1] = changes.values[i];
            table_insert(table, tuple);
        } else if (changes.count > 0) {
            table_update(table, object, changes.count, changes.positions, changes.values);
        }
        result = is_tuple(specs) ? changes.values[0] : list_from(&p->heap, changes.count, changes.values, TERM_NIL);
    }
    changes_free(&changes);
    return result;
}

/* The default object with the key put in; NO_TERM after raising. */
static Term default_object(Process *p, const Table *table, Term key, Term tuple)
{
    Term object;

    if (!is_object(table, tuple))
        return raise_badarg(p);
    object = tuple_from(&p->heap, tuple_size(tuple), tuple_elements(tuple));
    tuple_elements(object)[table->key_position - 1] = key;
    return object;
}

/* An increment alone means the element after the key. */
static Term counter_specs(Heap *heap, const Table *table, Term specs)
{
    return is_integer(specs) ? tuple_2(heap, small_int((int64_t)table->key_position + 1), specs) : specs;
}

/* The common case: one small counter, one small increment. NO_TERM: it is not that. */
static Term count_fast(const Table *table, EtsObject *object, Term spec)
{
    size_t position = table->key_position + 1;
    Term old;
    int64_t sum;

    if (is_tuple_of(spec, 2)) {
        Term at = tuple_element(spec, 1);
        if (!is_small(at) || small_value(at) < 1 || small_value(at) == (int64_t)table->key_position)
            return NO_TERM;
        position = (size_t)small_value(at);
        spec = tuple_element(spec, 2);
    }
    if (!is_small(spec) || position > object_arity(object))
        return NO_TERM;
    old = object_element(object, position);
    if (!is_small(old))
        return NO_TERM;
    sum = small_value(old) + small_value(spec);
    if (!fits_small(sum))
        return NO_TERM;
    object_set(object, position, small_int(sum));
    return small_int(sum);
}

static Term update_counter(Process *p, const Term *args, Term fallback)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);
    EtsObject *object;
    Term tuple, result;

    if (!table)
        return NO_TERM;
    if (!table_is_unique(table))
        return raise_error_cause(p, A_BADARG, A_TABLE_TYPE);
    if (fallback != NO_TERM && !is_object(table, fallback))
        return raise_badarg(p);
    object = table_lookup(table, args[1]);
    if (!object && fallback == NO_TERM)
        return raise_error_cause(p, A_BADARG, A_BADKEY);
    if (object) {
        result = count_fast(table, object, args[2]);
        if (result != NO_TERM)
            return result;
        tuple = object_view(&p->heap, object);
    } else {
        tuple = default_object(p, table, args[1], fallback);
        if (tuple == NO_TERM)
            return NO_TERM;
    }
    return update_counters(p, table, object, tuple, counter_specs(&p->heap, table, args[2]));
}

Term bif_ets_update_counter_3(Process *p, const Term *args)
{
    return update_counter(p, args, NO_TERM);
}

Term bif_ets_update_counter_4(Process *p, const Term *args)
{
    return update_counter(p, args, args[3]);
}
