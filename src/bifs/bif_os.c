/* bif_os.c - the environment, and signals from the operating system. */
#include <stdio.h>
#include <string.h>

#include "bifs.h"
#include "bifs/break_menu.h"
#include "bifs/signals.h"
#include "bifs/system_text.h"
#include "io/io_env.h"
#include "io/io_process.h"
#include "io/io_signal.h"
#include "io/io_terminal.h"
#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/registry.h"

/* --- environment ------------------------------------------------------------------------------------------ */

/* The name of a variable, or null. */
static char *variable_name(Term t)
{
    char *name = system_text_of_list(t);

    if (name && strchr(name, '=')) {
        mem_free(MEM_SYSTEM, name);
        return NULL;
    }
    return name;
}

Term bif_os_getenv_1(Process *p, const Term *args)
{
    char *name = variable_name(args[0]);
    const char *value;

    if (!name)
        return raise_badarg(p);
    value = io_env_get(name);
    mem_free(MEM_SYSTEM, name);
    return value ? system_text_list(&p->heap, value, strlen(value)) : A_FALSE;
}

Term bif_os_putenv_2(Process *p, const Term *args)
{
    char *name = variable_name(args[0]);
    char *value = name ? system_text_of_list(args[1]) : NULL;
    Term result = A_TRUE;

    if (value)
        io_env_set(name, value);
    else
        result = raise_badarg(p);
    mem_free(MEM_SYSTEM, name);
    mem_free(MEM_SYSTEM, value);
    return result;
}

Term bif_os_unsetenv_1(Process *p, const Term *args)
{
    char *name = variable_name(args[0]);

    if (!name)
        return raise_badarg(p);
    io_env_unset(name);
    mem_free(MEM_SYSTEM, name);
    return A_TRUE;
}

Term bif_os_env_0(Process *p, const Term *args)
{
    char *const *all = io_env_all();
    Term list = TERM_NIL;

    for (size_t i = io_env_count(); i > 0; i--) {
        const char *entry = all[i - 1], *equals = strchr(entry, '=');
        Term name = system_text_list(&p->heap, entry, (size_t)(equals - entry));
        Term value = system_text_list(&p->heap, equals + 1, strlen(equals + 1));

        list = cons(&p->heap, tuple_2(&p->heap, name, value), list);
    }
    return list;
}

Term bif_os_getpid_0(Process *p, const Term *args)
{
    char text[32];

    snprintf(text, sizeof text, "%lld", (long long)io_process_own_id());
    return list_from_text(&p->heap, text);
}

enum { STANDARD_INPUT = 0 };

/* --- signals ------------------------------------------------------------------------------------------------ */

static const struct {
    Term name;
    IoSignal signal;
} signals[] = {{A_SIGHUP, IO_SIGHUP}, {A_SIGQUIT, IO_SIGQUIT}, {A_SIGABRT, IO_SIGABRT}, {A_SIGALRM, IO_SIGALRM},
               {A_SIGTERM, IO_SIGTERM}, {A_SIGUSR1, IO_SIGUSR1}, {A_SIGUSR2, IO_SIGUSR2}, {A_SIGCHLD, IO_SIGCHLD},
               {A_SIGSTOP, IO_SIGSTOP}, {A_SIGTSTP, IO_SIGTSTP}};

/* {notify, Name} to the process that handles signals. */
static void signal_arrived(IoSignal signal)
{
    Process *server = registry_process(A_ERL_SIGNAL_SERVER);

    if (signal == IO_SIGINT)
        break_menu();
    else if (signal == IO_SIGCONT)
        io_terminal_resume();       /* whoever had the terminal meanwhile has changed its mode */
    for (size_t i = 0; server && i < ARRAY_SIZE(signals); i++) {
        if (signals[i].signal == signal) {
            Heap heap = {0};

            message_send(NULL, server, tuple_2(&heap, A_NOTIFY, signals[i].name));
            heap_clear(&heap);
        }
    }
}

void signals_init(void)
{
    io_signal_on_arrival(signal_arrived);
    io_signal_set(IO_SIGTERM, IO_SIGNAL_HANDLE);
    io_signal_set(IO_SIGUSR1, IO_SIGNAL_HANDLE);
    io_signal_set(IO_SIGCONT, IO_SIGNAL_HANDLE);
    switch (options.break_mode) {
    case BREAK_IGNORED:             /* nothing that can be typed at the terminal ends or stops the VM */
        io_signal_set(IO_SIGINT, IO_SIGNAL_IGNORE);
        io_signal_set(IO_SIGQUIT, IO_SIGNAL_IGNORE);
        io_signal_set(IO_SIGTSTP, IO_SIGNAL_IGNORE);
        break;
    case BREAK_TO_SHELL: io_terminal_take_interrupt(STANDARD_INPUT); /* fall through */
    case BREAK_MENU:
        io_signal_set(IO_SIGINT, IO_SIGNAL_HANDLE);
        io_signal_set(IO_SIGQUIT, IO_SIGNAL_HANDLE);
        break;
    case BREAK_DISABLED: break;
    }
}

Term bif_os_set_signal_2(Process *p, const Term *args)
{
    IoSignalAction action;

    if (args[1] == A_IGNORE)
        action = IO_SIGNAL_IGNORE;
    else if (args[1] == A_DEFAULT)
        action = IO_SIGNAL_DEFAULT;
    else if (args[1] == A_HANDLE)
        action = IO_SIGNAL_HANDLE;
    else
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        /* Nothing changes what SIGSTOP does; that is no error. */
        if (signals[i].name == args[0] && (io_signal_set(signals[i].signal, action) || args[0] == A_SIGSTOP))
            return A_OK;
    return raise_badarg(p);
}
