/* re: compile, run, inspect. Character lists and `global` are the business of Erlang code in module re,
 * to which these functions trap as stock's do. */
#include <string.h>

#include "bifs.h"
#include "bifs/loop_limit.h"
#include "bifs/re_options.h"
#include "bifs/regex_job.h"
#include "vm/base/mem.h"
#include "vm/term/bits.h"
#include "vm/term/iolist.h"
#include "vm/term/ref.h"

#define BYTES_PER_REDUCTION 256
/* What takes longer is done by a worker thread: subjects of so many bytes, so many steps of matching. */
#define WORKER_BYTES ((size_t)1 << 20)
#define LIMIT_WITHOUT_WORKER 50000u

/* --- patterns --------------------------------------------------------------------------------- */

/* {re_pattern, Groups, Unicode, UseCrlf, Code} */
enum { PATTERN_SIZE = 5, PATTERN_GROUPS = 2, PATTERN_UNICODE, PATTERN_CRLF, PATTERN_CODE };

static Term pattern_to_term(Process *p, const Regex *regex, const RegexSpec *spec)
{
    uint8_t *data;
    Term code = bits_alloc(&p->heap, REGEX_HEADER_BYTES + spec->size, &data);

    regex_spec_write(spec, data);
    memcpy(data + REGEX_HEADER_BYTES, spec->source, spec->size);
    return tuple_5(&p->heap, A_RE_PATTERN, small_int(regex_group_count(regex)),
                   small_int((spec->flags & REGEX_UNICODE) != 0), small_int(regex_may_use_crlf(regex)), code);
}

static bool is_pattern(Term t)
{
    return is_tuple_of(t, PATTERN_SIZE) && tuple_element(t, 1) == A_RE_PATTERN &&
        is_small(tuple_element(t, PATTERN_GROUPS)) && is_small(tuple_element(t, PATTERN_UNICODE)) &&
        is_small(tuple_element(t, PATTERN_CRLF)) && is_binary(tuple_element(t, PATTERN_CODE));
}

/* The compiled form of a pattern tuple; newline and bsr of `options` (may be null) go before its own. */
static Regex *pattern_from_term(Term t, const ReOptions *options)
{
    BitsBytes code;
    RegexSpec spec;
    RegexError error;
    Regex *regex = NULL;

    if (!is_pattern(t) || !bits_bytes_get(tuple_element(t, PATTERN_CODE), &code))
        return NULL;
    if (regex_spec_read(code.bytes, code.size, &spec)) {
        if (options && options->newline != NEWLINE_DEFAULT)
            spec.newline = options->newline;
        if (options && options->bsr != BSR_DEFAULT)
            spec.bsr = options->bsr;
        regex = regex_get(&spec, &error);
    }
    bits_bytes_free(&code);
    return regex;
}

static Term compile_error(Process *p, const RegexError *error)
{
    return tuple_2(&p->heap, list_from_text(&p->heap, error->text), small_int((int64_t)error->offset));
}

static Term re_compile(Process *p, Term source, Term option_list)
{
    ReOptions options;
    RegexError error;
    RegexSpec spec;
    Regex *regex;
    uint8_t *bytes;
    Term result;

    if (!re_options_read(option_list, &options) || options.for_run_only)
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    if (options.compile_flags & REGEX_UNICODE && !is_bitstring(source))
        return trap_to(p, export_get(A_RE, A_UCOMPILE, 2), (Term[]){source, option_list});
    spec = (RegexSpec){.flags = options.compile_flags, .newline = options.newline, .bsr = options.bsr};
    if (iolist_to_bytes(source, MEM_SYSTEM, &bytes, &spec.size) != IOLIST_DONE)
        return raise_badarg(p);
    spec.source = bytes;
    regex = regex_get(&spec, &error);
    if (regex) {
        result = tuple_2(&p->heap, A_OK, pattern_to_term(p, regex, &spec));
        regex_release(regex);
    } else {
        result = tuple_2(&p->heap, A_ERROR, compile_error(p, &error));
    }
    bif_consume(p, (int64_t)(1 + spec.size / 4));
    mem_free(MEM_SYSTEM, bytes);
    return result;
}

Term bif_re_version_0(Process *p, const Term *args)
{
    return bits_from_text(&p->heap, regex_version());
}

Term bif_re_compile_1(Process *p, const Term *args)
{
    return re_compile(p, args[0], TERM_NIL);
}

