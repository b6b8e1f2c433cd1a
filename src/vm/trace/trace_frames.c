#include "vm/trace/trace_frames.h"

#include "vm/code/ops.h"

Word trace_return_code[1], trace_exception_code[1], trace_return_to_code[1], trace_time_code[1], trace_tail_bif_code[1];

void trace_frames_init(void)
{
    trace_return_code[0] = (Word)(uintptr_t)op_handler(VMOP_TRACE_RETURN);
    trace_exception_code[0] = trace_return_code[0];
    trace_return_to_code[0] = (Word)(uintptr_t)op_handler(VMOP_TRACE_RETURN_TO);
    trace_time_code[0] = (Word)(uintptr_t)op_handler(VMOP_TRACE_TIME_RETURN);
    trace_tail_bif_code[0] = (Word)(uintptr_t)op_handler(VMOP_TRACE_TAIL_BIF_RETURN);
}

const Word *trace_frames_caller(const Word *slot)
{
    size_t words;

    while ((words = trace_frame_words(*slot)) > 0)
        slot += words;
    if (return_address_code(*slot) == trace_tail_bif_code)
        slot += 2;
    return return_address_code(*slot);
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
