#include "bifs/regex_job.h"

#include <string.h>

#include "io/io_worker.h"
#include "vm/base/mem.h"
#include "vm/proc/process_table.h"
#include "vm/proc/scheduler.h"

struct RegexJob {
    IoJob job;
    Binary *self;               /* the worker's reference */
    Term pid;
    Regex *regex;
    Binary *owner;
    uint8_t *copy;
    RegexMatch match;
    RegexResult result;
    bool done;
};

void regex_job_destroy(Binary *binary)
{
    RegexJob *job = (RegexJob *)binary->data;

    if (job->owner)
        binary_release(job->owner);
    mem_free(MEM_SYSTEM, job->copy);
    mem_free(MEM_SYSTEM, job->match.ranges);
    regex_release(job->regex);
}

static void match_on_worker(IoJob *io_job)
{
    RegexJob *job = CONTAINER_OF(io_job, RegexJob, job);

    job->result = regex_match(job->regex, &job->match);
}

static void wake_caller(IoJob *io_job)
{
    RegexJob *job = CONTAINER_OF(io_job, RegexJob, job);
    Process *p = process_find(job->pid);

    job->done = true;
    if (p)
        process_wake(p);
    binary_release(job->self);
}

Binary *regex_job_start(Term pid, Regex *regex, const RegexMatch *match, Binary *owner)
{
    Binary *binary = binary_new_magic(sizeof(RegexJob), regex_job_destroy);
    RegexJob *job = (RegexJob *)binary->data;

    job->self = binary_keep(binary);
    job->pid = pid;
    job->regex = regex;
    job->owner = owner;
    job->match = *match;
    job->match.ranges = mem_alloc(MEM_SYSTEM, (regex_group_count(regex) + 1) * 2 * sizeof(size_t));
    if (!owner) {
        job->copy = mem_alloc(MEM_SYSTEM, match->size + 1);
        memcpy(job->copy, match->subject, match->size);
        job->match.subject = job->copy;
    }
    job->job = (IoJob){.work = match_on_worker, .done = wake_caller};
    io_worker_submit(&job->job);
    return binary;
}

bool regex_job_is_done(const RegexJob *job)
{
    return job->done;
}

RegexResult regex_job_result(const RegexJob *job, const RegexMatch **match, const Regex **regex)
{
    *match = &job->match;
    *regex = job->regex;
    return job->result;
}