Term bif_re_compile_2(Process *p, const Term *args)
{
    return re_compile(p, args[0], args[1]);
}

Term bif_re_inspect_2(Process *p, const Term *args)
{
    Regex *regex = args[1] == A_NAMELIST ? pattern_from_term(args[0], NULL) : NULL;
    const char *last = NULL;
    Term names = TERM_NIL;

    if (!regex)
        return raise_badarg(p);
    for (uint32_t i = regex_name_count(regex); i > 0; i--) {
        uint32_t group;
        const char *name = regex_name(regex, i - 1, &group);
        if (!last || strcmp(last, name) != 0)
            names = cons(&p->heap, bits_from_text(&p->heap, name), names);
        last = name;
    }
    regex_release(regex);
    return tuple_2(&p->heap, A_NAMELIST, names);
}

/* --- results ---------------------------------------------------------------------------------- */

typedef struct RunResult {
    Process *p;
    Term subject;               /* a binary whose parts can be shared; else NO_TERM */
    const RegexMatch *match;
    ReCaptureType type;
} RunResult;

static Term group_to_term(const RunResult *r, uint32_t group)
{
    const RegexMatch *match = r->match;
    Heap *heap = &r->p->heap;
    bool is_set = group < match->matched_groups && match->ranges[2 * group] != REGEX_UNSET;
    size_t start = is_set ? match->ranges[2 * group] : 0;
    size_t size = is_set ? match->ranges[2 * group + 1] - start : 0;

    if (is_set && match->ranges[2 * group + 1] < start)
        size = 0;
    if (r->type == CAPTURE_INDEX)
        return tuple_2(heap, small_int(is_set ? (int64_t)start : -1), small_int((int64_t)size));
    if (r->type == CAPTURE_AS_LIST)
        return list_from_bytes(heap, match->subject + start, size, TERM_NIL);
    if (r->subject != NO_TERM)
        return bits_sub(heap, r->subject, start * 8, size * 8);
    return bits_new(heap, match->subject + start, size);
}

static Term all_groups(const RunResult *r, uint32_t first)
{
    Term list = TERM_NIL;

    for (uint32_t group = r->match->matched_groups; group > first; group--)
        list = cons(&r->p->heap, group_to_term(r, group - 1), list);
    return list;
}

/* Of several groups of one name: the first that took part. */
static uint32_t chosen_group(const RegexMatch *match, const uint32_t *groups, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (groups[i] < match->matched_groups && match->ranges[2 * groups[i]] != REGEX_UNSET)
            return groups[i];
    return count == 1 ? groups[0] : UINT32_MAX;
}

static Term wanted_groups(const RunResult *r, const ReCapture *capture)
{
    Term *terms = mem_alloc(MEM_SYSTEM, capture->size * sizeof(Term));
    size_t count = 0;
    Term list;

    for (size_t i = 0; i < capture->size; i += capture->groups[i] + 1)
        terms[count++] = group_to_term(r, chosen_group(r->match, &capture->groups[i + 1], capture->groups[i]));
    list = list_from(&r->p->heap, count, terms, TERM_NIL);
    mem_free(MEM_SYSTEM, terms);
    return list;
}

static Term match_to_term(const RunResult *r, const ReCapture *capture)
{
    Term list;

    switch (capture->kind) {
    case CAPTURE_NONE:
        return A_MATCH;
    case CAPTURE_ALL:
        list = all_groups(r, 0);
        break;
    case CAPTURE_ALL_BUT_FIRST:
        list = all_groups(r, 1);
        break;
    default:
        list = wanted_groups(r, capture);
        break;
    }
    return tuple_2(&r->p->heap, A_MATCH, list);
}

static Term failure_to_term(Process *p, RegexResult result, bool report_errors)
{
    if (result == REGEX_BAD_SUBJECT)
        return raise_badarg(p);
    if (report_errors && result == REGEX_MATCH_LIMIT)
        return tuple_2(&p->heap, A_ERROR, A_MATCH_LIMIT);
    if (report_errors && result == REGEX_DEPTH_LIMIT)
        return tuple_2(&p->heap, A_ERROR, A_MATCH_LIMIT_RECURSION);
    return A_NOMATCH;
}

/* --- running ---------------------------------------------------------------------------------- */

/* The bytes to look at: of the binary itself when they are aligned, else a copy. */
typedef struct Subject {
    const uint8_t *bytes;
    size_t size;
    Term binary;                /* NO_TERM: `copy` */
    uint8_t *copy;
} Subject;

