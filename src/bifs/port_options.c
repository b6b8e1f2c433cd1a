/* port_options.c - from the terms of open_port/2 to what drivers need. */
#include "bifs/port_options.h"

#include <stdio.h>
#include <string.h>

#include "bifs/system_text.h"
#include "io/io_env.h"
#include "ports/drivers.h"
#include "vm/base/mem.h"
#include "vm/term/integer.h"

enum { DEFAULT_LINE = 512, DEFAULT_BUSY_HIGH = 8192, DEFAULT_BUSY_LOW = 4096, NAME_BYTES = 64 };

static void free_strings(char **strings)
{
    for (size_t i = 0; strings && strings[i]; i++)
        mem_free(MEM_SYSTEM, strings[i]);
    mem_free(MEM_SYSTEM, strings);
}

void port_request_free(PortRequest *request)
{
    PortOptions *options = &request->options;

    free_strings(options->args);
    io_env_free(options->env);
    mem_free(MEM_SYSTEM, (void *)(uintptr_t)options->command);
    mem_free(MEM_SYSTEM, (void *)(uintptr_t)options->arg0);
    mem_free(MEM_SYSTEM, (void *)(uintptr_t)options->directory);
    mem_free(MEM_SYSTEM, request->name);
}

/* --- options with a value ------------------------------------------------------------------------------- */

static bool set_text(const char **field, char *text)
{
    mem_free(MEM_SYSTEM, (void *)(uintptr_t)*field);
    *field = text;
    return text != NULL;
}

static bool set_args(PortOptions *options, Term list)
{
    ptrdiff_t count = list_length(list);

    if (count < 0)
        return false;
    free_strings(options->args);
    options->args = mem_alloc_zero(MEM_SYSTEM, ((size_t)count + 1) * sizeof *options->args);
    for (ptrdiff_t i = 0; i < count; i++, list = list_tail(list)) {
        options->args[i] = system_text(list_head(list));
        if (!options->args[i])
            return false;
    }
    return true;
}

/* One {Name, Value | false}. An empty value removes the variable, too. */
static bool change_env(IoEnv *env, Term pair)
{
    char *name = is_tuple_of(pair, 2) ? system_text_of_list(tuple_element(pair, 1)) : NULL;
    char *value = NULL;
    bool remove = name && (tuple_element(pair, 2) == A_FALSE || tuple_element(pair, 2) == TERM_NIL);
    bool good = name && !strchr(name, '=') && (remove || (value = system_text_of_list(tuple_element(pair, 2))));

    if (good)
        io_env_change(env, name, value);
    mem_free(MEM_SYSTEM, name);
    mem_free(MEM_SYSTEM, value);
    return good;
}

static bool set_env(PortOptions *options, Term list)
{
    if (list_length(list) < 0)
        return false;
    io_env_free(options->env);
    options->env = io_env_copy();
    for (; is_cons(list); list = list_tail(list))
        if (!change_env(options->env, list_head(list)))
            return false;
    return true;
}

/* From 1 to 2^64 - 2; what is above all sizes is as good as the largest of them. */
static bool read_limit(Term t, int64_t *limit)
{
    uint64_t value;

    if (!integer_to_u64(t, &value) || value < 1 || value == UINT64_MAX)
        return false;
    *limit = (int64_t)MIN(value, (uint64_t)INT64_MAX);
    return true;
}

static bool set_busy_limits(Term t, int64_t *low, int64_t *high)
{
    if (t == A_DISABLED) {
        *low = *high = -1;
        return true;
    }
    if (!is_tuple_of(t, 2) || !read_limit(tuple_element(t, 1), low) || !read_limit(tuple_element(t, 2), high))
        return false;
    *low = MIN(*low, *high);
    return true;
}

static bool read_pair(PortRequest *request, Term key, Term value)
{
    PortOptions *options = &request->options;
    int64_t low, high;

    if (key == A_PACKET) {
        options->packet_bytes = is_small(value) ? (uint8_t)small_value(value) : 0;
        return value == SMALL(1) || value == SMALL(2) || value == SMALL(4);
    }
    if (key == A_LINE) {
        options->line_length = is_small(value) && small_value(value) > 0 ? (size_t)small_value(value) : 0;
        return options->line_length > 0;
    }
    if (key == A_ENV)
        return set_env(options, value);
    if (key == A_ARGS)
        return set_args(options, value);
    if (key == A_ARG0)
        return set_text(&options->arg0, system_text(value));
    if (key == A_CD)
        return set_text(&options->directory, system_text(value));
    if (key == A_PARALLELISM)
        return value == A_TRUE || value == A_FALSE;
    if (key == A_BUSY_LIMITS_PORT)
        return set_busy_limits(value, &options->busy_low, &options->busy_high);
    /* Messages to a port are handled at once: there is no queue to limit. */
    return key == A_BUSY_LIMITS_MSGQ && set_busy_limits(value, &low, &high);
}

