#include "arguments.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/mem.h"

#define MAX_ARGS_FILE_DEPTH 16
#define RELEASE_FLAGS_VARIABLE "ERL_OTP25_FLAGS"

static const char *skip_blank(const char *at, bool comments)
{
    for (;;) {
        while (isspace((unsigned char)*at))
            at++;
        if (!comments || *at != '#')
            return at;
        at += strcspn(at, "\n");
    }
}

/* Copies one word to `*out`, which it moves on; returns where the word ended: at a comment, too. */
static const char *copy_word(const char *at, bool comments, char **out)
{
    char quote = 0;

    for (; *at && (quote || !(isspace((unsigned char)*at) || (comments && *at == '#'))); at++) {
        if (quote && *at == quote)
            quote = 0;
        else if (!quote && (*at == '"' || *at == '\''))
            quote = *at;
        else if (*at == '\\' && quote != '\'' && at[1])
            *(*out)++ = *++at;
        else
            *(*out)++ = *at;
    }
    *(*out)++ = '\0';
    return at;
}

void arguments_split(const char *text, bool comments, StringList *words)
{
    char *out = mem_alloc(MEM_SYSTEM, 2 * strlen(text) + 2);   /* lives as long as the program */

    for (const char *at = skip_blank(text, comments); *at; at = skip_blank(at, comments)) {
        string_list_add(words, out);
        at = copy_word(at, comments, &out);
    }
}

static char *read_whole_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0, capacity = 0, got;

    if (!file)
        return NULL;
    do {
        if (size + 4096 > capacity)
            text = mem_realloc(MEM_SYSTEM, text, capacity = 2 * capacity + 8192);
        got = fread(text + size, 1, capacity - size - 1, file);
        size += got;
    } while (got > 0);
    if (ferror(file)) {
        int why = errno;

        mem_free(MEM_SYSTEM, text);
        fclose(file);
        errno = why;
        return NULL;
    }
    fclose(file);
    text[size] = '\0';
    return text;
}

typedef struct Collected {
    const StringList *command_line;   /* other sources end their plain arguments with -- */
    StringList plain;
    StringList extra;
} Collected;

static void take_words(const StringList *words, Collected *all, int depth);

static void take_file(const char *path, Collected *all, int depth)
{
    StringList words = {0};
    char *text;

    if (depth > MAX_ARGS_FILE_DEPTH) {
        fprintf(stderr, "ling: -args_file %s: arguments files include each other more than %d deep\n",
                path, MAX_ARGS_FILE_DEPTH);
        exit(1);
    }
    text = read_whole_file(path);
    if (!text) {
        fprintf(stderr, "ling: cannot read the arguments file %s: %s\n", path, strerror(errno));
        exit(1);
    }
    arguments_split(text, true, &words);
    mem_free(MEM_SYSTEM, text);
    take_words(&words, all, depth);
}

static void take_words(const StringList *words, Collected *all, int depth)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->items[i], "-extra") == 0) {
            while (++i < words->count)
                string_list_add(&all->extra, words->items[i]);
            if (words != all->command_line)
                string_list_add(&all->extra, "--");
        } else if (strcmp(words->items[i], "-args_file") == 0) {
            if (++i == words->count) {
                fprintf(stderr, "ling: -args_file needs the name of a file\n");
                exit(1);
            }
            take_file(words->items[i], all, depth + 1);
        } else {
            string_list_add(&all->plain, words->items[i]);
        }
    }
}

static void take_variable(const char *name, Collected *all)
{
    const char *value = getenv(name);
    StringList words = {0};

    if (!value)
        return;
    arguments_split(value, false, &words);
    take_words(&words, all, 0);
}

StringList arguments_collect(int argc, char **argv)
{
    StringList command_line = {0};
    Collected all = {.command_line = &command_line};

    for (int i = 1; i < argc; i++)
        string_list_add(&command_line, argv[i]);
    take_variable(RELEASE_FLAGS_VARIABLE, &all);
    take_variable("ERL_AFLAGS", &all);
    take_words(&command_line, &all, 0);
    if (argc > 1 && (getenv("ERL_FLAGS") || getenv("ERL_ZFLAGS")))
        string_list_add(&all.plain, "--");
    take_variable("ERL_FLAGS", &all);
    take_variable("ERL_ZFLAGS", &all);
    if (all.extra.count > 0) {
        string_list_add(&all.plain, "-extra");
        string_list_add_all(&all.plain, &all.extra);
    }
    return all.plain;
}
