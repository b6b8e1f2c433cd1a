#include "bifs/regex.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "vm/base/mem.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* The first uses are interpreted; who comes so often is worth machine code. */
#define USES_BEFORE_JIT 4
#define CACHE_BUCKETS 256
#define CACHE_MAX 512
/* Memory that one match may take for backtracking, in KiB. */
#define HEAP_LIMIT_KIB (256 * 1024)
#define PARENS_NEST_LIMIT 798

struct Regex {
    pcre2_code *code;
    uint32_t references;
    uint32_t use_count;
    uint64_t last_use;
    uint64_t hash;
    Regex *next;
    uint32_t group_count;
    uint32_t name_count;
    uint32_t name_entry_size;
    const uint8_t *names;
    bool in_cache;
    size_t key_size;
    uint8_t key[];             /* header and source */
};

static struct {
    Regex *buckets[CACHE_BUCKETS];
    uint32_t count;
    uint64_t clock;
} cache;

/* --- descriptions ---------------------------------------------------------------------------- */

static const uint8_t magic[4] = {'L', 'R', 'E', 1};

void regex_spec_write(const RegexSpec *spec, uint8_t header[REGEX_HEADER_BYTES])
{
    memcpy(header, magic, sizeof magic);
    for (unsigned i = 0; i < 4; i++)
        header[4 + i] = (uint8_t)(spec->flags >> 8 * i);
    header[8] = spec->newline;
    header[9] = spec->bsr;
}

bool regex_spec_read(const uint8_t *bytes, size_t size, RegexSpec *spec)
{
    if (size < REGEX_HEADER_BYTES || memcmp(bytes, magic, sizeof magic) != 0)
        return false;
    spec->flags = bytes[4] | (uint32_t)bytes[5] << 8 | (uint32_t)bytes[6] << 16 | (uint32_t)bytes[7] << 24;
    spec->newline = bytes[8];
    spec->bsr = bytes[9];
    spec->source = bytes + REGEX_HEADER_BYTES;
    spec->size = size - REGEX_HEADER_BYTES;
    return spec->flags < REGEX_FLAGS_END && spec->newline < NEWLINE_END && spec->bsr < BSR_END;
}

/* --- character tables ------------------------------------------------------------------------- */

/* PCRE2's tables: lower case, flipped case, ten bit maps of 32 bytes, kinds of characters. */
enum { TABLE_LOWER = 0, TABLE_FLIP = 256, TABLE_MAPS = 512, TABLE_KINDS = TABLE_MAPS + 320 };
enum { MAP_UPPER = 3, MAP_LOWER, MAP_WORD, MAP_GRAPH, MAP_PRINT, MAP_PUNCT, MAP_CNTRL };

static void set_in_map(uint8_t *tables, unsigned map, unsigned byte)
{
    tables[TABLE_MAPS + 32 * map + byte / 8] |= (uint8_t)(1 << byte % 8);
}

static bool is_latin1_upper(unsigned byte) { return byte >= 0xc0 && byte <= 0xde && byte != 0xd7; }
static bool is_latin1_lower(unsigned byte)
{
    return (byte >= 0xdf && byte != 0xf7) || byte == 0xaa || byte == 0xb5 || byte == 0xba;
}

static void describe_byte(uint8_t *tables, unsigned byte)
{
    if (byte < 0xa0) {
        set_in_map(tables, MAP_CNTRL, byte);
        return;
    }
    set_in_map(tables, MAP_GRAPH, byte);
    set_in_map(tables, MAP_PRINT, byte);
    if (!is_latin1_upper(byte) && !is_latin1_lower(byte)) {
        set_in_map(tables, MAP_PUNCT, byte);
        return;
    }
    set_in_map(tables, MAP_WORD, byte);
    set_in_map(tables, is_latin1_upper(byte) ? MAP_UPPER : MAP_LOWER, byte);
    tables[TABLE_KINDS + byte] = tables[TABLE_KINDS + (is_latin1_upper(byte) ? 'Q' : 'q')];
    if (is_latin1_upper(byte)) {
        tables[TABLE_LOWER + byte] = tables[TABLE_FLIP + byte] = (uint8_t)(byte + 32);
        tables[TABLE_FLIP + byte + 32] = (uint8_t)byte;
    }
}

