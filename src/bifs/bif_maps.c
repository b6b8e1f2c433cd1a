/* maps, and the functions of erlang, erts_internal and erts_debug on maps. */
#include "bifs.h"
#include "vm/base/mem.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"

/* Pairs walked over for one reduction. */
#define PAIRS_PER_REDUCTION 20
/* Pairs put into a map between two looks at the reductions. */
#define CHUNK_PAIRS 8192
/* Maps this small are merged in one go. */
#define MERGE_AT_ONCE_PAIRS 8192

static Term raise_badmap(Process *p, Term t)
{
    return raise_error_2(p, A_BADMAP, t);
}

static Term raise_badkey(Process *p, Term key)
{
    return raise_error_2(p, A_BADKEY, key);
}

static void consume_pairs(Process *p, size_t count)
{
    bif_consume(p, (int64_t)(count / PAIRS_PER_REDUCTION));
}

/* --- one key ------------------------------------------------------------------------------ */

Term bif_maps_find_2(Process *p, const Term *args)
{
    Term value;

    if (!is_map(args[1]))
        return raise_badmap(p, args[1]);
    value = map_find(args[1], args[0]);
    return value == NO_TERM ? A_ERROR : tuple_2(&p->heap, A_OK, value);
}

static Term get(Process *p, Term key, Term map)
{
    Term value;

    if (!is_map(map))
        return raise_badmap(p, map);
    value = map_find(map, key);
    return value == NO_TERM ? raise_badkey(p, key) : value;
}

Term bif_maps_get_2(Process *p, const Term *args)
{
    return get(p, args[0], args[1]);
}

Term bif_erlang_map_get_2(Process *p, const Term *args)
{
    return get(p, args[0], args[1]);
}

static Term has_key(Process *p, Term key, Term map)
{
    if (!is_map(map))
        return raise_badmap(p, map);
    return atom_bool(map_find(map, key) != NO_TERM);
}

Term bif_maps_is_key_2(Process *p, const Term *args)
{
    return has_key(p, args[0], args[1]);
}

Term bif_erlang_is_map_key_2(Process *p, const Term *args)
{
    return has_key(p, args[0], args[1]);
}

Term bif_erlang_map_size_1(Process *p, const Term *args)
{
    return is_map(args[0]) ? small_int((int64_t)map_size(args[0])) : raise_badmap(p, args[0]);
}

Term bif_maps_put_3(Process *p, const Term *args)
{
    return is_map(args[2]) ? map_put(&p->heap, args[2], args[0], args[1]) : raise_badmap(p, args[2]);
}

Term bif_maps_update_3(Process *p, const Term *args)
{
    Term map;

    if (!is_map(args[2]))
        return raise_badmap(p, args[2]);
    map = map_update(&p->heap, args[2], args[0], args[1]);
    return map == NO_TERM ? raise_badkey(p, args[0]) : map;
}

Term bif_maps_remove_2(Process *p, const Term *args)
{
    return is_map(args[1]) ? map_remove(&p->heap, args[1], args[0]) : raise_badmap(p, args[1]);
}

Term bif_maps_take_2(Process *p, const Term *args)
{
    Term value;
    Term map;

    if (!is_map(args[1]))
        return raise_badmap(p, args[1]);
    map = map_take(&p->heap, args[1], args[0], &value);
    return value == NO_TERM ? A_ERROR : tuple_2(&p->heap, value, map);
}

/* --- whole maps --------------------------------------------------------------------------- */

static bool get_path(Term t, uint64_t path[MAP_PATH_LIMBS])
{
    size_t count = 0;

    if (!is_integer(t) || integer_is_negative(t))
        return false;
    if (is_small(t)) {
        path[count++] = (uint64_t)small_value(t);
    } else {
        if (big_limb_count(t) > MAP_PATH_LIMBS)
            return false;
        for (; count < big_limb_count(t); count++)
            path[count] = big_limbs(t)[count];
    }
    while (count < MAP_PATH_LIMBS)
        path[count++] = 0;
    return true;
}

