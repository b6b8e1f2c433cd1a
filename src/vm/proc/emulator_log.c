#include "vm/proc/emulator_log.h"

#include <string.h>

#include "io/io_time.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/registry.h"
#include "vm/proc/scheduler.h"
#include "vm/term/bits.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/map.h"
#include "vm/term/pid.h"
#include "vm/term/print.h"
#include "vm/term/slot_stack.h"

#define NS_PER_US 1000
/* A term of the message that takes more is cut off, as text. */
#define MAX_LOGGED_WORDS ((size_t)1 << 20)
#define MAX_LOGGED_CHARACTERS 10000
#define MAX_ARGUMENTS 16

static Term target = A_LOGGER;

Term emulator_log_target(void)
{
    if (is_local_pid(target) && !process_find(target))
        target = A_LOGGER;
    return target;
}

void emulator_log_set_target(Term new_target) { target = new_target; }

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

/* --- how much is logged ------------------------------------------------------------------------ */

/* Would a copy, in which nothing is shared, take more than so many words? */
static bool is_larger(Term t, size_t words)
{
    SlotStack stack;
    size_t seen = 0;

    slot_stack_init(&stack);
    for (; t != NO_TERM && seen <= words; t = slot_stack_next(&stack)) {
        if (is_cons(t)) {
            seen += 2;
            slot_stack_push(&stack, cons_cell(t), cons_cell(t) + 2);
        } else if (is_boxed(t)) {
            const Word *object = boxed(t);
            size_t size = header_words(object[0]);
            size_t raw = box_raw_words(header_kind(object[0]));

            seen += size + 1;
            if (raw < size)
                slot_stack_push(&stack, (const Term *)object + 1 + raw, (const Term *)object + 1 + size);
        }
    }
    slot_stack_free(&stack);
    return seen > words;
}

/* A copy, or the beginning of its text: a small term in which parts occur many times may be endless to print. */
static Term logged(Heap *heap, Term t)
{
    Text text = {0};
    Term result;

    if (!is_larger(t, MAX_LOGGED_WORDS))
        return term_copy(heap, t);
    term_print(&text, t, MAX_LOGGED_CHARACTERS);
    result = bits_new(heap, text.bytes, text.size);
    text_free(&text);
    return result;
}

static Term logged_list(Heap *heap, Term list)
{
    Term copies[MAX_ARGUMENTS];
    size_t count = 0;

    for (; is_cons(list) && count < MAX_ARGUMENTS; list = list_tail(list))
        copies[count++] = logged(heap, list_head(list));
    return list_from(heap, count, copies, TERM_NIL);
}

void emulator_log(Process *about, Term level, const char *format, Term args)
{
    Term to = emulator_log_target();
    Process *logger = is_atom(to) ? registry_process(to) : process_find(to);
    Message *message;
    Heap *heap;

    if (!logger)
        return;
    message = message_new();
    heap = &message->heap;
    message->term = tuple_5(heap, A_LOG, level, list_from_text(heap, format), logged_list(heap, args),
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
