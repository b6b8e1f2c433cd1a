#include "fake_vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bifs/signals.h"
#include "io/io_env.h"
#include "io/io_loop.h"
#include "loader/load.h"
#include "otp_root.h"
#include "ports/drivers.h"
#include "vm/base/options.h"
#include "vm/dist/dist_connection.h"
#include "vm/ets/ets.h"
#include "vm/exec/engine.h"
#include "vm/exec/exceptions.h"
#include "vm/gc/literal.h"
#include "vm/port/port.h"
#include "vm/proc/bif.h"
#include "vm/proc/hooks.h"
#include "vm/proc/process_table.h"
#include "vm/proc/purge.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/spawn.h"
#include "vm/term/atom.h"
#include "vm/trace/trace.h"

enum { MAX_CASES = 100, LIMIT = 1 << 20 };

static const Module *cases;
static const char *names[MAX_CASES + 1];
static LoadError error;

/* As main.c does. */
static void init_vm(void)
{
    static char *no_environment[] = {NULL};

    io_env_init(no_environment);
    io_init();
    literal_init();
    atom_limit = LIMIT;
    atom_init();
    engine_init();
    process_hooks.run = engine_run;
    process_hooks.start_call = engine_start_call;
    process_hooks.stacktrace = exception_current_stacktrace;
    process_hooks.check_process_code = purge_check_process;
    process_limit = port_limit = LIMIT;
    trace_init();
    ets_init();
    port_init();
    dist_init();
    drivers_init();
    bif_init(engine_set_stub);
}

static bool load(const char *path)
{
    FILE *file = fopen(path, "rb");
    PreparedModule prepared;
    uint8_t *bytes = NULL;
    long size = 0;
    bool good = false;

    if (file && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0) {
        rewind(file);
        bytes = malloc((size_t)size);
        good = fread(bytes, 1, (size_t)size, file) == (size_t)size
            && load_prepare(NO_TERM, bytes, (size_t)size, 0, &prepared, &error) == LOAD_OK && load_finish(&prepared);
    }
    if (file)
        fclose(file);
    free(bytes);
    return good;
}

/* What their on_load functions do, which init would run. */
static void bind_natives(void)
{
    static const char *const modules[] = {"prim_file", "prim_buffer", "zlib"};

    for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
        const Module *module = module_find(atom_from_text(modules[i]));
        Term reason;

        load_bind_natives(module->current ? module->current : module->loading, small_int(0), &reason);
    }
}

static void list_cases(void)
{
    const CodeInstance *code = cases->current;
    size_t count = 0, size;

    for (uint32_t i = 0; i < code->function_count && count < MAX_CASES; i++)
        for (uint32_t j = 0; j < code->export_count; j++) {
            const Export *export = code->exports[j].export;

            if (export->function == code->functions[i].name && export->arity == 0 && code->functions[i].arity == 0)
                names[count++] = strdup(atom_text(export->function, &size));
        }
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], "module_info") == 0)
            names[i] = names[--count];
    names[count] = NULL;
}

const char *fake_vm_start(const char *cases_path)
{
    static char why[512];
    OtpRoot otp;

    if (!otp_root_find(NULL, false, &otp, why, sizeof why))
        return why;
    options.bindir = "/fake/bin";
    init_vm();
    fake_script_init();
    if (!load_preloaded(otp.preloaded, &error) || !load(cases_path))
        return error.text;
    bind_natives();
    cases = module_find(atom_from_text("fake_cases"));
    list_cases();
    return NULL;
}

const char *const *fake_vm_cases(void) { return names; }

const char *fake_vm_run(const char *name)
{
    SpawnOptions spawn;
    Heap heap = {0};

    spawn_defaults(&spawn);
    spawn.module = cases->name;
    spawn.function = atom_from_text("run");
    spawn.args = cons(&heap, atom_from_text(name), TERM_NIL);
    process_spawn(NULL, &spawn);
    scheduler_loop();
    return strcmp(fake_script_result(), "ok") == 0 ? NULL : fake_script_result();
}
