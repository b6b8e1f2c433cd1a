#include "string_list.h"

#include "vm/base/mem.h"

void string_list_add(StringList *list, const char *item)
{
    if (list->count + 1 >= list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 16;
        list->items = mem_realloc(MEM_SYSTEM, list->items, list->capacity * sizeof *list->items);
    }
    list->items[list->count++] = (char *)item;
    list->items[list->count] = NULL;
}

void string_list_add_all(StringList *list, const StringList *more)
{
    for (size_t i = 0; i < more->count; i++)
        string_list_add(list, more->items[i]);
}
