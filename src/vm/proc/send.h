/* send.h - Destination ! Message. */
#ifndef LING_SEND_H
#define LING_SEND_H

#include "vm/proc/process.h"

typedef enum SendResult {
    SEND_DONE,
    SEND_BAD_DESTINATION,   /* raise badarg */
    SEND_NOT_CONNECTED,     /* to another node: there is no connection; the caller traps to dsend */
    SEND_BUSY               /* to a busy port */
} SendResult;

/* Sends to a pid, port, alias, registered name, or {Name, Node}. A pid or alias that stands for nothing
 * swallows the message; a name that does must exist. */
SendResult process_send(Process *from, Term destination, Term message);

#endif
