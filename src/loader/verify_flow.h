/* verify_flow.h - the verifier's walk over one function: where control comes from, what is known there.
 *
 * The walk goes over the instructions once, in order. What is known at a label is what all ways to it
 * have in common; when a jump backwards takes something away, the function is walked again. */
#ifndef LING_VERIFY_FLOW_H
#define LING_VERIFY_FLOW_H

#include "loader/load_error.h"
#include "loader/verify_state.h"

#define VERIFY_MAX_LIVE 1023

/* An instruction to be put before the one at `before`. */
typedef struct Insertion {
    uint32_t before;
    bool before_label;
    Instruction instruction;
} Insertion;

typedef struct Verifier {
    CodeIr *ir;
    LoadError *error;
    bool failed;
    /* The function at hand. The .state of a label's note is the index into `states` + 1; 0: not reached yet. */
    FunctionIr *function;
    uint32_t function_index;
    uint32_t words;                /* width of its sets of registers */
    uint32_t at;                   /* instruction */
    bool is_reached;
    bool must_repeat;              /* a label behind us learned that it knew too much */
    State now;
    State *states;
    uint32_t state_count, state_capacity;
    Insertion *insertions;
    uint32_t insertion_count, insertion_capacity;
} Verifier;

/* Does the label stand in the function at hand? */
static inline bool flow_is_here(const Verifier *v, int64_t label)
{
    return home_function(v->ir->label_homes[label]) == v->function_index;
}
/* The first call counts. */
void flow_fail(Verifier *v, const char *why);
/* Control may go from here to `label` with what `now` knows. */
void flow_branch(Verifier *v, uint32_t label);
/* The instruction at hand stands at a label. */
void flow_arrive(Verifier *v, const Instruction *in);
/* Does `in` handle an exception although there is none now? A call that the compiler knows not to return may
 * stand before it. */
bool flow_must_not_enter(const Verifier *v, const Instruction *in);
/* Puts an instruction before the one at hand. `before_label`: only for those who do not come by the label. */
void flow_insert(Verifier *v, bool before_label, Instruction instruction);
/* The stack may be scanned now, so the rest of the frame is filled with []. */
void flow_complete_frame(Verifier *v, bool before_label);

/* Before the message that loop_rec found is left where it is: nothing may refer to it any more. */
void flow_drop_message(Verifier *v);

void flow_read(Verifier *v, const Operand *o);
void flow_write(Verifier *v, const Operand *o, Fact fact);
/* x0 .. count - 1 must hold something. */
void flow_need_arguments(Verifier *v, int64_t count);
void flow_need_frame(Verifier *v, bool wanted, const char *why);
void flow_make_frame(Verifier *v, int64_t words);
void flow_drop_frame(Verifier *v, int64_t words);
void flow_trim_frame(Verifier *v, int64_t words, int64_t left);
/* Of the x registers only `count` from `first` on hold something. */
void flow_keep_x_range(Verifier *v, unsigned first, unsigned count);

#endif