/* The path on from here, or NO_TERM at the end. */
static Term make_path(Process *p, MapIterator *it)
{
    uint64_t path[MAP_PATH_LIMBS];

    if (!map_iterator_path(it, path))
        return NO_TERM;
    return integer_from_limbs(&p->heap, path, MAP_PATH_LIMBS, false);
}

/* An iterator of a trie that goes on where make_path was. */
static void iterate_on(MapIterator *it, Term map, Term path_term)
{
    uint64_t path[MAP_PATH_LIMBS];
    bool is_valid = get_path(path_term, path) && map_iterate_from(it, map, path);

    assert(is_valid);
    (void)is_valid;
}

static Term merge_step(Process *p, const Term *args);
static TrapBif merge_more = TRAP_BIF(merge_step, A_MAPS, A_MERGE, 4, 2);

static Term join_parts(Process *p, Term list, size_t size)
{
    Term parts[MAP_PARTS];

    for (size_t part = MAP_PARTS; part-- > 0; list = list_tail(list))
        parts[part] = is_nil(list_head(list)) ? NO_TERM : list_head(list);
    return map_join_parts(&p->heap, parts, size);
}

/* merge_step(Parts, Common, First, Second): Parts are those done, the last first, [] for one that is empty. */
static Term merge_step(Process *p, const Term *args)
{
    Term parts = args[0], first = args[2], second = args[3];
    size_t common = (size_t)small_value(args[1]);
    size_t pairs = map_size(first) + map_size(second);

    for (unsigned part = (unsigned)list_length(parts); part < MAP_PARTS; part++) {
        Term merged = map_merge_part(&p->heap, first, second, part, &common);

        parts = cons(&p->heap, merged == NO_TERM ? TERM_NIL : merged, parts);
        consume_pairs(p, pairs / MAP_PARTS);
        if (bif_must_yield(p) && part + 1 < MAP_PARTS)
            return yield_to_bif(p, &merge_more, (Term[]){parts, small_int((int64_t)common), first, second});
    }
    return join_parts(p, parts, pairs - common);
}

Term bif_maps_merge_2(Process *p, const Term *args)
{
    size_t smaller;

    if (!is_map(args[0]))
        return raise_badmap(p, args[0]);
    if (!is_map(args[1]))
        return raise_badmap(p, args[1]);
    smaller = MIN(map_size(args[0]), map_size(args[1]));
    if (args[0] != args[1] && smaller > MERGE_AT_ONCE_PAIRS)
        return merge_step(p, (Term[]){TERM_NIL, SMALL(0), args[0], args[1]});
    consume_pairs(p, smaller);
    return map_merge(&p->heap, args[0], args[1]);
}

/* Keys or values of a trie, in the order opposite to that of iterators, as on stock: (Path, List, Map). */
static Term collect_step(Process *p, const Term *args, bool keys, TrapBif *more)
{
    size_t left = (size_t)MAX(p->reductions_left, 1) * PAIRS_PER_REDUCTION;
    Term list = args[1], path = TERM_NIL;
    MapIterator it;
    Term key, value;

    consume_pairs(p, MIN(left, map_size(args[2])));
    iterate_on(&it, args[2], args[0]);
    for (; left > 0 && map_next(&it, &key, &value); left--)
        list = cons(&p->heap, keys ? key : value, list);
    if (left == 0)
        path = make_path(p, &it);
    if (left > 0 || path == NO_TERM)
        return list;
    return yield_to_bif(p, more, (Term[]){path, list, args[2]});
}

static Term keys_step(Process *p, const Term *args);
static Term values_step(Process *p, const Term *args);
static TrapBif keys_more = TRAP_BIF(keys_step, A_MAPS, A_KEYS, 3, 1);
static TrapBif values_more = TRAP_BIF(values_step, A_MAPS, A_VALUES, 3, 1);

static Term keys_step(Process *p, const Term *args)
{
    return collect_step(p, args, true, &keys_more);
}

static Term values_step(Process *p, const Term *args)
{
    return collect_step(p, args, false, &values_more);
}

