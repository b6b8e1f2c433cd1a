/* ets: select, match and their kin.
 *
 * All walk over a table in slices. What goes on in a later turn is in the arguments of select_more;
 * meanwhile a hash table is fixed, so that its buckets stay where they are. */
#include "bifs.h"
#include "vm/base/mem.h"
#include "vm/ets/fixation.h"
#include "vm/ets/key_bound.h"
#include "vm/ets/table_registry.h"
#include "vm/match/match.h"
#include "vm/term/copy.h"
#include "vm/term/ref.h"

#define OBJECTS_PER_REDUCTION 8
#define LEAST_OBJECTS_PER_TURN 1000

typedef enum SelectKind { SELECT_LIST, SELECT_COUNT, SELECT_DELETE, SELECT_REPLACE } SelectKind;

typedef struct Select {
    Process *p;
    Table *table;
    Term id;                   /* how the caller names the table */
    MatchProgram *program;
    Term program_ref;          /* owns the program; NO_TERM: not made yet */
    SelectKind kind;
    bool reverse;
    bool continued;            /* this is not the first call */
    bool held;                 /* the table was fixed because a turn had ended */
    size_t chunk;              /* results wanted at a time; 0: all */
    Term list;                 /* results, newest first */
    size_t got;
    int64_t budget;            /* objects to look at in this turn */
    Term pattern;              /* ordered_set: only keys that fit; NO_TERM: all */
} Select;

static Term select_more(Process *p, const Term *args);
static TrapBif select_more_trap = TRAP_BIF(select_more, A_ETS, A_SELECT, 3, 3);

/* --- one object ------------------------------------------------------------------------------------ */

static Term copy_result(Select *s, const EtsObject *object, Term tuple, Term value)
{
    if (value == tuple)
        return object_copy(&s->p->heap, object);
    return is_immediate(value) ? value : term_copy_all(&s->p->heap, value);
}

/* `value` was found for the object at *link, whose tuple is `tuple`. */
static void take(Select *s, EtsObject **link, Term tuple, Term value)
{
    s->got++;
    if (s->kind == SELECT_LIST)
        s->list = cons(&s->p->heap, copy_result(s, *link, tuple, value), s->list);
    else if (s->kind == SELECT_DELETE)
        table_delete_at(s->table, link);
    else if (s->kind == SELECT_REPLACE)
        table_replace(s->table, *link, value);
}

/* `link` leads to a live object; afterwards to what replaced it, if that is so. */
static void look_at(Select *s, EtsObject **link)
{
    EtsObject *object = *link;
    Heap opened = {0};
    Term tuple = object_view(&opened, object);
    Term value = match_run(s->program, s->p, tuple);

    s->budget--;
    if (value != NO_TERM && (s->kind == SELECT_LIST || s->kind == SELECT_REPLACE || value == A_TRUE))
        take(s, link, tuple, value);
    if (opened.fragments)
        heap_clear(&opened);
}

static void scan_chain(Select *s, EtsObject **link)
{
    while (*link) {
        EtsObject *object = *link;

        if (!object->deleted)
            look_at(s, link);
        if (*link == object || (*link && s->kind == SELECT_REPLACE))
            link = &(*link)->link[0];
    }
}

/* --- results --------------------------------------------------------------------------------------- */

static void begin(Select *s)
{
    s->budget = MAX((int64_t)LEAST_OBJECTS_PER_TURN, s->p->reductions_left * OBJECTS_PER_REDUCTION);
    s->p->reductions_left -= s->budget / OBJECTS_PER_REDUCTION;
}

static void end_turn(Select *s)
{
    if (s->budget > 0)
        s->p->reductions_left += s->budget / OBJECTS_PER_REDUCTION;
    if (s->held)
        fixation_remove(s->p, s->table);
    if (s->kind == SELECT_DELETE)
        table_shrink(s->table);
}

static Term program_ref(Select *s)
{
    if (s->program_ref == NO_TERM)
        s->program_ref = match_to_ref(&s->p->heap, s->program);
    return s->program_ref;
}

/* Nobody holds the program but this call: it is not needed any more. */
static void drop_program(Select *s)
{
    if (s->program_ref == NO_TERM)
        match_free(s->program);
}

