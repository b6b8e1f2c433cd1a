/* dist_dispatch.h - what other nodes ask for: control messages, checked and carried out. */
#ifndef LING_DIST_DISPATCH_H
#define LING_DIST_DISPATCH_H

#include "vm/dist/dist_input.h"

typedef enum DistVerdict {
    DIST_FINE,
    DIST_INVALID,          /* no control message of the protocol */
    DIST_BROKEN            /* the payload is no term */
} DistVerdict;

DistVerdict dist_dispatch(DistNode *node, Term control, DistPayload *payload);

#endif
