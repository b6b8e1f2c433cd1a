#include "emulator_flags.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/base/options.h"

typedef enum ValueKind {
    VALUE_NONE,         /* sets a bool, if there is a target */
    VALUE_NUMBER_32,    /* into a uint32_t */
    VALUE_NUMBER_SIZE,  /* into a size_t */
    VALUE_PAIR,         /* N, N:M or :M, negative ones count from what the machine has: without effect here */
    VALUE_TABLE_SIZE,   /* into a uint32_t, the next power of two as on stock */
    VALUE_BOOL,         /* true or false, into a bool */
    VALUE_CHOICE,       /* one of the words in `choices`; first letter into a char, if there is a target */
    VALUE_LETTERS,      /* part of the same word, may be empty: checked against `choices` */
    VALUE_TEXT          /* anything: the flag tunes what a VM with one thread does not have */
} ValueKind;

typedef struct Flag {
    const char *name;
    ValueKind kind;
    long long min, max;
    void *target;                 /* null: accepted, without effect here */
    const char *choices;          /* separated by blanks */
    void (*apply)(const char *);  /* instead of a target */
    const char *help;             /* null: not shown in --help */
} Flag;

static void set_break_mode(const char *letter)
{
    options.break_mode = *letter == 'd' ? BREAK_DISABLED : *letter == 'c' ? BREAK_TO_SHELL : BREAK_IGNORED;
}

static void set_file_names(const char *letters)
{
    options.file_names = *letters == 'l' ? FILE_NAMES_LATIN1 : *letters == 'u' ? FILE_NAMES_UTF8 : FILE_NAMES_OF_LOCALE;
    if (letters[0] && letters[1])
        options.file_name_warning = letters[1];
}

static void set_printable(const char *range) { options.printable_unicode = strcmp(range, "unicode") == 0; }
static void set_message_data(const char *place) { options.off_heap_messages = strcmp(place, "off_heap") == 0; }
static void set_time_warp(const char *mode) { options.time_warp_mode = mode[0] == 'n' ? 'n' : mode[0] == 's' ? 's' : 'm'; }