/* Letters are those of ISO 8859-1, whatever the locale. */
static const uint8_t *latin1_tables(void)
{
    static uint8_t *tables;

    if (!tables) {
        tables = (uint8_t *)pcre2_maketables(NULL);
        for (unsigned byte = 128; tables && byte < 256; byte++)
            describe_byte(tables, byte);
    }
    return tables;
}

/* --- compiling -------------------------------------------------------------------------------- */

static uint32_t compile_options(uint32_t flags)
{
    static const struct { uint32_t flag, option; } options[] = {
        {REGEX_ANCHORED, PCRE2_ANCHORED}, {REGEX_CASELESS, PCRE2_CASELESS},
        {REGEX_DOLLAR_ENDONLY, PCRE2_DOLLAR_ENDONLY}, {REGEX_DOTALL, PCRE2_DOTALL},
        {REGEX_EXTENDED, PCRE2_EXTENDED}, {REGEX_FIRSTLINE, PCRE2_FIRSTLINE}, {REGEX_MULTILINE, PCRE2_MULTILINE},
        {REGEX_NO_AUTO_CAPTURE, PCRE2_NO_AUTO_CAPTURE}, {REGEX_DUPNAMES, PCRE2_DUPNAMES},
        {REGEX_UNGREEDY, PCRE2_UNGREEDY}, {REGEX_UCP, PCRE2_UCP}, {REGEX_NEVER_UTF, PCRE2_NEVER_UTF},
        {REGEX_UNICODE, PCRE2_UTF}, {REGEX_NO_START_OPTIMIZE, PCRE2_NO_START_OPTIMIZE},
    };
    uint32_t result = 0;

    for (size_t i = 0; i < ARRAY_SIZE(options); i++)
        if (flags & options[i].flag)
            result |= options[i].option;
    return result;
}

static pcre2_compile_context *compile_context(const RegexSpec *spec)
{
    static const uint32_t newlines[NEWLINE_END] = {
        PCRE2_NEWLINE_LF, PCRE2_NEWLINE_CR, PCRE2_NEWLINE_LF, PCRE2_NEWLINE_CRLF, PCRE2_NEWLINE_ANYCRLF, PCRE2_NEWLINE_ANY
    };
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);

    pcre2_set_character_tables(context, latin1_tables());
    pcre2_set_newline(context, newlines[spec->newline]);
    pcre2_set_parens_nest_limit(context, PARENS_NEST_LIMIT);
    pcre2_set_bsr(context, spec->bsr == BSR_ANYCRLF ? PCRE2_BSR_ANYCRLF : PCRE2_BSR_UNICODE);
    return context;
}

/* Erlang programs know the texts of PCRE's first series. */
static void error_text(int code, RegexError *error)
{
    static const struct { int code; const char *text; } texts[] = {
        {107, "invalid escape sequence in character class"}, {109, "nothing to repeat"},
        {111, "unrecognized character after (? or (?-"}, {112, "POSIX named classes are supported only within a class"},
        {113, "POSIX collating elements are not supported"}, {114, "missing )"}, {118, "missing ) after comment"},
        {119, "regular expression is too complicated"}, {121, "failed to get memory"}, {122, "unmatched parentheses"},
        {124, "malformed number or name after (?("}, {126, "a numbered reference must not be zero"},
        {127, "conditional group contains more than two branches"}, {129, "(?R or (?[+-]digits must be followed by )"},
        {134, "character value in \\x{} or \\o{} is too large"},
        {136, "\\C not allowed in lookbehind assertion"},
        {137, "PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u"}, {138, "number after (?C is > 255"},
        {139, "closing ) for (?C expected"}, {142, "syntax error in subpattern name (missing terminator)"},
        {143, "two named subpatterns have the same name"}, {144, "group name must start with a non-digit"},
        {146, "malformed \\P or \\p sequence"}, {147, "unknown property name after \\P or \\p"},
        {150, "invalid range in character class"}, {154, "DEFINE group contains more than one branch"},
        {155, "missing opening brace after \\o"}, {158, "(?R or (?[+-]digits must be followed by )"},
        {161, "number is too big"}, {164, "non-octal character in \\o{} (closing brace missing?)"},
        {167, "non-hex character in \\x{} (closing brace missing?)"},
        {168, "\\c must be followed by an ASCII character"},
        {169, "\\k is not followed by a braced, angle-bracketed, or quoted name"},
        {171, "\\N is not supported in a class"}, {173, "disallowed Unicode code point (>= 0xd800 && <= 0xdfff)"},
        {174, "setting UTF is disabled by the application"}, {178, "digits missing in \\x{} or \\o{}"},
        {193, "PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (texts[i].code == code) {
            snprintf(error->text, sizeof error->text, "%s", texts[i].text);
            return;
        }
    }
    if (code < 0)
        snprintf(error->text, sizeof error->text, "invalid UTF-8 string");
    else
        pcre2_get_error_message(code, (PCRE2_UCHAR *)error->text, sizeof error->text);
}

