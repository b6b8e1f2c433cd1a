/* seq_trace.h - the sequential trace token, which travels with messages.
 *
 * The token of a process is [] or {Flags, Label, Serial, From, LastSerial}, on its heap. It goes
 * with every message, and becomes the token of whoever receives it. What its flags ask for is reported to the system's
 * tracer as {seq_trace, Label, {Type, {Last, Serial}, From, To, Message}}. */
#ifndef LING_SEQ_TRACE_H
#define LING_SEQ_TRACE_H

#include "vm/proc/process.h"

enum {
    SEQ_TRACE_SEND = 1, SEQ_TRACE_RECEIVE = 2, SEQ_TRACE_PRINT = 4,
    SEQ_TRACE_TIMESTAMP = 8, SEQ_TRACE_STRICT_MONOTONIC = 16, SEQ_TRACE_MONOTONIC = 32
};

enum { SEQ_TOKEN_FLAGS = 1, SEQ_TOKEN_LABEL, SEQ_TOKEN_SERIAL, SEQ_TOKEN_FROM, SEQ_TOKEN_LAST };

/* The process or port that reports go to; NO_TERM: none. */
Term seq_trace_tracer(void);
void seq_trace_set_tracer(Term tracer);

/* Sets one element (SEQ_TOKEN_*) of p's token, which is made if there is none. */
void seq_trace_token_set(Process *p, unsigned element, Term value);
/* SEQ_TRACE_*; 0: no flag. */
unsigned seq_trace_flag(Term name);
/* seq_trace:set_token/2. The old value, on p's heap; NO_TERM: there is no such item, or value. `value` lies on p's heap. */
Term seq_trace_change(Process *p, Term item, Term value);
/* seq_trace:get_token/1: {Item, Value}, or [] for label and serial of no token; NO_TERM: no such item. */
Term seq_trace_info(const Process *p, Heap *heap, Term item);
/* One more event of p's; those of the tracer itself are neither counted nor reported. */
void seq_trace_count(Process *p);
/* Reports `message` if the token's flags ask for `type` and `p`, who does it (null: this node itself), is not sensitive.
 * `to` is a pid, a node or []. */
void seq_trace_report(const Process *p, Term token, Term message, unsigned type, Term to);

/* Gives `message`, which is about to be sent, the sender's token; reports show that it goes to `name`. */
void seq_trace_token_send(Process *from, Term name, Message *message);
/* The token that goes with a message to another node. */
Term seq_trace_token_abroad(Process *from, Term to, Term message);
/* The token of a message that has been taken becomes the process's. */
void seq_trace_token_receive(Process *p, Message *message);
/* A new process has its parent's token (there is one), as if it had got `request` as a message. */
void seq_trace_spawned(Process *parent, Process *child, Term request);
/* ... and has sent `reply` to its parent. */
void seq_trace_spawn_replied(Process *parent, Process *child, Term reply);
/* A new process was asked for by another node, with `token` (not []): as if `request` had come as a message, and the one
 * with the arguments is to come. */
void seq_trace_spawned_from_abroad(Process *child, Term token, Term request);
/* ... and has come. */
void seq_trace_args_from_abroad(Process *child, Term token, Term args);
/* This node could not do it, and answers itself, with the token that is returned. */
Term seq_trace_refused_from_abroad(Heap *heap, Term token, Term request, Term reply, Term to);
/* Forgets all tokens of `p`, also those in its mailbox: reset_trace. */
void seq_trace_reset(Process *p);

#endif
