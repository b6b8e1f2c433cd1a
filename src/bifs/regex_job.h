/* regex_job.h - a match that takes long, made by a worker thread while only the calling process waits. */
#ifndef LING_REGEX_JOB_H
#define LING_REGEX_JOB_H

#include "bifs/regex.h"
#include "vm/term/off_heap.h"

typedef struct RegexJob RegexJob;

/* Starts it. Takes over the caller's references to `regex`, and to `owner`, which holds the subject; if
 * that is null, the subject is copied. `pid` is woken (process_wake) when the match is made. The result has one
 * reference, to be put into a magic reference. */
Binary *regex_job_start(Term pid, Regex *regex, const RegexMatch *match, Binary *owner);
void regex_job_destroy(Binary *binary);          /* tells such references from others */

/* False: it is still under way. */
bool regex_job_is_done(const RegexJob *job);
RegexResult regex_job_result(const RegexJob *job, const RegexMatch **match, const Regex **regex);

#endif
