/* file_job.c - jobs live in magic Binaries: the waiting process holds one reference, the worker another. */
#include "bifs/file_job.h"

#include "vm/base/mem.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"
#include "vm/term/ref.h"

static void job_destroy(Binary *binary)
{
    FileJob *job = (void *)binary->data;

    mem_free(MEM_IO, job->path);
    if (job->bytes)
        binary_release(job->bytes);
}

static Binary *binary_of(FileJob *job) { return CONTAINER_OF((uint8_t *)job, Binary, data); }

FileJob *file_job_new(void) { return (void *)binary_new_magic(sizeof(FileJob), job_destroy)->data; }

static void work(IoJob *io_job)
{
    FileJob *job = (FileJob *)io_job;

    job->run(job);
}

static void done(IoJob *io_job)
{
    FileJob *job = (FileJob *)io_job;
    Process *caller = process_find(job->caller);

    job->done = true;
    if (job->ended)
        job->ended(job, caller != NULL);
    if (caller)
        process_wake(caller);
    binary_release(binary_of(job));
}

static Term finish_1(Process *p, const Term *args);

static TrapBif finish = TRAP_BIF(finish_1, A_ERLANG, A_FILE, 1, 1);

static Term finish_1(Process *p, const Term *args)
{
    FileJob *job = magic_ref_data(args[0], job_destroy);

    return job->done ? job->result(p, job) : wait_for_wake(p, &finish, args);
}

Term file_job_start(Process *p, FileJob *job)
{
    Term reference = magic_ref_new(&p->heap, binary_keep(binary_of(job)));

    job->job = (IoJob){.work = work, .done = done};
    job->caller = p->pid;
    io_worker_submit(&job->job);
    return wait_for_wake(p, &finish, &reference);
}