Term bif_maps_keys_1(Process *p, const Term *args)
{
    if (!is_map(args[0]))
        return raise_badmap(p, args[0]);
    if (is_flat_map(args[0]))
        return list_from(&p->heap, map_size(args[0]), tuple_elements(flat_map(args[0])->keys), TERM_NIL);
    return keys_step(p, (Term[]){SMALL(0), TERM_NIL, args[0]});
}

Term bif_maps_values_1(Process *p, const Term *args)
{
    if (!is_map(args[0]))
        return raise_badmap(p, args[0]);
    if (is_flat_map(args[0]))
        return list_from(&p->heap, map_size(args[0]), flat_map(args[0])->values, TERM_NIL);
    return values_step(p, (Term[]){SMALL(0), TERM_NIL, args[0]});
}

/* --- from lists --------------------------------------------------------------------------- */

/* What each element of the list stands for: a pair, or with `value` a key. False: it is no pair. */
static bool get_pair(Term element, Term value, Term *pair)
{
    if (value != NO_TERM) {
        pair[0] = element;
        pair[1] = value;
        return true;
    }
    if (!is_tuple_of(element, 2))
        return false;
    pair[0] = tuple_element(element, 1);
    pair[1] = tuple_element(element, 2);
    return true;
}

/* Puts up to CHUNK_PAIRS more into the map. `*list` is what is left; it is not moved if that went wrong. */
static Term add_chunk(Process *p, Term map, Term *list, Term value)
{
    Term small[2 * MAP_FLAT_LIMIT];
    Term *pairs = small;
    size_t count = 0;
    Term rest = *list;

    for (; is_cons(rest) && count < CHUNK_PAIRS; rest = list_tail(rest))
        count++;
    if (count > MAP_FLAT_LIMIT)
        pairs = mem_alloc(MEM_SYSTEM, 2 * count * sizeof *pairs);
    rest = *list;
    for (size_t i = 0; i < count; i++, rest = list_tail(rest)) {
        if (!get_pair(list_head(rest), value, &pairs[2 * i])) {
            map = NO_TERM;
            break;
        }
    }
    if (map != NO_TERM) {
        Term chunk = map_from_pairs(&p->heap, pairs, count);
        map = map_size(map) == 0 ? chunk : map_merge(&p->heap, map, chunk);
        *list = rest;
        consume_pairs(p, 4 * count);
    }
    if (pairs != small)
        mem_free(MEM_SYSTEM, pairs);
    return map;
}

static Term from_list_step(Process *p, const Term *args);
static Term from_keys_step(Process *p, const Term *args);
static TrapBif from_list_more = TRAP_BIF(from_list_step, A_MAPS, A_FROM_LIST, 3, 1);
static TrapBif from_keys_more = TRAP_BIF(from_keys_step, A_MAPS, A_FROM_KEYS, 4, 2);

/* from_list_step(Map, Rest, List) */
static Term from_list_step(Process *p, const Term *args)
{
    Term map = args[0], rest = args[1];

    while (is_cons(rest)) {
        map = add_chunk(p, map, &rest, NO_TERM);
        if (map == NO_TERM)
            return raise_badarg(p);
        if (is_cons(rest) && bif_must_yield(p))
            return yield_to_bif(p, &from_list_more, (Term[]){map, rest, args[2]});
    }
    return is_nil(rest) ? map : raise_badarg(p);
}

/* from_keys_step(Map, Rest, Keys, Value) */
static Term from_keys_step(Process *p, const Term *args)
{
    Term map = args[0], rest = args[1];

    while (is_cons(rest)) {
        map = add_chunk(p, map, &rest, args[3]);
        if (is_cons(rest) && bif_must_yield(p))
            return yield_to_bif(p, &from_keys_more, (Term[]){map, rest, args[2], args[3]});
    }
    return is_nil(rest) ? map : raise_badarg(p);
}

Term bif_maps_from_list_1(Process *p, const Term *args)
{
    return from_list_step(p, (Term[]){map_empty(&p->heap), args[0], args[0]});
}

Term bif_maps_from_keys_2(Process *p, const Term *args)
{
    return from_keys_step(p, (Term[]){map_empty(&p->heap), args[0], args[0], args[1]});
}

/* --- erts_internal:map_next/3 ------------------------------------------------------------- */

