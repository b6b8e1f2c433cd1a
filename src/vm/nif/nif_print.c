/* nif_print.c - printf with %T for terms. */
#include <string.h>
#include <wchar.h>

#include "vm/base/text.h"
#include "vm/nif/nif_env.h"
#include "vm/term/print.h"

/* One conversion: "%-08.3lx" ... */
typedef struct Conversion {
    char format[48];           /* with all of width and precision written out */
    char kind;                 /* its last character */
    int longs;                 /* 'l's; 'h's count down */
    char size;                 /* z, j, t or L; 0: none */
    int precision;             /* -1: none */
} Conversion;

static const char *number_or_star(const char *at, Text *spec, int *value, va_list *args)
{
    if (*at == '*') {
        *value = va_arg(*args, int);
        text_printf(spec, "%d", *value);
        return at + 1;
    }
    for (*value = 0; *at >= '0' && *at <= '9'; at++) {
        *value = *value * 10 + (*at - '0');
        text_add_byte(spec, *at);
    }
    return at;
}

static const char *flags_and_width(const char *at, Text *spec, va_list *args)
{
    int width;

    while (*at && strchr("-+ #0", *at))
        text_add_byte(spec, *at++);
    return number_or_star(at, spec, &width, args);
}

static const char *length(const char *at, Text *spec, Conversion *c)
{
    while (*at && strchr("hlzjtL", *at)) {
        if (*at == 'l')
            c->longs++;
        else if (*at == 'h')
            c->longs--;
        else
            c->size = *at;
        text_add_byte(spec, *at++);
    }
    return at;
}

/* `at` is behind the '%'. Where the format goes on; null: it ends here. */
static const char *parse(const char *at, Conversion *c, va_list *args)
{
    Text spec = {0};

    *c = (Conversion){.precision = -1};
    text_add_byte(&spec, '%');
    at = flags_and_width(at, &spec, args);
    if (*at == '.') {
        text_add_byte(&spec, '.');
        at = number_or_star(at + 1, &spec, &c->precision, args);
    }
    at = length(at, &spec, c);
    c->kind = *at;
    text_add_byte(&spec, *at);
    if (spec.size < sizeof c->format)
        memcpy(c->format, text_terminated(&spec), spec.size + 1);
    text_free(&spec);
    return c->kind ? at + 1 : NULL;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
#define PRINT(value) text_printf(out, c->format, value)

static void print_integer(Text *out, const Conversion *c, va_list *args)
{
    if (c->longs >= 2)
        PRINT(va_arg(*args, long long));
    else if (c->longs == 1 || c->size)
        PRINT(va_arg(*args, long));
    else
        PRINT(va_arg(*args, int));
}

static void print_other(Text *out, const Conversion *c, va_list *args)
{
    switch (c->kind) {
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A':
        if (c->size == 'L')
            PRINT(va_arg(*args, long double));
        else
            PRINT(va_arg(*args, double));
        break;
    case 'c': PRINT(va_arg(*args, int)); break;
    case 's': PRINT(va_arg(*args, char *)); break;
    case 'p': PRINT(va_arg(*args, void *)); break;
    case 'n': *va_arg(*args, int *) = (int)out->size; break;
    case '%': text_add_byte(out, '%'); break;
    default: text_add_string(out, c->format);
    }
}
#pragma GCC diagnostic pop

static void print(Text *out, const char *format, va_list *args)
{
    Conversion c;

    while (format && *format) {
        if (*format != '%') {
            text_add_byte(out, *format++);
            continue;
        }
        format = parse(format + 1, &c, args);
        if (c.kind == 'T')
            term_print(out, from_nif(va_arg(*args, ERL_NIF_TERM)), c.precision < 0 ? PRINT_ALL : c.precision);
        else if (c.kind && strchr("diouxX", c.kind))
            print_integer(out, &c, args);
        else
            print_other(out, &c, args);
    }
}

/* As print, for arguments that came as a parameter: their address is another type then. */
static void print_all(Text *out, const char *format, va_list args)
{
    va_list copy;

    va_copy(copy, args);
    print(out, format, &copy);
    va_end(copy);
}

int enif_vsnprintf(char *buffer, size_t size, const char *format, va_list args)
{
    Text text = {0};
    int length;

    print_all(&text, format, args);
    length = (int)text.size;
    if (size > 0) {
        size_t count = MIN(text.size, size - 1);

        memcpy(buffer, text_terminated(&text), count);
        buffer[count] = 0;
    }
    text_free(&text);
    return length;
}

int enif_vfprintf(FILE *file, const char *format, va_list args)
{
    Text text = {0};
    int length;

    print_all(&text, format, args);
    length = (int)fwrite(text_terminated(&text), 1, text.size, file);
    text_free(&text);
    return length;
}

int enif_snprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = enif_vsnprintf(buffer, size, format, args);
    va_end(args);
    return length;
}

int enif_fprintf(FILE *file, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = enif_vfprintf(file, format, args);
    va_end(args);
    return length;
}
