#include "fuzz_run.h"

#include <string.h>

#include "io/io_env.h"
#include "io/io_loop.h"
#include "loader/load.h"
#include "vm/ets/ets.h"
#include "vm/exec/engine.h"
#include "vm/exec/exceptions.h"
#include "vm/gc/literal.h"
#include "vm/proc/bif.h"
#include "vm/proc/exit.h"
#include "vm/proc/gc_roots.h"
#include "vm/proc/hooks.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/purge.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/spawn.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/map.h"

#define TURNS_PER_CALL 3
#define TURNS_TO_END 1000
#define MAX_CALLS 12
#define MAX_HEAP_WORDS 200000

/* --- the sandbox ------------------------------------------------------------------------------------ */

/* Modules whose BIFs stay: they touch nothing but terms, tables and the process itself. */
static const char *const allowed_modules[] = {"erlang", "lists", "maps", "binary", "math", "re", "unicode", "ets", "string",
                                              "counters", "atomics", "erts_debug", "persistent_term"};
/* What stays away all the same: it ends the VM, makes processes, or reaches out of it. */
static const char *const denied_prefixes[] = {"halt", "spawn", "open_port", "port", "load", "prepare_loading", "finish_loading",
                                              "purge", "delete_module", "system_", "display", "dist", "set_", "trace",
                                              "send_after", "start_timer", "get_module_info", "process_display", "suspend",
                                              "hibernate", "make_fun", "statistics", "memory", "match_spec_test", "lock_counters",
                                              "copy_shared", "get_internal_state", "internal"};

static bool is_allowed(const BifEntry *bif)
{
    bool is_known = false;

    for (size_t i = 0; i < ARRAY_SIZE(allowed_modules); i++)
        is_known |= strcmp(bif->module, allowed_modules[i]) == 0;
    for (size_t i = 0; i < ARRAY_SIZE(denied_prefixes); i++)
        if (strncmp(bif->name, denied_prefixes[i], strlen(denied_prefixes[i])) == 0)
            return false;
    return is_known;
}

static Term refuse(Process *p, const Term *args) { return raise_badarg(p); }

static void close_sandbox(void)
{
    for (size_t i = 0; i < bif_table_size; i++) {
        const BifEntry *bif = &bif_table[i];
        Export *entry = export_get(atom_from_text(bif->module), atom_from_text(bif->name), bif->arity);

        if (entry->bif && !is_allowed(bif)) {
            entry->bif = refuse;
            engine_set_stub(entry);
        }
    }
}

void fuzz_vm_init(void)
{
    static char *no_environment[] = {NULL};

    io_env_init(no_environment);
    io_init();
    literal_init();
    atom_limit = 1 << 28;
    atom_init();
    engine_init();
    process_hooks.run = engine_run;
    process_hooks.start_call = engine_start_call;
    process_hooks.stacktrace = exception_current_stacktrace;
    process_hooks.check_process_code = purge_check_process;
    process_limit = 1 << 16;
    ets_init();
    bif_init(engine_set_stub);
    close_sandbox();
}

/* --- calls ------------------------------------------------------------------------------------------ */

/* One of each kind, by number. */
static Term argument(Heap *heap, unsigned number)
{
    switch (number % 12) {
    case 0: return small_int(3);
    case 1: return bits_new(heap, "\1\2\3abc", 6);
    case 2: return list_from_text(heap, "abcdef");
    case 3: return tuple_3(heap, A_OK, small_int(1), TERM_NIL);
    case 4: return map_from_pairs(heap, (Term[]){A_TRUE, small_int(1), A_OK, TERM_NIL}, 2);
    case 5: return A_TRUE;
    case 6: return float_new(heap, 1.5);
    case 7: return TERM_NIL;
    case 8: return bits_new(heap, "0123456789012345678901234567890123456789012345678901234567890123456789", 70);
    case 9: return list_from(heap, 2, (Term[]){tuple_2(heap, A_OK, small_int(2)), tuple_2(heap, A_ERROR, small_int(-1))}, TERM_NIL);
    case 10: return small_int(-1);
    default: return export_get(A_ERLANG, A_PLUS, 2) ? tuple_2(heap, small_int(0), A_UNDEFINED) : TERM_NIL;
    }
}

static void run_turns(unsigned most)
{
    while (most-- > 0 && scheduler_run_turn())
        ;
}

static void call(const Export *function, unsigned seed)
{
    Heap heap = {0};
    SpawnOptions options;
    Term args = TERM_NIL;
    Process *p;

    spawn_defaults(&options);
    for (uint32_t i = 0; i < function->arity; i++)
        args = cons(&heap, argument(&heap, seed * 5 + i * 7 + i), args);
    options.module = function->module;
    options.function = function->function;
    options.args = args;
    options.max_heap_words = MAX_HEAP_WORDS;
    options.max_heap_flags = PROCESS_MAX_HEAP_KILL;
    p = process_find(process_spawn(NULL, &options));
    heap_clear(&heap);
    if (!p)
        return;
    message_send(NULL, p, tuple_2(&p->heap, A_OK, small_int(1)));
    message_send(NULL, p, A_TRUE);
    run_turns(TURNS_PER_CALL);
    for (size_t cursor = 0; (p = process_table_next(&cursor));)
        exit_signal(p->pid, p, A_KILL, EXIT_SIGNAL_SENT);
    run_turns(TURNS_TO_END);
}

static void unload(Module *module)
{
    CodeInstance *code = module->loading ? module->loading : NULL;

    module->loading = NULL;
    if (!code) {
        module_retire(module);
        code = module->old;
        module->old = NULL;
    }
    if (code) {
        LiteralArea *literals = code_release(code);

        if (literals)
            literal_area_free(literals);
    }
}

bool fuzz_run_module(const uint8_t *bytes, size_t size)
{
    PreparedModule prepared;
    LoadError error;
    CodeInstance *code;
    Term name;

    if (load_prepare(NO_TERM, bytes, size, 0, &prepared, &error) != LOAD_OK)
        return false;
    code = prepared.code;
    name = prepared.name;
    if (!load_finish(&prepared)) {
        load_discard(&prepared);
        return true;
    }
    if (!module_get(name)->loading)
        for (uint32_t i = 0; i < code->export_count && i < MAX_CALLS; i++)
            call(code->exports[i].export, i);
    unload(module_get(name));
    return true;
}

/* --- C functions ------------------------------------------------------------------------------------- */

Process *fuzz_process(void)
{
    SpawnOptions options;
    Process *p;

    spawn_defaults(&options);
    options.module = A_ERLANG;
    options.function = A_SELF;
    options.args = TERM_NIL;
    p = process_find(process_spawn(NULL, &options));
    p->suspend_count = 1;
    return p;
}

void fuzz_process_clear(Process *p)
{
    process_collect(p, NULL, 0, 0);
}
