/* error.c - errno and our own codes. */
#include "io/io_error.h"

#include <errno.h>

static const struct {
    int number;
    const char *name;
} errors[] = {
#define UNKNOWN 0
#define X(name) {name, #name},
    IO_ERROR_LIST(X)
#undef X
#undef UNKNOWN
};

enum { FIRST = IO_ERROR_BEFORE_FIRST + 1 };

const char *io_error_name(int code)
{
    static char lower[ARRAY_SIZE(errors)][16];
    size_t index = (size_t)(code - FIRST);

    if (code < FIRST || code >= IO_ERROR_END)
        return "unknown";
    if (!lower[index][0]) {
        const char *name = errors[index].name;

        for (size_t i = 0; name[i] && i < sizeof lower[0] - 1; i++)
            lower[index][i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
    }
    return lower[index];
}

int io_error_from_system(int number)
{
    for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
        if (errors[i].number == number && number)
            return FIRST + (int)i;
    return IO_UNKNOWN;
}

int io_error_to_system(int code)
{
    return code < FIRST || code >= IO_ERROR_END ? EIO : errors[code - FIRST].number;
}
