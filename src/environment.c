#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/text.h"

/* `path` without the folder `left_out`. */
static void add_folders(Text *out, const char *path, const char *left_out)
{
    size_t left_out_size = strlen(left_out);

    while (*path) {
        size_t size = strcspn(path, ":");

        if (size != left_out_size || strncmp(path, left_out, size) != 0) {
            if (out->size > 0)
                text_add_byte(out, ':');
            text_add(out, path, size);
        }
        path += size + (path[size] == ':');
    }
}

/* A root of our own goes in front, as erlexec puts it: `erl` is then this program for every child. Where the root is
 * another VM's, its `erl` must not hide what the user has in PATH: it goes to the end. */
static void put_bindir_in_path(const OtpRoot *otp)
{
    const char *path = getenv("PATH") ? getenv("PATH") : "";
    Text longer = {0};

    if (otp->is_own) {
        text_add_string(&longer, otp->bindir);
        if (!strstr(path, otp->root))
            text_printf(&longer, ":%s/bin", otp->root);
        add_folders(&longer, path, otp->bindir);
    } else {
        add_folders(&longer, path, otp->bindir);
        text_printf(&longer, "%s%s", longer.size > 0 ? ":" : "", otp->bindir);
    }
    setenv("PATH", text_terminated(&longer), 1);
    text_free(&longer);
}

void environment_export(const OtpRoot *otp, const char *program_name)
{
    setenv("ROOTDIR", otp->root, 1);
    setenv("BINDIR", otp->bindir, 1);
    setenv("PROGNAME", program_name, 1);
    setenv("EMU", "beam", 1);
    put_bindir_in_path(otp);
}

void environment_start_epmd(const OtpRoot *otp)
{
    Text command = {0};

    text_printf(&command, "\"%s/epmd\" -daemon", otp->bindir);
    if (system(text_terminated(&command)) < 0)
        fprintf(stderr, "ling: cannot start %s/epmd\n", otp->bindir);
    text_free(&command);
}
