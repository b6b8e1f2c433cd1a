/* system_profile.h - erlang:system_profile: one process or port that is told who can run, and who no longer. */
#ifndef LING_SYSTEM_PROFILE_H
#define LING_SYSTEM_PROFILE_H

#include "vm/proc/process.h"

typedef struct SystemProfile {
    Term profiler;                 /* NO_TERM: nobody is told anything, the rest is zero */
    bool processes, ports, scheduler, exclusive;
    uint32_t stamp;                /* TRACE_STAMP_* (tracing.h) */
} SystemProfile;

extern SystemProfile system_profile;

/* {profile, Pid, active | inactive, {M, F, A} | 0, Stamp}; called if system_profile.processes. */
void system_profile_process(Process *p, Term state);
/* {profile, Port, active | inactive, 0, Stamp}; called if system_profile.ports. */
void system_profile_port(Term port, Term state);
/* {profile, scheduler, 1, active | inactive, Number, Stamp}; called if system_profile.scheduler. */
void system_profile_scheduler(Term state);
/* `p` ends. */
void system_profile_forget(const Process *p);

#endif
