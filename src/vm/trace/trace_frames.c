#include "vm/trace/trace_frames.h"

#include "vm/code/ops.h"
#include "vm/proc/raise.h"

Word trace_return_code[1], trace_exception_code[1], trace_return_to_code[1], trace_time_code[1];

void trace_frames_init(void)
{
    trace_return_code[0] = (Word)(uintptr_t)op_handler(VMOP_TRACE_RETURN);
    trace_exception_code[0] = trace_return_code[0];
    trace_return_to_code[0] = (Word)(uintptr_t)op_handler(VMOP_TRACE_RETURN_TO);
    trace_time_code[0] = (Word)(uintptr_t)op_handler(VMOP_TRACE_TIME_RETURN);
}

const Word *trace_frames_caller(const Word *slot)
{
    size_t words;

    while ((words = trace_frame_words(*slot)) > 0)
        slot += words;
    return return_address_code(*tail_bif_skip(slot));
}

bool trace_frames_have(const Word *slot, const Word *code)
{
    size_t words;

    while ((words = trace_frame_words(*slot)) > 0) {
        if (return_address_code(*slot) == code)
            return true;
        slot += words;
    }
    return false;
}