/* Pairs that are returned by one call: more later on, as whoever looks at the first few may want no more. */
#define FIRST_PAIRS 32

static Term next_of_flat(Process *p, Term map, Term tail, bool as_list)
{
    const FlatMap *flat = flat_map(map);
    Term result = as_list ? tail : A_NONE;

    for (size_t i = flat_map_size(map); i-- > 0;) {
        Term key = tuple_elements(flat->keys)[i];
        if (as_list)
            result = cons(&p->heap, tuple_2(&p->heap, key, flat->values[i]), result);
        else
            result = tuple_3(&p->heap, key, flat->values[i], result);
    }
    return result;
}

/* {K1, V1, {K2, V2, none | [Path | Map]}} */
static Term next_as_iterator(Process *p, MapIterator *it, size_t count)
{
    Term result = A_NONE;
    Term *last = &result;
    Term key, value, path;

    while (count-- > 0 && map_next(it, &key, &value)) {
        *last = tuple_3(&p->heap, key, value, A_NONE);
        last = &tuple_elements(*last)[2];
    }
    path = make_path(p, it);
    if (path != NO_TERM)
        *last = cons(&p->heap, path, it->map);
    return result;
}

/* [Path, Map | [{K2, V2}, {K1, V1} | Tail]], or without path and map at the end. */
static Term next_as_list(Process *p, MapIterator *it, size_t count, Term list)
{
    Term key, value, path;

    while (count-- > 0 && map_next(it, &key, &value))
        list = cons(&p->heap, tuple_2(&p->heap, key, value), list);
    path = make_path(p, it);
    return path == NO_TERM ? list : cons(&p->heap, path, cons(&p->heap, it->map, list));
}

Term bif_erts_internal_map_next_3(Process *p, const Term *args)
{
    bool as_list = is_list(args[2]);
    uint64_t path[MAP_PATH_LIMBS];
    MapIterator it;
    size_t count;

    if (!is_map(args[1]) || (!as_list && args[2] != A_ITERATOR))
        return raise_badarg(p);
    if (is_flat_map(args[1])) {
        if (!is_small(args[0]) || (uint64_t)small_value(args[0]) > map_size(args[1]))
            return raise_badarg(p);
        return next_of_flat(p, args[1], args[2], as_list);
    }
    if (!get_path(args[0], path) || !map_iterate_from(&it, args[1], path))
        return raise_badarg(p);
    count = MIN((size_t)MAX(p->reductions_left / 4, 1), map_size(args[1]));
    if (args[0] == small_int(0))
        count = MIN(count, FIRST_PAIRS);
    consume_pairs(p, 4 * count);
    return as_list ? next_as_list(p, &it, count, args[2]) : next_as_iterator(p, &it, count);
}

/* --- looking inside ----------------------------------------------------------------------- */

Term bif_erts_internal_map_to_tuple_keys_1(Process *p, const Term *args)
{
    if (!is_map(args[0]))
        return raise_badmap(p, args[0]);
    return is_flat_map(args[0]) ? flat_map(args[0])->keys : raise_badarg(p);
}

static bool is_trie_node(Term t)
{
    return is_hash_map(t) || is_box_kind(t, BOX_HASH_NODE);
}

/* Called with nodes of tries too. */
Term bif_erts_internal_map_hashmap_children_1(Process *p, const Term *args)
{
    const Term *children;
    Term list = TERM_NIL;
    size_t count;

    if (is_flat_map(args[0]))
        return raise_badarg(p);
    if (!is_trie_node(args[0]))
        return raise_badmap(p, args[0]);
    count = map_node_children(args[0], &children);
    for (size_t i = 0; i < count; i++)
        list = cons(&p->heap, children[i], list);
    return list;
}

