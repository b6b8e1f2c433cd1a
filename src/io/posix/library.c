#include "io/io_library.h"

#include <dlfcn.h>

static const char *last_error(void)
{
    const char *text = dlerror();

    return text ? text : "unknown error";
}

void *io_library_open(const char *path, const char **error)
{
    void *library = dlopen(path, RTLD_NOW);

    if (!library)
        *error = last_error();
    return library;
}

void *io_library_symbol(void *library, const char *name, const char **error)
{
    void *symbol;

    dlerror();
    symbol = dlsym(library, name);
    if (!symbol)
        *error = last_error();
    return symbol;
}

void io_library_close(void *library) { dlclose(library); }
