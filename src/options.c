#include "options.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "emulator_flags.h"
#include "environment.h"
#include "otp_root.h"
#include "vm/base/mem.h"
#include "vm/base/options.h"

/* What the walk over the arguments gathers. */
typedef struct Walk {
    const StringList *words;
    size_t at;
    StringList passed;       /* emulator flags */
    StringList plain;        /* for init */
    const char *root;
    bool detached;
    bool print_args_exit;
    bool print_args;
    bool is_distributed;
    bool no_epmd;
    bool has_proto_dist;
    bool start_epmd;
    bool halt_after;
} Walk;

static NORETURN void needs_value(const char *flag)
{
    fprintf(stderr, "ling: %s needs a value (see ling --help)\n", flag);
    exit(1);
}

static NORETURN void bad_value(const char *flag, const char *value, const char *expected)
{
    fprintf(stderr, "ling: %s %s: expected %s\n", flag, value, expected);
    exit(1);
}

/* The word after the flag at walk->at, which both are then behind. */
static const char *take_value(Walk *walk)
{
    const char *flag = walk->words->items[walk->at];

    if (walk->at + 1 >= walk->words->count || strcmp(walk->words->items[walk->at + 1], "--") == 0)
        needs_value(flag);
    walk->at += 2;
    return walk->words->items[walk->at - 1];
}

static void take_detached(Walk *walk)
{
    walk->detached = true;
    string_list_add(&walk->plain, "-noshell");
    string_list_add(&walk->plain, "-noinput");
    walk->at++;
}

static void take_noinput(Walk *walk)
{
    string_list_add(&walk->plain, "-noshell");
    string_list_add(&walk->plain, "-noinput");
    walk->at++;
}

static void take_env(Walk *walk)
{
    const char *name = take_value(walk);

    if (walk->at >= walk->words->count)
        needs_value("-env");
    setenv(name, walk->words->items[walk->at++], 1);
}

static void take_emu_args(Walk *walk) { walk->print_args = true; walk->at++; }
static void take_emu_args_exit(Walk *walk) { walk->print_args_exit = true; walk->at++; }
static void take_root(Walk *walk) { walk->root = take_value(walk); }
static void take_and_drop(Walk *walk) { take_value(walk); }
static void drop(Walk *walk) { walk->at++; }
static void take_version(Walk *walk) { string_list_add(&walk->passed, "-V"); walk->at++; }
static void take_nobeam(Walk *walk) { options.no_beam = true; walk->at++; }

static void take_flavor(Walk *walk)
{
    const char *flavor = take_value(walk);

    if (strcmp(flavor, "emu") != 0 && strcmp(flavor, "jit") != 0)
        bad_value("-emu_flavor", flavor, "jit or emu");
    options.no_native = strcmp(flavor, "emu") == 0;
}

static void take_smp(Walk *walk)
{
    const char *next = walk->at + 1 < walk->words->count ? walk->words->items[walk->at + 1] : "";

    walk->at += strcmp(next, "auto") == 0 || strcmp(next, "enable") == 0 || strcmp(next, "disable") == 0 ? 2 : 1;
}

static void pass_with_value(Walk *walk)
{
    string_list_add(&walk->plain, walk->words->items[walk->at]);
    string_list_add(&walk->plain, take_value(walk));
}

static void take_name(Walk *walk) { walk->is_distributed = true; pass_with_value(walk); }
static void take_proto_dist(Walk *walk) { walk->has_proto_dist = true; pass_with_value(walk); }

static void take_no_epmd(Walk *walk)
{
    walk->no_epmd = true;
    walk->start_epmd = false;
    string_list_add(&walk->plain, "-no_epmd");
    walk->at++;
}

static void take_start_epmd(Walk *walk)
{
    const char *value;

    pass_with_value(walk);
    value = walk->words->items[walk->at - 1];
    if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        bad_value("-start_epmd", value, "true or false");
    walk->start_epmd = value[0] == 't';
}

