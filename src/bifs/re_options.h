/* re_options.h - the option lists of re:compile/2 and re:run/3, and what to capture. */
#ifndef LING_RE_OPTIONS_H
#define LING_RE_OPTIONS_H

#include "bifs/regex.h"
#include "vm/term/heap.h"

typedef struct ReOptions {
    uint32_t compile_flags;     /* REGEX_* */
    uint32_t match_flags;       /* MATCH_* */
    uint8_t newline;
    uint8_t bsr;
    bool for_compile_only;      /* has an option that only compile takes */
    bool for_run_only;          /* has an option that only run takes */
    bool global;
    bool report_errors;
    Term capture;               /* what to capture; NO_TERM: not given */
    Term capture_type;          /* A_INDEX unless given */
    size_t offset;
    uint32_t match_limit;
    uint32_t depth_limit;
} ReOptions;

/* False: not a list of options. */
bool re_options_read(Term list, ReOptions *options);

typedef enum ReCaptureKind { CAPTURE_ALL, CAPTURE_ALL_BUT_FIRST, CAPTURE_NONE, CAPTURE_LIST } ReCaptureKind;
typedef enum ReCaptureType { CAPTURE_INDEX, CAPTURE_AS_LIST, CAPTURE_AS_BINARY } ReCaptureType;

/* What is wanted of a match. Each wanted item names one group, or several of the same name of which the
 * first that took part counts. */
typedef struct ReCapture {
    ReCaptureKind kind;
    ReCaptureType type;
    uint32_t *groups;           /* runs, one for each item: count, groups; UINT32_MAX is no group */
    size_t size;
    size_t capacity;
} ReCapture;

/* False: badarg; nothing is left to free. Ends with re_capture_free. */
bool re_capture_read(const ReOptions *options, const Regex *regex, ReCapture *capture);
void re_capture_free(ReCapture *capture);

#endif