static Term boxed_type(Term t)
{
    static const Term names[BOX_KIND_COUNT] = {
        [BOX_TUPLE] = A_TUPLE,
        [BOX_BIG_POSITIVE] = A_BIGNUM,
        [BOX_BIG_NEGATIVE] = A_BIGNUM,
        [BOX_FLOAT] = A_HFLOAT,
        [BOX_FUN] = A_FUN,
        [BOX_EXPORT] = A_EXPORT,
        [BOX_REF] = A_REFERENCE,
        [BOX_MAGIC_REF] = A_REFERENCE,
        [BOX_HEAP_BITS] = A_HEAP_BINARY,
        [BOX_REFC_BITS] = A_REFC_BINARY,
        [BOX_SUB_BITS] = A_SUB_BINARY,
        [BOX_MATCH_CONTEXT] = A_MATCHSTATE,
        [BOX_FLAT_MAP] = A_FLATMAP,
        [BOX_HASH_MAP] = A_HASHMAP,
        [BOX_HASH_NODE] = A_HASHMAP_NODE,
        [BOX_EXTERNAL_PID] = A_EXTERNAL_PID,
        [BOX_EXTERNAL_PORT] = A_EXTERNAL_PORT,
        [BOX_EXTERNAL_REF] = A_EXTERNAL_REFERENCE,
    };
    return names[boxed_kind(t)];
}

Term bif_erts_internal_term_type_1(Process *p, const Term *args)
{
    Term t = args[0];

    if (is_boxed(t))
        return is_float(t) ? A_HFLOAT : boxed_type(t);
    if (is_cons(t))
        return A_LIST;
    if (is_small(t))
        return A_FIXNUM;
    if (is_atom(t))
        return A_ATOM;
    if (is_local_pid(t))
        return A_PID;
    return is_local_port(t) ? A_PORT : A_NIL;
}

#define INFO_LEVELS 16

typedef struct TrieInfo {
    size_t depth, leaves, arrays, bitmaps;
    size_t leaves_at[INFO_LEVELS], bitmaps_of[INFO_LEVELS];
} TrieInfo;

static void count_node(TrieInfo *info, Term node)
{
    const Term *children;
    size_t count = map_node_children(node, &children);

    if (is_hash_map(node) && count == INFO_LEVELS) {
        info->arrays++;
    } else {
        info->bitmaps++;
        info->bitmaps_of[MIN(count, INFO_LEVELS) - 1]++;
    }
}

static void count_trie(TrieInfo *info, Term map)
{
    const Term *next[MAP_MAX_LEVELS + 1], *end[MAP_MAX_LEVELS + 1];
    size_t count = map_node_children(map, &next[0]);
    size_t depth = 1;

    end[0] = next[0] + count;
    count_node(info, map);
    while (depth > 0) {
        Term child;

        if (next[depth - 1] == end[depth - 1]) {
            depth--;
            continue;
        }
        child = *next[depth - 1]++;
        info->depth = MAX(info->depth, depth);
        if (is_cons(child)) {
            info->leaves++;
            info->leaves_at[MIN(depth, INFO_LEVELS - 1)]++;
        } else {
            count = map_node_children(child, &next[depth]);
            end[depth] = next[depth] + count;
            count_node(info, child);
            depth++;
        }
    }
}

static Term counts_tuple(Heap *heap, const size_t counts[INFO_LEVELS])
{
    Term *elements;
    Term tuple = tuple_new(heap, INFO_LEVELS, &elements);

    for (size_t i = 0; i < INFO_LEVELS; i++)
        elements[i] = small_int((int64_t)counts[i]);
    return tuple;
}

Term bif_erts_debug_map_info_1(Process *p, const Term *args)
{
    Heap *heap = &p->heap;
    TrieInfo info = {0};
    Term items[4];

    if (!is_map(args[0]))
        return raise_badmap(p, args[0]);
    if (is_flat_map(args[0]))
        return raise_badarg(p);
    count_trie(&info, args[0]);
    items[0] = tuple_2(heap, A_DEPTH, small_int((int64_t)info.depth));
    items[1] = tuple_3(heap, A_ARRAYS, small_int((int64_t)info.arrays), TERM_NIL);
    items[2] = tuple_3(heap, A_BITMAPS, small_int((int64_t)info.bitmaps), counts_tuple(heap, info.bitmaps_of));
    items[3] = tuple_3(heap, A_LEAFS, small_int((int64_t)info.leaves), counts_tuple(heap, info.leaves_at));
    return list_from(heap, 4, items, TERM_NIL);
}