static void take_configfd(Walk *walk)
{
    const char *next = walk->at + 1 < walk->words->count ? walk->words->items[walk->at + 1] : NULL;

    if (!next)
        needs_value("-configfd");
    if (strcmp(next, "0") == 0) {
        string_list_add(&walk->plain, "-noshell");
        string_list_add(&walk->plain, "-noinput");
    }
    string_list_add(&walk->plain, "-configfd");
    walk->at++;
}

static void add_plain(Walk *walk, const char *const *words)
{
    for (; *words; words++)
        string_list_add(&walk->plain, *words);
}

static void take_compile(Walk *walk)
{
    add_plain(walk, (const char *const[]){"-noshell", "-noinput", "-s", "c", "lc_batch", NULL});
    walk->at++;
}

static void take_make(Walk *walk)
{
    add_plain(walk, (const char *const[]){"-noshell", "-noinput", "-s", "make", "all_or_nothing", NULL});
    walk->halt_after = true;
    walk->at = walk->words->count;
}

static void take_man(Walk *walk)
{
    setenv("MANSECT", "3erl:1:5:7", 1);
    walk->words->items[walk->at] = "man";
    execvp("man", walk->words->items + walk->at);
    fprintf(stderr, "ling: -man: cannot run the man command\n");
    exit(1);
}

/* The flags that the front end itself acts on; all others go to init as they are. */
static const struct {
    const char *name;
    void (*take)(Walk *walk);
} front_flags[] = {
    {"-compile", take_compile}, {"-configfd", take_configfd}, {"-detached", take_detached},
    {"-emu_args", take_emu_args}, {"-emu_args_exit", take_emu_args_exit}, {"-emu_flavor", take_flavor},
    {"-emu_type", take_and_drop}, {"-env", take_env}, {"-epmd", take_and_drop}, {"-keep_window", drop},
    {"-make", take_make}, {"-man", take_man}, {"-name", take_name}, {"-no_epmd", take_no_epmd},
    {"-nobeam", take_nobeam}, {"-noinput", take_noinput}, {"-proto_dist", take_proto_dist},
    {"-root", take_root}, {"-smp", take_smp}, {"-sname", take_name}, {"-start_epmd", take_start_epmd},
    {"-version", take_version},
};

static void take_word(Walk *walk)
{
    const char *word = walk->words->items[walk->at];

    if (word[0] == '+') {
        walk->at += emulator_flag_take(walk->words, walk->at, &walk->passed);
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(front_flags); i++)
        if (strcmp(word, front_flags[i].name) == 0) {
            front_flags[i].take(walk);
            return;
        }
    string_list_add(&walk->plain, word);
    walk->at++;
}