/* Of some errors PCRE2 tells the place one character further on. */
static size_t points_behind(int code)
{
    return code == 137 || code == 143 || code == 147 || code == 150 || code == 169;
}

typedef struct Attempt {
    pcre2_compile_context *context;
    uint8_t *source;           /* a copy that may be changed */
    size_t size;
    bool letters_are_literal;
    int code;
    PCRE2_SIZE offset;
} Attempt;

/* For \w in UTF-8, PCRE2 looks for possible first bytes of letters from 128 on in the map of white space:
 * such expressions must do without a set of first bytes. */
static bool is_misled(const Attempt *attempt, uint32_t flags)
{
    return (flags & (REGEX_UNICODE | REGEX_UCP)) == REGEX_UNICODE && memmem(attempt->source, attempt->size, "\\w", 2);
}

static pcre2_code *try_compile(Attempt *attempt, const RegexSpec *spec)
{
    uint32_t options = compile_options(spec->flags);

    if (is_misled(attempt, spec->flags))
        options |= PCRE2_NO_START_OPTIMIZE;
    return pcre2_compile(attempt->source, attempt->size, options, &attempt->code, &attempt->offset, attempt->context);
}

static bool drop_backslash(Attempt *attempt, size_t at)
{
    if (at >= attempt->size || attempt->source[at] != '\\')
        return false;
    attempt->size--;
    memmove(attempt->source + at, attempt->source + at + 1, attempt->size - at);
    return true;
}

/* Some things were good in PCRE's first series that no longer are: a letter that has no meaning after a
 * backslash, or none in a class, stands for itself; so do \8 and \9, and a hyphen after a class like \w.
 * False: it is something else. */
static bool make_acceptable(Attempt *attempt)
{
    size_t at = attempt->offset;

    if (attempt->code == PCRE2_ERROR_UNKNOWN_ESCAPE && !attempt->letters_are_literal) {
        attempt->letters_are_literal = true;
        pcre2_set_compile_extra_options(attempt->context,
                                        PCRE2_EXTRA_ALLOW_LOOKAROUND_BSK | PCRE2_EXTRA_BAD_ESCAPE_IS_LITERAL);
        return true;
    }
    if (attempt->code == PCRE2_ERROR_ESCAPE_INVALID_IN_CLASS)
        return drop_backslash(attempt, at - 1);
    if (attempt->code == PCRE2_ERROR_BAD_SUBPATTERN_REFERENCE) {
        while (at > 0 && at < attempt->size && isdigit(attempt->source[at]))
            at--;
        return at + 1 < attempt->size && (attempt->source[at + 1] & ~1) == '8' && drop_backslash(attempt, at);
    }
    if (attempt->code != PCRE2_ERROR_CLASS_INVALID_RANGE || at >= attempt->size || attempt->source[at] != '-')
        return false;
    attempt->source = mem_realloc(MEM_SYSTEM, attempt->source, attempt->size + 1);
    memmove(attempt->source + at + 1, attempt->source + at, attempt->size - at);
    attempt->source[at] = '\\';
    attempt->size++;
    return true;
}