static bool subject_get(Term t, Subject *subject)
{
    BitsView view;

    *subject = (Subject){.binary = NO_TERM};
    if (bits_view(t, &view) && view.bit_size % 8 == 0 && view.bit_offset == 0) {
        subject->bytes = view.bytes;
        subject->size = view.bit_size / 8;
        subject->binary = t;
        return true;
    }
    if (iolist_to_bytes(t, MEM_SYSTEM, &subject->copy, &subject->size) != IOLIST_DONE)
        return false;
    subject->bytes = subject->copy;
    return true;
}

static Term result_to_term(Process *p, RegexResult result, const RegexMatch *match, const ReCapture *capture,
                           Term subject, bool report_errors)
{
    RunResult r = {.p = p, .subject = subject, .match = match, .type = capture->type};

    if (result != REGEX_MATCH)
        return failure_to_term(p, result, report_errors);
    return match_to_term(&r, capture);
}

/* (Subject, Job, Options): a worker has made the match. */
static Term take_job_result(Process *p, const Term *args)
{
    static TrapBif again = TRAP_BIF(take_job_result, A_RE, A_RUN, 3, 3);
    const RegexJob *job = magic_ref_data(args[1], regex_job_destroy);
    BitsView view = {0};
    const RegexMatch *match;
    const Regex *regex;
    ReOptions options;
    ReCapture capture;
    RegexResult result;
    Term term;

    if (!regex_job_is_done(job))
        return wait_for_wake(p, &again, args);
    result = regex_job_result(job, &match, &regex);
    re_options_read(args[2], &options);
    re_capture_read(&options, regex, &capture);
    bits_view(args[0], &view);
    term = result_to_term(p, result, match, &capture, view.bytes == match->subject ? args[0] : NO_TERM,
                          options.report_errors);
    re_capture_free(&capture);
    return term;
}

static TrapBif job_result = TRAP_BIF(take_job_result, A_RE, A_RUN, 3, 3);

/* Takes over the reference to `regex`. */
static Term give_to_worker(Process *p, Regex *regex, const RegexMatch *match, const Subject *subject, const Term *args)
{
    Binary *owner = subject->binary == NO_TERM ? NULL : bits_view_of(subject->binary).owner;
    Binary *job = regex_job_start(p->pid, regex, match, owner ? binary_keep(owner) : NULL);

    return wait_for_wake(p, &job_result, (Term[]){args[0], magic_ref_new(&p->heap, job), args[2]});
}

/* So much is not looked at here. Later calls of a global search go on from match to match. */
static bool is_long(const RegexMatch *match)
{
    return (match->size > WORKER_BYTES && !(match->flags & MATCH_NO_UTF_CHECK)) || loop_limits[LOOP_LIMIT_RE] < INT64_MAX;
}

/* args: subject, pattern, options. Takes over the reference to `regex`. */
static Term run_on_subject(Process *p, Regex *regex, const Subject *subject, const ReOptions *options, uint32_t flags,
                           const Term *args)
{
    size_t few_ranges[32];
    size_t *ranges = few_ranges;
    size_t range_count = 2 * ((size_t)regex_group_count(regex) + 1);
    RegexMatch match = {
        .subject = subject->bytes, .size = subject->size, .offset = options->offset,
        .flags = options->match_flags | flags, .match_limit = options->match_limit, .depth_limit = options->depth_limit,
    };
    ReCapture capture;
    RegexResult result;
    Term term = NO_TERM;

    if (!re_capture_read(options, regex, &capture)) {
        regex_release(regex);
        return raise_badarg(p);
    }
    if (range_count > ARRAY_SIZE(few_ranges))
        ranges = mem_alloc(MEM_SYSTEM, range_count * sizeof *ranges);
    match.ranges = ranges;
    match.match_limit = MIN(options->match_limit, LIMIT_WITHOUT_WORKER);
    result = is_long(&match) ? REGEX_MATCH_LIMIT : regex_match(regex, &match);
    if (result == REGEX_MATCH_LIMIT && (is_long(&match) || options->match_limit > LIMIT_WITHOUT_WORKER)) {
        match.match_limit = options->match_limit;
        term = give_to_worker(p, regex, &match, subject, args);
    } else {
        size_t end = result == REGEX_MATCH ? match.ranges[1] : match.size;
        term = result_to_term(p, result, &match, &capture, subject->binary, options->report_errors);
        bif_consume(p, 1 + (int64_t)((end - MIN(end, match.offset)) / BYTES_PER_REDUCTION));
        regex_release(regex);
    }
    if (ranges != few_ranges)
        mem_free(MEM_SYSTEM, ranges);
    re_capture_free(&capture);
    return term;
}

