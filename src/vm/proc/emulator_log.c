#include "vm/proc/emulator_log.h"

#include <string.h>

#include "io/io_time.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/scheduler.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"

#define NS_PER_US 1000

Term emulator_log_target = A_LOGGER;

/* The name that the compatible error_logger knows a level by. */
static Term tag_of(Term level)
{
    if (level == A_INFO)
        return A_INFO_MSG;
    return level == A_WARNING ? A_WARNING_MSG : level;
}

/* #{gl, pid, time, error_logger => #{tag, emulator => true}} */
static Term metadata(Heap *heap, const Process *about, Term level)
{
    Term inner = map_from_pairs(heap, (Term[]){A_EMULATOR, A_TRUE, A_TAG, tag_of(level)}, 2);
    Term pairs[8] = {A_ERROR_LOGGER, inner, A_TIME, integer_from_i64(heap, io_system_ns() / NS_PER_US)};
    size_t count = 2;

    if (about) {
        pairs[2 * count] = A_GL;
        pairs[2 * count++ + 1] = term_copy(heap, about->group_leader);
    }
    if (about || running_process) {
        pairs[2 * count] = A_PID;
        pairs[2 * count++ + 1] = (about ? about : running_process)->pid;
    }
    return map_from_pairs(heap, pairs, count);
}

void emulator_log(Process *about, Term level, const char *format, Term args)
{
    Process *logger = is_atom(emulator_log_target) ? registry_process(emulator_log_target)
                                                   : process_find(emulator_log_target);
    Message *message;
    Heap *heap;

    if (!logger)
        return;
    message = message_new();
    heap = &message->heap;
    message->term = tuple_5(heap, A_LOG, level, list_from_text(heap, format), term_copy(heap, args),
                            metadata(heap, about, level));
    message_post(logger, message);
}

void emulator_log_crash(Process *p, Term reason)
{
    Heap heap = {0};

    if (node_name == A_NONODE_NOHOST)
        emulator_log(p, A_ERROR, "Error in process ~p with exit value:~n~p~n",
                     list_from(&heap, 2, (Term[]){p->pid, reason}, TERM_NIL));
    else
        emulator_log(p, A_ERROR, "Error in process ~p on node ~p with exit value:~n~p~n",
                     list_from(&heap, 3, (Term[]){p->pid, node_name, reason}, TERM_NIL));
    heap_clear(&heap);
}

void emulator_log_text(Process *about, Term level, const char *text)
{
    Heap heap = {0};

    emulator_log(about, level, "~s~n", cons(&heap, list_from_text(&heap, text), TERM_NIL));
    heap_clear(&heap);
}
