/* process_backtrace.h - the stack of a process as text. */
#ifndef LING_PROCESS_BACKTRACE_H
#define LING_PROCESS_BACKTRACE_H

#include "vm/base/text.h"
#include "vm/proc/process.h"

/* process_info(q, backtrace): a binary on p's heap. */
Term process_backtrace(Process *p, const Process *q);
/* The same as text, whatever its flags. */
void process_backtrace_add(Text *out, const Process *q);

#endif
