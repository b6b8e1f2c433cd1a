/* regex.h - regular expressions on bytes: PCRE2 behind the semantics of the re module.
 *
 * A compiled expression is known by its description (RegexSpec), which can be written as bytes: that is
 * what a pattern tuple of Erlang holds, so patterns survive files and other nodes. Compiled ones are
 * kept in a cache; who uses one over more than a call keeps a reference. */
#ifndef LING_REGEX_H
#define LING_REGEX_H

#include "vm/base/base.h"

enum {
    REGEX_ANCHORED = 1 << 0, REGEX_CASELESS = 1 << 1, REGEX_DOLLAR_ENDONLY = 1 << 2, REGEX_DOTALL = 1 << 3,
    REGEX_EXTENDED = 1 << 4, REGEX_FIRSTLINE = 1 << 5, REGEX_MULTILINE = 1 << 6, REGEX_NO_AUTO_CAPTURE = 1 << 7,
    REGEX_DUPNAMES = 1 << 8, REGEX_UNGREEDY = 1 << 9, REGEX_UCP = 1 << 10, REGEX_NEVER_UTF = 1 << 11,
    REGEX_UNICODE = 1 << 12, REGEX_NO_START_OPTIMIZE = 1 << 13,
    REGEX_FLAGS_END = 1 << 14
};
typedef enum RegexNewline {
    NEWLINE_DEFAULT, NEWLINE_CR, NEWLINE_LF, NEWLINE_CRLF, NEWLINE_ANYCRLF, NEWLINE_ANY, NEWLINE_END
} RegexNewline;
typedef enum RegexBsr { BSR_DEFAULT, BSR_ANYCRLF, BSR_UNICODE, BSR_END } RegexBsr;

typedef struct RegexSpec {
    uint32_t flags;
    uint8_t newline;
    uint8_t bsr;
    const uint8_t *source;
    size_t size;
} RegexSpec;

#define REGEX_HEADER_BYTES 10
/* A description as bytes: header, then the source, which the caller appends. */
void regex_spec_write(const RegexSpec *spec, uint8_t header[REGEX_HEADER_BYTES]);
/* False if the bytes are no description. The result refers to them. */
bool regex_spec_read(const uint8_t *bytes, size_t size, RegexSpec *spec);

typedef struct Regex Regex;
typedef struct RegexError { size_t offset; char text[128]; } RegexError;

/* One reference, from the cache if it is there. Null: *error says why. */
Regex *regex_get(const RegexSpec *spec, RegexError *error);
void regex_release(Regex *regex);

uint32_t regex_group_count(const Regex *regex);      /* without the whole match */
bool regex_may_use_crlf(const Regex *regex);
uint32_t regex_name_count(const Regex *regex);
/* The names, sorted; one that several groups have comes several times. *group is the group's number. */
const char *regex_name(const Regex *regex, uint32_t index, uint32_t *group);

enum {
    MATCH_ANCHORED = 1, MATCH_NOTBOL = 2, MATCH_NOTEOL = 4, MATCH_NOTEMPTY = 8, MATCH_NOTEMPTY_ATSTART = 16,
    MATCH_NO_UTF_CHECK = 32
};

typedef struct RegexMatch {
    const uint8_t *subject;
    size_t size;
    size_t offset;
    uint32_t flags;             /* MATCH_* */
    uint32_t match_limit;       /* REGEX_DEFAULT_LIMIT, or less */
    uint32_t depth_limit;
    size_t *ranges;             /* out: start and end of each group; regex_group_count + 1 pairs */
    uint32_t matched_groups;    /* out: those that took part lie below this */
} RegexMatch;
#define REGEX_UNSET SIZE_MAX
#define REGEX_DEFAULT_LIMIT 10000000

typedef enum RegexResult {
    REGEX_MATCH, REGEX_NO_MATCH, REGEX_MATCH_LIMIT, REGEX_DEPTH_LIMIT, REGEX_BAD_SUBJECT
} RegexResult;

/* May be called on a worker thread. */
RegexResult regex_match(const Regex *regex, RegexMatch *match);

const char *regex_version(void);

#endif