static pcre2_code *compile(const RegexSpec *spec, RegexError *error)
{
    Attempt attempt = {.context = compile_context(spec), .size = spec->size};
    pcre2_code *compiled;

    attempt.source = mem_alloc(MEM_SYSTEM, spec->size + 1);
    memcpy(attempt.source, spec->source, spec->size);
    pcre2_set_compile_extra_options(attempt.context, PCRE2_EXTRA_ALLOW_LOOKAROUND_BSK);
    do
        compiled = try_compile(&attempt, spec);
    while (!compiled && make_acceptable(&attempt));
    if (!compiled) {
        if (attempt.code == PCRE2_ERROR_SUBPATTERN_NAME_EXPECTED && attempt.offset == attempt.size)
            attempt.code = PCRE2_ERROR_MISSING_NAME_TERMINATOR;
        error->offset = attempt.offset - points_behind(attempt.code);
        error_text(attempt.code, error);
    }
    mem_free(MEM_SYSTEM, attempt.source);
    pcre2_compile_context_free(attempt.context);
    return compiled;
}

static Regex *regex_new(const RegexSpec *spec, uint64_t hash, RegexError *error)
{
    pcre2_code *code = compile(spec, error);
    Regex *regex;

    if (!code)
        return NULL;
    regex = mem_alloc_zero(MEM_SYSTEM, sizeof *regex + REGEX_HEADER_BYTES + spec->size);
    regex->code = code;
    regex->hash = hash;
    regex->key_size = REGEX_HEADER_BYTES + spec->size;
    regex_spec_write(spec, regex->key);
    if (spec->size > 0)
        memcpy(regex->key + REGEX_HEADER_BYTES, spec->source, spec->size);
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &regex->group_count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &regex->name_count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &regex->name_entry_size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &regex->names);
    return regex;
}

static void regex_free(Regex *regex)
{
    pcre2_code_free(regex->code);
    mem_free(MEM_SYSTEM, regex);
}

/* --- the cache -------------------------------------------------------------------------------- */

static uint64_t hash_bytes(const uint8_t *bytes, size_t size, uint64_t hash)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3u;
    return hash;
}

/* Lets go of the half that was not used for longest. */
static void shrink_cache(void)
{
    uint64_t limit = cache.clock - CACHE_MAX / 2;

    for (size_t i = 0; i < CACHE_BUCKETS; i++) {
        Regex **link = &cache.buckets[i];
        while (*link) {
            Regex *regex = *link;
            if (regex->last_use > limit) {
                link = &regex->next;
                continue;
            }
            *link = regex->next;
            regex->in_cache = false;
            cache.count--;
            if (regex->references == 0)
                regex_free(regex);
        }
    }
}

static Regex *find_in_cache(const RegexSpec *spec, const uint8_t *header, uint64_t hash)
{
    for (Regex *regex = cache.buckets[hash % CACHE_BUCKETS]; regex; regex = regex->next)
        if (regex->hash == hash && regex->key_size == REGEX_HEADER_BYTES + spec->size &&
            memcmp(regex->key, header, REGEX_HEADER_BYTES) == 0 &&
            memcmp(regex->key + REGEX_HEADER_BYTES, spec->source, spec->size) == 0)
            return regex;
    return NULL;
}

Regex *regex_get(const RegexSpec *spec, RegexError *error)
{
    uint8_t header[REGEX_HEADER_BYTES];
    uint64_t hash;
    Regex *regex;

    regex_spec_write(spec, header);
    hash = hash_bytes(spec->source, spec->size, hash_bytes(header, sizeof header, 0xcbf29ce484222325u));
    regex = find_in_cache(spec, header, hash);
    if (!regex) {
        regex = regex_new(spec, hash, error);
        if (!regex)
            return NULL;
        if (cache.count >= CACHE_MAX)
            shrink_cache();
        regex->next = cache.buckets[hash % CACHE_BUCKETS];
        cache.buckets[hash % CACHE_BUCKETS] = regex;
        regex->in_cache = true;
        cache.count++;
    }
    /* Nobody else may be matching with it while its machine code comes into being. */
    if (++regex->use_count == USES_BEFORE_JIT && regex->references == 0)
        pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
    regex->last_use = ++cache.clock;
    regex->references++;
    return regex;
}