static Term yield(Select *s, Term position)
{
    Heap *heap = &s->p->heap;
    Term state[] = {
        small_int(s->kind), position, small_int((int64_t)s->chunk), s->list, small_int((int64_t)s->got), atom_bool(s->reverse),
        s->pattern == NO_TERM ? TERM_NIL : s->pattern, s->id,
    };

    if (!s->held && !table_is_tree(s->table))
        fixation_add(s->p, s->table);
    return yield_to_bif(s->p, &select_more_trap, (Term[]){
        table_ref(heap, s->table), program_ref(s), tuple_from(heap, ARRAY_SIZE(state), state)});
}

static Term chunk_end(Select *s)
{
    return is_nil(s->list) ? A_END_OF_TABLE : tuple_2(&s->p->heap, s->list, A_END_OF_TABLE);
}

/* More was found than was asked for: all of a bucket. What is kept back is the newest, in the order
 * in which stock does it. */
static Term split_off(Select *s, size_t *count)
{
    Heap *heap = &s->p->heap;
    Term rest = TERM_NIL;

    *count = s->got > s->chunk ? s->got - s->chunk : 0;
    for (size_t i = 0; i < *count; i++) {
        rest = cons(heap, list_head(s->list), rest);
        s->list = list_tail(s->list);
    }
    if (!s->continued) {
        Term same_order = TERM_NIL;
        for (; is_cons(rest); rest = list_tail(rest))
            same_order = cons(heap, list_head(rest), same_order);
        rest = same_order;
    }
    return rest;
}

/* The end of a slice of a hash table; `slot` is where the next one goes on, -1 if there is none. */
static Term hash_chunk(Select *s, int64_t slot)
{
    Heap *heap = &s->p->heap;
    size_t count;
    Term rest = split_off(s, &count);
    Term continuation[6];

    if (is_nil(rest) && slot < 0)
        return chunk_end(s);
    continuation[0] = table_ref(heap, s->table);
    continuation[1] = small_int(slot);
    continuation[2] = small_int((int64_t)s->chunk);
    continuation[3] = program_ref(s);
    continuation[4] = rest;
    continuation[5] = small_int((int64_t)count);
    return tuple_2(heap, s->list, tuple_from(heap, 6, continuation));
}

static Term finish(Select *s, Term result)
{
    end_turn(s);
    drop_program(s);
    return result;
}

static Term finish_hash(Select *s, int64_t slot)
{
    if (s->kind != SELECT_LIST)
        return finish(s, small_int((int64_t)s->got));
    if (s->chunk == 0)
        return finish(s, s->list);
    return finish(s, hash_chunk(s, slot));
}

/* --- hash tables ----------------------------------------------------------------------------------- */

static Term scan_hash(Select *s, int64_t slot)
{
    HashStore *store = &s->table->hash;

    if (slot < 0 || (s->chunk > 0 && s->got >= s->chunk))
        return finish_hash(s, slot);
    for (;;) {
        EtsObject **bucket = &store->buckets[slot];

        if (*bucket)
            scan_chain(s, bucket);
        if (++slot >= (int64_t)store->active)
            return finish_hash(s, -1);
        if (s->chunk > 0 && s->got >= s->chunk)
            return finish_hash(s, slot);
        if (s->budget <= 0)
            return yield(s, small_int(slot));
    }
}

/* Only the chains of some keys, each once. */
static Term scan_keys(Select *s, const KeyBound *bound)
{
    HashStore *store = &s->table->hash;
    size_t *seen = mem_alloc(MEM_ETS, bound->count * sizeof(size_t));
    size_t seen_count = 0;

    for (size_t i = 0; i < bound->count; i++) {
        size_t index = hash_store_index(store, hash_store_hash(bound->keys[i]));
        bool is_new = true;

        for (size_t k = 0; k < seen_count; k++)
            is_new = is_new && seen[k] != index;
        if (!is_new)
            continue;
        seen[seen_count++] = index;
        scan_chain(s, &store->buckets[index]);
    }
    mem_free(MEM_ETS, seen);
    return finish_hash(s, -1);
}

/* --- ordered_set ------------------------------------------------------------------------------------ */

/* Chunks come in the order asked for; a whole result is built from its end. */
static bool walks_up(const Select *s)
{
    return s->kind == SELECT_LIST && (s->chunk > 0) == !s->reverse;
}

static bool is_at_least(Term key, const void *pattern)
{
    return key_bound_compare(*(const Term *)pattern, key) <= 0;
}

static bool is_at_most(Term key, const void *pattern)
{
    return key_bound_compare(*(const Term *)pattern, key) >= 0;
}

static bool is_beyond(const Select *s, Term key)
{
    int order;

    if (s->pattern == NO_TERM)
        return false;
    order = key_bound_compare(s->pattern, key);
    return walks_up(s) ? order < 0 : order > 0;
}

