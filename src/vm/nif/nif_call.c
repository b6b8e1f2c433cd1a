#include "vm/nif/nif_call.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/nif/nif_dirty.h"
#include "vm/nif/nif_env.h"
#include "vm/nif/nif_resource.h"
#include "vm/proc/scheduler.h"
#include "vm/term/ref.h"

/* What a step adds to the arguments of the call. */
#define STEP_ARGS 2
#define MAX_NIF_ARITY 250

static Term again(Process *p, const Term *args);

NifFunction *nif_function_new(NifLibrary *library, const ErlNifFunc *from, Term module, Term name)
{
    NifFunction *function = mem_alloc_zero(MEM_CODE, sizeof *function);

    function->export.module = module;
    function->export.function = name;
    function->export.arity = from->arity;
    function->code = from->fptr;
    function->flags = from->flags;
    function->library = library;
    function->again = (TrapBif){.function = again, .module = module, .name = name, .arity = from->arity + STEP_ARGS,
                                .shown = from->arity};
    return function;
}

/* --- steps ------------------------------------------------------------------------------------------ */

/* One more function to call for a call that goes on. Held by its process, and by the thread that runs it. */
typedef struct NifStep {
    const NifFunction *function;
    NifCode code;
    DirtyJob job;              /* dirty: the call, on a heap of its own */
    bool is_dirty;
} NifStep;

static void step_destroy(Binary *binary)
{
    NifStep *step = (void *)binary->data;

    if (step->is_dirty)
        dirty_job_clear(&step->job);
    nif_library_unuse(step->function->library);
}

static Binary *binary_of(NifStep *step) { return CONTAINER_OF((uint8_t *)step, Binary, data); }

static NifStep *step_new(const NifFunction *function, NifCode code)
{
    NifStep *step = (void *)binary_new_magic(sizeof *step, step_destroy)->data;

    step->function = function;
    step->code = code;
    nif_library_use(function->library);
    return step;
}

/* The job's thread gives its reference back. */
static void job_ended(DirtyJob *job)
{
    binary_release(binary_of(CONTAINER_OF(job, NifStep, job)));
}

/* `args`: a tuple, or NO_TERM: those of the first call. `first` are these. */
static Term go_on(Process *p, const NifFunction *function, NifStep *step, Term args, const Term *first)
{
    Term all[STEP_ARGS + MAX_NIF_ARITY];
    TrapBif *target = (TrapBif *)&function->again;

    all[0] = magic_ref_new(&p->heap, binary_of(step));
    all[1] = args == NO_TERM ? TERM_NIL : args;
    memcpy(all + STEP_ARGS, first, function->export.arity * sizeof(Term));
    return step->is_dirty ? wait_for_wake(p, target, all) : yield_to_bif(p, target, all);
}

static Term start_dirty(Process *p, const NifFunction *function, NifCode code, unsigned flags, const Term *args, uint32_t argc,
                        const Term *first)
{
    NifStep *step = step_new(function, code);

    step->is_dirty = true;
    binary_keep(binary_of(step));
    dirty_job_start(&step->job, flags, code, p, function->library, args, argc, job_ended);
    p->flags |= PROCESS_IN_DIRTY_CALL;
    return go_on(p, function, step, NO_TERM, first);
}

/* What a call has left in its environment, whose terms are on the process's heap by now. `first`: the arguments of the first
 * call. */
static Term conclude(Process *p, const NifFunction *function, ErlNifEnv *env, Term result, const Term *first)
{
    const NifNext *next = &env->next;

    if (UNLIKELY(env->has_exception))
        return raise_error(p, env->reason);
    if (LIKELY(!next->code))
        return LIKELY(result != NO_TERM) ? result : raise_badarg(p);
    if (next->flags)
        return start_dirty(p, function, next->code, next->flags, tuple_elements(next->args),
                           (uint32_t)tuple_size(next->args), first);
    return go_on(p, function, step_new(function, next->code), next->args, first);
}

/* --- calls ------------------------------------------------------------------------------------------ */

static Term run(Process *p, const NifFunction *function, NifCode code, const Term *args, uint32_t argc, const Term *first)
{
    ErlNifEnv env;
    unsigned depth;
    Term result;

    if (UNLIKELY(nif_callbacks_are_due))
        nif_resource_run_callbacks();
    nif_env_of_process(&env, p, function->library);
    depth = gate_release();
    result = from_nif(code(&env, (int)argc, (const ERL_NIF_TERM *)(const void *)args));
    gate_retake(depth);
    nif_env_end(&env);
    return conclude(p, function, &env, result, first);
}

Term nif_call(Process *p, const NifFunction *function, Term *x)
{
    uint32_t arity = function->export.arity;

    if (UNLIKELY(function->flags))
        return start_dirty(p, function, function->code, function->flags, x, arity, x);
    return run(p, function, function->code, x, arity, x);
}

static Term finish_dirty(Process *p, NifStep *step, const Term *args)
{
    DirtyJob *job = &step->job;

    if (!job->is_done)
        return wait_for_wake(p, (TrapBif *)&step->function->again, args);
    p->flags &= ~(uint32_t)PROCESS_IN_DIRTY_CALL;
    heap_splice(&p->heap, &job->env.own_heap);
    return conclude(p, step->function, &job->env, job->result, args + STEP_ARGS);
}

static Term again(Process *p, const Term *args)
{
    NifStep *step = magic_ref_data(args[0], step_destroy);

    if (step->is_dirty)
        return finish_dirty(p, step, args);
    return run(p, step->function, step->code, tuple_elements(args[1]), (uint32_t)tuple_size(args[1]), args + STEP_ARGS);
}

/* --- the interface ---------------------------------------------------------------------------------- */

ERL_NIF_TERM enif_raise_exception(ErlNifEnv *env, ERL_NIF_TERM reason)
{
    env->has_exception = true;
    env->reason = from_nif(reason);
    return to_nif(NO_TERM);
}

ERL_NIF_TERM enif_make_badarg(ErlNifEnv *env) { return enif_raise_exception(env, to_nif(A_BADARG)); }

int enif_has_pending_exception(ErlNifEnv *env, ERL_NIF_TERM *reason)
{
    if (env->has_exception && reason)
        *reason = to_nif(env->reason);
    return env->has_exception;
}

int enif_consume_timeslice(ErlNifEnv *env, int percent)
{
    int64_t share = MIN(MAX(percent, 1), 100);

    if (!env->process)
        return 0;
    bif_consume(env->process, share * SCHEDULER_TURN_REDUCTIONS / 100);
    return bif_must_yield(env->process);
}

ERL_NIF_TERM enif_schedule_nif(ErlNifEnv *env, const char *fun_name, int flags, NifCode fp, int argc,
                               const ERL_NIF_TERM argv[])
{
    if (argc > MAX_NIF_ARITY || flags < 0 || flags > (ERL_NIF_DIRTY_JOB_CPU_BOUND | ERL_NIF_DIRTY_JOB_IO_BOUND) || env->pid == NO_TERM)
        return enif_make_badarg(env);
    if (enif_is_exception(env, enif_make_atom(env, fun_name)))
        return to_nif(NO_TERM);
    env->next.code = fp;
    env->next.flags = (unsigned)flags;
    env->next.args = nif_tuple_from(env->heap, (size_t)argc, argv);
    return to_nif(NO_TERM);
}
