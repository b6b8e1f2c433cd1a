/* verify_heap.h - what the verifier knows about the heap: room that was made, and what lies there half done.
 *
 * Instructions that build without looking (put_list, put_tuple2 ...) need room that a test_heap made before, with
 * nothing between that could use it up; where there is none, a test_heap is put in. Tuples that
 * erlang:setelement/3 has just made may be changed in place, and a bitstring that bs_init2 has just begun may be
 * filled: until anything may collect. */
#ifndef LING_VERIFY_HEAP_H
#define LING_VERIFY_HEAP_H

#include "loader/verify_flow.h"

/* Before the instruction takes effect: makes sure of room, and that what it fills is there. */
void heap_need(Verifier *v, const Instruction *in);
/* After it. */
void heap_apply(Verifier *v, const Instruction *in);
/* Nothing is known of the heap any more. */
void heap_forget(State *state);

#endif