static Term copy_key(Select *s, const EtsObject *object)
{
    return object_copy_term(&s->p->heap, object_element(object, s->table->key_position));
}

/* A chunk is complete: {List, Continuation}. */
static Term tree_chunk(Select *s, const EtsObject *last)
{
    Heap *heap = &s->p->heap;
    Term list = TERM_NIL;
    Term rest = A_END_OF_TABLE;

    for (; is_cons(s->list); s->list = list_tail(s->list))
        list = cons(heap, list_head(s->list), list);
    if (last) {
        Term continuation[] = {
            s->id, copy_key(s, last), s->pattern == NO_TERM ? TERM_NIL : s->pattern, small_int((int64_t)s->chunk), program_ref(s),
            TERM_NIL, small_int(s->reverse), SMALL(0),
        };
        rest = tuple_from(heap, 8, continuation);
    }
    return tuple_2(heap, list, rest);
}

/* The walk ended; `last` is the object that completed a chunk, or null. */
static Term finish_tree(Select *s, const EtsObject *last)
{
    if (s->kind != SELECT_LIST)
        return finish(s, small_int((int64_t)s->got));
    if (s->chunk == 0)
        return finish(s, s->list);
    if (!last && s->got == 0)
        return finish(s, A_END_OF_TABLE);
    return finish(s, tree_chunk(s, last));
}

/* Objects that a slice has found for deletion: the tree must not change during the walk. */
typedef struct Doomed {
    EtsObject **objects;
    size_t count, capacity;
} Doomed;

static void doom(Doomed *doomed, EtsObject *object)
{
    if (doomed->count == doomed->capacity) {
        doomed->capacity = MAX((size_t)64, 2 * doomed->capacity);
        doomed->objects = mem_realloc(MEM_ETS, doomed->objects, doomed->capacity * sizeof(EtsObject *));
    }
    doomed->objects[doomed->count++] = object;
}

static void look_at_node(Select *s, EtsObject *object, Doomed *doomed)
{
    Heap opened = {0};

    if (s->kind != SELECT_DELETE) {
        look_at(s, &object);
        return;
    }
    s->budget--;
    if (match_run(s->program, s->p, object_view(&opened, object)) == A_TRUE) {
        s->got++;
        doom(doomed, object);
    }
    if (opened.fragments)
        heap_clear(&opened);
}

/* Ends with the walk, a full chunk, or the budget; then *position is the key to go on from. */
static EtsObject *walk_tree(Select *s, TreeWalk *walk, Doomed *doomed, Term *position)
{
    EtsObject *object;

    *position = NO_TERM;
    while ((object = tree_walk_next(walk))) {
        Term key = object_element(object, s->table->key_position);

        if (is_beyond(s, key))
            return NULL;
        if (s->budget <= 1)
            *position = object_copy_term(&s->p->heap, key);
        look_at_node(s, object, doomed);
        if (s->chunk > 0 && s->got >= s->chunk)
            return object;
        if (*position != NO_TERM)
            return NULL;
    }
    return NULL;
}

static Term scan_walk(Select *s, TreeWalk *walk)
{
    Doomed doomed = {0};
    Term position;
    EtsObject *last = walk_tree(s, walk, &doomed, &position);

    for (size_t i = 0; i < doomed.count; i++)
        table_delete_at(s->table, &doomed.objects[i]);
    mem_free(MEM_ETS, doomed.objects);
    return !last && position != NO_TERM ? yield(s, position) : finish_tree(s, last);
}

static Term scan_tree(Select *s)
{
    TreeWalk walk;
    TreeStore *tree = &s->table->tree;
    bool up = walks_up(s);

    if (s->pattern == NO_TERM)
        tree_walk_from_end(&walk, tree, up);
    else
        tree_walk_from(&walk, tree, up, up ? is_at_least : is_at_most, &s->pattern, s->table->key_position);
    return scan_walk(s, &walk);
}

static Term scan_tree_from(Select *s, Term key)
{
    TreeWalk walk;

    tree_walk_beyond(&walk, &s->table->tree, walks_up(s), key, s->table->key_position);
    return scan_walk(s, &walk);
}

/* One key, or several of which each is looked up: their objects in key order. */
static Term look_up_key(Select *s, Term key)
{
    EtsObject *object = tree_store_find(&s->table->tree, key, s->table->key_position);

    if (object)
        look_at(s, &object);
    if (s->kind == SELECT_LIST && s->chunk > 0)
        return finish(s, chunk_end(s));
    return finish_tree(s, NULL);
}

