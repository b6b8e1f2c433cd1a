/* trace_frames.h - what traced calls leave on the stack.
 *
 * A traced call that shall tell of its return puts a frame between the callee and the return address of its
 * caller. It begins, at the stack top, with the address of code of its own, followed by data:
 *
 *     trace_return_code, trace_exception_code   {M, F, Arity}, tracer (true, pid, port, {Module, State})
 *     trace_return_to_code
 *     trace_time_code                            the function before, as call_time.h names it
 */
#ifndef LING_TRACE_FRAMES_H
#define LING_TRACE_FRAMES_H

#include "vm/proc/process.h"

extern Word trace_return_code[1], trace_exception_code[1], trace_return_to_code[1], trace_time_code[1];
/* Most that one call leaves. */
#define TRACE_FRAMES_WORDS 12

void trace_frames_init(void);
/* Words of the frame that starts with this return address; 0: it is no such frame. */
static inline size_t trace_frame_words(Word address)
{
    const Word *code = return_address_code(address);

    if (code == trace_return_code || code == trace_exception_code)
        return 3;
    if (code == trace_return_to_code)
        return 1;
    return code == trace_time_code ? 2 : 0;
}
/* The first return address at `slot` or above that is an ordinary one: code that was called, not a frame.
 * Frames and return addresses follow each other from `slot` on. */
const Word *trace_frames_caller(const Word *slot);
/* Is there one of `code` among the frames at `slot`? */
bool trace_frames_have(const Word *slot, const Word *code);

#endif