/* A flag is found by the longest name that begins its word. */
static const Flag flags[] = {
    {"A", VALUE_NUMBER_32, 0, 1024, &options.async_threads, NULL, NULL, "N  threads for blocking work"},
    {"B", VALUE_LETTERS, 0, 0, NULL, "c d i", set_break_mode, "c|d|i  what ^C does: shell, nothing at all, ignored"},
    {"C", VALUE_CHOICE, 0, 0, NULL, "no_time_warp single_time_warp multi_time_warp", set_time_warp, "MODE  time warp mode"},
    {"IOPp", VALUE_NUMBER_32, 0, 100, NULL, NULL, NULL, NULL},
    {"IOPt", VALUE_NUMBER_32, 0, 100, NULL, NULL, NULL, NULL},
    {"IOp", VALUE_NUMBER_32, 1, 1024, NULL, NULL, NULL, NULL},
    {"IOt", VALUE_NUMBER_32, 1, 1024, NULL, NULL, NULL, NULL},
    {"JDdump", VALUE_BOOL, 0, 0, NULL, NULL, NULL, NULL},
    {"JPperf", VALUE_TEXT, 0, 0, NULL, NULL, NULL, NULL},
    {"K", VALUE_BOOL, 0, 0, NULL, NULL, NULL, NULL},
    {"L", VALUE_NONE, 0, 0, NULL, NULL, NULL, NULL},
    {"M", VALUE_TEXT, 0, 0, NULL, NULL, NULL, NULL},
    {"P", VALUE_TABLE_SIZE, 1024, 134217727, &options.process_limit, "legacy", NULL, "N  most processes at a time"},
    {"Q", VALUE_TABLE_SIZE, 1024, 134217727, &options.port_limit, "legacy", NULL, "N  most ports at a time"},
    {"R", VALUE_NUMBER_32, 23, 99, NULL, NULL, NULL, NULL},
    {"S", VALUE_PAIR, -1024, 1024, NULL, NULL, NULL, "N  schedulers: accepted, ling has one"},
    {"SDPcpu", VALUE_PAIR, 0, 1000000, NULL, NULL, NULL, NULL},
    {"SDcpu", VALUE_PAIR, -1024, 1024, NULL, NULL, NULL, NULL},
    {"SDio", VALUE_NUMBER_32, 1, 1024, NULL, NULL, NULL, NULL},
    {"SP", VALUE_PAIR, 0, 1000000, NULL, NULL, NULL, NULL},
    {"T", VALUE_NUMBER_32, 0, 9, NULL, NULL, NULL, NULL},
    {"V", VALUE_NONE, 0, 0, NULL, NULL, NULL, "prints the version"},
    {"W", VALUE_LETTERS, 0, 0, &options.warning_level, "w i e", NULL, "w|i|e  how warnings are logged"},
    {"a", VALUE_NUMBER_32, 16, 8192, NULL, NULL, NULL, NULL},
    {"c", VALUE_BOOL, 0, 0, &options.time_correction, NULL, NULL, "BOOL  time correction"},
    {"d", VALUE_NONE, 0, 0, NULL, NULL, NULL, NULL},
    {"dcg", VALUE_NUMBER_32, 1, 256, NULL, NULL, NULL, NULL},
    {"e", VALUE_NUMBER_32, 0, 1 << 30, &options.ets_limit, NULL, NULL, "N  most ETS tables (no limit, as on stock)"},
    {"ec", VALUE_NONE, 0, 0, &options.ets_compressed, NULL, NULL, "every ETS table is compressed"},
    {"fn", VALUE_LETTERS, 0, 0, NULL, "l u a lw li le uw ui ue aw ai ae", set_file_names, "u|l|a  encoding of file names"},
    {"hmax", VALUE_NUMBER_SIZE, 0, ((long long)1 << 59) - 1, &options.max_heap_words, NULL, NULL, "WORDS  default max_heap_size"},
    {"hmaxel", VALUE_BOOL, 0, 0, &options.max_heap_log, NULL, NULL, NULL},
    {"hmaxk", VALUE_BOOL, 0, 0, &options.max_heap_kill, NULL, NULL, NULL},
    {"hmbs", VALUE_NUMBER_SIZE, 1, (long long)1 << 40, &options.min_binary_heap_words, NULL, NULL, NULL},
    {"hmqd", VALUE_CHOICE, 0, 0, NULL, "on_heap off_heap", set_message_data, NULL},
    {"hms", VALUE_NUMBER_SIZE, 1, (long long)1 << 40, &options.min_heap_words, NULL, NULL, "WORDS  default min_heap_size"},
    {"hpds", VALUE_NUMBER_32, 1, 1 << 30, NULL, NULL, NULL, NULL},
    {"i", VALUE_TEXT, 0, 0, NULL, NULL, NULL, NULL},
    {"n", VALUE_CHOICE, 0, 0, NULL, "s a d", NULL, NULL},
    {"pc", VALUE_CHOICE, 0, 0, NULL, "unicode latin1", set_printable, "unicode|latin1  characters that print as text"},
    {"r", VALUE_NONE, 0, 0, NULL, NULL, NULL, NULL},
    {"rg", VALUE_NUMBER_32, 1, 1024, NULL, NULL, NULL, NULL},
    {"sbt", VALUE_CHOICE, 0, 0, NULL, "u ns ts ps s nnts nnps tnnps db", NULL, NULL},
    {"sbwt", VALUE_CHOICE, 0, 0, NULL, "none very_short short medium long very_long", NULL, NULL},
    {"sbwtdcpu", VALUE_CHOICE, 0, 0, NULL, "none very_short short medium long very_long", NULL, NULL},
    {"sbwtdio", VALUE_CHOICE, 0, 0, NULL, "none very_short short medium long very_long", NULL, NULL},
    {"scl", VALUE_BOOL, 0, 0, NULL, NULL, NULL, NULL},
    {"sct", VALUE_TEXT, 0, 0, NULL, NULL, NULL, NULL},
    {"secio", VALUE_BOOL, 0, 0, NULL, NULL, NULL, NULL},
    {"sfwi", VALUE_NUMBER_32, 0, 1 << 30, NULL, NULL, NULL, NULL},
    {"spp", VALUE_BOOL, 0, 0, NULL, NULL, NULL, NULL},
    {"srct", VALUE_BOOL, 0, 0, NULL, NULL, NULL, NULL},
    {"sss", VALUE_NUMBER_32, 1, 8192, NULL, NULL, NULL, NULL},
    {"sssdcpu", VALUE_NUMBER_32, 1, 8192, NULL, NULL, NULL, NULL},
    {"sssdio", VALUE_NUMBER_32, 1, 8192, NULL, NULL, NULL, NULL},
    {"stbt", VALUE_CHOICE, 0, 0, NULL, "u ns ts ps s nnts nnps tnnps db", NULL, NULL},
    {"sub", VALUE_BOOL, 0, 0, NULL, NULL, NULL, NULL},
    {"swct", VALUE_CHOICE, 0, 0, NULL, "very_eager eager medium lazy very_lazy", NULL, NULL},
    {"sws", VALUE_CHOICE, 0, 0, NULL, "default legacy", NULL, NULL},
    {"swt", VALUE_CHOICE, 0, 0, NULL, "very_low low medium high very_high", NULL, NULL},
    {"swtdcpu", VALUE_CHOICE, 0, 0, NULL, "very_low low medium high very_high", NULL, NULL},
    {"swtdio", VALUE_CHOICE, 0, 0, NULL, "very_low low medium high very_high", NULL, NULL},
    {"t", VALUE_NUMBER_32, 8192, 2147483647, &options.atom_limit, NULL, NULL, "N  most atoms"},
    {"v", VALUE_NONE, 0, 0, NULL, NULL, NULL, NULL},
    {"x", VALUE_NONE, 0, 0, NULL, NULL, NULL, NULL},
    {"zdbbl", VALUE_NUMBER_32, 1, 2097151, &options.distribution_buffer_kb, NULL, NULL, "KB  distribution buffer busy limit"},
    {"zdntgc", VALUE_NUMBER_32, 0, 100000000, NULL, NULL, NULL, NULL},
    {"zebwt", VALUE_CHOICE, 0, 0, NULL, "none short medium long", NULL, NULL},
    {"zosrl", VALUE_NUMBER_32, 1, 1 << 30, NULL, NULL, NULL, NULL},
};