static Term run_on_term(Process *p, Regex *regex, const Term *args, const ReOptions *options, uint32_t flags)
{
    Subject subject;
    Term result;

    if (!subject_get(args[0], &subject)) {
        regex_release(regex);
        return raise_badarg(p);
    }
    result = run_on_subject(p, regex, &subject, options, flags, args);
    mem_free(MEM_SYSTEM, subject.copy);
    return result;
}

/* Do captures as lists have to become lists of characters? Erlang code does that. */
static bool needs_character_lists(const ReOptions *options)
{
    return options->capture != NO_TERM && options->capture_type == A_LIST && !options->global;
}

static Term trap_to_re(Process *p, Term function, Term subject, Term pattern, Term options)
{
    return trap_to(p, export_get(A_RE, function, 3), (Term[]){subject, pattern, options});
}

static Term run_source(Process *p, const Term *args, const ReOptions *options, uint32_t flags)
{
    RegexSpec spec = {.flags = options->compile_flags, .newline = options->newline, .bsr = options->bsr};
    RegexError error;
    uint8_t *bytes;
    Regex *regex;
    Term pattern;

    if (!is_list(args[1]) && !is_bitstring(args[1]))
        return raise_badarg(p);
    if (spec.flags & REGEX_UNICODE &&
        (!is_bitstring(args[1]) || !is_bitstring(args[0]) || needs_character_lists(options)))
        return trap_to_re(p, A_URUN, args[0], args[1], args[2]);
    if (iolist_to_bytes(args[1], MEM_SYSTEM, &bytes, &spec.size) != IOLIST_DONE)
        return raise_badarg(p);
    spec.source = bytes;
    regex = regex_get(&spec, &error);
    if (regex && options->global) {
        pattern = pattern_to_term(p, regex, &spec);
        regex_release(regex);
        mem_free(MEM_SYSTEM, bytes);
        return trap_to_re(p, A_GRUN, args[0], pattern,
                          tuple_3(&p->heap, args[2], atom_bool(options->for_compile_only), args[1]));
    }
    mem_free(MEM_SYSTEM, bytes);
    if (regex)
        return run_on_term(p, regex, args, options, flags);
    if (options->report_errors)
        return tuple_2(&p->heap, A_ERROR, tuple_2(&p->heap, A_COMPILE, compile_error(p, &error)));
    return raise_badarg(p);
}

static Term run_pattern(Process *p, const Term *args, const ReOptions *options, uint32_t flags)
{
    Regex *regex;

    if (options->for_compile_only || !is_pattern(args[1]))
        return raise_badarg(p);
    if (small_value(tuple_element(args[1], PATTERN_UNICODE)) != 0 &&
        (!is_bitstring(args[0]) || needs_character_lists(options)))
        return trap_to_re(p, A_URUN, args[0], args[1], args[2]);
    if (options->global)
        return trap_to_re(p, A_GRUN, args[0], args[1], tuple_2(&p->heap, args[2], A_FALSE));
    regex = pattern_from_term(args[1], options);
    return regex ? run_on_term(p, regex, args, options, flags) : raise_badarg(p);
}

/* flags: MATCH_NO_UTF_CHECK when the subject was checked by an earlier call. */
static Term re_run(Process *p, const Term *args, uint32_t flags)
{
    ReOptions options;

    if (!re_options_read(args[2], &options))
        return raise_error_cause(p, A_BADARG, A_BADOPT);
    if (is_tuple_of(args[1], PATTERN_SIZE))
        return run_pattern(p, args, &options, flags);
    return run_source(p, args, &options, flags);
}

Term bif_re_run_2(Process *p, const Term *args)
{
    return re_run(p, (Term[]){args[0], args[1], TERM_NIL}, 0);
}

Term bif_re_run_3(Process *p, const Term *args)
{
    return re_run(p, args, 0);
}

Term bif_re_internal_run_4(Process *p, const Term *args)
{
    if (args[3] != A_TRUE && args[3] != A_FALSE)
        return raise_badarg(p);
    return re_run(p, args, args[3] == A_FALSE ? MATCH_NO_UTF_CHECK : 0);
}
