/* env.c - the environment: an array of "NAME=value" of our own. */
#include "io/io_env.h"

#include <string.h>

#include "vm/base/mem.h"

static char **entries;                  /* ends with null */
static size_t count, capacity;

static char *entry_new(const char *name, size_t name_size, const char *value)
{
    size_t value_size = strlen(value);
    char *entry = mem_alloc(MEM_IO, name_size + value_size + 2);

    memcpy(entry, name, name_size);
    entry[name_size] = '=';
    memcpy(entry + name_size + 1, value, value_size + 1);
    return entry;
}

static void append(char *entry)
{
    if (count + 2 > capacity) {
        capacity = capacity ? capacity * 2 : 64;
        entries = mem_realloc(MEM_IO, entries, capacity * sizeof *entries);
    }
    entries[count++] = entry;
    entries[count] = NULL;
}

void io_env_init(char *const *environment)
{
    for (; *environment; environment++) {
        const char *equals = strchr(*environment, '=');

        if (equals)
            append(entry_new(*environment, (size_t)(equals - *environment), equals + 1));
    }
}

/* Names may begin with '=': the first byte never separates. */
static size_t find(const char *name)
{
    size_t size = strlen(name);

    for (size_t i = 0; i < count; i++)
        if (strncmp(entries[i], name, size) == 0 && entries[i][size] == '=')
            return i;
    return count;
}

const char *io_env_get(const char *name)
{
    size_t at = find(name);

    return at < count ? entries[at] + strlen(name) + 1 : NULL;
}

void io_env_set(const char *name, const char *value)
{
    size_t at = find(name);
    char *entry = entry_new(name, strlen(name), value);

    if (at == count) {
        append(entry);
    } else {
        mem_free(MEM_IO, entries[at]);
        entries[at] = entry;
    }
}

void io_env_unset(const char *name)
{
    size_t at = find(name);

    if (at == count)
        return;
    mem_free(MEM_IO, entries[at]);
    memmove(entries + at, entries + at + 1, (count - at) * sizeof *entries);
    count--;
}

char *const *io_env_all(void)
{
    static char *none[1];

    return entries ? entries : none;
}

size_t io_env_count(void) { return count; }
