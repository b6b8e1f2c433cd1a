/* spawn_options.h - option lists of spawn_opt, spawn_request, monitor and alias. */
#ifndef LING_SPAWN_OPTIONS_H
#define LING_SPAWN_OPTIONS_H

#include "vm/proc/spawn.h"

/* What spawn_request/5 sends back. */
typedef struct SpawnReply {
    bool wanted;               /* spawn_request: these options are allowed */
    bool on_success, on_error;
    Term tag;
} SpawnReply;

typedef enum OptionsResult { OPTIONS_OK, OPTIONS_BAD, OPTIONS_IMPROPER } OptionsResult;

/* `list` may be anything. */
OptionsResult spawn_options_parse(Term list, SpawnOptions *options, SpawnReply *reply);
/* {reply, When}. False, with `reply` as it was: these options are not allowed, or `when` is none of the four atoms. */
bool spawn_reply_parse(Term when, SpawnReply *reply);
/* [{alias, How} | {tag, Term}] */
bool monitor_options_parse(Term list, MonitorOptions *options);
/* explicit_unalias, demonitor, reply_demonitor as MONITOR_ALIAS_*; false: it is none of these. */
bool alias_kind_parse(Term how, uint32_t *alias);
bool priority_parse(Term name, Priority *priority);
Term priority_name(Priority priority);
/* A heap size as stock rounds it. False: no non-negative small integer. */
bool heap_size_parse(Term value, size_t smallest, size_t *words);

#endif
