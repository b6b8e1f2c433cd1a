/* Timers that send messages. */
#include "bifs.h"

#include "io/io_time.h"
#include "vm/proc/bif.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/process_table.h"
#include "vm/proc/timer.h"
#include "vm/proc/vm_time.h"
#include "vm/term/integer.h"
#include "vm/term/ref.h"

#define NS_PER_MS 1000000

typedef struct TimerOptions {
    bool async, info, absolute;
} TimerOptions;

static bool parse_bool(Term value, bool *out)
{
    *out = value == A_TRUE;
    return value == A_TRUE || value == A_FALSE;
}

/* Options that are not allowed have a null place. */
static bool parse_options(Term list, bool *async, bool *info, bool *absolute)
{
    for (; is_cons(list); list = list_tail(list)) {
        Term option = list_head(list);
        bool *place = NULL;

        if (!is_tuple_of(option, 2))
            return false;
        if (tuple_element(option, 1) == A_ASYNC)
            place = async;
        else if (tuple_element(option, 1) == A_INFO)
            place = info;
        else if (tuple_element(option, 1) == A_ABS)
            place = absolute;
        if (!place || !parse_bool(tuple_element(option, 2), place))
            return false;
    }
    return is_nil(list);
}

/* --- starting -------------------------------------------------------------------------------- */

static bool parse_deadline(Term time, bool absolute, int64_t *deadline_ns)
{
    int64_t ms;

    if (!integer_to_i64(time, &ms) || (!absolute && ms < 0) || __builtin_mul_overflow(ms, NS_PER_MS, deadline_ns))
        return false;
    if (absolute) {
        *deadline_ns = vm_time_to_io(*deadline_ns);
        return true;
    }
    return !__builtin_add_overflow(*deadline_ns, io_monotonic_ns(), deadline_ns);
}

/* The reference of a timer for a dead process is a reference like any other. */
static Term start(Process *p, const Term *args, bool absolute, bool wrap)
{
    Term name = is_atom(args[1]) ? args[1] : NO_TERM;
    Process *to = process_find(args[1]);
    Term message = args[2];
    int64_t deadline_ns;
    Term ref;

    if (!parse_deadline(args[0], absolute, &deadline_ns))
        return raise_error_cause(p, A_BADARG, A_TIME);
    if (name == NO_TERM && !is_local_pid(args[1]))
        return raise_badarg(p);
    ref = ref_new(&p->heap);
    if (wrap)
        message = tuple_3(&p->heap, A_TIMEOUT, ref, message);
    if (to || name != NO_TERM)
        timer_start(to, name, deadline_ns, message, ref_id(ref));
    return ref;
}

static Term start_with_options(Process *p, const Term *args, bool wrap)
{
    bool absolute = false;

    if (!parse_options(args[3], NULL, NULL, &absolute))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    return start(p, args, absolute, wrap);
}

Term bif_erlang_send_after_3(Process *p, const Term *args) { return start(p, args, false, false); }
Term bif_erlang_send_after_4(Process *p, const Term *args) { return start_with_options(p, args, false); }
Term bif_erlang_start_timer_3(Process *p, const Term *args) { return start(p, args, false, true); }
Term bif_erlang_start_timer_4(Process *p, const Term *args) { return start_with_options(p, args, true); }

/* --- reading and cancelling --------------------------------------------------------------------- */

/* Milliseconds left, rounded up, or false. */
static Term time_left(Process *p, const BifTimer *timer)
{
    int64_t left;

    if (!timer)
        return A_FALSE;
    left = timer->node.deadline_ns - io_monotonic_ns();
    return integer_from_i64(&p->heap, left <= 0 ? 0 : (left - 1) / NS_PER_MS + 1);
}

static Term access(Process *p, Term ref, bool cancel, const TimerOptions *options)
{
    BifTimer *timer;
    Term left;

    if (!is_ref(ref))
        return raise_badarg(p);
    timer = is_local_ref(ref) ? timer_find(ref_id(ref)) : NULL;
    left = time_left(p, timer);
    if (timer && cancel)
        timer_free(timer);
    if (options->async && options->info)
        message_send(p, p, tuple_3(&p->heap, cancel ? A_CANCEL_TIMER : A_READ_TIMER, ref, left));
    return options->async || !options->info ? A_OK : left;
}

Term bif_erlang_cancel_timer_1(Process *p, const Term *args)
{
    return access(p, args[0], true, &(TimerOptions){.info = true});
}

Term bif_erlang_cancel_timer_2(Process *p, const Term *args)
{
    TimerOptions options = {.info = true};

    if (!parse_options(args[1], &options.async, &options.info, NULL))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    return access(p, args[0], true, &options);
}

Term bif_erlang_read_timer_1(Process *p, const Term *args)
{
    return access(p, args[0], false, &(TimerOptions){.info = true});
}

Term bif_erlang_read_timer_2(Process *p, const Term *args)
{
    TimerOptions options = {.info = true};

    if (!parse_options(args[1], &options.async, NULL, NULL))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    return access(p, args[0], false, &options);
}