/* --- options without --------------------------------------------------------------------------------------- */

static bool read_atom(PortRequest *request, Term option)
{
    PortOptions *options = &request->options;
    const struct {
        Term option;
        bool *field;
    } flags[] = {{A_STDERR_TO_STDOUT, &options->stderr_to_stdout}, {A_NOUSE_STDIO, &options->nouse_stdio},
                 {A_IN, &options->in}, {A_OUT, &options->out}, {A_HIDE, &options->hide},
                 {A_BINARY, &options->binary}, {A_EOF, &options->eof}, {A_EXIT_STATUS, &options->exit_status}};

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (flags[i].option == option) {
            *flags[i].field = true;
            return true;
        }
    }
    if (option == A_STREAM)
        options->packet_bytes = 0;
    else if (option == A_USE_STDIO)
        options->nouse_stdio = false;
    else if (option == A_LINE)
        options->line_length = DEFAULT_LINE;
    else
        return option == A_OVERLAPPED_IO;
    return true;
}

static bool read_settings(PortRequest *request, Term settings)
{
    PortOptions *options = &request->options;

    for (; is_cons(settings); settings = list_tail(settings)) {
        Term option = list_head(settings);
        bool good = is_tuple_of(option, 2) ? read_pair(request, tuple_element(option, 1), tuple_element(option, 2))
                                           : read_atom(request, option);

        if (!good)
            return false;
    }
    if (!options->in && !options->out)
        options->in = options->out = true;
    request->flags = (options->binary ? PORT_BINARY : 0) | (options->eof ? PORT_SOFT_EOF : 0);
    return is_nil(settings) && !(options->line_length && options->packet_bytes)
        && !(options->stderr_to_stdout && options->nouse_stdio);
}

/* --- the name ------------------------------------------------------------------------------------------------ */

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(mem_alloc(MEM_SYSTEM, size), text, size);
}

static bool read_fd(PortRequest *request, Term name)
{
    PortOptions *options = &request->options;
    Term in = tuple_element(name, 2), out = tuple_element(name, 3);

    if (!is_small(in) || !is_small(out))
        return false;
    options->kind = PORT_COMMAND_FD;
    options->in_handle = (int)small_value(in);
    options->out_handle = (int)small_value(out);
    request->name = mem_alloc(MEM_SYSTEM, NAME_BYTES);
    snprintf(request->name, NAME_BYTES, "%d/%d", options->in_handle, options->out_handle);
    request->driver = &fd_driver;
    return true;
}

/* {spawn, "name args"}: a driver if there is one of that name, else a program. */
static bool read_spawn(PortRequest *request, Term kind, Term command)
{
    PortOptions *options = &request->options;
    char *text = is_atom(command) && kind == A_SPAWN_EXECUTABLE ? NULL : system_text(command);

    if (!text || !*text) {
        mem_free(MEM_SYSTEM, text);
        return false;
    }
    options->command = text;
    request->name = copy_text(text);
    request->driver = kind == A_SPAWN_EXECUTABLE ? NULL : port_driver_find(text, strcspn(text, " "));
    if (kind == A_SPAWN_DRIVER || request->driver) {
        options->kind = PORT_COMMAND_DRIVER;
        return request->driver != NULL;
    }
    options->kind = kind == A_SPAWN_EXECUTABLE ? PORT_COMMAND_EXECUTABLE : PORT_COMMAND_SPAWN;
    request->driver = inet_gethost_is_meant(options) ? &inet_gethost_driver : &spawn_driver;
    return true;
}

static bool read_name(PortRequest *request, Term name)
{
    Term kind = is_tuple(name) && tuple_size(name) > 0 ? tuple_element(name, 1) : NO_TERM;

    if (kind == A_SPAWN || kind == A_SPAWN_DRIVER || kind == A_SPAWN_EXECUTABLE)
        return tuple_size(name) == 2 && read_spawn(request, kind, tuple_element(name, 2));
    if (kind == A_FD)
        return tuple_size(name) == 3 && read_fd(request, name);
    if (!is_atom(name) && !is_cons(name))
        return false;
    request->options.command = system_text(name);
    request->driver = &vanilla_driver;
    request->name = request->options.command ? copy_text(request->options.command) : NULL;
    return request->name != NULL;
}

Term port_request_read(PortRequest *request, Term name, Term settings)
{
    PortOptions *options = &request->options;

    *request = (PortRequest){.options = {.busy_high = DEFAULT_BUSY_HIGH, .busy_low = DEFAULT_BUSY_LOW}};
    if (!read_settings(request, settings))
        return A_BADOPT;
    if (!read_name(request, name))
        return A_BADARG;
    if ((options->args || options->arg0) && options->kind != PORT_COMMAND_EXECUTABLE)
        return A_BADARG;
    return options->exit_status && options->kind != PORT_COMMAND_EXECUTABLE && request->driver != &spawn_driver ? A_BADARG : NO_TERM;
}
