#include "otp_root.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/base/mem.h"

static char *copy_text(const char *text)
{
    return strcpy(mem_alloc(MEM_SYSTEM, strlen(text) + 1), text);
}

/* The newest erts-VSN below `root` whose preloaded modules are there. */
static bool find_erts(const char *root, char *version, size_t version_size)
{
    DIR *dir = opendir(root);
    struct dirent *entry;
    char best[NAME_MAX + 1] = "";

    if (!dir)
        return false;
    while ((entry = readdir(dir)))
        if (strncmp(entry->d_name, "erts-", 5) == 0 && strverscmp(entry->d_name + 5, best) > 0)
            snprintf(best, sizeof best, "%s", entry->d_name + 5);
    closedir(dir);
    snprintf(version, version_size, "%s", best);
    return best[0] != '\0';
}

/* ROOT/releases/start_erl.data holds "<erts version> <release>". */
static bool read_release(const char *root, char *release, size_t size)
{
    char path[PATH_MAX + 32], erts[64], name[64];
    FILE *file;
    bool ok;

    snprintf(path, sizeof path, "%s/releases/start_erl.data", root);
    file = fopen(path, "r");
    if (!file)
        return false;
    ok = fscanf(file, "%63s %63s", erts, name) == 2;
    fclose(file);
    if (ok)
        snprintf(release, size, "%s", name);
    return ok;
}

/* Without that file (a release of the user's own): the number in the kernel's or stdlib's place is
 * unknown, so the release that belongs to the erts version is taken. */
static void release_of_erts(const char *erts_version, char *release, size_t size)
{
    int major = atoi(erts_version);

    snprintf(release, size, "%d", major + 12);
}

/* Links stay as they are: the root has the name that it was given. */
static bool absolute_path(const char *path, char *absolute, size_t size)
{
    char folder[PATH_MAX] = "";
    size_t length;

    if (path[0] != '/' && !getcwd(folder, sizeof folder))
        return false;
    if ((size_t)snprintf(absolute, size, "%s%s%s", folder, folder[0] ? "/" : "", path) >= size)
        return false;
    length = strlen(absolute);
    while (length > 1 && absolute[length - 1] == '/')
        absolute[--length] = '\0';
    return true;
}

static bool describe_root(const char *root, OtpRoot *found)
{
    char absolute[PATH_MAX], erts[NAME_MAX + 1], release[64], bindir[PATH_MAX + NAME_MAX + 16];

    if (!absolute_path(root, absolute, sizeof absolute) || !find_erts(absolute, erts, sizeof erts))
        return false;
    if (!read_release(absolute, release, sizeof release))
        release_of_erts(erts, release, sizeof release);
    snprintf(bindir, sizeof bindir, "%s/erts-%s/bin", absolute, erts);
    found->root = copy_text(absolute);
    found->bindir = copy_text(bindir);
    found->erts_version = copy_text(erts);
    found->release = copy_text(release);
    return true;
}

/* ROOT/bin/erl is where an `erl` in PATH leads, through links. */
static bool describe_erl_in_path(OtpRoot *found)
{
    const char *path = getenv("PATH");
    char candidate[PATH_MAX], real[PATH_MAX];

    while (path && *path) {
        size_t size = strcspn(path, ":");

        snprintf(candidate, sizeof candidate, "%.*s/erl", (int)size, path);
        path += size + (path[size] == ':');
        if (access(candidate, X_OK) != 0 || !realpath(candidate, real))
            continue;
        for (int up = 0; up < 2; up++) {
            char *slash = strrchr(real, '/');
            if (slash)
                *slash = '\0';
        }
        if (describe_root(real, found))
            return true;
    }
    return false;
}

bool otp_root_find(const char *asked, bool trust_environment, OtpRoot *found, char *why, size_t why_size)
{
    const char *variable = getenv("LING_OTP");
    const char *rootdir = trust_environment ? getenv("ROOTDIR") : NULL;

    if (asked) {
        if (describe_root(asked, found))
            return true;
        snprintf(why, why_size, "-root %s: no Erlang/OTP there (no erts-VERSION folder)", asked);
        return false;
    }
    if (rootdir && describe_root(rootdir, found))
        return true;
    if (variable && describe_root(variable, found))
        return true;
    if (LING_DEFAULT_OTP[0] && describe_root(LING_DEFAULT_OTP, found))
        return true;
    if (describe_erl_in_path(found))
        return true;
    snprintf(why, why_size,
             "no Erlang/OTP found: install it (Debian: apt-get install erlang-base erlang-nox), "
             "or name its root with -root DIR or LING_OTP=DIR");
    return false;
}