static const Flag *find_flag(const char *word)
{
    const Flag *best = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
        if (strncmp(word, flags[i].name, strlen(flags[i].name)) == 0
            && (!best || strlen(flags[i].name) > strlen(best->name)))
            best = &flags[i];
    return best;
}

static NORETURN void refuse(const char *word, const char *value, const char *why)
{
    fprintf(stderr, "ling: %s%s%s: %s\n", word, value ? " " : "", value ? value : "", why);
    exit(1);
}

static bool is_choice(const char *choices, const char *value)
{
    size_t size = strlen(value);

    for (const char *at = choices; at && *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == size && strncmp(at, value, size) == 0)
            return true;
    return false;
}

static long long table_size(long long wanted, long long max)
{
    long long size = 1;

    while (size < wanted)
        size *= 2;
    return size < max ? size : max;
}

static void take_number(const Flag *flag, const char *word, const char *value)
{
    char *end, why[128];
    long long number;

    if (is_choice(flag->choices, value))
        return;
    errno = 0;
    number = strtoll(value, &end, 10);
    if (*end || end == value || errno || number < flag->min || number > flag->max) {
        snprintf(why, sizeof why, "expected a number from %lld to %lld", flag->min, flag->max);
        refuse(word, value, why);
    }
    if (flag->kind == VALUE_TABLE_SIZE)
        number = table_size(number, flag->max);
    if (flag->target && flag->kind != VALUE_NUMBER_SIZE)
        *(uint32_t *)flag->target = (uint32_t)number;
    else if (flag->target)
        *(size_t *)flag->target = (size_t)number;
}

