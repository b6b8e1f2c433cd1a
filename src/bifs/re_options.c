#include "bifs/re_options.h"

#include <limits.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/integer.h"
#include "vm/term/iolist.h"

/* --- option lists ----------------------------------------------------------------------------- */

/* A flag of PCRE in an option list. One that neither compile nor run has for itself belongs to both. */
typedef struct FlagOption {
    Term name;
    uint32_t compile_flag;
    uint32_t match_flag;
} FlagOption;

static const FlagOption flag_options[] = {
    {A_ANCHORED, REGEX_ANCHORED, MATCH_ANCHORED},
    {A_CASELESS, REGEX_CASELESS, 0},
    {A_DOLLAR_ENDONLY, REGEX_DOLLAR_ENDONLY, 0},
    {A_DOTALL, REGEX_DOTALL, 0},
    {A_EXTENDED, REGEX_EXTENDED, 0},
    {A_FIRSTLINE, REGEX_FIRSTLINE, 0},
    {A_MULTILINE, REGEX_MULTILINE, 0},
    {A_NO_AUTO_CAPTURE, REGEX_NO_AUTO_CAPTURE, 0},
    {A_DUPNAMES, REGEX_DUPNAMES, 0},
    {A_UNGREEDY, REGEX_UNGREEDY, 0},
    {A_UCP, REGEX_UCP, 0},
    {A_NEVER_UTF, REGEX_NEVER_UTF, 0},
    {A_UNICODE, REGEX_UNICODE, 0},
    {A_NO_START_OPTIMIZE, REGEX_NO_START_OPTIMIZE, 0},
    {A_NOTEMPTY, 0, MATCH_NOTEMPTY},
    {A_NOTEMPTY_ATSTART, 0, MATCH_NOTEMPTY_ATSTART},
    {A_NOTBOL, 0, MATCH_NOTBOL},
    {A_NOTEOL, 0, MATCH_NOTEOL},
};

static bool read_flag(Term option, ReOptions *options)
{
    for (size_t i = 0; i < ARRAY_SIZE(flag_options); i++) {
        const FlagOption *flag = &flag_options[i];
        if (flag->name != option)
            continue;
        options->compile_flags |= flag->compile_flag;
        options->match_flags |= flag->match_flag;
        options->for_compile_only |= flag->match_flag == 0;
        options->for_run_only |= flag->compile_flag == 0;
        return true;
    }
    return false;
}

static bool read_atom(Term option, ReOptions *options)
{
    if (option == A_BSR_ANYCRLF || option == A_BSR_UNICODE) {
        options->bsr = option == A_BSR_ANYCRLF ? BSR_ANYCRLF : BSR_UNICODE;
        return true;
    }
    if (option == A_GLOBAL)
        options->global = true;
    else if (option == A_REPORT_ERRORS)
        options->report_errors = true;
    else
        return read_flag(option, options);
    options->for_run_only = true;
    return true;
}

static bool read_newline(Term value, ReOptions *options)
{
    static const struct { Term name; uint8_t newline; } newlines[] = {
        {A_CR, NEWLINE_CR}, {A_LF, NEWLINE_LF}, {A_CRLF, NEWLINE_CRLF}, {A_ANYCRLF, NEWLINE_ANYCRLF}, {A_ANY, NEWLINE_ANY}
    };

    for (size_t i = 0; i < ARRAY_SIZE(newlines); i++) {
        if (newlines[i].name == value) {
            options->newline = newlines[i].newline;
            return true;
        }
    }
    return false;
}

static bool read_count(Term value, int64_t *count)
{
    return integer_to_i64(value, count) && *count >= 0 && *count <= INT_MAX;
}

static bool read_pair(Term name, Term value, ReOptions *options)
{
    int64_t count;

    if (name == A_NEWLINE)
        return read_newline(value, options);
    options->for_run_only = true;
    if (name == A_CAPTURE) {
        options->capture = value;
        options->capture_type = A_INDEX;
        return true;
    }
    if (!read_count(value, &count))
        return false;
    if (name == A_OFFSET)
        options->offset = (size_t)count;
    else if (name == A_MATCH_LIMIT)
        options->match_limit = (uint32_t)MIN(count, REGEX_DEFAULT_LIMIT);
    else if (name == A_MATCH_LIMIT_RECURSION)
        options->depth_limit = (uint32_t)MIN(count, REGEX_DEFAULT_LIMIT);
    else
        return false;
    return true;
}

static bool read_option(Term option, ReOptions *options)
{
    if (is_atom(option))
        return read_atom(option, options);
    if (is_tuple_of(option, 2))
        return read_pair(tuple_element(option, 1), tuple_element(option, 2), options);
    if (!is_tuple_of(option, 3) || tuple_element(option, 1) != A_CAPTURE)
        return false;
    options->capture = tuple_element(option, 2);
    options->capture_type = tuple_element(option, 3);
    options->for_run_only = true;
    return true;
}

