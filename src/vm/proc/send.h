/* send.h - Destination ! Message. */
#ifndef LING_SEND_H
#define LING_SEND_H

#include "vm/proc/process.h"

typedef enum SendResult {
    SEND_DONE,
    SEND_BAD_DESTINATION,   /* raise badarg */
    SEND_BUSY_PORT,         /* nothing is done yet: a command to a port that is busy */
    SEND_REMOTE             /* nothing is done yet: it is on another node (vm/dist/dist_send.h) */
} SendResult;

/* Sends to a pid, port, alias, registered name, or {Name, Node}. A pid or alias that stands for nothing
 * swallows the message; a name that does must exist. */
SendResult process_send(Process *from, Term destination, Term message);

#endif