/* A part of a pair: a number, or nothing. Puts *at behind it. */
static bool read_part(const Flag *flag, const char **at, long long *number)
{
    char *end;

    errno = 0;
    *number = strtoll(*at, &end, 10);
    *at = end;
    return !errno && *number >= flag->min && *number <= flag->max;
}

static void take_pair(const Flag *flag, const char *word, const char *value)
{
    const char *at = value;
    long long number, online = 0;
    char why[128];

    if (!read_part(flag, &at, &number) || (*at == ':' && (at++, !read_part(flag, &at, &online))) || *at
        || strcspn(value, "0123456789") == strlen(value)) {
        snprintf(why, sizeof why, "expected N, N:M, or :M, numbers from %lld to %lld", flag->min, flag->max);
        refuse(word, value, why);
    }
    if (flag->min < 0 && number > 0 && online > number)
        refuse(word, value, "more online than there are");
}

static void take_value(const Flag *flag, const char *word, const char *value)
{
    char why[192];

    switch (flag->kind) {
    case VALUE_NUMBER_32:
    case VALUE_NUMBER_SIZE:
    case VALUE_TABLE_SIZE:
        take_number(flag, word, value);
        return;
    case VALUE_PAIR:
        take_pair(flag, word, value);
        return;
    case VALUE_BOOL:
        if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
            refuse(word, value, "expected true or false");
        if (flag->target)
            *(bool *)flag->target = value[0] == 't';
        return;
    case VALUE_CHOICE:
    case VALUE_LETTERS:
        if (!is_choice(flag->choices, value)) {
            snprintf(why, sizeof why, "expected one of: %s", flag->choices);
            refuse(word, value, why);
        }
        if (flag->apply)
            flag->apply(value);
        else if (flag->target)
            *(char *)flag->target = value[0];
        return;
    case VALUE_NONE:
    case VALUE_TEXT:
        return;
    }
}

static void pass(StringList *passed, const char *word)
{
    char *copy = strcpy(mem_alloc(MEM_SYSTEM, strlen(word) + 1), word);

    copy[0] = '-';
    string_list_add(passed, copy);
}

/* +B and +c may stand alone. */
static bool value_is_optional(const Flag *flag)
{
    return flag->kind == VALUE_LETTERS || strcmp(flag->name, "c") == 0;
}

size_t emulator_flag_take(const StringList *arguments, size_t at, StringList *passed)
{
    const char *word = arguments->items[at];
    const char *next = at + 1 < arguments->count ? arguments->items[at + 1] : NULL;
    const Flag *flag = find_flag(word + 1);
    const char *rest;

    if (!flag)
        refuse(word, NULL, "unknown emulator flag (see ling --help)");
    pass(passed, word);
    rest = word + 1 + strlen(flag->name);
    if (flag->kind == VALUE_NONE && *rest)
        refuse(word, NULL, "unknown emulator flag (see ling --help)");
    if (flag->kind == VALUE_NONE) {
        if (flag->target)
            *(bool *)flag->target = true;
        return 1;
    }
    /* Flags of families that tune allocators and the like: the name goes on in the same word. */
    if (flag->kind == VALUE_TEXT && *rest && flag->name[0] != 'i')
        rest = "";
    if (*rest) {
        take_value(flag, word, rest);
        return 1;
    }
    if (value_is_optional(flag)) {
        bool takes_next = next && (flag->kind == VALUE_LETTERS ? is_choice(flag->choices, next)
                                                               : is_choice("true false", next));
        if (!takes_next) {
            if (strcmp(flag->name, "B") == 0)
                options.break_mode = BREAK_DISABLED;
            else if (strcmp(flag->name, "c") == 0)
                options.time_correction = false;
            return 1;
        }
    }
    if (!next || strcmp(next, "--") == 0)
        refuse(word, NULL, "needs a value");
    take_value(flag, word, next);
    string_list_add(passed, next);
    return 2;
}

void emulator_flags_describe(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
        if (flags[i].help)
            printf("  +%-6s %s\n", flags[i].name, flags[i].help);
}
