#include "vm/nif/nif_dirty.h"

#include "io/io_thread.h"
#include "vm/base/mem.h"
#include "vm/nif/nif_system.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/proc/tracing.h"
#include "vm/term/copy.h"

_Thread_local int nif_dirty_thread_type = ERL_NIF_THR_UNDEFINED;

/* Jobs of one kind, and the threads that do them. They start when there is work for them, and stay. */
typedef struct DirtyPool {
    DirtyJob *first, **last;
    IoCond *has_jobs;
    size_t threads, idle_threads, waiting_jobs;
    int type;
    const char *name;
} DirtyPool;

static DirtyPool pools[] = {
    {.last = &pools[0].first, .type = ERL_NIF_THR_DIRTY_CPU_SCHEDULER, .name = "dirty_cpu"},
    {.last = &pools[1].first, .type = ERL_NIF_THR_DIRTY_IO_SCHEDULER, .name = "dirty_io"},
};
static IoMutex *mutex;
static DirtyJob *done_first, **done_last = &done_first;

/* --- on a dirty thread ------------------------------------------------------------------------------ */

static DirtyJob *take_job(DirtyPool *pool)
{
    DirtyJob *job;

    while (!pool->first) {
        pool->idle_threads++;
        io_cond_wait(pool->has_jobs, mutex);
        pool->idle_threads--;
    }
    job = pool->first;
    pool->first = job->next;
    if (!pool->first)
        pool->last = &pool->first;
    pool->waiting_jobs--;
    return job;
}

static void *work(void *context)
{
    DirtyPool *pool = context;

    nif_dirty_thread_type = pool->type;
    io_mutex_lock(mutex);
    for (;;) {
        DirtyJob *job = take_job(pool);

        io_mutex_unlock(mutex);
        job->result = from_nif(job->code(&job->env, (int)job->argc, (const ERL_NIF_TERM *)(const void *)job->args));
        nif_env_end(&job->env);
        io_mutex_lock(mutex);
        job->next = NULL;
        *done_last = job;
        done_last = &job->next;
        gate_call_attention();
    }
    return NULL;
}

/* --- on the VM's thread ----------------------------------------------------------------------------- */

static size_t most_threads(const DirtyPool *pool)
{
    return pool == &pools[0] ? DIRTY_CPU_THREADS : DIRTY_IO_THREADS;
}

static void submit(DirtyPool *pool, DirtyJob *job)
{
    if (!mutex) {
        mutex = io_mutex_new("dirty jobs");
        pools[0].has_jobs = io_cond_new("dirty cpu jobs");
        pools[1].has_jobs = io_cond_new("dirty io jobs");
    }
    io_mutex_lock(mutex);
    job->next = NULL;
    *pool->last = job;
    pool->last = &job->next;
    pool->waiting_jobs++;
    if (pool->waiting_jobs > pool->idle_threads && pool->threads < most_threads(pool)
        && io_thread_start_detached(pool->name, work, pool))
        pool->threads++;
    io_cond_signal(pool->has_jobs);
    io_mutex_unlock(mutex);
}

void dirty_job_start(DirtyJob *job, unsigned flags, NifCode code, Process *p, NifLibrary *library, const Term *args,
                     uint32_t argc, void (*ended)(DirtyJob *job))
{
    nif_env_of_own(&job->env, p->pid, library);
    job->env.is_dirty = true;
    job->code = code;
    job->argc = argc;
    job->ended = ended;
    job->args = mem_alloc(MEM_PROCESS, argc * sizeof *job->args + 1);
    for (uint32_t i = 0; i < argc; i++)
        job->args[i] = term_copy_all(&job->env.own_heap, args[i]);
    submit(&pools[flags & ERL_NIF_DIRTY_JOB_IO_BOUND ? 1 : 0], job);
}

void dirty_job_clear(DirtyJob *job)
{
    nif_env_clear(&job->env);
    mem_free(MEM_PROCESS, job->args);
}

static DirtyJob *take_done(void)
{
    DirtyJob *jobs;

    if (!mutex)
        return NULL;
    io_mutex_lock(mutex);
    jobs = done_first;
    done_first = NULL;
    done_last = &done_first;
    io_mutex_unlock(mutex);
    return jobs;
}

void dirty_jobs_collect(void)
{
    DirtyJob *job = take_done();

    while (job) {
        DirtyJob *next = job->next;
        Process *p = process_find(job->env.pid);

        job->is_done = true;
        if (p && is_tracing(p, TRACE_TURNS))
            trace_sink.turn(p, A_OUT);
        if (p)
            process_wake(p);
        job->ended(job);
        job = next;
    }
}
