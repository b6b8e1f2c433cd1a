#include "vm/proc/seq_trace.h"

#include "vm/term/copy.h"

void seq_trace_token_send(Process *from, Process *to, Message *message)
{
    (void)to;
    message->token = term_copy(&message->heap, from->seq_trace_token);
}

void seq_trace_token_receive(Process *p, Message *message)
{
    if (message->heap.fragments)
        heap_splice(&p->heap, &message->heap);
    p->seq_trace_token = message->token;
}
