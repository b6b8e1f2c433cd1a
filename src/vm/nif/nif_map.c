/* nif_map.c - maps, and iterators that go both ways. */
#include "vm/base/mem.h"
#include "vm/nif/nif_env.h"
#include "vm/term/map.h"

int enif_get_map_size(ErlNifEnv *env, ERL_NIF_TERM term, size_t *size)
{
    if (!is_map(from_nif(term)))
        return 0;
    *size = map_size(from_nif(term));
    return 1;
}

ERL_NIF_TERM enif_make_new_map(ErlNifEnv *env) { return to_nif(map_empty(env->heap)); }

/* 0: a key is there twice; in big maps that is not noticed, as on stock. */
int enif_make_map_from_arrays(ErlNifEnv *env, ERL_NIF_TERM keys[], ERL_NIF_TERM values[], size_t cnt,
                              ERL_NIF_TERM *map_out)
{
    Term *pairs = mem_alloc(MEM_SYSTEM, 2 * cnt * sizeof *pairs + 1);
    Term map;

    for (size_t i = 0; i < cnt; i++) {
        pairs[2 * i] = from_nif(keys[i]);
        pairs[2 * i + 1] = from_nif(values[i]);
    }
    map = map_from_pairs(env->heap, pairs, cnt);
    mem_free(MEM_SYSTEM, pairs);
    *map_out = to_nif(map);
    return cnt > MAP_FLAT_LIMIT || map_size(map) == cnt;
}

int enif_make_map_put(ErlNifEnv *env, ERL_NIF_TERM map_in, ERL_NIF_TERM key, ERL_NIF_TERM value, ERL_NIF_TERM *map_out)
{
    if (!is_map(from_nif(map_in)))
        return 0;
    *map_out = to_nif(map_put(env->heap, from_nif(map_in), from_nif(key), from_nif(value)));
    return 1;
}

int enif_get_map_value(ErlNifEnv *env, ERL_NIF_TERM map, ERL_NIF_TERM key, ERL_NIF_TERM *value)
{
    Term found = is_map(from_nif(map)) ? map_find(from_nif(map), from_nif(key)) : NO_TERM;

    if (found == NO_TERM)
        return 0;
    *value = to_nif(found);
    return 1;
}

int enif_make_map_update(ErlNifEnv *env, ERL_NIF_TERM map_in, ERL_NIF_TERM key, ERL_NIF_TERM value,
                         ERL_NIF_TERM *map_out)
{
    Term map = from_nif(map_in);

    map = is_map(map) ? map_update(env->heap, map, from_nif(key), from_nif(value)) : NO_TERM;
    if (map == NO_TERM)
        return 0;
    *map_out = to_nif(map);
    return 1;
}

int enif_make_map_remove(ErlNifEnv *env, ERL_NIF_TERM map_in, ERL_NIF_TERM key, ERL_NIF_TERM *map_out)
{
    if (!is_map(from_nif(map_in)))
        return 0;
    *map_out = to_nif(map_remove(env->heap, from_nif(map_in), from_nif(key)));
    return 1;
}

/* --- iterators -------------------------------------------------------------------------------------- */

/* All pairs, so that it is as easy backwards as forwards. */
static ERL_NIF_TERM *all_pairs(Term map)
{
    ERL_NIF_TERM *pairs = mem_alloc(MEM_SYSTEM, 2 * map_size(map) * sizeof *pairs + 1);
    size_t count = 0;
    MapIterator it;
    Term key, value;

    map_iterate(&it, map);
    while (map_next(&it, &key, &value)) {
        pairs[count++] = to_nif(key);
        pairs[count++] = to_nif(value);
    }
    return pairs;
}

/* `idx` counts from 1; 0 is before the first pair. */
int enif_map_iterator_create(ErlNifEnv *env, ERL_NIF_TERM map, ErlNifMapIterator *iter, ErlNifMapIteratorEntry entry)
{
    if (!is_map(from_nif(map)) || (entry != ERL_NIF_MAP_ITERATOR_FIRST && entry != ERL_NIF_MAP_ITERATOR_LAST))
        return 0;
    iter->map = map;
    iter->size = map_size(from_nif(map));
    iter->idx = entry == ERL_NIF_MAP_ITERATOR_FIRST ? 1 : iter->size;
    iter->pairs = all_pairs(from_nif(map));
    return 1;
}

void enif_map_iterator_destroy(ErlNifEnv *env, ErlNifMapIterator *iter) { mem_free(MEM_SYSTEM, iter->pairs); }

int enif_map_iterator_is_head(ErlNifEnv *env, ErlNifMapIterator *iter) { return iter->size == 0 || iter->idx == 0; }
int enif_map_iterator_is_tail(ErlNifEnv *env, ErlNifMapIterator *iter) { return iter->idx > iter->size; }

int enif_map_iterator_next(ErlNifEnv *env, ErlNifMapIterator *iter)
{
    if (iter->idx <= iter->size)
        iter->idx++;
    return iter->idx <= iter->size;
}

int enif_map_iterator_prev(ErlNifEnv *env, ErlNifMapIterator *iter)
{
    if (iter->idx > 0)
        iter->idx--;
    return iter->idx > 0;
}

int enif_map_iterator_get_pair(ErlNifEnv *env, ErlNifMapIterator *iter, ERL_NIF_TERM *key, ERL_NIF_TERM *value)
{
    if (iter->idx == 0 || iter->idx > iter->size)
        return 0;
    *key = iter->pairs[2 * (iter->idx - 1)];
    *value = iter->pairs[2 * iter->idx - 1];
    return 1;
}
