#include "loader/load_error.h"

#include <stdarg.h>
#include <stdio.h>

void load_error_set(LoadError *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
}

void load_error_from_reader(LoadError *error, const char *chunk, const Reader *in)
{
    load_error_set(error, "chunk %s: %s at byte %zu", chunk, in->error, in->error_offset);
}
