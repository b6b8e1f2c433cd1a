#include "vm/proc/crash.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/gc/gc.h"
#include "vm/proc/gc_info.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/link.h"
#include "vm/proc/process_table.h"
#include "vm/term/atom.h"
#include "vm/term/pid.h"
#include "vm/term/print.h"

/* Messages and terms are cut off here. */
#define MAX_TERM_CHARACTERS 10000

static const char *state_text(const Process *p)
{
    switch (p->state) {
    case PROCESS_RUNNING: return "Running";
    case PROCESS_RUNNABLE: return p->suspend_count ? "Suspended" : "Scheduled";
    case PROCESS_WAITING: return "Waiting";
    default: return "Exiting";
    }
}

static void add_term(Text *out, const char *label, Term t)
{
    text_add_string(out, label);
    term_print(out, t, MAX_TERM_CHARACTERS);
    text_add_byte(out, '\n');
}

static void add_mfa(Text *out, const Process *p)
{
    text_add_string(out, "Spawned as: ");
    term_print_atom(out, p->initial_module);
    text_add_byte(out, ':');
    term_print_atom(out, p->initial_function);
    text_printf(out, "/%u\n", (unsigned)p->initial_arity);
}

static void add_process(Text *out, const Process *p)
{
    text_printf(out, "=proc:<0.%llu.%llu>\nState: %s\n", (unsigned long long)pid_number(p->pid),
                (unsigned long long)pid_serial(p->pid), state_text(p));
    if (p->registered_name != NO_TERM)
        add_term(out, "Name: ", p->registered_name);
    add_mfa(out, p);
    add_term(out, "Spawned by: ", p->parent);
    text_printf(out, "Message queue length: %zu\n", p->mailbox.length);
    text_printf(out, "Number of heap fragments: %u\nHeap fragment data: %zu\n", p->heap.fragments ? 1u : 0u,
                heap_fragment_words(&p->heap));
    text_printf(out, "Reductions: %llu\nStack+heap: %zu\nOldHeap: %zu\nHeap unused: %zu\nMemory: %zu\n",
                (unsigned long long)p->reductions, gc_heap_block_words(&p->heap, &p->gc),
                (size_t)(p->gc.old_limit - p->gc.old_start),
                gc_heap_block_words(&p->heap, &p->gc) - gc_info_heap_used(p), process_memory(p));
    if (p->exit_reason != NO_TERM)
        add_term(out, "Exit reason: ", p->exit_reason);
}

static void add_memory(Text *out)
{
    text_printf(out, "=memory\nprocesses: %zu\nbinary: %zu\ncode: %zu\natom: %zu\nets: %zu\nports: %zu\n",
                mem_used(MEM_PROCESS), mem_used(MEM_BINARY), mem_used(MEM_CODE) + mem_used(MEM_LITERAL),
                mem_used(MEM_ATOM), mem_used(MEM_ETS), mem_used(MEM_PORT));
}

static void add_all(Text *out, const char *slogan)
{
    time_t now = time(NULL);
    size_t cursor = 0;
    Process *p;

    text_printf(out, "=erl_crash_dump:0.5\n%s", ctime(&now));
    text_printf(out, "Slogan: %s\nSystem version: Erlang/OTP %s [erts-%s] [ling]\n", slogan,
                options.otp_release ? options.otp_release : "?",
                options.erts_version ? options.erts_version : "?");
    text_printf(out, "Atoms: %u\n", atom_count());
    add_memory(out);
    while ((p = process_table_next(&cursor)))
        add_process(out, p);
    text_add_string(out, "=end\n");
}

/* Zero or no seconds in ERL_CRASH_DUMP_SECONDS switch dumps off, as on stock. */
static bool is_wanted(void)
{
    const char *seconds = getenv("ERL_CRASH_DUMP_SECONDS");
    const char *bytes = getenv("ERL_CRASH_DUMP_BYTES");

    return !(seconds && atoi(seconds) == 0) && !(bytes && atoi(bytes) == 0);
}

void crash_dump(const char *slogan)
{
    const char *path = getenv("ERL_CRASH_DUMP");
    Text text = {0};
    FILE *file;

    if (!is_wanted())
        return;
    if (!path)
        path = "erl_crash.dump";
    file = fopen(path, "w");
    if (!file)
        return;
    fprintf(stderr, "\nCrash dump is being written to: %s...", path);
    add_all(&text, slogan);
    fwrite(text.bytes, 1, text.size, file);
    fclose(file);
    text_free(&text);
    fprintf(stderr, "done\n");
}

void crash(const char *format, ...)
{
    char slogan[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(slogan, sizeof slogan, format, args);
    va_end(args);
    fprintf(stderr, "%s\n", slogan);
    crash_dump(slogan);
    exit(1);
}

void crash_system_process(const Process *p)
{
    Text text = {0};

    term_print(&text, p->exit_reason, MAX_TERM_CHARACTERS);
    crash("System process <0.%llu.%llu> terminated: %s", (unsigned long long)pid_number(p->pid),
          (unsigned long long)pid_serial(p->pid), text_terminated(&text));
}
