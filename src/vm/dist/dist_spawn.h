/* dist_spawn.h - processes asked for on other nodes, and for other nodes here.
 *
 * A request that waits for its answer is a Monitor of kind MONITOR_SPAWN; the answer makes it the monitor of the new
 * process, if one was asked for. */
#ifndef LING_DIST_SPAWN_H
#define LING_DIST_SPAWN_H

#include "vm/dist/dist_node.h"
#include "vm/proc/spawn_options.h"

/* --- asking ------------------------------------------------------------------------------------------------ */

/* What the asking process wants to know. */
typedef struct DistSpawnRequest {
    bool link, monitor;
    MonitorOptions monitor_options;
    SpawnReply reply;
} DistSpawnRequest;

/* `p` asked `node` for a process, under the reference `ref`. */
void dist_spawn_expect(Process *p, DistNode *node, Term ref, const DistSpawnRequest *request);
/* {Tag, Ref, error, Reason} to p itself, if that wants it. */
void dist_spawn_refused(Process *p, Term ref, const DistSpawnRequest *request, Term reason);
/* The answer came: `result` is a pid, or an error's name. */
void dist_spawn_answered(DistNode *node, Term ref, Term parent, unsigned flags, Term result, Term token);
/* Nobody waits for the answer any more. False: `ref` is no request of p's that is open. */
bool dist_spawn_abandon(Process *p, Term ref);
/* The asking process ends; the caller frees the monitor. */
void dist_spawn_parent_ends(Monitor *monitor, Term reason);
void dist_spawn_forget_abandoned(DistNode *node);

/* --- serving ------------------------------------------------------------------------------------------------- */

/* Terms of a request from `node`; `parent` and `ref` are external. */
typedef struct DistSpawn {
    DistNode *node;
    Term ref, parent, group_leader, mfa, options, args, token;
} DistSpawn;

/* Makes the process and answers, or answers why not. False: the request is malformed. */
bool dist_spawn_serve(const DistSpawn *spawn);

#endif