bool re_options_read(Term list, ReOptions *options)
{
    *options = (ReOptions){.capture = NO_TERM, .capture_type = A_INDEX,
                           .match_limit = REGEX_DEFAULT_LIMIT, .depth_limit = REGEX_DEFAULT_LIMIT};
    for (; is_cons(list); list = list_tail(list))
        if (!read_option(list_head(list), options))
            return false;
    return is_nil(list);
}

/* --- captures --------------------------------------------------------------------------------- */

static void add_number(ReCapture *capture, uint32_t number)
{
    if (capture->size == capture->capacity) {
        capture->capacity = MAX(2 * capture->capacity, 16);
        capture->groups = mem_realloc(MEM_SYSTEM, capture->groups, capture->capacity * sizeof(uint32_t));
    }
    capture->groups[capture->size++] = number;
}

static void add_group(ReCapture *capture, uint32_t group)
{
    add_number(capture, 1);
    add_number(capture, group);
}

/* All groups of that name. */
static void add_name(ReCapture *capture, const Regex *regex, const char *name)
{
    size_t start = capture->size;

    add_number(capture, 0);
    for (uint32_t i = 0; i < regex_name_count(regex); i++) {
        uint32_t group;
        if (strcmp(regex_name(regex, i, &group), name) == 0) {
            add_number(capture, group);
            capture->groups[start]++;
        }
    }
    if (capture->groups[start] == 0) {
        capture->groups[start] = 1;
        add_number(capture, UINT32_MAX);
    }
}

static void add_all_names(ReCapture *capture, const Regex *regex)
{
    const char *last = NULL;

    for (uint32_t i = 0; i < regex_name_count(regex); i++) {
        uint32_t group;
        const char *name = regex_name(regex, i, &group);
        if (!last || strcmp(last, name) != 0)
            add_name(capture, regex, name);
        last = name;
    }
}

static bool add_wanted(ReCapture *capture, const Regex *regex, Term wanted)
{
    int64_t number;
    uint8_t *name;
    size_t size;

    if (is_integer(wanted)) {
        if (!integer_to_i64(wanted, &number) || number < INT_MIN || number > INT_MAX)
            return false;
        add_group(capture, number < 0 ? UINT32_MAX : (uint32_t)number);
        return true;
    }
    if (is_atom(wanted)) {
        add_name(capture, regex, atom_text(wanted, &size));
        return true;
    }
    if (iolist_to_bytes(wanted, MEM_SYSTEM, &name, &size) != IOLIST_DONE)
        return false;
    add_name(capture, regex, (const char *)name);
    mem_free(MEM_SYSTEM, name);
    return true;
}

static bool read_type(Term type, ReCapture *capture)
{
    if (type == A_INDEX)
        capture->type = CAPTURE_INDEX;
    else if (type == A_LIST)
        capture->type = CAPTURE_AS_LIST;
    else if (type == A_BINARY)
        capture->type = CAPTURE_AS_BINARY;
    else
        return false;
    return true;
}

static bool read_wanted(Term values, const Regex *regex, ReCapture *capture)
{
    capture->kind = CAPTURE_LIST;
    if (values == A_ALL) {
        capture->kind = CAPTURE_ALL;
    } else if (values == A_ALL_BUT_FIRST) {
        capture->kind = CAPTURE_ALL_BUT_FIRST;
    } else if (values == A_NONE || is_nil(values)) {
        capture->kind = CAPTURE_NONE;
    } else if (values == A_FIRST) {
        add_group(capture, 0);
    } else if (values == A_ALL_NAMES) {
        add_all_names(capture, regex);
        if (capture->size == 0)
            capture->kind = CAPTURE_NONE;
    } else {
        if (!is_cons(values))
            return false;
        for (; is_cons(values); values = list_tail(values))
            if (!add_wanted(capture, regex, list_head(values)))
                return false;
        return is_nil(values);
    }
    return true;
}

bool re_capture_read(const ReOptions *options, const Regex *regex, ReCapture *capture)
{
    *capture = (ReCapture){.kind = CAPTURE_ALL, .type = CAPTURE_INDEX};
    if (options->capture == NO_TERM)
        return true;
    if (read_type(options->capture_type, capture) && read_wanted(options->capture, regex, capture))
        return true;
    re_capture_free(capture);
    return false;
}

void re_capture_free(ReCapture *capture)
{
    mem_free(MEM_SYSTEM, capture->groups);
    capture->groups = NULL;
}
