/* env.c - environments: arrays of "NAME=value", as programs get them, with an index by name: there may be many. */
#include "io/io_env.h"

#include <string.h>

#include "vm/base/mem.h"

#define FIRST_CAPACITY 64               /* a power of two, as all that follow */
#define NONE UINT32_MAX

typedef struct Place {
    uint32_t name_size;
    uint32_t next;                      /* entry of the same bucket, or NONE */
} Place;

struct IoEnv {
    char **entries;                     /* ends with null */
    Place *places;                      /* one for each entry */
    uint32_t *buckets;                  /* `capacity` of them: the first entry, or NONE */
    size_t count, capacity;
};

static IoEnv own;

static uint32_t *bucket_of(const IoEnv *env, const char *name, size_t size)
{
    uint32_t hash = 2166136261u;        /* Fowler, Noll and Vo */

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t)name[i]) * 16777619u;
    return &env->buckets[(hash ^ hash >> 16) & (env->capacity - 1)];
}

static uint32_t *bucket_of_entry(const IoEnv *env, size_t at)
{
    return bucket_of(env, env->entries[at], env->places[at].name_size);
}

static void link_entry(IoEnv *env, size_t at)
{
    uint32_t *bucket = bucket_of_entry(env, at);

    env->places[at].next = *bucket;
    *bucket = (uint32_t)at;
}

/* The place that tells of entry `at`. */
static uint32_t *link_to(const IoEnv *env, size_t at)
{
    uint32_t *link = bucket_of_entry(env, at);

    while (*link != at)
        link = &env->places[*link].next;
    return link;
}

static void grow(IoEnv *env)
{
    env->capacity = env->capacity ? env->capacity * 2 : FIRST_CAPACITY;
    env->entries = mem_realloc(MEM_IO, env->entries, (env->capacity + 1) * sizeof *env->entries);
    env->places = mem_realloc(MEM_IO, env->places, env->capacity * sizeof *env->places);
    env->buckets = mem_realloc(MEM_IO, env->buckets, env->capacity * sizeof *env->buckets);
    memset(env->buckets, 0xff, env->capacity * sizeof *env->buckets);
    for (size_t i = 0; i < env->count; i++)
        link_entry(env, i);
}

static void append(IoEnv *env, char *entry, size_t name_size)
{
    if (env->count == env->capacity)
        grow(env);
    env->entries[env->count] = entry;
    env->places[env->count].name_size = (uint32_t)name_size;
    link_entry(env, env->count);
    env->entries[++env->count] = NULL;
}

/* The last entry goes to the place of the one that is removed. */
static void remove_at(IoEnv *env, size_t at)
{
    size_t last = env->count - 1;

    *link_to(env, at) = env->places[at].next;
    mem_free(MEM_IO, env->entries[at]);
    if (at != last) {
        *link_to(env, last) = (uint32_t)at;
        env->places[at] = env->places[last];
        env->entries[at] = env->entries[last];
    }
    env->entries[last] = NULL;
    env->count--;
}

static size_t find(const IoEnv *env, const char *name)
{
    size_t size = strlen(name);

    if (env->count == 0)
        return NONE;
    for (uint32_t i = *bucket_of(env, name, size); i != NONE; i = env->places[i].next)
        if (env->places[i].name_size == size && memcmp(env->entries[i], name, size) == 0)
            return i;
    return NONE;
}

static char *entry_new(const char *name, const char *value)
{
    size_t size = strlen(name), value_size = strlen(value);
    char *entry = mem_alloc(MEM_IO, size + value_size + 2);

    memcpy(entry, name, size);
    entry[size] = '=';
    memcpy(entry + size + 1, value, value_size + 1);
    return entry;
}

static char *entry_copy(const char *entry)
{
    size_t size = strlen(entry) + 1;

    return memcpy(mem_alloc(MEM_IO, size), entry, size);
}

void io_env_change(IoEnv *env, const char *name, const char *value)
{
    size_t at = find(env, name);

    if (at == NONE) {
        if (value)
            append(env, entry_new(name, value), strlen(name));
    } else if (value) {
        char *old = env->entries[at];
        env->entries[at] = entry_new(name, value);
        mem_free(MEM_IO, old);
    } else {
        remove_at(env, at);
    }
}

IoEnv *io_env_copy(void)
{
    IoEnv *env = mem_alloc_zero(MEM_IO, sizeof *env);

    for (size_t i = 0; i < own.count; i++)
        append(env, entry_copy(own.entries[i]), own.places[i].name_size);
    return env;
}

void io_env_free(IoEnv *env)
{
    if (!env)
        return;
    for (size_t i = 0; i < env->count; i++)
        mem_free(MEM_IO, env->entries[i]);
    mem_free(MEM_IO, env->entries);
    mem_free(MEM_IO, env->places);
    mem_free(MEM_IO, env->buckets);
    mem_free(MEM_IO, env);
}

char *const *io_env_entries(const IoEnv *env)
{
    static char *none[1];

    return env->entries ? env->entries : none;
}

/* --- the VM's own ---------------------------------------------------------------------------- */

void io_env_init(char *const *environment)
{
    for (; *environment; environment++) {
        const char *equals = strchr(*environment, '=');

        if (equals)
            append(&own, entry_copy(*environment), (size_t)(equals - *environment));
    }
}

const char *io_env_get(const char *name)
{
    size_t at = find(&own, name);

    return at == NONE ? NULL : own.entries[at] + strlen(name) + 1;
}

void io_env_set(const char *name, const char *value) { io_env_change(&own, name, value); }
void io_env_unset(const char *name) { io_env_change(&own, name, NULL); }
char *const *io_env_all(void) { return io_env_entries(&own); }
size_t io_env_count(void) { return own.count; }
