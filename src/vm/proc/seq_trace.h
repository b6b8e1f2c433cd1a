/* seq_trace.h - the sequential trace token, which travels with messages.
 *
 * The token of a process is [] or {Flags, Label, Serial, From, LastSerial}, on its heap. */
#ifndef LING_SEQ_TRACE_H
#define LING_SEQ_TRACE_H

#include "vm/proc/process.h"

/* Gives `message`, which is about to be sent, the sender's token. */
void seq_trace_token_send(Process *from, Process *to, Message *message);
/* The token of a message that has been taken becomes the process's. */
void seq_trace_token_receive(Process *p, Message *message);

#endif