static void walk_arguments(Walk *walk)
{
    while (walk->at < walk->words->count) {
        if (strcmp(walk->words->items[walk->at], "-extra") == 0) {
            while (walk->at < walk->words->count)
                string_list_add(&walk->plain, walk->words->items[walk->at++]);
            return;
        }
        take_word(walk);
    }
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void print_emulator_arguments(const Walk *walk, const StringList *init_args)
{
    for (size_t i = 0; i < walk->passed.count; i++)
        printf("%s\n", walk->passed.items[i]);
    printf("--\n");
    for (size_t i = 0; i < init_args->count; i++)
        printf("%s\n", init_args->items[i]);
}

static StringList init_arguments(const Walk *walk, const OtpRoot *otp)
{
    StringList all = {0};

    string_list_add(&all, "-root");
    string_list_add(&all, otp->root);
    string_list_add(&all, "-bindir");
    string_list_add(&all, otp->bindir);
    string_list_add(&all, "-progname");
    string_list_add(&all, options.program_name);
    string_list_add(&all, "--");
    if (options.home) {
        string_list_add(&all, "-home");
        string_list_add(&all, options.home);
    }
    if (getenv("ERL_EPMD_PORT")) {
        string_list_add(&all, "-epmd_port");
        string_list_add(&all, getenv("ERL_EPMD_PORT"));
    }
    string_list_add(&all, "--");
    string_list_add_all(&all, &walk->plain);
    return all;
}

/* The user's locale decides, as on stock; without one, or with one that is not installed, a byte is a character. */
static void settle_file_names(void)
{
    if (options.file_names != FILE_NAMES_OF_LOCALE)
        return;
    setlocale(LC_CTYPE, "");
    options.file_names = strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? FILE_NAMES_UTF8 : FILE_NAMES_LATIN1;
    setlocale(LC_CTYPE, "C");
}

static void settle_table_limit(void)
{
    const char *wanted = getenv("ERL_MAX_ETS_TABLES");

    if (options.ets_limit == 0 && wanted)
        options.ets_limit = (uint32_t)strtoul(wanted, NULL, 10);
}

static void read_vm_arguments(const StringList *words, StartPlan *plan, bool trust_environment)
{
    Walk walk = {.words = words, .start_epmd = true};
    OtpRoot otp;
    StringList init_args;
    char why[512];

    walk_arguments(&walk);
    settle_file_names();
    settle_table_limit();
    if (walk.no_epmd && !walk.has_proto_dist) {
        fprintf(stderr, "ling: -no_epmd needs -proto_dist: the default protocol asks epmd\n");
        exit(1);
    }
    if (walk.halt_after)
        add_plain(&walk, (const char *const[]){"-s", "erlang", "halt", NULL});
    if (!otp_root_find(walk.root, trust_environment, &otp, why, sizeof why)) {
        fprintf(stderr, "ling: %s\n", why);
        exit(1);
    }
    options.root = otp.root;
    options.bindir = otp.bindir;
    options.preloaded = otp.preloaded;
    options.otp_release = otp.release;
    options.erts_version = otp.erts_version;
    options.home = getenv("HOME");
    init_args = init_arguments(&walk, &otp);
    options.init_args = init_args.items;
    options.init_arg_count = init_args.count;
    options.emulator_args = walk.passed.items;
    options.emulator_arg_count = walk.passed.count;
    if (walk.print_args || walk.print_args_exit)
        print_emulator_arguments(&walk, &init_args);
    if (walk.print_args_exit) {
        plan->action = START_DONE;
        return;
    }
    for (size_t i = 0; i < walk.passed.count; i++)
        if (strcmp(walk.passed.items[i], "-V") == 0) {
            fprintf(stderr, "Erlang (ling %s) emulator version %s\n", VERSION, otp.erts_version);
            plan->action = START_DONE;
            return;
        }
    environment_export(&otp, options.program_name);
    if (walk.is_distributed && walk.start_epmd)
        environment_start_epmd(&otp);
    plan->detached = walk.detached;
}

static void print_help(void)
{
    printf("ling %s - an Erlang virtual machine\n\n"
           "Usage:\n"
           "  ling [FLAGS] [-s MODULE [FUNCTION [ARGS]]] ...    as `erl`\n"
           "  ling FILE.erl [ARGS]         compile FILE.erl in memory and run main/1 or start/0 in it\n"
           "  ling --transform BEAM_OR_DIR... -o DIR           write .ling files\n"
           "  ling --version | --help | -h\n\n"
           "Flags of the runtime system (all of erl(1); the most used):\n"
           "  -noshell             no shell; -noinput: do not read standard input either\n"
           "  -s M [F [A...]]      call M:F (start) with atoms; -run: with strings; -eval EXPR\n"
           "  -pa DIR, -pz DIR     search modules in DIR first, last\n"
           "  -boot FILE, -config FILE, -mode interactive|embedded, -args_file FILE, -env NAME VALUE\n"
           "  -name NAME, -sname NAME, -setcookie COOKIE       distribution\n"
           "  -root DIR            the Erlang/OTP installation to use (else LING_OTP, configure's\n"
           "                       --with-otp, the `erl` in PATH)\n"
           "  -nobeam              refuse .beam files: only transformed code is loaded\n"
           "  -detached            run in the background\n"
           "  -- , -extra          end of flags; plain arguments follow\n\n"
           "Flags of the emulator:\n", VERSION);
    emulator_flags_describe();
}

static bool ends_with(const char *text, const char *suffix)
{
    size_t size = strlen(text), suffix_size = strlen(suffix);

    return size >= suffix_size && strcmp(text + size - suffix_size, suffix) == 0;
}

/* `ling FILE.erl ARGS`: the words that make init do it. */
static void script_words(int argc, char **argv, StringList *words)
{
    static const char *const runner =
        "F = hd(init:get_plain_arguments()), Args = tl(init:get_plain_arguments()), "
        "case compile:file(F, [binary, report]) of "
        "{ok, M, B} -> {module, M} = code:load_binary(M, F, B), "
        "case erlang:function_exported(M, main, 1) of true -> M:main(Args); false -> M:start() end, halt(0); "
        "_ -> halt(1) end.";

    string_list_add(words, "-noshell");
    string_list_add(words, "-boot");
    string_list_add(words, "no_dot_erlang");
    string_list_add(words, "-eval");
    string_list_add(words, runner);
    string_list_add(words, "-extra");
    for (int i = 1; i < argc; i++)
        string_list_add(words, argv[i]);
}

/* What starts this program again from any folder: its name if it was found in PATH. */
static const char *program_path(const char *called)
{
    const char *slash = strrchr(called, '/');
    char folder[PATH_MAX], *path;
    size_t size;

    if (!slash)
        return called;
    path = strndup(called, (size_t)(slash - called) + 1);
    if (!realpath(path, folder))
        return called;
    free(path);
    size = strlen(folder) + strlen(slash) + 1;
    path = mem_alloc(MEM_SYSTEM, size);
    snprintf(path, size, "%s%s", folder, slash);
    return path;
}

/* What OTP's start scripts ask dyn_erl, which they take for an `erl` that may be moved. */
static void print_folder(void)
{
    char folder[PATH_MAX];

    if (otp_root_program_folder(folder))
        printf("%s", folder);
}

StartPlan options_read(int argc, char **argv)
{
    StartPlan plan = {.action = START_VM};
    const char *called = getenv("LING_AS") ? strdup(getenv("LING_AS")) : base_name(argv[0]);
    const char *first = argc > 1 ? argv[1] : "";
    bool is_erlexec = strcmp(called, "erlexec") == 0;
    StringList words = {0};

    plan.is_ling = strcmp(called, "erl") != 0 && strcmp(called, "dyn_erl") != 0 && !is_erlexec;
    options.readable_boot_errors = plan.is_ling && !getenv("ERL_CRASH_DUMP");
    if (is_erlexec)
        options.program_name = getenv("PROGNAME") ? getenv("PROGNAME") : "erl";
    else
        options.program_name = plan.is_ling ? program_path(argv[0]) : "erl";
    unsetenv("LING_AS");
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        print_help();
        plan.action = START_DONE;
    } else if (strcmp(first, "--version") == 0) {
        printf("ling %s\n", VERSION);
        plan.action = START_DONE;
    } else if (strcmp(called, "dyn_erl") == 0 && strcmp(first, "--realpath") == 0) {
        print_folder();
        plan.action = START_DONE;
    } else if (strcmp(first, "--transform") == 0) {
        plan.action = START_TRANSFORM;
        plan.rest_count = argc - 2;
        plan.rest = argv + 2;
    } else {
        if (first[0] != '-' && first[0] != '+' && ends_with(first, ".erl"))
            script_words(argc, argv, &words);
        else
            words = arguments_collect(argc, argv);
        read_vm_arguments(&words, &plan, is_erlexec);
    }
    return plan;
}