/* --- starting ---------------------------------------------------------------------------------------- */

static Term nothing(Select *s)
{
    if (s->kind != SELECT_LIST)
        return finish(s, SMALL(0));
    return finish(s, s->chunk > 0 ? A_END_OF_TABLE : TERM_NIL);
}

static Term start(Select *s, Term specification)
{
    KeyBound bound;
    Term result;

    key_bound_find(&bound, specification, s->table->key_position);
    s->list = TERM_NIL;
    s->pattern = NO_TERM;
    begin(s);
    if (bound.kind == KEY_NOTHING) {
        result = nothing(s);
    } else if (!table_is_tree(s->table)) {
        result = bound.kind == KEY_LIST ? scan_keys(s, &bound) : scan_hash(s, 0);
    } else if (bound.kind == KEY_LIST && bound.count == 1) {
        result = look_up_key(s, bound.keys[0]);
    } else {
        s->pattern = bound.kind == KEY_PARTLY ? bound.pattern : NO_TERM;
        result = scan_tree(s);
    }
    key_bound_free(&bound);
    return result;
}

/* The rights have been checked. */
static Term select_spec(Process *p, Table *table, Term id, Term specification, SelectKind kind, size_t chunk, bool reverse)
{
    Select s = {.p = p, .table = table, .id = id, .program_ref = NO_TERM, .kind = kind, .chunk = chunk, .reverse = reverse};

    if (!is_nil(specification)) {                 /* no clause at all matches nothing */
        s.program = match_compile(specification, MATCH_TABLE, NULL);
        if (!s.program)
            return raise_badarg(p);
    }
    return start(&s, specification);
}

/* args: table, program, state as in `yield` */
static Term select_more(Process *p, const Term *args)
{
    const Term *state = tuple_elements(args[2]);
    Select s = {.p = p, .program_ref = args[1], .continued = true, .program = match_from_ref(args[1])};

    s.kind = (SelectKind)small_value(state[0]);
    s.table = table_get(p, args[0], s.kind >= SELECT_DELETE ? TABLE_WRITE : TABLE_READ);
    if (!s.table)
        return NO_TERM;
    s.chunk = (size_t)small_value(state[2]);
    s.list = state[3];
    s.got = (size_t)small_value(state[4]);
    s.reverse = state[5] == A_TRUE;
    s.pattern = is_nil(state[6]) ? NO_TERM : state[6];
    s.id = state[7];
    begin(&s);
    if (table_is_tree(s.table))
        return scan_tree_from(&s, state[1]);
    s.held = true;
    return scan_hash(&s, small_value(state[1]));
}

/* --- continuations that programs hold ------------------------------------------------------------------ */

static bool is_count(Term t)
{
    return is_small(t) && small_value(t) >= 0;
}

/* {Table, Slot, Chunk, Program, List, Length} */
static Term continue_hash(Select *s, const Term *c)
{
    if (!is_small(c[1]) || !is_count(c[2]) || !is_list(c[4]) || !is_count(c[5]))
        return raise_badarg(s->p);
    s->program_ref = c[3];
    s->program = match_from_ref(c[3]);
    if (!s->program || list_length(c[4]) != (ptrdiff_t)small_value(c[5]) || small_value(c[1]) >= (int64_t)s->table->hash.active)
        return raise_badarg(s->p);
    s->chunk = (size_t)small_value(c[2]);
    s->list = c[4];
    s->got = (size_t)small_value(c[5]);
    begin(s);
    return scan_hash(s, small_value(c[1]));
}

/* {Table, Key, Pattern, Chunk, Program, List, Reverse, Length} */
static Term continue_tree(Select *s, const Term *c)
{
    if (!is_count(c[3]) || !is_list(c[5]) || !is_small(c[6]) || !is_count(c[7]))
        return raise_badarg(s->p);
    s->program_ref = c[4];
    s->program = match_from_ref(c[4]);
    if (!s->program)
        return raise_badarg(s->p);
    s->pattern = is_nil(c[2]) ? NO_TERM : c[2];
    s->chunk = (size_t)small_value(c[3]);
    s->list = c[5];
    s->reverse = small_value(c[6]) != 0;
    s->got = (size_t)small_value(c[7]);
    begin(s);
    return scan_tree_from(s, c[1]);
}

