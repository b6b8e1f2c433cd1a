/* trace_actions.h - what bodies of match specifications may do to traced processes. */
#ifndef LING_TRACE_ACTIONS_H
#define LING_TRACE_ACTIONS_H

#include "vm/match/match.h"

/* For match_run_trace, copied by each run: the process is the one that runs, p->gc.stack_top its stack. */
extern const MatchTrace trace_actions;

#endif