void regex_release(Regex *regex)
{
    if (--regex->references == 0 && !regex->in_cache)
        regex_free(regex);
}

/* --- properties ------------------------------------------------------------------------------- */

uint32_t regex_group_count(const Regex *regex)
{
    return regex->group_count;
}

bool regex_may_use_crlf(const Regex *regex)
{
    uint32_t newline = 0;

    pcre2_pattern_info(regex->code, PCRE2_INFO_NEWLINE, &newline);
    return newline == PCRE2_NEWLINE_ANY || newline == PCRE2_NEWLINE_CRLF || newline == PCRE2_NEWLINE_ANYCRLF;
}

uint32_t regex_name_count(const Regex *regex)
{
    return regex->name_count;
}

const char *regex_name(const Regex *regex, uint32_t index, uint32_t *group)
{
    const uint8_t *entry = regex->names + (size_t)index * regex->name_entry_size;

    *group = (uint32_t)entry[0] << 8 | entry[1];
    return (const char *)entry + 2;
}

const char *regex_version(void)
{
    static char version[64];

    if (!version[0])
        pcre2_config(PCRE2_CONFIG_VERSION, version);
    return version;
}

/* --- matching --------------------------------------------------------------------------------- */

static uint32_t match_options(uint32_t flags)
{
    return (flags & MATCH_ANCHORED ? PCRE2_ANCHORED : 0) | (flags & MATCH_NOTBOL ? PCRE2_NOTBOL : 0) |
        (flags & MATCH_NOTEOL ? PCRE2_NOTEOL : 0) | (flags & MATCH_NOTEMPTY ? PCRE2_NOTEMPTY : 0) |
        (flags & MATCH_NOTEMPTY_ATSTART ? PCRE2_NOTEMPTY_ATSTART : 0) |
        (flags & MATCH_NO_UTF_CHECK ? PCRE2_NO_UTF_CHECK : 0);
}

static RegexResult match_result(int code)
{
    switch (code) {
    case PCRE2_ERROR_MATCHLIMIT:
        return REGEX_MATCH_LIMIT;
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
        return REGEX_DEPTH_LIMIT;
    case PCRE2_ERROR_BADOFFSET:
    case PCRE2_ERROR_BADUTFOFFSET:
        return REGEX_BAD_SUBJECT;
    default:
        return code <= PCRE2_ERROR_UTF8_ERR1 && code >= PCRE2_ERROR_UTF8_ERR21 ? REGEX_BAD_SUBJECT : REGEX_NO_MATCH;
    }
}

RegexResult regex_match(const Regex *regex, RegexMatch *match)
{
    pcre2_match_data *data = pcre2_match_data_create(regex->group_count + 1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    uint32_t options = match_options(match->flags);
    int code;

    if (match->depth_limit < REGEX_DEFAULT_LIMIT)
        options |= PCRE2_NO_JIT;        /* machine code does not count the depth */
    pcre2_set_match_limit(context, match->match_limit);
    pcre2_set_depth_limit(context, match->depth_limit);
    pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
    code = pcre2_match(regex->code, match->subject, match->size, match->offset, options, data, context);
    if (code == PCRE2_ERROR_JIT_STACKLIMIT)
        code = pcre2_match(regex->code, match->subject, match->size, match->offset, options | PCRE2_NO_JIT, data, context);
    if (code > 0) {
        match->matched_groups = (uint32_t)code;
        memcpy(match->ranges, pcre2_get_ovector_pointer(data), (regex->group_count + 1) * 2 * sizeof(size_t));
    }
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    return code > 0 ? REGEX_MATCH : match_result(code);
}