static Term select_continue(Process *p, Term continuation)
{
    Select s = {.p = p, .kind = SELECT_LIST, .continued = true};

    if (continuation == A_END_OF_TABLE)
        return A_END_OF_TABLE;
    if (!is_tuple(continuation) || tuple_size(continuation) < 1)
        return raise_badarg(p);
    s.id = tuple_element(continuation, 1);
    s.table = table_get(p, s.id, TABLE_READ);
    if (!s.table)
        return NO_TERM;
    if (tuple_size(continuation) == 8 && table_is_tree(s.table))
        return continue_tree(&s, tuple_elements(continuation));
    if (tuple_size(continuation) == 6 && !table_is_tree(s.table))
        return continue_hash(&s, tuple_elements(continuation));
    return raise_badarg(p);
}

/* --- the BIFs ------------------------------------------------------------------------------------------- */

static Term select_all(Process *p, Term id, Term specification, SelectKind kind, bool reverse)
{
    Table *table = table_get(p, id, kind >= SELECT_DELETE ? TABLE_WRITE : TABLE_READ);

    return table ? select_spec(p, table, id, specification, kind, 0, reverse) : NO_TERM;
}

static Term select_chunk(Process *p, Term id, Term specification, Term chunk, bool reverse)
{
    Table *table = table_get(p, id, TABLE_READ);

    if (!table)
        return NO_TERM;
    if (!is_small(chunk) || small_value(chunk) <= 0)
        return raise_badarg(p);
    return select_spec(p, table, id, specification, SELECT_LIST, (size_t)small_value(chunk), reverse);
}

/* [{Pattern, [], [Result]}] */
static Term pattern_spec(Process *p, Term pattern, Term result)
{
    Heap *heap = &p->heap;

    return cons(heap, tuple_3(heap, pattern, TERM_NIL, cons(heap, result, TERM_NIL)), TERM_NIL);
}

Term bif_ets_select_1(Process *p, const Term *args)
{
    return select_continue(p, args[0]);
}

Term bif_ets_select_2(Process *p, const Term *args)
{
    return select_all(p, args[0], args[1], SELECT_LIST, false);
}

Term bif_ets_select_3(Process *p, const Term *args)
{
    return select_chunk(p, args[0], args[1], args[2], false);
}

Term bif_ets_select_reverse_1(Process *p, const Term *args)
{
    return select_continue(p, args[0]);
}

Term bif_ets_select_reverse_2(Process *p, const Term *args)
{
    return select_all(p, args[0], args[1], SELECT_LIST, true);
}

Term bif_ets_select_reverse_3(Process *p, const Term *args)
{
    return select_chunk(p, args[0], args[1], args[2], true);
}

Term bif_ets_match_1(Process *p, const Term *args)
{
    return select_continue(p, args[0]);
}

Term bif_ets_match_2(Process *p, const Term *args)
{
    return select_all(p, args[0], pattern_spec(p, args[1], A_DOLLAR_DOLLAR), SELECT_LIST, false);
}

Term bif_ets_match_3(Process *p, const Term *args)
{
    return select_chunk(p, args[0], pattern_spec(p, args[1], A_DOLLAR_DOLLAR), args[2], false);
}

Term bif_ets_match_object_1(Process *p, const Term *args)
{
    return select_continue(p, args[0]);
}

Term bif_ets_match_object_2(Process *p, const Term *args)
{
    return select_all(p, args[0], pattern_spec(p, args[1], A_DOLLAR_UNDERSCORE), SELECT_LIST, false);
}

Term bif_ets_match_object_3(Process *p, const Term *args)
{
    return select_chunk(p, args[0], pattern_spec(p, args[1], A_DOLLAR_UNDERSCORE), args[2], false);
}

Term bif_ets_select_count_2(Process *p, const Term *args)
{
    return select_all(p, args[0], args[1], SELECT_COUNT, false);
}

Term bif_ets_internal_select_delete_2(Process *p, const Term *args)
{
    return select_all(p, args[0], args[1], SELECT_DELETE, false);
}

Term bif_ets_select_replace_2(Process *p, const Term *args)
{
    Table *table = table_get(p, args[0], TABLE_WRITE);
    MatchProgram *program;

    if (!table)
        return NO_TERM;
    if (table->type == TABLE_BAG)
        return raise_error_cause(p, A_BADARG, A_TABLE_TYPE);
    program = match_compile(args[1], MATCH_TABLE, NULL);
    if (!program && !is_nil(args[1]))
        return raise_badarg(p);
    match_free(program);
    if (!key_bound_keeps_key(args[1], table->key_position))
        return raise_badarg(p);
    return select_spec(p, table, args[0], args[1], SELECT_REPLACE, 0, false);
}
