/* string_list.h - a growing array of strings, for argument lists. Strings are not owned. */
#ifndef LING_STRING_LIST_H
#define LING_STRING_LIST_H

#include "vm/base/base.h"

typedef struct StringList {
    char **items;       /* ends with a null */
    size_t count;
    size_t capacity;
} StringList;

void string_list_add(StringList *list, const char *item);
void string_list_add_all(StringList *list, const StringList *more);

#endif
